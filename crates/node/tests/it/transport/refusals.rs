//! Handshakes and configurations that are refused.

use super::*;
use synod_node::transport::TransportError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Asserts that a node with a changed configuration hears no other and is not heard, while the other
/// two hear each other.
async fn refused(change: impl Fn(&mut Config)) {
    let change_two = |number, config: &mut Config| {
        if number == 2 {
            change(config);
        }
    };
    let (mut ends, _) = ends(3, change_two).await;
    for number in 1..=5 {
        ends[0].send(2, number);
        ends[1].send(1, number);
        ends[1].send(3, number);
        sleep(Duration::from_millis(20)).await;
    }
    ends[0].hears_nothing().await;
    ends[1].hears_nothing().await;
    let [one, _, three] = ends.get_disjoint_mut([0, 1, 2]).unwrap();
    connect((1, one), (3, three)).await;
}

#[tokio::test]
async fn another_cluster_is_refused() {
    refused(|config| config.identity.cluster = "delphi".to_owned()).await;
}

#[tokio::test]
async fn another_number_of_legislators_is_refused() {
    refused(|config| {
        config.identity.legislators = 4;
        config.peers.insert(priest(4), "127.0.0.1:1".to_owned());
    })
    .await;
}

#[tokio::test]
async fn a_legislator_at_the_address_of_another_is_refused() {
    // Each of the two has the address of the other in its configuration.
    let (listener_one, first) = listener().await;
    let (listener_two, second) = listener().await;
    let mut one = End::start(listener_one, &config(1, &[first, second]));
    let mut two = config(1, &[second, first]);
    two.identity.cluster = "paxos".to_owned();
    let mut two = End::start(listener_two, &two);
    for number in 1..=5 {
        one.send(2, number);
        two.send(2, number);
    }
    one.hears_nothing().await;
    two.hears_nothing().await;
}

/// The bytes that a node answers until it closes the connection.
async fn answer(to: &SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // An error is a way of closing the connection too.
    let _ = timeout(LONG, stream.read_to_end(&mut answer))
        .await
        .expect("the node closes the connection");
    answer
}

#[tokio::test]
async fn each_field_of_a_handshake_is_compared() {
    let (mut ends, configs) = ends(3, |_, _| ()).await;
    let to = configs[0].listen;
    let version = (*b"synod/pp", wire::VERSION + 1);
    let version = framed(&postcard::to_stdvec(&(version, "of the future")).unwrap());
    let four = ("paxos", 4_u64, 1_u8, 0_u8, Vec::<u8>::new());
    let four = (*b"synod/pp", wire::VERSION, four);
    let four = framed(&postcard::to_stdvec(&four).unwrap());
    for (wrong, is_answered) in [
        (hello("delphi", 2, 1), true),
        (hello("paxos", 2, 3), true),
        (hello("paxos", 1, 1), true),
        (hello("paxos", 4, 1), true),
        (hello("paxos", 256, 1), true),
        (version, true),
        (four, true),
        (framed(b"GET / HTTP/1.1\r\n\r\n"), false),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), false),
    ] {
        let message = framed(&wire::encode_message(message(1)));
        let answer = answer(&to, &[wrong.clone(), message].concat()).await;
        // An answer may be missing although one was sent: a reset may discard it.
        assert!(is_answered || answer.is_empty(), "{wrong:?}: {answer:?}");
    }
    ends[0].hears_nothing().await;
}

#[tokio::test]
async fn without_tls_only_loopback_addresses_are_used_unless_others_are_allowed() {
    let address = "127.0.0.1:0".parse().unwrap();
    let mut config = config(1, &[address, address]);
    config.peers.insert(priest(2), "192.0.2.1:1".to_owned());
    let error = transport::listen(&config).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "legislator 2 is at 192.0.2.1:1, which other machines can reach, and there is no TLS: \
         give certificates with --tls DIR, or --insecure if the network is trusted"
    );
    config.without_tls = WithoutTls::Anywhere;
    transport::listen(&config).await.unwrap();
    config.without_tls = WithoutTls::LoopbackOnly;
    config.peers.insert(priest(2), "localhost:1".to_owned());
    transport::listen(&config).await.unwrap();
    config.listen = "0.0.0.0:0".parse().unwrap();
    let error = transport::listen(&config).await.unwrap_err();
    assert!(matches!(error, TransportError::Plaintext { .. }), "{error}");
}

#[tokio::test]
async fn each_legislator_must_have_an_address_and_no_other() {
    let address = "127.0.0.1:0".parse().unwrap();
    let mut config = config(1, &[address; 3]);
    config.peers.remove(&priest(3));
    let error = transport::listen(&config).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "there are 3 legislators, but no address of legislator 3"
    );
    config.peers.insert(priest(3), address.to_string());
    config.peers.insert(priest(4), address.to_string());
    let error = transport::listen(&config).await.unwrap_err();
    assert!(matches!(error, TransportError::Stranger { .. }), "{error}");
}
