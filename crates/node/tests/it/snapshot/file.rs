//! A file is written whole and read whole, and every damage is noticed.

use super::header;
use crate::common::{identity, in_memory};
use proptest::collection::vec;
use proptest::prelude::*;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use synod_node::snapshot::{
    LARGEST_ENTRY, MAGIC, SnapshotError, SnapshotReader, UNFINISHED, VERSION, file_in,
    remove_unreferenced, write,
};
use synod_node::wire::{Malformed, SnapshotSummary};

const ENTRIES: [&[u8]; 3] = [b"one", b"two", b"three"];

fn written(folder: &Path) -> PathBuf {
    file_in(folder, &write(folder, &header(9), ENTRIES).unwrap())
}

/// Reads a file as a node does.
fn read(file: &Path) -> Result<(SnapshotSummary, Vec<Vec<u8>>), SnapshotError> {
    let reader = SnapshotReader::open(file)?;
    reader.require_cluster_of(&identity(0, 3))?;
    reader.read(|bytes| Ok(bytes.to_vec()), |entries| entries.collect())
}

fn refusal(file: &Path) -> String {
    read(file).unwrap_err().to_string()
}

proptest! {
    #[test]
    fn entries_are_read_as_they_were_written(
        entries in vec(vec(any::<u8>(), 1..300), 0..40),
        through in 0_u64..1 << 56,
    ) {
        let folder = in_memory();
        let summary = write(folder.path(), &header(through), &entries).unwrap();
        let file = file_in(folder.path(), &summary);
        prop_assert_eq!(summary.size, fs::metadata(&file).unwrap().len());
        prop_assert_eq!(SnapshotReader::open(&file).unwrap().header, header(through));
        prop_assert_eq!(read(&file).unwrap(), (summary, entries));
    }
}

#[test]
fn nodes_write_the_same_file_of_the_same_law() {
    let (one, two) = (in_memory(), in_memory());
    let files = [written(one.path()), written(two.path())];
    let [first, second] = files.map(|file| fs::read(file).unwrap());
    assert_eq!(first, second);
    assert_eq!(&first[..8], MAGIC);
}

/// The version before there were transactions has fewer kinds of entries.
#[test]
fn a_file_of_the_first_version_is_read() {
    let folder = in_memory();
    let file = written(folder.path());
    let mut bytes = fs::read(&file).unwrap();
    bytes[8..12].copy_from_slice(&1_u32.to_le_bytes());
    let end = bytes.len() - 32;
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes[..end]);
    bytes[end..].copy_from_slice(digest.as_ref());
    fs::write(&file, bytes).unwrap();
    assert_eq!(read(&file).unwrap().1, ENTRIES);
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let folder = in_memory();
    let file = written(folder.path());
    let whole = fs::read(&file).unwrap();
    for length in 0..whole.len() {
        fs::write(&file, &whole[..length]).unwrap();
        let error = refusal(&file);
        assert!(error.contains("it is cut off"), "{length}: {error}");
        assert!(error.contains("empty folder"), "{error}");
    }
    fs::write(&file, [whole.as_slice(), b"?"].concat()).unwrap();
    assert!(refusal(&file).contains("bytes follow after its end"));
}

#[test]
fn a_file_with_a_flipped_bit_is_refused() {
    let folder = in_memory();
    let file = written(folder.path());
    let whole = fs::read(&file).unwrap();
    for bit in 0..8 * whole.len() {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&file, damaged).unwrap();
        assert!(read(&file).is_err(), "bit {bit}");
    }
}

#[test]
fn a_damage_after_the_entries_that_are_used_is_noticed() {
    let folder = in_memory();
    let file = written(folder.path());
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    let reader = SnapshotReader::open(&file).unwrap();
    let first = reader.read(|bytes| Ok(bytes.to_vec()), |entries| entries.next());
    let error = first.unwrap_err().to_string();
    assert!(error.contains("the digest differs"), "{error}");
}

#[test]
fn a_file_of_another_version_or_cluster_is_refused() {
    let folder = in_memory();
    let file = written(folder.path());
    let mut bytes = fs::read(&file).unwrap();
    bytes[8] = 9;
    fs::write(&file, bytes).unwrap();
    let error = refusal(&file);
    let expected =
        format!("is a snapshot of version 9, and this program reads versions 1 to {VERSION}");
    assert!(error.contains(&expected), "{error}");

    let mut other = header(9);
    other.cluster = "delphi".to_owned();
    let summary = write(folder.path(), &other, ENTRIES).unwrap();
    let error = refusal(&file_in(folder.path(), &summary));
    let expected = "is a snapshot of cluster \"delphi\" with 3 legislators, and not of cluster \
                    \"paxos\" with 3 legislators";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_announced_length_takes_no_memory() {
    let folder = in_memory();
    let file = written(folder.path());
    let whole = fs::read(&file).unwrap();
    let entry = whole.windows(3).position(|bytes| bytes == b"one").unwrap();
    // The length of the header, and that of the first entry.
    for at in [12, entry - 4] {
        let mut forged = whole.clone();
        forged[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        fs::write(&file, forged).unwrap();
        let error = refusal(&file);
        assert!(error.contains("4294967295 bytes are announced"), "{error}");
    }
}

#[test]
fn an_entry_that_cannot_be_decoded_is_named() {
    let folder = in_memory();
    let file = written(folder.path());
    let decode = |bytes: &[u8]| match bytes {
        b"two" => Err(Malformed::TooLong(1)),
        bytes => Ok(bytes.to_vec()),
    };
    let reader = SnapshotReader::open(&file).unwrap();
    let result = reader.read(decode, |entries| entries.count());
    let error = result.unwrap_err().to_string();
    assert!(
        error.contains("entry 2 cannot be read: 1 bytes too many"),
        "{error}"
    );
}

#[test]
fn an_entry_that_could_not_be_read_again_is_not_written() {
    let folder = in_memory();
    let entry = vec![1; LARGEST_ENTRY];
    let summary = write(folder.path(), &header(1), [&entry]).unwrap();
    assert_eq!(read(&file_in(folder.path(), &summary)).unwrap().1, [entry]);
    let result = write(folder.path(), &header(2), [vec![1; LARGEST_ENTRY + 1]]);
    assert!(matches!(result, Err(SnapshotError::TooLong { .. })));
}

#[test]
fn only_the_owner_can_read_a_file_and_links_are_not_followed() {
    let folder = in_memory();
    let other = folder.path().join("other");
    fs::write(&other, "untouched").unwrap();
    symlink(&other, folder.path().join(UNFINISHED)).unwrap();
    let file = written(folder.path());
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&other).unwrap(), "untouched");

    let link = folder.path().join("link");
    symlink(&file, &link).unwrap();
    assert!(matches!(read(&link), Err(SnapshotError::Io { .. })));
}

#[test]
fn what_the_ledger_does_not_name_is_removed() {
    let folder = in_memory();
    let old = written(folder.path());
    let summary = write(folder.path(), &header(10), ENTRIES).unwrap();
    let new = file_in(folder.path(), &summary);
    let ledger = folder.path().join("ledger.redb");
    for other in [&ledger, &folder.path().join(UNFINISHED)] {
        fs::write(other, "").unwrap();
    }
    remove_unreferenced(folder.path(), Some(&summary)).unwrap();
    assert!(new.exists() && ledger.exists() && !old.exists());
    assert!(!folder.path().join(UNFINISHED).exists());
    remove_unreferenced(folder.path(), None).unwrap();
    assert!(!new.exists() && ledger.exists());
}

/// A process that was killed while it wrote leaves such a file.
#[test]
fn an_unfinished_file_does_not_prevent_the_next() {
    let folder = in_memory();
    fs::write(folder.path().join(UNFINISHED), vec![0; 1 << 20]).unwrap();
    let file = written(folder.path());
    assert_eq!(read(&file).unwrap().1, ENTRIES);
}
