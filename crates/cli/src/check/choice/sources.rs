//! Which protocols the files of Synod's own checkout decide.

use std::collections::BTreeSet;
use std::path::Path;

/// Files and folders, each with the protocols whose results depend on it. The results of all
/// protocols depend on a file that is neither here nor below: it is shared, or not known.
const OF_PROTOCOLS: &[(&str, &[&str])] = &[
    (
        "crates/models/src/basic",
        &["basic", "complete", "parliament"],
    ),
    (
        "crates/models/src/basic.rs",
        &["basic", "complete", "parliament"],
    ),
    ("crates/models/src/complete", &["complete", "parliament"]),
    ("crates/models/src/complete.rs", &["complete", "parliament"]),
    ("crates/models/src/parliament", &["complete", "parliament"]),
    (
        "crates/models/src/parliament.rs",
        &["complete", "parliament"],
    ),
    ("crates/models/src/paxos", &["paxos"]),
    ("crates/models/src/paxos.rs", &["paxos"]),
    ("crates/process", &["complete", "parliament"]),
    ("crates/protocol", &["complete", "parliament"]),
    ("crates/specs/src/protocols/basic", &["basic"]),
    ("crates/specs/src/protocols/basic.rs", &["basic"]),
    ("crates/specs/src/protocols/complete.rs", &["complete"]),
    ("crates/specs/src/protocols/parliament.rs", &["parliament"]),
    ("crates/specs/src/protocols/paxos.rs", &["paxos"]),
    (
        "crates/specs/src/protocols/preliminary.rs",
        &["preliminary"],
    ),
];

/// Files and folders on which no result depends. A spec counts for itself.
const OF_NONE: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "benches",
    "crates/audit",
    "crates/bench",
    "crates/conformance",
    "crates/explorer",
    "crates/node",
    "crates/resp",
    "crates/trials",
    "crates/twins",
    "docs",
    "examples",
    "fuzz",
    "scripts",
    "specs",
    "tla",
];

/// The protocols whose code has changed.
pub(super) enum Touched {
    All,
    Some(BTreeSet<&'static str>),
}

impl Touched {
    pub(super) fn has(&self, protocol: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some(protocols) => protocols.contains(protocol),
        }
    }
}

/// The protocols that these files decide.
pub(super) fn touched(files: impl IntoIterator<Item = impl AsRef<Path>>) -> Touched {
    let mut protocols = BTreeSet::new();
    for file in files {
        let file = file.as_ref();
        if OF_NONE.iter().any(|none| file.starts_with(none)) {
            continue;
        }
        let mut known = OF_PROTOCOLS.iter();
        match known.find(|(of, _)| file.starts_with(of)) {
            Some((_, of)) => protocols.extend(of.iter().copied()),
            None => return Touched::All,
        }
    }
    Touched::Some(protocols)
}

#[cfg(test)]
mod tests {
    use super::*;
    use synod_specs::PROTOCOLS;

    fn names(files: &[&str]) -> Vec<&'static str> {
        let touched = touched(files);
        let names = PROTOCOLS.iter().map(|protocol| protocol.name);
        names.filter(|name| touched.has(name)).collect()
    }

    #[test]
    fn what_is_shared_or_not_known_touches_all_protocols_and_documents_touch_none() {
        let all: Vec<_> = PROTOCOLS.iter().map(|protocol| protocol.name).collect();
        for shared in [
            "Cargo.lock",
            "crates/models/src/view.rs",
            "crates/checker/src/lib.rs",
            "crates/models/src/basically.rs",
            "new-folder/file",
        ] {
            assert_eq!(names(&[shared]), all, "{shared}");
        }
        assert!(names(&["docs/checker.md", "specs/basic/a.toml"]).is_empty());
        let two = [
            "crates/models/src/paxos/tell.rs",
            "crates/protocol/src/seat.rs",
        ];
        assert_eq!(names(&two), ["complete", "parliament", "paxos"]);
    }

    #[test]
    fn every_place_in_the_lists_is_there() {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        let of_protocols = OF_PROTOCOLS.iter().map(|(place, _)| place);
        for place in of_protocols.chain(OF_NONE) {
            let place = top.map(|top| top.join(place));
            assert!(
                place.as_ref().is_some_and(|place| place.exists()),
                "{place:?}"
            );
        }
        let named = OF_PROTOCOLS.iter().flat_map(|(_, protocols)| *protocols);
        for name in named {
            assert!(PROTOCOLS.iter().any(|known| known.name == *name), "{name}");
        }
    }
}
