//! Arbitrary bytes as frames. Frames that were decoded are encoded to the same bytes, and
//! the result does not depend on the pieces in which the bytes arrive.
#![no_main]

use bytes::{Buf, BytesMut};
use libfuzzer_sys::fuzz_target;
use synod_node::transport::frame::{self, PREFIX};

/// The largest length of a frame: small, so that the fuzzer reaches it.
const MOST: usize = 200;

/// The bodies up to the first error, and whether there was none.
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
        frame::append(&mut again, MOST, |bytes| bytes.extend_from_slice(body))
            .expect("the body came in a frame");
    }
    assert!(bytes.starts_with(&again));
    assert_eq!(frames(&again), (bodies.clone(), true));
    // The same bytes, one at a time.
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
