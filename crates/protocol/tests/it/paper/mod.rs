//! §2 of the paper: one test for each sentence, whose doc restates the sentence and ends with its place.
//!
//! Unless a test says otherwise, there are three priests Α, Β and Γ, and Γ presides. His ballot numbers
//! are 2, 5, 8 …, those of Β are 1, 4, 7 …, those of Α are 0, 3, 6 …

mod section_2_2;
mod section_2_3_actions;
mod section_2_3_ledger;
mod section_2_4;
mod section_2_4_progress;

use crate::parliament::{GAMMA, Parliament, Step};
use synod_math::{BallotNumber, Cast, Priest};
use synod_protocol::Timer;

/// Three priests; Γ wants `a` passed and has begun a round.
fn gamma_presides() -> Parliament {
    let mut synod = Parliament::of(3);
    synod.ask(GAMMA, 'a');
    synod.time_out(GAMMA, Timer::Absence);
    synod
}

/// Delivers the president's NextBallot to each of these priests, and their answers to him.
fn ask<const N: usize>(synod: &mut Parliament, president: Priest, priests: [Priest; N]) {
    for priest in priests {
        synod.deliver(&format!("{president}→{priest} NextBallot"));
        synod.deliver(&format!("{priest}→{president} LastVote"));
    }
}

/// Delivers the president's BeginBallot to each of these priests, who vote. Their votes are not
/// delivered.
fn vote<const N: usize>(synod: &mut Parliament, president: Priest, priests: [Priest; N]) {
    for priest in priests {
        synod.deliver(&format!("{president}→{priest} BeginBallot"));
    }
}

/// Makes this priest president (he has not heard of a higher name for T), and has him want this
/// decree.
fn preside(synod: &mut Parliament, president: Priest, decree: char) -> Step {
    synod.ask(president, decree);
    synod.time_out(president, Timer::Absence)
}

fn cast(number: u64, decree: char) -> Cast<char> {
    let number = BallotNumber(number);
    Cast { number, decree }
}
