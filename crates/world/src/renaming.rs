//! What changes the names of interchangeable nodes: a part of a [`World`](crate::World) that has
//! some.

use crate::event::EventOf;
use crate::lens::Lens;
use crate::network::LetterOf;
use crate::node::Explorable;
use crate::site::Site;
use synod_process::Renaming;

/// Renames a `T` that consists of what processes of type `P` know or say.
pub(crate) type Rename<P, T> = fn(&T, Renaming<'_, <P as synod_process::Process>::Id>) -> T;

/// The changes of names of interchangeable nodes, and what they make of the parts of a state.
pub(crate) struct Interchangeable<P: Explorable, L: Lens<P>> {
    /// All but the one that changes nothing: by the position of a node, the position of the node
    /// whose name it gets.
    pub(crate) permutations: Vec<Vec<usize>>,
    pub(crate) site: Rename<P, Site<P>>,
    pub(crate) event: Rename<P, EventOf<P>>,
    pub(crate) letter: Rename<P, LetterOf<P>>,
    pub(crate) history: Rename<P, L::History>,
}
