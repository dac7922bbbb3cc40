//! Helpers for partners: events that happen in some state, if the bounds allow them, and
//! show that no claim is vacuous.

use stateright::Model;
use synod_math::Priest;
use synod_vocabulary::Partner;

/// The partner of a claim: `one` if it can happen within the bounds, otherwise `other`.
pub(crate) fn either<M: Model>(happens: bool, one: Partner<M>, other: Partner<M>) -> Partner<M> {
    if happens { one } else { other }
}

/// For each two ballot numbers their owners, that of the smaller number first. `owners` are
/// the owners of all numbers, from the smallest number on.
pub(crate) fn pairs(owners: &[Priest]) -> impl Iterator<Item = (Priest, Priest)> {
    let smaller = owners.iter().enumerate();
    smaller.flat_map(|(place, &p)| owners[place + 1..].iter().map(move |&r| (p, r)))
}

/// Makes the partners that belong to no claim. Each entry has the method of `Reach` that
/// says whether the partner is required, its name, and whether it happens in a state.
macro_rules! other_partners {
    ($($condition:ident: $name:literal, $happens:expr;)+) => {
        type Condition = fn(&Reach<'_>) -> bool;

        /// The other partners, each with the condition under which it is required.
        const OTHERS: &[(Condition, Partner<World<Candidate>>)] = &[
            $((|reach| reach.$condition(), Partner { name: $name, happens: $happens }),)+
        ];

        /// Those that are required within the bounds of this world.
        fn required(world: &World<Candidate>) -> Vec<Partner<World<Candidate>>> {
            let reach = Reach::of(world);
            let required = OTHERS.iter().filter(|(is_required, _)| is_required(&reach));
            required.map(|(_, partner)| *partner).collect()
        }
    };
}
pub(crate) use other_partners;
