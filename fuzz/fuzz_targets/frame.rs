//! Any bytes as frames: they are taken as they were put, and the pieces in
//! which they come make no difference.
#![no_main]

use bytes::{Buf, BytesMut};
use libfuzzer_sys::fuzz_target;
use synod_node::transport::frame::{self, PREFIX};

/// Small, so that it is reached.
const MOST: usize = 200;

/// The bodies until something is wrong, if it is.
fn frames(mut bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut bodies = Vec::new();
    loop {
        match frame::first(bytes, MOST) {
            Ok(Some(body)) => {
                assert!(body.len() <= MOST);
                bodies.push(body.to_vec());
                bytes.advance(PREFIX + body.len());
            }
            Ok(None) => return (bodies, true),
            Err(too_long) => {
                assert!(too_long.length > MOST);
                return (bodies, false);
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let (bodies, is_good) = frames(bytes);
    let mut again = BytesMut::new();
    for body in &bodies {
        frame::append(&mut again, MOST, |bytes| bytes.extend_from_slice(body)).expect("it has come in a frame");
    }
    assert!(bytes.starts_with(&again));
    assert_eq!(frames(&again), (bodies.clone(), true));
    // Byte by byte.
    let (mut buffer, mut taken) = (BytesMut::new(), Vec::new());
    let mut has_failed = false;
    for byte in bytes {
        buffer.extend_from_slice(&[*byte]);
        match frame::first(&buffer, MOST) {
            Ok(None) => {}
            Ok(Some(body)) => {
                taken.push(body.to_vec());
                let length = PREFIX + body.len();
                buffer.advance(length);
            }
            Err(_) => {
                has_failed = true;
                break;
            }
        }
    }
    assert_eq!((taken, !has_failed), (bodies, is_good));
});
