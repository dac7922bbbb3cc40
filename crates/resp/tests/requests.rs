//! Requests are decoded from any bytes, in whatever pieces the bytes arrive.

#![allow(clippy::panic)] // Tests.

use bytes::BytesMut;
use proptest::collection::vec;
use proptest::prelude::*;
use synod_resp::encode;
use synod_resp::request::{
    Decoder, LARGEST_REQUEST, LONGEST_LINE, MOST_ARGUMENTS, MOST_BYTES, MalformedRequest,
};

type Requests = Vec<Vec<Vec<u8>>>;

/// All requests of a stream that arrives in these chunks, up to its end or the first error.
fn read<'a>(
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Requests, Result<(), MalformedRequest>) {
    let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::new());
    let mut requests = Vec::new();
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        loop {
            let take = |arguments: synod_resp::request::Arguments<'_>| {
                arguments.iter().map(<[u8]>::to_vec).collect()
            };
            match decoder.take(&mut buffer, take) {
                Ok(Some(request)) => requests.push(request),
                Ok(None) => break,
                Err(malformed) => return (requests, Err(malformed)),
            }
        }
        assert!(
            buffer.len() <= MOST_BYTES,
            "the decoder leaves {} bytes in the buffer",
            buffer.len()
        );
    }
    (requests, Ok(()))
}

fn request(arguments: &[&str]) -> Vec<Vec<u8>> {
    arguments.iter().map(|a| a.as_bytes().to_vec()).collect()
}

#[test]
fn arrays_and_lines_are_requests() {
    let bytes =
        b"*2\r\n$3\r\nGET\r\n$1\r\nk\r\nGET  k\n*0\r\n*-3\r\n\r\nSET k 'a b'\r\n*1\r\n$0\r\n\r\n";
    let (requests, end) = read([&bytes[..]]);
    assert_eq!(end, Ok(()));
    let expected = [
        &["GET", "k"][..],
        &["GET", "k"],
        &[],
        &[],
        &[],
        &["SET", "k", "a b"],
        &[""],
    ];
    assert_eq!(requests, expected.map(request));
}

#[test]
fn malformed_requests_are_refused_without_waiting_for_more_bytes() {
    let large = format!("${LARGEST_REQUEST}\r\n");
    let too_large = format!("*2\r\n{large}{}\r\n$1\r\n", "x".repeat(LARGEST_REQUEST));
    let words = "a ".repeat(MOST_ARGUMENTS + 1) + "\n";
    for (bytes, error) in [
        ("*1025\r\n", MalformedRequest::Count),
        ("*99999999999\r\n", MalformedRequest::Count),
        ("*99999999999999999999\r\n", MalformedRequest::Count),
        ("*\r\n", MalformedRequest::Count),
        ("*x\r\n", MalformedRequest::Count),
        ("*+1\r\n", MalformedRequest::Count),
        ("*03\r\n", MalformedRequest::Count),
        ("*-0\r\n", MalformedRequest::Count),
        ("* 1\r\n", MalformedRequest::Count),
        ("*1\n", MalformedRequest::Count),
        (
            "*00000000000000000000000000000000000001",
            MalformedRequest::Count,
        ),
        ("*1\r\n$-1\r\n", MalformedRequest::Length),
        ("*1\r\n$131329\r\n", MalformedRequest::Length),
        ("*1\r\n$9223372036854775807\r\n", MalformedRequest::Length),
        ("*1\r\n$\r\n", MalformedRequest::Length),
        ("*1\r\n$+5\r\nhello\r\n", MalformedRequest::Length),
        ("*1\r\n$05\r\nhello\r\n", MalformedRequest::Length),
        ("*1\r\n$-0\r\n\r\n", MalformedRequest::Length),
        ("*1\r\n$1\n", MalformedRequest::Length),
        (
            "*1\r\n$1111111111111111111111111111111111111",
            MalformedRequest::Length,
        ),
        ("*1\r\n*", MalformedRequest::NotABulkString(b'*')),
        ("*1\r\n:1\r\n", MalformedRequest::NotABulkString(b':')),
        ("*1\r\n$3\r\nGETX\r\n", MalformedRequest::End),
        ("*2\r\n$1\r\nab\r\n", MalformedRequest::End),
        (&too_large, MalformedRequest::TooLarge),
        ("SET 'a\r\n", MalformedRequest::Quotes),
        ("SET \"a\"b\r\n", MalformedRequest::Quotes),
        (&words, MalformedRequest::Words),
    ] {
        let (requests, end) = read([bytes.as_bytes()]);
        assert_eq!((requests, end), (vec![], Err(error)), "{bytes:.60}");
        let (_, end) = read(bytes.as_bytes().chunks(1));
        assert_eq!(end, Err(error), "byte by byte: {bytes:.60}");
    }
}

/// After how many bytes the decoder refuses an endless request, and why. The request consists of
/// `start`, and of `more` again and again.
fn refused_after(start: &[u8], more: &[u8]) -> (usize, MalformedRequest) {
    let (mut decoder, mut buffer) = (Decoder::default(), BytesMut::from(start));
    let mut length = start.len();
    while length < 2 * MOST_BYTES {
        if let Err(malformed) = decoder.take(&mut buffer, |_| ()) {
            return (length, malformed);
        }
        buffer.extend_from_slice(more);
        length += more.len();
    }
    panic!(
        "a request that begins with {} is never refused",
        start.escape_ascii()
    );
}

#[test]
fn an_endless_request_is_refused_early() {
    let (length, error) = refused_after(b"GET ", &[b'k'; 1000]);
    assert_eq!(error, MalformedRequest::LongLine);
    assert!(length <= LONGEST_LINE + 2000);
    assert_eq!(refused_after(b"*", b"0"), (32, MalformedRequest::Count));
    assert_eq!(
        refused_after(b"*1\r\n$", b"0"),
        (36, MalformedRequest::Length)
    );
    let (length, error) = refused_after(b"*1\r\n$131328\r\n", &[b'v'; 1000]);
    assert_eq!(error, MalformedRequest::End);
    assert!(length <= LARGEST_REQUEST + 2000);
    let (length, error) = refused_after(
        b"*1024\r\n",
        &[b"$1000\r\n", &[b'v'; 1000][..], b"\r\n"].concat(),
    );
    assert_eq!(error, MalformedRequest::TooLarge);
    assert!(length <= LARGEST_REQUEST + 4000);
}

/// The bytes of a request, or bytes that resemble one, or any bytes.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let argument = vec(any::<u8>(), 0..20);
    let array = vec(argument, 0..5).prop_map(|arguments| {
        let mut bytes = BytesMut::new();
        encode::request(&mut bytes, &arguments);
        bytes.to_vec()
    });
    let alphabet = prop::sample::select(b"*$-+0123456789\r\n 'ab\"\\x".to_vec());
    prop_oneof![
        8 => array,
        4 => "[ a-z'\"\\\\]{0,20}\r?\n".prop_map(String::into_bytes),
        1 => vec(alphabet, 0..40),
        1 => vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #[test]
    fn the_pieces_of_a_stream_make_no_difference(
        pieces in vec(piece(), 0..12),
        cuts in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = pieces.concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(bytes.len());
        let mut start = 0;
        let chunks = cuts.into_iter().map(|end| {
            let chunk = &bytes[start..end];
            start = end;
            chunk
        });
        let whole = read([&bytes[..]]);
        prop_assert_eq!(&read(chunks), &whole);
        prop_assert_eq!(&read(bytes.chunks(1)), &whole);
    }

    #[test]
    fn an_encoded_request_is_decoded_unchanged(arguments in vec(vec(any::<u8>(), 0..300), 1..20)) {
        let mut bytes = BytesMut::new();
        encode::request(&mut bytes, &arguments);
        prop_assert_eq!(read([&bytes[..]]), (vec![arguments], Ok(())));
    }

    /// `read` asserts that little memory is used.
    #[test]
    fn arbitrary_bytes_are_decoded_or_refused_in_bounded_memory(
        start in piece(),
        chunks in vec(vec(any::<u8>(), 0..5000), 0..60),
    ) {
        let stream = std::iter::once(&start[..]).chain(chunks.iter().map(Vec::as_slice));
        let _ = read(stream);
    }
}
