//! Messages and requests of a parliament as bytes.

use super::setting::{Command, Decree, Machine, Request, Response};
use crate::bytes::{Bytes, fields_as_bytes, variants_as_bytes};
use synod_math::Cast;
use synod_protocol::parliament::{
    Answer, Declined, DecreeNumber, Law, LawEntry, Life, Message, RequestId, Told,
};

fields_as_bytes!(DecreeNumber { 0 });
fields_as_bytes!(Cast<Decree> { number, decree });
fields_as_bytes!(RequestId { client, sequence });
fields_as_bytes!(Request { id, command });

variants_as_bytes!(Command {
    0 => Read,
    1 => Write(value),
    2 => CompareAndSet { expected, new },
});

variants_as_bytes!(Response {
    0 => Value(value),
    1 => Written,
    2 => Swapped(is_swapped),
});

variants_as_bytes!(Decree {
    0 => OliveDay,
    1 => Request(request),
});

variants_as_bytes!(Told<Command> {
    0 => Passed(decree),
    1 => Voted(cast),
});

variants_as_bytes!(Declined {
    0 => NoPresident,
    1 => Full,
    2 => Superseded,
});

variants_as_bytes!(Message<Machine> {
    0 => NextBallot { number, known, life },
    1 => LastVote { number, life, above, through, told, missing },
    2 => BeginBallot { number, at, decree, quorum, passed },
    3 => Voted { number, at, priest },
    4 => Success { at, decree },
    5 => Refused { next_bal },
    6 => Present { known, next_bal },
    7 => Forwarded { request },
    8 => Declined { id, why },
    9 => NextPart { number, above, life },
    10 => Snapshot { law },
    11 => Lost { life, known },
    12 => Largest { life, number },
    13 => Readmit { life, bound },
    14 => Readmitted { life, number, through },
});

fields_as_bytes!(Life { 0 });

fields_as_bytes!(Answer<Response> { id, number, response });

variants_as_bytes!(LawEntry<Machine> {
    0 => State(value),
    1 => Answer(answer),
});

impl Bytes for Law<Machine> {
    fn write(&self, bytes: &mut Vec<u8>) {
        self.through().write(bytes);
        self.entries().collect::<Vec<_>>().write(bytes);
    }

    fn read(bytes: &mut &[u8]) -> Option<Self> {
        let through = DecreeNumber::read(bytes)?;
        Some(Self::restore(
            through,
            Vec::<LawEntry<Machine>>::read(bytes)?,
        ))
    }
}
