//! Few paths of a tree that together cover every goal.

use std::collections::BinaryHeap;

/// The parent of a root.
pub(crate) const NO_PARENT: u32 = u32::MAX;
/// The goal of a root.
pub(crate) const NO_GOAL: u32 = u32::MAX;

/// A state that was met, and how it was met first.
pub(crate) struct Node {
    /// The state before it: a position in the tree.
    pub(crate) parent: u32,
    /// The position of the step among those of the state before it; of an initial state,
    /// its position among these.
    pub(crate) step: u32,
    /// The goal that this step reaches.
    pub(crate) goal: u32,
}

/// Where a goal was reached first.
#[derive(Clone, Copy)]
pub(crate) struct Reached {
    /// The state before the step.
    pub(crate) from: u32,
    /// The position of the step among those of this state.
    pub(crate) step: u32,
}

/// The goals on the path that reaches this goal first: the last is the goal itself.
pub(crate) fn goals_on_path(tree: &[Node], reached: &[Reached], goal: u32) -> Vec<u32> {
    let mut goals = vec![goal];
    let mut at = reached[goal as usize].from;
    while tree[at as usize].parent != NO_PARENT {
        goals.push(tree[at as usize].goal);
        at = tree[at as usize].parent;
    }
    goals.reverse();
    goals
}

/// Goals whose paths cover all goals. Each time the path is taken that covers most of what is
/// not covered yet; in the end, paths that the others have made superfluous are dropped.
pub(crate) fn few_paths(tree: &[Node], reached: &[Reached]) -> Vec<u32> {
    let gain = |goal: u32, covers: &[u32]| {
        let mut new = goals_on_path(tree, reached, goal);
        new.retain(|&on_path| covers[on_path as usize] == 0);
        new.sort_unstable();
        new.dedup();
        new.len()
    };
    // How many of the paths taken cover each goal.
    let mut covers = vec![0_u32; reached.len()];
    // The gain of a path shrinks as others are chosen, and never grows. So a path that still has
    // the largest gain when its gain is computed again is the best of all.
    let all = 0..reached.len() as u32;
    let mut candidates: BinaryHeap<_> = all.map(|goal| (gain(goal, &covers), goal)).collect();
    let mut taken = Vec::new();
    while let Some((supposed, goal)) = candidates.pop() {
        match gain(goal, &covers) {
            0 => {}
            now if now < supposed => candidates.push((now, goal)),
            _ => {
                count(&mut covers, tree, reached, goal, |covers| *covers += 1);
                taken.push(goal);
            }
        }
    }
    taken.reverse();
    taken.retain(|&goal| {
        let mut path = goals_on_path(tree, reached, goal).into_iter();
        let is_needed = path.any(|on_path| covers[on_path as usize] == 1);
        if !is_needed {
            count(&mut covers, tree, reached, goal, |covers| *covers -= 1);
        }
        is_needed
    });
    taken
}

/// Counts the path of a goal once at each of its goals.
fn count(
    covers: &mut [u32],
    tree: &[Node],
    reached: &[Reached],
    goal: u32,
    count: impl Fn(&mut u32),
) {
    let mut path = goals_on_path(tree, reached, goal);
    path.sort_unstable();
    path.dedup();
    for on_path in path {
        count(&mut covers[on_path as usize]);
    }
}
