//! Arbitrary bytes as a message, an introduction, a decree or a vote. A value that was
//! decoded is encoded, and decoded again as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use synod_node::wire::{self, FrameBody};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = wire::decode_message(bytes) {
        let again = wire::encode_message(message.clone());
        assert!(
            again.len() <= bytes.len(),
            "the encoding is not the shortest"
        );
        assert_eq!(
            wire::decode_message(&again).expect("an encoded value can be decoded"),
            message
        );
    }
    if let Ok(FrameBody::Introduction(introduction)) = wire::decode_body(bytes) {
        let again = wire::decode_body(&wire::encode_introduction_body(&introduction));
        let introduction = FrameBody::Introduction(introduction);
        assert_eq!(
            again.expect("an encoded value can be decoded"),
            introduction
        );
    }
    if let Ok(decree) = wire::decode_decree(bytes) {
        let again = wire::encode_decree(decree.clone());
        assert_eq!(
            wire::decode_decree(&again).expect("an encoded value can be decoded"),
            decree
        );
    }
    if let Ok(vote) = wire::decode_vote(bytes) {
        let again = wire::encode_vote(vote.clone());
        assert_eq!(
            wire::decode_vote(&again).expect("an encoded value can be decoded"),
            vote
        );
    }
});
