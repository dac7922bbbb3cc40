//! Messages and requests of a parliament as bytes.

use super::setting::{Command, Decree, Request, Response};
use crate::bytes::{fields_as_bytes, variants_as_bytes};
use synod_math::Cast;
use synod_protocol::parliament::{Declined, DecreeNumber, Message, RequestId, Told};

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

variants_as_bytes!(Message<Command> {
    0 => NextBallot { number, known },
    1 => LastVote { number, above, told, missing },
    2 => BeginBallot { number, at, decree, quorum, passed },
    3 => Voted { number, at, priest },
    4 => Success { at, decree },
    5 => Refused { next_bal },
    6 => Present { known, next_bal },
    7 => Forwarded { request },
    8 => Declined { id, why },
});
