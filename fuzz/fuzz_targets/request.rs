//! Arbitrary bytes as requests of clients. The result does not depend on the pieces in
//! which the bytes arrive, and an incomplete request takes little memory.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use synod_resp::request::{Arguments, Decoder, MOST_BYTES, MalformedRequest};

type Requests = Vec<Vec<Vec<u8>>>;

/// The requests up to the first error, and the error.
fn requests<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Requests, Option<MalformedRequest>) {
    let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::new());
    let mut requests = Vec::new();
    let read = |arguments: Arguments<'_>| arguments.iter().map(<[u8]>::to_vec).collect();
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.take(&mut buffer, read) {
                Ok(Some(request)) => requests.push(request),
                Ok(None) => break,
                Err(malformed) => return (requests, Some(malformed)),
            }
        }
        assert!(buffer.len() <= MOST_BYTES);
    }
    (requests, None)
}

fuzz_target!(|bytes: &[u8]| {
    let whole = requests(std::iter::once(bytes));
    assert_eq!(requests(bytes.chunks(1)), whole);
    // The first byte determines the length of the pieces.
    let length = bytes.first().map_or(1, |&byte| 1 + usize::from(byte));
    assert_eq!(requests(bytes.chunks(length)), whole);
});
