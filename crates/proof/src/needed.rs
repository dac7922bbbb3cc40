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

use crate::finite::{State, Universe};
use crate::paper;
use crate::replay;
use std::fmt::Write;

/// A state without which nobody would miss a conjunct.
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
    /// The state: symbols with their arguments and their values, each by its place in the
    /// [universe](crate::finite::Universe). What is not here is false, −∞, BLANK or empty.
    pub state: &'static [(&'static str, &'static [usize], usize)],
}

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
        for (symbol, arguments, value) in self.state {
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

const fn step(action: &'static str, values: &'static [usize], breaks: &'static str) -> Wrong {
    Wrong::Step {
        action,
        values,
        breaks,
    }
}

/// Two ballots on different decrees, in both of which their whole quorum has voted.
const TWO_DECREES: &[(&str, &[usize], usize)] = &[
    ("ballots", &[1, 1, 1], 1),
    ("hasVoted", &[1, 1, 1, 0], 1),
    ("ballots", &[2, 2, 1], 1),
    ("hasVoted", &[2, 2, 1, 0], 1),
];

/// All conjuncts, in the order of A.2, and CH, which is in B3's place in A.1 as printed.
pub const NEEDED: &[Needed] = &[
    Needed {
        conjunct: "TypeOK",
        why: "a Success without a decree was sent. I7.Success holds of it as long as somebody has no outcome.",
        wrong: step("Succeed", &[0], "I7.Success"),
        priests: 1,
        state: &[
            ("Success", &[0], 1),
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("prevBal", &[0], 1),
            ("prevDec", &[0], 1),
            ("isPolling", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("quorum", &[0], 1),
            ("voters", &[0, 0], 1),
            ("decree", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("hasVoted", &[1, 1, 1, 0], 1),
        ],
    },
    Needed {
        conjunct: "I1",
        why: "two outcomes that nobody has passed may differ.",
        wrong: Wrong::Claim {
            assumed: &["I6.B1", "I6.B2", "I6.B3"],
            breaks: "Consistency",
        },
        priests: 2,
        state: &[("outcome", &[0], 1), ("outcome", &[1], 2)],
    },
    Needed {
        conjunct: "I2",
        why: "a priest begins the ballot that he has begun already, on another decree.",
        wrong: step("Start Polling", &[0, 1, 2, 0, 0, 0], "I6.B1"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("isTrying", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("ballots", &[1, 1, 1], 1),
        ],
    },
    Needed {
        conjunct: "I3",
        why: "a priest has forgotten his vote, and tells that he has cast none.",
        wrong: step("Send LastVote", &[0], "I7.LastVote"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 2),
            ("ballots", &[1, 1, 1], 1),
            ("hasVoted", &[1, 1, 1, 0], 1),
        ],
    },
    Needed {
        conjunct: "I4",
        why: "a vote is not among prevVotes, and the new ballot is on another decree.",
        wrong: step("Start Polling", &[0, 1, 2, 0, 0, 0], "I6.B3"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 2),
            ("nextBal", &[0], 2),
            ("prevBal", &[0], 1),
            ("prevDec", &[0], 1),
            ("isTrying", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("hasVoted", &[1, 1, 1, 0], 1),
        ],
    },
    Needed {
        conjunct: "I5",
        why: "a priest counts a vote that was not cast, and writes an outcome that was not passed.",
        wrong: step("Succeed", &[0], "I1"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("isPolling", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("quorum", &[0], 1),
            ("voters", &[0, 0], 1),
            ("decree", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
        ],
    },
    Needed {
        conjunct: "I6.B1",
        why: "a vote in one of two ballots with the same number is counted for the other.",
        wrong: step("Receive Voted", &[0, 1, 0], "I5"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("prevBal", &[0], 1),
            ("prevDec", &[0], 2),
            ("isPolling", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("quorum", &[0], 1),
            ("decree", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("ballots", &[1, 2, 1], 1),
            ("hasVoted", &[1, 2, 1, 0], 1),
            ("Voted", &[1, 0], 1),
        ],
    },
    Needed {
        conjunct: "I6.B2",
        why: "two ballots of different priests pass different decrees.",
        wrong: Wrong::Claim {
            assumed: &["I6.B1", "I6.B3"],
            breaks: "Theorem 1",
        },
        priests: 2,
        state: &[
            ("ballots", &[1, 1, 1], 1),
            ("hasVoted", &[1, 1, 1, 0], 1),
            ("ballots", &[2, 2, 2], 1),
            ("hasVoted", &[2, 2, 2, 1], 1),
        ],
    },
    Needed {
        conjunct: "I6.B3",
        why: "a ballot does not heed the earlier vote of its quorum.",
        wrong: Wrong::Claim {
            assumed: &["I6.B1", "I6.B2", "I6.majority"],
            breaks: "Theorem 1",
        },
        priests: 1,
        state: TWO_DECREES,
    },
    Needed {
        conjunct: "I6.majority",
        why: "a new ballot has no priest in common with an earlier one.",
        wrong: step("Start Polling", &[1, 6, 1, 1, 0, 0], "I6.B2"),
        priests: 3,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("lastTried", &[1], 2),
            ("nextBal", &[1], 2),
            ("isTrying", &[1], 1),
            ("prevVotes", &[1, 1, 0, 0], 1),
            ("prevVotes", &[1, 2, 0, 0], 1),
            ("nextBal", &[2], 2),
        ],
    },
    Needed {
        conjunct: "I7.NextBallot",
        why: "no other conjunct depends on it: a promise that nobody has asked for does no harm.",
        wrong: Wrong::Nothing,
        priests: 1,
        state: &[],
    },
    Needed {
        conjunct: "I7.LastVote",
        why: "a priest notes a promise that was not made.",
        wrong: step("Receive LastVote", &[0, 1, 0, 0, 0], "I4"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("isTrying", &[0], 1),
            ("LastVote", &[1, 0, 0, 0], 1),
        ],
    },
    Needed {
        conjunct: "I7.BeginBallot",
        why: "it follows from I9.",
        wrong: Wrong::Follows("I9"),
        priests: 1,
        state: &[],
    },
    Needed {
        conjunct: "I7.Voted",
        why: "a priest counts a vote that was not cast.",
        wrong: step("Receive Voted", &[0, 1, 0], "I5"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("isPolling", &[0], 1),
            ("prevVotes", &[0, 0, 0, 0], 1),
            ("quorum", &[0], 1),
            ("decree", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("Voted", &[1, 0], 1),
        ],
    },
    Needed {
        conjunct: "I7.Success",
        why: "a priest writes an outcome that was not passed.",
        wrong: step("Receive Success", &[0, 1], "I1"),
        priests: 1,
        state: &[("Success", &[1], 1)],
    },
    Needed {
        conjunct: "I8",
        why: "a priest votes in a ballot although he is in the quorum of a later one, which heeded no vote of \
              his.",
        wrong: step("Receive BeginBallot", &[0, 1, 1, 1], "I6.B3"),
        priests: 1,
        state: &[
            ("lastTried", &[0], 2),
            ("nextBal", &[0], 1),
            ("ballots", &[1, 1, 1], 1),
            ("ballots", &[2, 2, 1], 1),
            ("BeginBallot", &[1, 1, 1], 1),
        ],
    },
    Needed {
        conjunct: "I9",
        why: "a priest votes in a ballot that there is not, and so his last vote is not in 𝓑.",
        wrong: step("Receive BeginBallot", &[1, 1, 1, 6], "I3"),
        priests: 3,
        state: &[
            ("lastTried", &[0], 1),
            ("nextBal", &[0], 1),
            ("nextBal", &[1], 1),
            ("nextBal", &[2], 1),
            ("ballots", &[1, 1, 3], 1),
            ("BeginBallot", &[1, 1, 6], 1),
        ],
    },
    Needed {
        conjunct: "I10",
        why: "a priest who has tried no number asks for a ballot without one.",
        wrong: step("Send NextBallot", &[0], "TypeOK"),
        priests: 1,
        state: &[("isTrying", &[0], 1)],
    },
    Needed {
        conjunct: "CH",
        why: "the whole quorum of the earlier of two ballots has voted in it, and the later one is on another \
              decree.",
        wrong: Wrong::Claim {
            assumed: &["I6.B1"],
            breaks: "Theorem 1",
        },
        priests: 1,
        state: TWO_DECREES,
    },
];
