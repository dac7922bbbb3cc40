//! Arbitrary bytes as a part of the transfer of a snapshot, and as the file of a snapshot, which
//! is read entry by entry before its digest is verified.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::{env, fs, process};
use synod_node::snapshot::{MAGIC, SnapshotReader, VERSION};
use synod_node::wire::{self, FrameBody};
use synod_protocol::parliament::Law;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(FrameBody::Transfer(transfer)) = wire::decode_body(bytes) {
        let again = wire::decode_body(&wire::encode_transfer_body(transfer.clone()));
        assert_eq!(
            again.expect("an encoded value can be decoded"),
            FrameBody::Transfer(transfer)
        );
    }
    if let Ok(entry) = wire::decode_law_entry(bytes) {
        let again = wire::decode_law_entry(&wire::encode_law_entry(entry.clone()));
        assert_eq!(again.expect("an encoded value can be decoded"), entry);
    }
    let path = env::temp_dir().join(format!("synod-fuzz-{}", process::id()));
    let file = [MAGIC, VERSION.to_le_bytes().as_slice(), bytes].concat();
    fs::write(&path, file).expect("a temporary file can be written");
    if let Ok(reader) = SnapshotReader::open(&path) {
        let through = reader.header.through;
        let read = reader.read(wire::decode_law_entry, |entries| {
            Law::<synod_node::Map>::restore(through, entries)
        });
        if let Ok((summary, law)) = read {
            assert_eq!((summary.through, law.through()), (through, through));
        }
    }
});
