//! The states. There are the priests Α, Β, Γ at the places 0, 1, 2; at place 0 of numbers and decrees are −∞
//! and BLANK, so that the numbers 0 and 1 and the decrees α and β are at the places 1 and 2; and a set is
//! the sum of 1, 2 and 4 for its priests.

use super::{Cell, Needed, Wrong};

/// Α has tried 0, and has promised it to himself.
const TRIED: &[Cell] = &[("lastTried", &[0], 1), ("nextBal", &[0], 1)];
/// He is trying, and has his own null vote.
const TRYING: &[Cell] = &[("isTrying", &[0], 1), ("prevVotes", &[0, 0, 0, 0], 1)];
/// He is polling on α, with himself as the quorum.
const POLLING: &[Cell] = &[
    ("isPolling", &[0], 1),
    ("prevVotes", &[0, 0, 0, 0], 1),
    ("quorum", &[0], 1),
    ("decree", &[0], 1),
];
/// He has noted that he voted in 0 for α.
const LAST_VOTE: &[Cell] = &[("prevBal", &[0], 1), ("prevDec", &[0], 1)];
/// Ballot 0 is on α, with Α as the quorum.
const BALLOT: &[Cell] = &[("ballots", &[1, 1, 1], 1)];
/// Α has voted in it.
const ITS_VOTE: &[Cell] = &[("hasVoted", &[1, 1, 1, 0], 1)];
/// Ballot 1 is on β, with Α as the quorum, and he has voted in it.
const OTHER_DECREE: &[Cell] = &[("ballots", &[2, 2, 1], 1), ("hasVoted", &[2, 2, 1, 0], 1)];

/// All conjuncts, in the order of A.2, and CH, which is in B3's place in A.1 as printed.
pub const NEEDED: &[Needed] = &[
    Needed {
        conjunct: "TypeOK",
        why: "a Success without a decree was sent. I7.Success holds of it as long as somebody has no outcome.",
        wrong: step("Succeed", &[0], "I7.Success"),
        priests: 1,
        state: &[
            TRIED,
            POLLING,
            LAST_VOTE,
            BALLOT,
            ITS_VOTE,
            &[("voters", &[0, 0], 1), ("Success", &[0], 1)],
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
        state: &[&[("outcome", &[0], 1), ("outcome", &[1], 2)]],
    },
    Needed {
        conjunct: "I2",
        why: "a priest begins the ballot that he has begun already, on another decree.",
        wrong: step("Start Polling", &[0, 1, 2, 0, 0, 0], "I6.B1"),
        priests: 1,
        state: &[TRIED, TRYING, BALLOT],
    },
    Needed {
        conjunct: "I3",
        why: "a priest has forgotten his vote, and tells that he has cast none.",
        wrong: step("Send LastVote", &[0], "I7.LastVote"),
        priests: 1,
        state: &[
            &[("lastTried", &[0], 1), ("nextBal", &[0], 2)],
            BALLOT,
            ITS_VOTE,
        ],
    },
    Needed {
        conjunct: "I4",
        why: "a vote is not among prevVotes, and the new ballot is on another decree.",
        wrong: step("Start Polling", &[0, 1, 2, 0, 0, 0], "I6.B3"),
        priests: 1,
        state: &[
            &[("lastTried", &[0], 2), ("nextBal", &[0], 2)],
            TRYING,
            LAST_VOTE,
            BALLOT,
            ITS_VOTE,
        ],
    },
    Needed {
        conjunct: "I5",
        why: "a priest counts a vote that was not cast, and writes an outcome that was not passed.",
        wrong: step("Succeed", &[0], "I1"),
        priests: 1,
        state: &[TRIED, POLLING, BALLOT, &[("voters", &[0, 0], 1)]],
    },
    Needed {
        conjunct: "I6.B1",
        why: "a vote in one of two ballots with the same number is counted for the other.",
        wrong: step("Receive Voted", &[0, 1, 0], "I5"),
        priests: 1,
        state: &[
            TRIED,
            POLLING,
            BALLOT,
            &[
                ("prevBal", &[0], 1),
                ("prevDec", &[0], 2),
                ("ballots", &[1, 2, 1], 1),
                ("hasVoted", &[1, 2, 1, 0], 1),
                ("Voted", &[1, 0], 1),
            ],
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
            BALLOT,
            ITS_VOTE,
            &[("ballots", &[2, 2, 2], 1), ("hasVoted", &[2, 2, 2, 1], 1)],
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
        state: &[BALLOT, ITS_VOTE, OTHER_DECREE],
    },
    Needed {
        conjunct: "I6.majority",
        why: "a new ballot has no priest in common with an earlier one.",
        wrong: step("Start Polling", &[1, 6, 1, 1, 0, 0], "I6.B2"),
        priests: 3,
        state: &[
            TRIED,
            BALLOT,
            &[
                ("lastTried", &[1], 2),
                ("nextBal", &[1], 2),
                ("isTrying", &[1], 1),
                ("prevVotes", &[1, 1, 0, 0], 1),
                ("prevVotes", &[1, 2, 0, 0], 1),
                ("nextBal", &[2], 2),
            ],
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
        state: &[&[
            ("lastTried", &[0], 1),
            ("isTrying", &[0], 1),
            ("LastVote", &[1, 0, 0, 0], 1),
        ]],
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
        state: &[TRIED, POLLING, BALLOT, &[("Voted", &[1, 0], 1)]],
    },
    Needed {
        conjunct: "I7.Success",
        why: "a priest writes an outcome that was not passed.",
        wrong: step("Receive Success", &[0, 1], "I1"),
        priests: 1,
        state: &[&[("Success", &[1], 1)]],
    },
    Needed {
        conjunct: "I8",
        why: "a priest votes in a ballot although he is in the quorum of a later one, which heeded no vote of \
              his.",
        wrong: step("Receive BeginBallot", &[0, 1, 1, 1], "I6.B3"),
        priests: 1,
        state: &[
            BALLOT,
            &[
                ("lastTried", &[0], 2),
                ("nextBal", &[0], 1),
                ("ballots", &[2, 2, 1], 1),
                ("BeginBallot", &[1, 1, 1], 1),
            ],
        ],
    },
    Needed {
        conjunct: "I9",
        why: "a priest votes in a ballot that there is not, and so his last vote is not in 𝓑.",
        wrong: step("Receive BeginBallot", &[1, 1, 1, 6], "I3"),
        priests: 3,
        state: &[
            TRIED,
            &[
                ("nextBal", &[1], 1),
                ("nextBal", &[2], 1),
                ("ballots", &[1, 1, 3], 1),
                ("BeginBallot", &[1, 1, 6], 1),
            ],
        ],
    },
    Needed {
        conjunct: "I10",
        why: "a priest who has tried no number asks for a ballot without one.",
        wrong: step("Send NextBallot", &[0], "TypeOK"),
        priests: 1,
        state: &[&[("isTrying", &[0], 1)]],
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
        state: &[BALLOT, ITS_VOTE, OTHER_DECREE],
    },
];

const fn step(action: &'static str, values: &'static [usize], breaks: &'static str) -> Wrong {
    Wrong::Step {
        action,
        values,
        breaks,
    }
}
