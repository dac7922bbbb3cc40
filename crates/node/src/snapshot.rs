//! Snapshots (§3.3.2): the law as of some decree, in a file of its own in the node's folder, so
//! that the ledger below it can be cut.
//!
//! | bytes | contents |
//! |---|---|
//! | 8 | [`MAGIC`] |
//! | 4 | [`VERSION`] |
//! | 4 + its length | the [`SnapshotHeader`] |
//! | 4 + its length, for each entry | an entry of the law, at least one byte |
//! | 4 | 0, which is no length of an entry |
//! | 8 | the number of entries |
//! | 32 | the SHA-256 digest of all bytes before it |
//!
//! Numbers are written in little-endian order. Entries are any bytes here; [`crate::wire`] says
//! what they mean. A file depends on the law and the cluster only: two nodes that take a snapshot
//! as of the same decree write the same bytes.
//!
//! A file is written under another name, synced and then renamed. So a file that has its final
//! name is complete, unless the disk has damaged it, which is noticed when it is read.
//!
//! ```
//! use synod_math::Priest;
//! use synod_node::config::Identity;
//! use synod_node::snapshot::{self, SnapshotHeader, SnapshotReader};
//! use synod_protocol::parliament::DecreeNumber;
//!
//! let folder = tempfile::tempdir()?;
//! let header = SnapshotHeader {
//!     cluster: "demo".to_owned(),
//!     legislators: 3,
//!     through: DecreeNumber(1000),
//!     law_digest: 7,
//! };
//! let summary = snapshot::write(folder.path(), &header, [b"one".as_slice(), b"two"])?;
//!
//! let file = snapshot::file_in(folder.path(), &summary);
//! let reader = SnapshotReader::open(&file)?;
//! assert_eq!(reader.header, header);
//! let me = Priest::new(0).unwrap();
//! reader.require_cluster_of(&Identity { cluster: "demo".to_owned(), me, legislators: 3 })?;
//! let (read, entries) = reader.read(
//!     |bytes| Ok(bytes.to_vec()),
//!     |entries| entries.collect::<Vec<_>>(),
//! )?;
//! assert_eq!(read, summary);
//! assert_eq!(entries, [b"one", b"two"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | `folder` | names of files, and their removal |
//! | `write`, `read` | a file is written and read |
//! | `hashing` | the digest of a file |
//! | `background` | threads for work that can wait |
//! | `metrics` | counters |
//! | [`transfer`] | sends a file to another node |
//! | `error` | [`SnapshotError`] |

pub mod background;
mod error;
mod folder;
mod hashing;
pub(crate) mod metrics;
mod read;
pub mod transfer;
mod write;

pub use error::SnapshotError;
pub(crate) use folder::find;
pub use folder::{UNFINISHED, file_in, remove_unreferenced};
pub(crate) use hashing::Hasher;
pub use read::SnapshotReader;
pub use write::write;

use crate::wire;
use synod_protocol::parliament::DecreeNumber;
use synod_protocol::state_machine::map;

/// The first bytes of a file.
pub const MAGIC: &[u8; 8] = b"synod/sn";

/// The version of the format, that of the entries included.
pub const VERSION: u32 = 2;

/// The version of the format before there were transactions: it has fewer kinds of entries, and is read
/// as it was.
const VERSION_WITHOUT_TRANSACTIONS: u32 = 1;

/// The longest entry in bytes: a key and its value, or the last answer to a client, with a few
/// numbers.
pub const LARGEST_ENTRY: usize = 2 * map::LARGEST_RESPONSE + 1024;

/// The longest header in bytes: much more than the longest name of a cluster.
const LARGEST_HEADER: usize = 4096;

/// What a file tells of its snapshot before the entries. Shown in the [module's](self) example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotHeader {
    /// The name of the cluster.
    pub cluster: String,
    /// How many legislators the cluster has.
    pub legislators: usize,
    /// The number of the last decree that the snapshot contains.
    pub through: DecreeNumber,
    /// The digest of the decrees up to this number, for comparison with those of peers (see
    /// [`crate::rollback`]).
    pub law_digest: u64,
}

/// A header as it is written.
type WrittenHeader = (String, u64, u64, u64);

impl SnapshotHeader {
    fn encode(&self) -> Vec<u8> {
        let (legislators, through) = (self.legislators as u64, self.through.0);
        let header = (&self.cluster, legislators, through, self.law_digest);
        let mut bytes = Vec::new();
        // postcard fails only if writing fails, which it does not in memory.
        #[allow(clippy::expect_used)]
        postcard::to_io(&header, &mut bytes).expect("a header can be written to memory");
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, wire::Malformed> {
        let (header, rest) = postcard::take_from_bytes::<WrittenHeader>(bytes)?;
        let (cluster, legislators, through, law_digest) = header;
        if !rest.is_empty() {
            return Err(wire::Malformed::TooLong(rest.len()));
        }
        if through > wire::LARGEST_NUMBER {
            return Err(wire::Malformed::Number(through));
        }
        Ok(Self {
            cluster,
            legislators: usize::try_from(legislators).unwrap_or(usize::MAX),
            through: DecreeNumber(through),
            law_digest,
        })
    }
}
