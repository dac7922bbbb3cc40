//! §3.1, §3.2.1 and §4 of the paper, a sentence a test.
//!
//! | file | claims |
//! |---|---|
//! | `electing` | steps 1 and 2, once for all numbers |
//! | `passing` | steps 3 to 6, for each number |
//! | `requests` | who asks, who is told |
//! | `catching_up` | who was away |
//! | `law` | the state after the gap-free prefix, each request once |
//! | `ordering` | §3.2.1, and when it does not hold |
//! | `horizon` | numbers that nobody can have come to |
//! | `progress` | whatever happened before, a request is passed |
//!
//! Unless a test says otherwise Γ presides over Α, Β and Γ in ballot 2, whose
//! quorum is {Α Γ}; letters are passed.

mod catching_up;
mod electing;
mod horizon;
mod law;
mod ordering;
mod passing;
mod progress;
mod requests;

use crate::chamber::{ALPHA, BETA, GAMMA};
use crate::legislators::{Legislators, Settings};
use synod_math::{BallotNumber, Priest};
use synod_protocol::Timer;
use synod_protocol::parliament::{DecreeNumber, Order, VotedTo};

/// Few of everything, so that it comes to an end soon.
const SMALL: Settings = Settings {
    in_flight: 2,
    waiting: 2,
    batch: 2,
    voted_to: VotedTo::President,
    order: Order::Ascending,
};

/// The same, in any order.
const SMALL_ANY: Settings = Settings {
    order: Order::Any,
    ..SMALL
};

/// In any order, as in the paper.
const ANY: Settings = Settings {
    order: Order::Any,
    ..Settings::DEFAULT
};

/// Γ presides, with Α; Β has not heard of it.
fn gamma_presides(settings: Settings) -> Legislators {
    let mut chamber = Legislators::of(3, settings);
    preside(&mut chamber, GAMMA, ALPHA);
    chamber
}

/// He has not heard of a higher name for T; the answer of one other makes him
/// preside. Nobody else is asked.
fn preside(chamber: &mut Legislators, president: Priest, other: Priest) {
    chamber.time_out(president, Timer::Absence);
    answer(chamber, president, other);
}

/// He gets the president's NextBallot, and the president his answer; the other
/// NextBallots are lost.
fn answer(chamber: &mut Legislators, president: Priest, other: Priest) {
    chamber.deliver(&format!("{president}→{other} NextBallot"));
    chamber.deliver(&format!("{other}→{president} LastVote"));
    for third in chamber.all().filter(|&p| p != president && p != other) {
        chamber.drop(&format!("{president}→{third} NextBallot"));
    }
}

/// Γ has left, and Β presides in ballot 4, with Α.
fn beta_takes_over(chamber: &mut Legislators) {
    chamber.crash(GAMMA);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Round);
    answer(chamber, BETA, ALPHA);
}

/// Γ is asked for these; all of it arrives.
fn pass(chamber: &mut Legislators, letters: &str) {
    for letter in letters.chars() {
        chamber.ask(GAMMA, letter);
        chamber.deliver_all();
    }
}

/// The decrees in the ledgers of Α, Β and Γ.
fn all_decrees(chamber: &Legislators) -> [String; 3] {
    [ALPHA, BETA, GAMMA].map(|who| chamber.decrees(who))
}

fn at(number: u64) -> DecreeNumber {
    DecreeNumber(number)
}

fn ballot(number: u64) -> BallotNumber {
    BallotNumber(number)
}
