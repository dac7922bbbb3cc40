//! Interesting runs, step by step.

use super::{after, parliament};
use synod_vocabulary::Describe;
use synod_world::reductions::Reductions;

/// Α presides over ballot 0 and learns a decree from the votes of ballot 1. His next
/// BeginBallot says that it is passed, to Γ, who voted for the same decree in ballot 0. For
/// the history this BeginBallot also sends a Success, before Γ receives it.
#[test]
fn a_decree_learnt_from_votes_rides_on_a_begin_ballot() {
    let world = parliament(
        "priests = 3; tryers = [1, 2]; voted_to = \"everybody\"; \
         requests = [\"write a\", \"write b\"]",
    );
    let state = after(
        &world,
        &[
            "Α: the absence timer fires",
            "Β: Receive NextBallot(0, 0) from Α",
            "Γ: Receive NextBallot(0, 0) from Α",
            "Β: Propose write b",
            "Α: Receive LastVote(0, no votes) from Γ",
            "Β: the absence timer fires",
            "Α: Receive Forwarded(write b) from Β",
            "Α: Receive NextBallot(1, 0) from Β",
            "Β: Receive LastVote(1, 1: write b in 0) from Α",
            "Α: Receive BeginBallot(1, 1: write b) to {Α Β} from Β",
            "Γ: Receive BeginBallot(0, 1: write b) to {Α Γ} from Α",
            "Α: Receive Voted(1, 1, Β) from Β",
            "Α: Propose write a",
            "Γ: Receive BeginBallot(0, 2: write a, Success up to 1) to {Α Γ} from Α",
        ],
    );
    let last = world.sites(&state).last().unwrap();
    assert_eq!(last.ledger.known().0, 1);
    for claim in world.claims() {
        let found = (claim.check)(&world, &state).map_err(|witness| witness.0);
        assert_eq!(found, Ok(()), "{}", claim.name);
    }
}

/// §3.2.1 with votes in any order: Β passes a decree at 2; then Α proposes at 1 in an old
/// ballot; Γ must take this proposal up, and passes it. The run exists in the whole world
/// and in the reduced one.
#[test]
fn votes_in_any_order_break_ordering_and_nothing_else() {
    let full = parliament(
        "priests = 3; tryers = [1, 2, 3]; asked = [2, 2, 1]; numbers = 2; order = \"any\"; \
         requests = [\"write a\", \"write b\", \"write c\"]",
    );
    for world in [full.clone(), full.reduced(Reductions::ALL)] {
        let state = after(
            &world,
            &[
                "Α: the absence timer fires",
                "Β: Receive NextBallot(0, 0) from Α",
                "Β: the absence timer fires",
                "Β: Propose write b",
                "Γ: Receive NextBallot(1, 0) from Β",
                "Β: Receive LastVote(1, no votes) from Γ",
                "Β: Propose write a",
                "Γ: Receive BeginBallot(1, 2: write a) to {Β Γ} from Β",
                "Α: Receive LastVote(0, no votes) from Β",
                "Α: Propose write c",
                "Γ: the absence timer fires",
                "Α: Receive NextBallot(2, 0) from Γ",
                "Γ: Receive LastVote(2, 1: write c in 0) from Α",
                "Α: Receive BeginBallot(2, 1: write c) to {Α Γ} from Γ",
            ],
        );
        let claims = world.claims().into_iter();
        let broken = claims.filter(|claim| (claim.check)(&world, &state).is_err());
        let broken: Vec<_> = broken.map(|claim| claim.name).collect();
        assert_eq!(broken, ["Ordering"]);
    }
}

/// The verdicts that are remembered for one world are not used for another one, even if it
/// has the same address in memory and an equal state.
#[test]
fn each_world_remembers_its_own_verdicts() {
    let lines = "priests = 2; tryers = [1]; requests = [\"write a\", \"read\"]";
    for round in 0..50 {
        let more = if round % 2 == 0 { "false" } else { "true" };
        let world = parliament(&format!("{lines}; linearizability = {more}"));
        let first = after(&world, &[]);
        for claim in world.claims() {
            assert!((claim.holds)(&world, &first), "{}", claim.name);
        }
    }
}
