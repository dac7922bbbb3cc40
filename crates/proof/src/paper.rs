//! States of [`finite`](crate::finite) universes as states of [`synod_paper::basic`], and the
//! other way round: by these, the formulas are compared with the definitions that are enumerated
//! and shipped, and counter-models are replayed.
//!
//! ```
//! use synod_math::Quorums;
//! use synod_paper::basic;
//! use synod_proof::finite::{State, Universe};
//! use synod_proof::paper;
//!
//! let universe = Universe::of_majorities(3, &[0, 1], 2);
//! let quorums = Quorums::majority(3).unwrap();
//! let initial = basic::State::new(quorums.clone());
//! assert_eq!(paper::from_paper(&universe, &initial), State::default());
//! assert_eq!(paper::to_paper(&universe, quorums, &State::default()), Ok(initial));
//! ```

use crate::finite::{State, Universe};
use crate::term::Sort;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use synod_math::{BallotNumber, Cast, Priest, PriestSet, Quorums, Vote};
use synod_paper::basic::{self, Action, Slip};
use synod_paper::message::Message;
use synod_paper::preliminary;
use synod_paper::variables::{OrMinusInfinity, Poll};

/// The names of decrees. That at place 0 is BLANK's.
const NAMES: [&str; 7] = ["BLANK", "α", "β", "γ", "δ", "ε", "ζ"];

/// A decree, by its name.
pub type Decree = &'static str;

/// A state that `synod_paper` has no word for, such as one in which a message has no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unnamed(pub &'static str);

impl fmt::Display for Unnamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no state of A.1: {}", self.0)
    }
}

fn number_at(universe: &Universe, place: usize) -> Option<BallotNumber> {
    let numbers = universe.numbers();
    let number = place.checked_sub(1).and_then(|place| numbers.get(place));
    number.map(|number| BallotNumber(*number as u64))
}

fn place_of(universe: &Universe, number: Option<BallotNumber>) -> usize {
    let Some(BallotNumber(number)) = number else {
        return 0;
    };
    let mut numbers = universe.numbers().iter();
    numbers
        .position(|it| *it as u64 == number)
        .map_or(0, |place| place + 1)
}

fn decree_at(place: usize) -> Option<Decree> {
    NAMES.get(place).copied().filter(|_| place > 0)
}

fn place_of_decree(decree: Decree) -> usize {
    NAMES
        .iter()
        .position(|name| *name == decree)
        .unwrap_or_default()
}

fn set_at(bits: usize) -> PriestSet {
    let members = (0..Priest::LIMIT).filter(|p| bits.checked_shr(*p as u32).unwrap_or(0) & 1 == 1);
    members.filter_map(Priest::new).collect()
}

fn bits_of(set: PriestSet) -> usize {
    set.iter().map(|p| 1 << p.index()).sum()
}

fn cast_at(
    universe: &Universe,
    number: usize,
    decree: usize,
) -> Result<Option<Cast<Decree>>, Unnamed> {
    match (number_at(universe, number), decree_at(decree)) {
        (Some(number), Some(decree)) => Ok(Some(Cast { number, decree })),
        (None, None) => Ok(None),
        _ => Err(Unnamed("a vote has a number or a decree, and not both")),
    }
}

fn places_of(universe: &Universe, cast: Option<&Cast<Decree>>) -> [usize; 2] {
    let number = place_of(universe, cast.map(|cast| cast.number));
    [number, cast.map_or(0, |cast| place_of_decree(cast.decree))]
}

/// An element of a sort, by its name.
pub(crate) fn element(universe: &Universe, sort: Sort, place: usize) -> String {
    match sort {
        Sort::Truth => (place == 1).to_string(),
        Sort::Priest => Priest::new(place).map_or_else(String::new, |priest| priest.to_string()),
        Sort::Number => OrMinusInfinity(number_at(universe, place)).to_string(),
        Sort::Decree => NAMES.get(place).copied().unwrap_or_default().to_owned(),
        Sort::Set => set_at(place).to_string(),
        Sort::Place => (place + 1).to_string(),
    }
}

/// The state of a universe that is this state of A.1.
pub fn from_paper(universe: &Universe, from: &basic::State<Decree>) -> State {
    let mut state = State::default();
    for (p, legislator) in from.legislators.iter().enumerate() {
        let [prev_bal, prev_dec] = places_of(universe, legislator.prev_vote.as_ref());
        state.set(
            "outcome",
            &[p],
            legislator.outcome.map_or(0, place_of_decree),
        );
        state.set("lastTried", &[p], place_of(universe, legislator.last_tried));
        state.set("prevBal", &[p], prev_bal);
        state.set("prevDec", &[p], prev_dec);
        state.set("nextBal", &[p], place_of(universe, legislator.next_bal));
        slip_from_paper(universe, &mut state, p, &legislator.slip);
    }
    chamber_from_paper(universe, &mut state, &from.ballots, &from.messages);
    state
}

/// The state of a universe that is this state of the preliminary protocol.
///
/// ```
/// use synod_math::{BallotNumber, Quorums};
/// use synod_paper::preliminary::{self, Action, step};
/// use synod_proof::finite::Universe;
/// use synod_proof::paper::from_preliminary;
///
/// let universe = Universe::of_majorities(3, &[0, 1], 2);
/// let initial = preliminary::State::new(Quorums::majority(3).unwrap());
/// let state = step(&initial, &Action::NextBallot(BallotNumber(1))).unwrap();
/// // The number 1 is at place 2, after −∞ and 0.
/// assert_eq!(from_preliminary(&universe, &state).value("tried", &[2]), 1);
/// ```
pub fn from_preliminary(universe: &Universe, from: &preliminary::State<Decree>) -> State {
    let mut state = State::default();
    for (p, outcome) in from.outcomes.iter().enumerate() {
        state.set("outcome", &[p], outcome.map_or(0, place_of_decree));
    }
    for number in &from.tried {
        state.set("tried", &[place_of(universe, Some(*number))], 1);
    }
    chamber_from_paper(universe, &mut state, &from.ballots, &from.messages);
    state
}

/// 𝓑 and 𝓜.
fn chamber_from_paper(
    universe: &Universe,
    state: &mut State,
    ballots: &BTreeMap<(BallotNumber, Decree, PriestSet), PriestSet>,
    messages: &BTreeSet<Message<Decree>>,
) {
    for ((number, decree, quorum), voters) in ballots {
        let [b, d] = [place_of(universe, Some(*number)), place_of_decree(decree)];
        state.set("ballots", &[b, d, bits_of(*quorum)], 1);
        for q in voters.iter() {
            state.set("hasVoted", &[b, d, bits_of(*quorum), q.index()], 1);
        }
    }
    for message in messages {
        message_from_paper(universe, state, message);
    }
}

fn slip_from_paper(universe: &Universe, state: &mut State, p: usize, slip: &Slip<Decree>) {
    for vote in slip.prev_votes() {
        let [number, decree] = places_of(universe, vote.cast.as_ref());
        state.set("prevVotes", &[p, vote.priest.index(), number, decree], 1);
    }
    match slip {
        Slip::Idle => {}
        Slip::Trying { .. } => state.set("isTrying", &[p], 1),
        Slip::Polling { poll, .. } => {
            state.set("isPolling", &[p], 1);
            state.set("quorum", &[p], bits_of(poll.quorum));
            state.set("decree", &[p], place_of_decree(poll.decree));
            for q in poll.voters.iter() {
                state.set("voters", &[p, q.index()], 1);
            }
        }
    }
}

fn message_from_paper(universe: &Universe, state: &mut State, message: &Message<Decree>) {
    let place = |number: &BallotNumber| place_of(universe, Some(*number));
    match message {
        Message::NextBallot(b) => state.set("NextBallot", &[place(b)], 1),
        Message::LastVote(b, vote) => {
            let [number, decree] = places_of(universe, vote.cast.as_ref());
            let arguments = [place(b), vote.priest.index(), number, decree];
            state.set("LastVote", &arguments, 1);
        }
        Message::BeginBallot(b, d, quorum) => {
            let arguments = [place(b), place_of_decree(d), bits_of(*quorum)];
            state.set("BeginBallot", &arguments, 1);
        }
        Message::Voted(b, q) => state.set("Voted", &[place(b), q.index()], 1),
        Message::Success(d) => state.set("Success", &[place_of_decree(d)], 1),
    }
}

/// The state of A.1 that is this state of a universe.
///
/// # Errors
/// There is none.
pub fn to_paper(
    universe: &Universe,
    quorums: Quorums,
    from: &State,
) -> Result<basic::State<Decree>, Unnamed> {
    let mut state = basic::State::new(quorums);
    for (p, legislator) in state.legislators.iter_mut().enumerate() {
        let value = |symbol| from.value(symbol, &[p]);
        legislator.outcome = decree_at(value("outcome"));
        legislator.last_tried = number_at(universe, value("lastTried"));
        legislator.prev_vote = cast_at(universe, value("prevBal"), value("prevDec"))?;
        legislator.next_bal = number_at(universe, value("nextBal"));
        legislator.slip = slip_to_paper(universe, from, p)?;
    }
    let no_number = Unnamed("a ballot or a message has no number");
    let no_decree = Unnamed("a ballot or a message has no decree");
    let priest = |p| Priest::new(p).ok_or(Unnamed("there are too many priests"));
    let number = |place| number_at(universe, place).ok_or(no_number);
    let decree = |place| decree_at(place).ok_or(no_decree);
    for (arguments, _) in from.of("ballots") {
        let (b, d) = (number(arguments[0])?, decree(arguments[1])?);
        state
            .ballots
            .insert((b, d, set_at(arguments[2])), PriestSet::EMPTY);
    }
    for (arguments, _) in from.of("hasVoted") {
        let (b, d) = (number(arguments[0])?, decree(arguments[1])?);
        let ballot = state.ballots.get_mut(&(b, d, set_at(arguments[2])));
        let voters = ballot.ok_or(Unnamed("a vote is in no ballot"))?;
        *voters = voters.with(priest(arguments[3])?);
    }
    let messages = &mut state.messages;
    for (arguments, _) in from.of("NextBallot") {
        messages.insert(Message::NextBallot(number(arguments[0])?));
    }
    for (arguments, _) in from.of("LastVote") {
        let cast = cast_at(universe, arguments[2], arguments[3])?;
        let vote = Vote {
            priest: priest(arguments[1])?,
            cast,
        };
        messages.insert(Message::LastVote(number(arguments[0])?, vote));
    }
    for (arguments, _) in from.of("BeginBallot") {
        let (b, d) = (number(arguments[0])?, decree(arguments[1])?);
        messages.insert(Message::BeginBallot(b, d, set_at(arguments[2])));
    }
    for (arguments, _) in from.of("Voted") {
        messages.insert(Message::Voted(number(arguments[0])?, priest(arguments[1])?));
    }
    for (arguments, _) in from.of("Success") {
        messages.insert(Message::Success(decree(arguments[0])?));
    }
    Ok(state)
}

fn slip_to_paper(universe: &Universe, from: &State, p: usize) -> Result<Slip<Decree>, Unnamed> {
    let mut prev_votes = BTreeSet::new();
    for (arguments, _) in from
        .of("prevVotes")
        .filter(|(arguments, _)| arguments[0] == p)
    {
        let priest = Priest::new(arguments[1]).ok_or(Unnamed("there are too many priests"))?;
        let cast = cast_at(universe, arguments[2], arguments[3])?;
        prev_votes.insert(Vote { priest, cast });
    }
    let value = |symbol| from.value(symbol, &[p]);
    let voters = from.of("voters").filter(|(arguments, _)| arguments[0] == p);
    let voters: PriestSet = voters
        .filter_map(|(arguments, _)| Priest::new(arguments[1]))
        .collect();
    match (value("isTrying"), value("isPolling")) {
        (0, 1) => {
            let decree = decree_at(value("decree"));
            let poll = Poll {
                quorum: set_at(value("quorum")),
                voters,
                decree: decree.ok_or(Unnamed("a priest polls on no decree"))?,
            };
            Ok(Slip::Polling { prev_votes, poll })
        }
        (1, 1) => Err(Unnamed("a priest tries and polls")),
        _ if (value("quorum"), value("decree"), voters) != (0, 0, PriestSet::EMPTY) => Err(
            Unnamed("a priest who does not poll has a quorum, voters or a decree"),
        ),
        (1, _) => Ok(Slip::Trying { prev_votes }),
        _ if prev_votes.is_empty() => Ok(Slip::Idle),
        _ => Err(Unnamed("an idle priest has votes in prevVotes")),
    }
}

/// The priest and the action of A.1 that this action of a target is, with these values of its
/// parameters. None if a number or a decree is missing.
pub fn action(
    universe: &Universe,
    name: &str,
    values: &[usize],
) -> Option<(Priest, Action<Decree>)> {
    let (&by, rest) = values.split_first()?;
    let number = |place: &usize| number_at(universe, *place);
    let vote = |q: &usize, b: &usize, d: &usize| {
        let (priest, cast) = (Priest::new(*q)?, cast_at(universe, *b, *d).ok()?);
        Some(Vote { priest, cast })
    };
    let action = match (name, rest) {
        ("Try New Ballot", [b]) => Action::TryNewBallot(number(b)?),
        ("Send NextBallot", []) => Action::SendNextBallot,
        ("Receive NextBallot", [b]) => Action::ReceiveNextBallot(number(b)?),
        ("Send LastVote", []) => Action::SendLastVote,
        ("Receive LastVote", [b, q, c, d]) => Action::ReceiveLastVote(number(b)?, vote(q, c, d)?),
        ("Start Polling", [set, d, ..]) => Action::StartPolling(set_at(*set), decree_at(*d)?),
        ("Send BeginBallot", []) => Action::SendBeginBallot,
        ("Receive BeginBallot", [b, d, set]) => {
            Action::ReceiveBeginBallot(number(b)?, decree_at(*d)?, set_at(*set))
        }
        ("Send Voted", []) => Action::SendVoted,
        ("Receive Voted", [b, q]) => Action::ReceiveVoted(number(b)?, Priest::new(*q)?),
        ("Succeed", []) => Action::Succeed,
        ("Send Success", []) => Action::SendSuccess,
        ("Receive Success", [d]) => Action::ReceiveSuccess(decree_at(*d)?),
        ("Lose Slip", []) => Action::LoseSlip,
        _ => return None,
    };
    Some((Priest::new(by)?, action))
}
