//! An attacker that can connect to a node, without TLS.

use super::*;
use synod_node::transport::incoming::HANDSHAKES;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Connects to the first of three legislators and claims to be the second.
async fn as_second(to: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(&hello("paxos", 2, 1)).await.unwrap();
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.unwrap();
    let mut body = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut body).await.unwrap();
    // All fields before the introduction, which comes last.
    let fields = hello("paxos", 1, 2)[4..][..(8 + 1 + 1 + 5 + 3)].to_vec();
    assert_eq!(body[..fields.len()], fields);
    stream
}

/// Asserts that the node closes the connection.
async fn is_closed(mut stream: TcpStream) {
    let read = timeout(LONG, stream.read(&mut [0])).await;
    assert!(matches!(read.expect("it is closed"), Ok(0) | Err(_)));
}

/// The first of three legislators. No other one is running.
async fn alone() -> (End, SocketAddr) {
    let (listener, address) = listener().await;
    let nobody = "127.0.0.1:1".parse().unwrap();
    let end = End::start(listener, &config(1, &[address, nobody, nobody]));
    (end, address)
}

#[tokio::test]
async fn a_length_that_is_too_large_closes_only_its_connection() {
    let (mut end, address) = alone().await;
    let mut stream = as_second(address).await;
    stream.write_all(&[0xFF; 4]).await.unwrap();
    is_closed(stream).await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&[0xFF; 4]).await.unwrap();
    is_closed(stream).await;
    let mut stream = as_second(address).await;
    let good = framed(&wire::encode_message(message(7)));
    stream.write_all(&good).await.unwrap();
    assert_eq!(end.next().await, (2, message(7)));
}

#[tokio::test]
async fn a_malformed_message_closes_the_connection_after_the_messages_before_it() {
    let (mut end, address) = alone().await;
    for garbage in [framed(b"\xFF\xFF"), framed(b"\0"), framed(&[0x80; 100])] {
        let mut stream = as_second(address).await;
        let good = framed(&wire::encode_message(message(7)));
        stream.write_all(&[good, garbage].concat()).await.unwrap();
        assert_eq!(end.next().await, (2, message(7)));
        is_closed(stream).await;
    }
}

#[tokio::test]
async fn a_frame_may_arrive_byte_by_byte() {
    let (mut end, address) = alone().await;
    let mut stream = as_second(address).await;
    stream.set_nodelay(true).unwrap();
    for byte in framed(&wire::encode_message(message(1 << 40))) {
        stream.write_all(&[byte]).await.unwrap();
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(end.next().await, (2, message(1 << 40)));
}

#[tokio::test]
async fn silent_connections_are_closed_and_do_not_block_others() {
    let (mut end, address) = alone().await;
    let mut silent = Vec::new();
    for _ in 0..HANDSHAKES + 10 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(&[0, 0]).await.unwrap();
        silent.push(stream);
    }
    // It is served at once, and not only when the silent handshakes have timed out.
    let mut stream = as_second(address).await;
    let good = framed(&wire::encode_message(message(7)));
    stream.write_all(&good).await.unwrap();
    assert_eq!(end.next().await, (2, message(7)));
    for stream in silent {
        is_closed(stream).await;
    }
}

#[tokio::test]
async fn a_new_connection_of_a_peer_replaces_the_old_one() {
    let (mut end, address) = alone().await;
    let good = framed(&wire::encode_message(message(7)));
    let mut old = as_second(address).await;
    for _ in 0..3 {
        old.write_all(&good).await.unwrap();
        assert_eq!(end.next().await, (2, message(7)));
        let new = as_second(address).await;
        is_closed(std::mem::replace(&mut old, new)).await;
    }
}
