//! Changes of names that leave the steps of [`basic`](crate::basic) and
//! [`preliminary`](crate::preliminary) as they are, on packed states.
//!
//! - **Decrees.** No action compares two decrees except for equality, so any two may exchange
//!   their names.
//! - **Priests who start no ballot.** Two of them may exchange their names if the majority sets
//!   remain majority sets; if all weights are equal they always do. The owners of ballot numbers
//!   keep their names, since B3 compares numbers.
//!
//! A change of names is one of the decrees followed by one of the priests; they do not touch
//! each other. The state after a change of priests has the same lanes in another order. Hence
//! the smallest number that the priests can make is that of sorted lanes, and the smallest of
//! the orbit is the smallest of these for all changes of decrees. Changes that leave the state
//! as it is are counted in the same way: those of the priests permute equal lanes, and for each
//! change of decrees that leads to the same sorted lanes there are as many.

use crate::bounds::{Bounds, Decree, MAX_DECREES, MAX_PRIESTS};
use crate::layout::{Layout, Open};
use synod_math::{Priest, PriestSet};

/// The changes of names of a model.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The new code of each decree, BLANK included, for every change of decrees.
    decrees: Vec<[u8; MAX_DECREES + 1]>,
    /// Priests who may exchange their names, in order. Classes of one are left out.
    classes: Vec<Vec<usize>>,
    /// The lane that each priest gets, for every change of priests.
    priests: Vec<[usize; MAX_PRIESTS]>,
}

impl Group {
    /// The changes of names within these bounds.
    pub(crate) fn new(bounds: &Bounds) -> Self {
        let decrees: Vec<usize> = (1..=bounds.decrees().count()).collect();
        let of_decrees = permutations(&decrees).into_iter().map(|renamed| {
            let mut codes = [0; MAX_DECREES + 1];
            for (decree, new) in decrees.iter().zip(renamed) {
                codes[*decree] = new as u8;
            }
            codes
        });
        let classes = classes(bounds);
        let mut priests = vec![std::array::from_fn(|q| q)];
        for class in &classes {
            priests = with_class(&priests, class);
        }
        Self {
            decrees: of_decrees.collect(),
            classes,
            priests,
        }
    }

    /// Whether the only change is the one that changes nothing.
    pub(crate) fn is_trivial(&self) -> bool {
        self.decrees.len() * self.priests.len() == 1
    }

    /// Appends what all changes make of a state.
    pub(crate) fn images(&self, layout: &Layout, number: u128, mut visit: impl FnMut(u128)) {
        for codes in &self.decrees {
            let (lanes, common) = renamed(layout, number, codes);
            for of in &self.priests {
                visit(layout.number(&of.map(|q| lanes[q]), common));
            }
        }
    }

    /// The smallest number of the orbit.
    pub(crate) fn smallest(&self, layout: &Layout, number: u128) -> u128 {
        let sorted = self.decrees.iter().map(|codes| {
            let (lanes, common) = renamed(layout, number, codes);
            layout.number(&self.sorted(lanes), common)
        });
        sorted.min().unwrap_or(number)
    }

    /// The number of states in the orbit of its smallest number.
    pub(crate) fn orbit(&self, layout: &Layout, smallest: u128) -> u64 {
        let unchanged = self.decrees.iter().filter(|codes| {
            let (lanes, common) = renamed(layout, smallest, codes);
            layout.number(&self.sorted(lanes), common) == smallest
        });
        let changes = (self.decrees.len() * self.priests.len()) as u64;
        changes / (unchanged.count() as u64 * self.exchanges(layout, smallest))
    }

    /// The lanes in the order that makes the smallest number: the largest lane of a class first,
    /// where its bits are lowest.
    fn sorted(&self, mut lanes: [u64; MAX_PRIESTS]) -> [u64; MAX_PRIESTS] {
        for class in &self.classes {
            // There are few, and they are almost in order: exchange neighbours.
            for end in (1..class.len()).rev() {
                for pair in class[..=end].windows(2) {
                    if lanes[pair[0]] < lanes[pair[1]] {
                        lanes.swap(pair[0], pair[1]);
                    }
                }
            }
        }
        lanes
    }

    /// How many changes of priests leave sorted lanes as they are.
    fn exchanges(&self, layout: &Layout, number: u128) -> u64 {
        let mut exchanges = 1;
        for class in &self.classes {
            let mut equal = 1;
            for pair in class.windows(2) {
                let is_same = layout.lane(number, pair[0]) == layout.lane(number, pair[1]);
                equal = if is_same { equal + 1 } else { 1 };
                exchanges *= equal;
            }
        }
        exchanges
    }
}

/// A state after a change of decrees: its lanes, and what belongs to no priest.
fn renamed(
    layout: &Layout,
    number: u128,
    codes: &[u8; MAX_DECREES + 1],
) -> ([u64; MAX_PRIESTS], u64) {
    let open = Open::new(layout, number);
    let new = |decree: Decree| u64::from(codes[usize::from(decree.0)]);
    let mut lanes = [0; MAX_PRIESTS];
    for (q, lane) in lanes[..layout.priests].iter_mut().enumerate() {
        *lane = layout.outcome.with(open.lane(q), 0, new(open.outcome(q)));
    }
    let mut common = open.common;
    for b in (0..layout.numbers).filter(|&b| open.has_begun(b)) {
        common = layout.decree.with(common, b, new(open.decree(b)) - 1);
    }
    if !layout.success.is_absent() {
        for d in open.decrees() {
            let is_sent = layout.success.get(open.common, usize::from(d.0) - 1);
            common = layout.success.with(common, new(d) as usize - 1, is_sent);
        }
    }
    (lanes, common)
}

/// The classes of two or more priests who may exchange their names.
fn classes(bounds: &Bounds) -> Vec<Vec<usize>> {
    let tryers: PriestSet = bounds.owners().collect();
    let mut classes: Vec<Vec<Priest>> = Vec::new();
    for q in bounds.priests().filter(|&q| !tryers.contains(q)) {
        let fits = |class: &&mut Vec<Priest>| may_exchange(bounds, class[0], q);
        match classes.iter_mut().find(fits) {
            Some(class) => class.push(q),
            None => classes.push(vec![q]),
        }
    }
    let indices = |class: Vec<Priest>| class.iter().map(|q| q.index()).collect();
    let several = classes.into_iter().filter(|class| class.len() > 1);
    several.map(indices).collect()
}

/// Whether the majority sets remain majority sets if two priests exchange their names.
fn may_exchange(bounds: &Bounds, p: Priest, q: Priest) -> bool {
    let exchanged = |r: Priest| match r {
        r if r == p => q,
        r if r == q => p,
        r => r,
    };
    let mut quorums = bounds.quorums().iter();
    quorums.all(|quorum| bounds.is_majority(quorum.iter().map(exchanged).collect()))
}

/// These changes of priests, each combined with every change of a class.
fn with_class(changes: &[[usize; MAX_PRIESTS]], class: &[usize]) -> Vec<[usize; MAX_PRIESTS]> {
    let of_class = permutations(class);
    let combined = changes.iter().flat_map(|change| {
        of_class.iter().map(|renamed| {
            let mut change = *change;
            for (&q, &new) in class.iter().zip(renamed) {
                change[q] = new;
            }
            change
        })
    });
    combined.collect()
}

/// All orders of some things, the given one first.
fn permutations(things: &[usize]) -> Vec<Vec<usize>> {
    let Some((&first, rest)) = things.split_first() else {
        return vec![Vec::new()];
    };
    let of_rest = permutations(rest);
    let places = 0..things.len();
    let orders = places.flat_map(|place| {
        of_rest.iter().map(move |order| {
            let mut order = order.clone();
            order.insert(place, first);
            order
        })
    });
    orders.collect()
}
