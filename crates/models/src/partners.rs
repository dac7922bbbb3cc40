//! What happens in some state, so that no claim is vacuous, if the bounds let it.

use stateright::Model;
use synod_math::Priest;
use synod_vocabulary::Partner;

/// What puts a claim to use: the one partner if the bounds let it happen, else the
/// other.
pub(crate) fn either<M: Model>(happens: bool, one: Partner<M>, other: Partner<M>) -> Partner<M> {
    if happens { one } else { other }
}

/// The owners of two ballot numbers, the smaller first, for each two: of the owners
/// of all numbers, from the smallest on.
pub(crate) fn pairs(owners: &[Priest]) -> impl Iterator<Item = (Priest, Priest)> {
    let smaller = owners.iter().enumerate();
    smaller.flat_map(|(place, &p)| owners[place + 1..].iter().map(move |&r| (p, r)))
}

/// From an entry a partner that no claim brings along: the condition of `Reach` on
/// which it is asked for, its name, and whether it has happened.
macro_rules! other_partners {
    ($($condition:ident: $name:literal, $happens:expr;)+) => {
        type Asked = fn(&Reach<'_>) -> bool;

        /// What else happens, each with whether the bounds let it.
        const OTHERS: &[(Asked, Partner<World<Candidate>>)] = &[
            $((|reach| reach.$condition(), Partner { name: $name, happens: $happens }),)+
        ];

        /// What else happens, if the bounds let it.
        pub(super) fn others(world: &World<Candidate>) -> Vec<Partner<World<Candidate>>> {
            let reach = Reach::of(world);
            let asked = OTHERS.iter().filter(|(is_asked, _)| is_asked(&reach));
            asked.map(|(_, partner)| *partner).collect()
        }
    };
}
pub(crate) use other_partners;
