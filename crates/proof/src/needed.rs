//! [`NEEDED`]: what each conjunct of the invariant of A.1 is for, shown by a state. All other
//! conjuncts hold there, this one does not, and something goes wrong: the next step breaks another
//! conjunct, or two decrees are passed.
//!
//! ```
//! use synod_proof::needed::NEEDED;
//!
//! let i8 = NEEDED.iter().find(|needed| needed.conjunct == "I8").unwrap();
//! assert!(i8.told().contains("Α: Receive BeginBallot(0, α) breaks I6.B3"));
//! ```

mod states;

use crate::finite::{State, Universe};
use crate::paper;
use crate::replay;
use std::fmt::Write;

pub use states::NEEDED;

/// What a conjunct is for, shown by a state.
#[derive(Clone, Copy, Debug)]
pub struct Needed {
    /// The conjunct that does not hold in the state.
    pub conjunct: &'static str,
    /// What goes wrong, in a sentence.
    pub why: &'static str,
    /// What goes wrong.
    pub wrong: Wrong,
    /// How many priests there are. There are two ballot numbers, 0 and 1, and two decrees, α and β.
    pub priests: usize,
    /// The state, in parts that several states have.
    pub state: &'static [&'static [Cell]],
}

/// A symbol with its arguments and its value, each by its place in the [universe](Universe). What is not
/// told is false, −∞, BLANK or empty.
pub type Cell = (&'static str, &'static [usize], usize);

/// What goes wrong in a state.
#[derive(Clone, Copy, Debug)]
pub enum Wrong {
    /// All other conjuncts hold, and a step leads to a state in which another one does not.
    Step {
        /// The action.
        action: &'static str,
        /// The values of its parameters.
        values: &'static [usize],
        /// The conjunct that does not hold after it.
        breaks: &'static str,
    },
    /// These conjuncts hold, and the claim that follows from them and the missing one does not.
    Claim {
        /// The conjuncts.
        assumed: &'static [&'static str],
        /// The claim.
        breaks: &'static str,
    },
    /// Nothing: this follows from another conjunct.
    Follows(&'static str),
    /// Nothing: no other conjunct depends on it.
    Nothing,
}

impl Needed {
    /// The universe of the state.
    pub fn universe(&self) -> Universe {
        Universe::of_majorities(self.priests, &[0, 1], 2)
    }

    /// The state.
    pub fn state(&self) -> State {
        let mut state = State::default();
        for (symbol, arguments, value) in self.state.iter().copied().flatten() {
            state.set(symbol, arguments, *value);
        }
        state
    }

    /// The state in words, with 𝓑 as Figure 1, and what goes wrong there.
    pub fn told(&self) -> String {
        let (universe, conjunct) = (self.universe(), self.conjunct);
        let mut text = format!("{conjunct}: {}\n", self.why);
        match self.wrong {
            Wrong::Follows(_) | Wrong::Nothing => return text,
            Wrong::Step { .. } | Wrong::Claim { .. } => {}
        }
        replay::push_state(&mut text, &universe, &self.state());
        match self.wrong {
            Wrong::Step {
                action,
                values,
                breaks,
            } => {
                let step = match paper::action(&universe, action, values) {
                    Some((by, step)) => format!("{by}: {step}"),
                    None => action.to_owned(),
                };
                _ = writeln!(text, "{step} breaks {breaks}");
            }
            Wrong::Claim { breaks, .. } => _ = writeln!(text, "{breaks} does not hold"),
            Wrong::Follows(_) | Wrong::Nothing => {}
        }
        text
    }
}

/// The states of all conjuncts, in their order.
pub fn all_told() -> String {
    let told: Vec<_> = NEEDED.iter().map(Needed::told).collect();
    told.join("\n")
}
