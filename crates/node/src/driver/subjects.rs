//! [`Subjects`]: which outputs of a batch wait for its commit.

use std::collections::BTreeSet;

/// What a record or another output is about. Outputs of different subjects do not depend on each
/// other. [`Host::subjects`](super::Host::subjects) tells it.
///
/// In a parliament a subject is a decree number: the instances of the protocol are independent, except
/// where an output is about all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subjects {
    /// Nothing that is recorded. As a record: nothing waits for it but what is about everything.
    Nothing,
    /// One subject.
    One(u64),
    /// All subjects up to one.
    Through(u64),
    /// One subject, and all up to a smaller one.
    OneAndThrough(u64, u64),
    /// Everything: it waits for all records before it, and everything after it waits for it.
    Everything,
}

/// The subjects of the outputs that wait for the next commit.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    subjects: BTreeSet<u64>,
    has_everything: bool,
}

impl Waiting {
    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.subjects.is_empty() && !self.has_everything
    }

    /// Whether an output about these subjects has to wait, too.
    pub(super) fn concerns(&self, subjects: Subjects) -> bool {
        let through = |last: u64| self.subjects.first().is_some_and(|&first| first <= last);
        self.has_everything
            || match subjects {
                Subjects::Nothing => false,
                Subjects::One(one) => self.subjects.contains(&one),
                Subjects::Through(last) => through(last),
                Subjects::OneAndThrough(one, last) => self.subjects.contains(&one) || through(last),
                Subjects::Everything => !self.subjects.is_empty(),
            }
    }

    /// Notes that an output about these subjects waits.
    pub(super) fn add(&mut self, subjects: Subjects) {
        match subjects {
            Subjects::Nothing => {}
            Subjects::One(one) | Subjects::OneAndThrough(one, _) | Subjects::Through(one) => {
                self.subjects.insert(one);
            }
            Subjects::Everything => self.has_everything = true,
        }
    }

    /// Nothing waits any more.
    pub(super) fn clear(&mut self) {
        self.subjects.clear();
        self.has_everything = false;
    }
}
