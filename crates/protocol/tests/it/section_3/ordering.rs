//! §3.2.1, Ordering: if decree A was passed before decree B was proposed, then A has the lower number.
//!
//! The story: Α owns ballot 0 and has the promise of Γ; then Β, who owns ballot 1, has it. Β proposes c
//! at number 1 and a at number 2, but only the BeginBallot about a reaches Γ. Then Α, who does not know
//! that he is not president any more, is asked for b and proposes it at number 1.

use super::{ANY, SMALL, all_decrees, at, preside};
use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Legislators, Settings};
use synod_protocol::{Ignored, Timer};

/// The story up to the loss of Β's BeginBallot about 1; the one about 2 is in flight to Γ.
fn two_presidents(settings: Settings) -> Legislators {
    let mut chamber = Legislators::of(3, settings);
    preside(&mut chamber, ALPHA, GAMMA);
    preside(&mut chamber, BETA, GAMMA);
    chamber.ask(BETA, 'c');
    chamber.ask(BETA, 'a');
    chamber.drop("Β→Γ BeginBallot(1, 1: c)");
    chamber
}

/// The rest of the story: Α is asked for b; then Γ presides, with Α in the quorum.
fn then_b_is_proposed(chamber: &mut Legislators) {
    chamber.ask(ALPHA, 'b');
    chamber.drop_all();
    chamber.crash(BETA);
    preside(chamber, GAMMA, ALPHA);
    chamber.deliver_all();
}

/// If legislators vote in any order, a is passed at 2 before b is proposed, and b gets number 1: the
/// votes of ballots 0 and 1 bind Γ at both numbers. The paper claims that this cannot happen.
#[test]
fn in_any_order_a_decree_that_is_proposed_later_can_get_the_lower_number() {
    let mut chamber = two_presidents(ANY);
    chamber.deliver("Β→Γ BeginBallot(1, 2: a)");
    chamber.deliver("Γ→Β Voted(1, 2, Γ)");
    assert_eq!(all_decrees(&chamber), ["", "_a", ""]);
    assert_eq!(chamber.passed(), [at(2)]);
    then_b_is_proposed(&mut chamber);
    assert_eq!(all_decrees(&chamber), ["ba", "_a", "ba"]);
}

/// If legislators vote in ascending order, a is not passed at 2 before a decree is passed at 1.
#[test]
fn in_ascending_order_it_cannot() {
    let mut chamber = two_presidents(SMALL);
    let turn = chamber.deliver("Β→Γ BeginBallot(1, 2: a)");
    turn.changed_nothing(Ignored::OutOfOrder);
    assert_eq!(chamber.passed(), []);
    then_b_is_proposed(&mut chamber);
    assert_eq!(all_decrees(&chamber), ["b", "", "b"]);
    chamber.recover(BETA);
    chamber.time_out(BETA, Timer::Presence);
    chamber.ask(GAMMA, 'a');
    chamber.deliver_all();
    assert_eq!(all_decrees(&chamber), ["ba"; 3]);
}
