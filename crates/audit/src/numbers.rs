//! The decrees, the ballots 𝓑 and the messages 𝓜 of each decree number.
//!
//! A number with one ballot takes about 300 bytes, and the bytes of its decree.
//! [`Numbers`](crate::store::Numbers) keeps all of them.

use std::fmt;
use synod_math::{Ballot, BallotNumber, Priest, PriestSet};
use synod_node::wire;
use synod_protocol::parliament::DecreeNumber;
use synod_trace::Decree;

/// The index of a decree among those of one decree number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DecreeId(u16);

/// A decree that is in a ledger or a trace, at one number.
#[derive(Debug)]
pub(crate) struct KnownDecree {
    /// The encoding of [`wire`], in which different decrees have different bytes.
    bytes: Box<[u8]>,
    /// The legislators whose ledgers hold it as the outcome.
    pub(crate) in_ledgers: PriestSet,
    /// The legislators whose traces show it as the outcome.
    pub(crate) outcome_of: PriestSet,
    /// Set if Success(d) is in 𝓜: the `knows_of` of its first sender, at that time.
    pub(crate) success: Option<DecreeNumber>,
}

/// A ballot of 𝓑, with its messages in 𝓜, and the voters on its owner's slip.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) number: BallotNumber,
    pub(crate) decree: DecreeId,
    /// B_qrm; ∅ if it is not known.
    pub(crate) quorum: PriestSet,
    /// B_vot.
    pub(crate) voters: PriestSet,
    /// The voters that have sent Voted.
    pub(crate) voted: PriestSet,
    /// The variable voters, on the owner's slip: those whose Voted the owner received.
    pub(crate) counted: PriestSet,
    /// Set if BeginBallot is in 𝓜: the `knows_of` of the owner at its first sending.
    pub(crate) begun: Option<DecreeNumber>,
    /// The line of the owner's trace at which polling started; 0 if it is in the crash gap.
    pub(crate) line: u64,
}

/// The facts known about one decree number, which is an instance of the basic protocol.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    decrees: Vec<KnownDecree>,
    pub(crate) ballots: Vec<Held>,
}

/// An [`Instance`] as it is written to a file: its decrees, and its ballots.
pub(crate) type Packed = (Vec<PackedDecree>, Vec<PackedBallot>);
/// The fields of a [`KnownDecree`].
type PackedDecree = (Box<[u8]>, u64, u64, Option<u64>);
/// The fields of a [`Held`].
type PackedBallot = ([u64; 2], u16, [u64; 4], Option<u64>);

impl Instance {
    /// The id of a decree, if it is known here.
    pub(crate) fn find(&self, bytes: &[u8]) -> Option<DecreeId> {
        let position = self.decrees.iter().position(|known| *known.bytes == *bytes);
        position.map(|position| DecreeId(position as u16))
    }

    /// The id of a decree. If it is new here, it is added.
    pub(crate) fn intern(&mut self, bytes: Vec<u8>) -> DecreeId {
        self.find(&bytes).unwrap_or_else(|| {
            self.decrees.push(KnownDecree {
                bytes: bytes.into_boxed_slice(),
                in_ledgers: PriestSet::EMPTY,
                outcome_of: PriestSet::EMPTY,
                success: None,
            });
            DecreeId((self.decrees.len() - 1) as u16)
        })
    }

    pub(crate) fn of(&self, id: DecreeId) -> &KnownDecree {
        &self.decrees[usize::from(id.0)]
    }

    pub(crate) fn of_mut(&mut self, id: DecreeId) -> &mut KnownDecree {
        &mut self.decrees[usize::from(id.0)]
    }

    /// The decrees, in the order in which they became known here.
    pub(crate) fn decrees(&self) -> impl Iterator<Item = (DecreeId, &KnownDecree)> {
        let decrees = self.decrees.iter().enumerate();
        decrees.map(|(position, known)| (DecreeId(position as u16), known))
    }

    /// The outcome of a legislator, according to the traces.
    pub(crate) fn outcome(&self, of: Priest) -> Option<DecreeId> {
        let mut decrees = self.decrees();
        let found = decrees.find(|(_, known)| known.outcome_of.contains(of));
        found.map(|(id, _)| id)
    }

    /// A decree that some ledger or trace shows as the outcome.
    pub(crate) fn passed(&self) -> Option<DecreeId> {
        let mut decrees = self.decrees();
        let found = decrees.find(|(_, known)| !known.in_ledgers.union(known.outcome_of).is_empty());
        found.map(|(id, _)| id)
    }

    /// The outcome in a legislator's ledger.
    pub(crate) fn in_ledger(&self, of: Priest) -> Option<DecreeId> {
        let mut decrees = self.decrees();
        let found = decrees.find(|(_, known)| known.in_ledgers.contains(of));
        found.map(|(id, _)| id)
    }

    /// prevBal: the largest ballot in which a legislator voted.
    pub(crate) fn last_vote(&self, of: Priest) -> Option<&Held> {
        let voted = self.ballots.iter().filter(|held| held.voters.contains(of));
        voted.max_by_key(|held| held.number)
    }

    pub(crate) fn ballot(&self, number: BallotNumber) -> Option<&Held> {
        self.ballots.iter().find(|held| held.number == number)
    }

    pub(crate) fn ballot_mut(&mut self, number: BallotNumber) -> Option<&mut Held> {
        self.ballots.iter_mut().find(|held| held.number == number)
    }

    /// The ballot of this number, on this decree, with this quorum.
    pub(crate) fn ballot_like(
        &self,
        number: BallotNumber,
        decree: DecreeId,
        quorum: PriestSet,
    ) -> Option<&Held> {
        let mut ballots = self.ballots.iter();
        ballots.find(|held| (held.number, held.decree, held.quorum) == (number, decree, quorum))
    }

    /// The ballot of this number, on this decree, with this quorum. If it is new, it is
    /// added. A ballot whose quorum was not known yet gets it.
    pub(crate) fn ballot_like_mut(
        &mut self,
        number: BallotNumber,
        decree: DecreeId,
        quorum: PriestSet,
    ) -> &mut Held {
        let is_same =
            |held: &Held| (held.number, held.decree, held.quorum) == (number, decree, quorum);
        let position = self.ballots.iter().position(is_same).or_else(|| {
            let mut ballots = self.ballots.iter();
            let without = ballots.position(|held| {
                (held.number, held.decree) == (number, decree) && held.quorum.is_empty()
            })?;
            self.ballots[without].quorum = quorum;
            Some(without)
        });
        let position = position.unwrap_or_else(|| {
            self.ballots.push(Held {
                number,
                decree,
                quorum,
                voters: PriestSet::EMPTY,
                voted: PriestSet::EMPTY,
                counted: PriestSet::EMPTY,
                begun: None,
                line: 0,
            });
            self.ballots.len() - 1
        });
        &mut self.ballots[position]
    }

    /// The ballot of this number, on this decree. If it is new, it is added without its quorum.
    pub(crate) fn ballot_on_mut(&mut self, number: BallotNumber, decree: DecreeId) -> &mut Held {
        let mut ballots = self.ballots.iter();
        let known = ballots.find(|held| (held.number, held.decree) == (number, decree));
        let quorum = known.map_or(PriestSet::EMPTY, |held| held.quorum);
        self.ballot_like_mut(number, decree, quorum)
    }

    /// The ballot of this number in which a legislator voted.
    pub(crate) fn voted_in_mut(&mut self, number: BallotNumber, by: Priest) -> Option<&mut Held> {
        let mut ballots = self.ballots.iter_mut();
        ballots.find(|held| held.number == number && held.voters.contains(by))
    }

    /// 𝓑, sorted, without ballots whose quorum is not known.
    pub(crate) fn ballot_set(&self) -> Vec<Ballot<DecreeId>> {
        let ballots = self.ballots.iter();
        let mut ballots: Vec<_> = ballots
            .filter_map(|held| Ballot::new(held.number, held.decree, held.quorum, held.voters).ok())
            .collect();
        ballots.sort_unstable();
        ballots
    }

    /// The bytes of its decrees.
    pub(crate) fn size(&self) -> usize {
        self.decrees.iter().map(|known| known.bytes.len()).sum()
    }

    /// The fields, to be written to a file.
    pub(crate) fn pack(&self) -> Packed {
        let decrees = self.decrees.iter().map(|known| {
            let sets = (known.in_ledgers.bits(), known.outcome_of.bits());
            let success = known.success.map(|at| at.0);
            (known.bytes.clone(), sets.0, sets.1, success)
        });
        let ballots = self.ballots.iter().map(|held| {
            let sets = [held.quorum, held.voters, held.voted, held.counted];
            (
                [held.number.0, held.line],
                held.decree.0,
                sets.map(PriestSet::bits),
                held.begun.map(|at| at.0),
            )
        });
        (decrees.collect(), ballots.collect())
    }

    /// The instance with these fields.
    pub(crate) fn unpack((decrees, ballots): Packed) -> Self {
        let decrees = decrees.into_iter();
        let decrees = decrees.map(|(bytes, in_ledgers, outcome_of, success)| KnownDecree {
            bytes,
            in_ledgers: PriestSet::from_bits(in_ledgers),
            outcome_of: PriestSet::from_bits(outcome_of),
            success: success.map(DecreeNumber),
        });
        let ballots = ballots.into_iter();
        let ballots = ballots.map(|([number, line], decree, sets, begun)| {
            let [quorum, voters, voted, counted] = sets.map(PriestSet::from_bits);
            Held {
                number: BallotNumber(number),
                decree: DecreeId(decree),
                quorum,
                voters,
                voted,
                counted,
                begun: begun.map(DecreeNumber),
                line,
            }
        });
        Self {
            decrees: decrees.collect(),
            ballots: ballots.collect(),
        }
    }

    /// A decree as text, for a finding.
    pub(crate) fn name(&self, id: DecreeId) -> String {
        name(&self.of(id).bytes)
    }
}

impl KnownDecree {
    /// Whether it is a request of a client, and not the olive day (no-op).
    pub(crate) fn is_request(&self) -> bool {
        !matches!(self.decree(), None | Some(Decree::OliveDay))
    }

    pub(crate) fn decree(&self) -> Option<Decree> {
        wire::decode_decree(&self.bytes).ok()
    }
}

/// The bytes that identify a decree.
pub(crate) fn bytes(decree: &Decree) -> Vec<u8> {
    wire::encode_decree(decree.clone())
}

fn name(bytes: &[u8]) -> String {
    match wire::decode_decree(bytes) {
        Ok(decree) => Named(&decree).to_string(),
        Err(why) => why.to_string(),
    }
}

/// A decree as text, short enough for a line.
pub(crate) struct Named<'a>(pub(crate) &'a Decree);

/// How many characters of a key or a value are shown.
const SHOWN: usize = 40;

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decree::Request(request) = self.0 else {
            return f.write_str("olive day");
        };
        let (id, command) = (request.id, &request.command);
        write!(f, "{command:.SHOWN$} ({}/{})", id.client, id.sequence)
    }
}
