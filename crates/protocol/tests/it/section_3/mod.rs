//! §3.1, §3.2.1 and §4 of the paper: one test for each sentence.
//!
//! | file | claims about |
//! |---|---|
//! | `electing` | steps 1 and 2, once for all decree numbers |
//! | `passing` | steps 3 to 6, for each decree number |
//! | `requests` | the way of a request to the president, and of its answer to the client |
//! | `catching_up` | legislators who were away |
//! | `law` | the state after the longest prefix without a gap, with each request carried out once |
//! | `ordering` | §3.2.1, and the case in which it fails |
//! | `horizon` | forged numbers that no honest process can have reached |
//! | `progress` | after any trouble, a request is passed |
//!
//! Unless a test says otherwise, there are three legislators Α, Β and Γ, and Γ presides in ballot 2,
//! whose quorum is {Α Γ}. Decrees are letters.

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

/// Small limits, which are soon reached.
const SMALL: Settings = Settings {
    in_flight: 2,
    waiting: 2,
    batch: 2,
    voted_to: VotedTo::President,
    order: Order::Ascending,
};

/// Small limits, with votes in any order.
const SMALL_ANY: Settings = Settings {
    order: Order::Any,
    ..SMALL
};

/// The default limits, with votes in any order, as in the paper.
const ANY: Settings = Settings {
    order: Order::Any,
    ..Settings::DEFAULT
};

/// A parliament in which Γ presides, with Α in the quorum; Β has not heard of it.
fn gamma_presides(settings: Settings) -> Legislators {
    let mut chamber = Legislators::of(3, settings);
    preside(&mut chamber, GAMMA, ALPHA);
    chamber
}

/// Makes this legislator president: he has not heard of a higher name for T, and `other` answers him.
/// The other NextBallots are lost.
fn preside(chamber: &mut Legislators, president: Priest, other: Priest) {
    chamber.time_out(president, Timer::Absence);
    answer(chamber, president, other);
}

/// Delivers the president's NextBallot to `other`, and his answer; the other NextBallots are lost.
fn answer(chamber: &mut Legislators, president: Priest, other: Priest) {
    chamber.deliver(&format!("{president}→{other} NextBallot"));
    chamber.deliver(&format!("{other}→{president} LastVote"));
    for third in chamber.all().filter(|&p| p != president && p != other) {
        chamber.drop(&format!("{president}→{third} NextBallot"));
    }
}

/// Γ crashes, and Β presides in ballot 4, with Α in the quorum.
fn beta_takes_over(chamber: &mut Legislators) {
    chamber.crash(GAMMA);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Absence);
    chamber.drop_all();
    chamber.time_out(BETA, Timer::Round);
    answer(chamber, BETA, ALPHA);
}

/// Asks Γ for each of these letters, and delivers everything.
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
