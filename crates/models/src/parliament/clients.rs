//! When clients asked and were answered: enough of it to say whether the
//! register is linearizable, by Stateright's tester.

use super::setting::{Command, MAX_REQUESTS, Machine, Response};
use crate::bytes::fields_as_bytes;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use synod_protocol::state_machine::StateMachine;

/// A request in the eyes of its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Call {
    /// Whether he has asked, and was not declined.
    pub has_asked: bool,
    /// Which requests had been answered when he asked first, as bits.
    pub after: u8,
    /// What he was answered first.
    pub response: Option<Response>,
}

/// All requests in the eyes of their clients: the order of asking and
/// answering as far as it tells real time, and no further. That is which
/// answers came before which questions: the order of two questions, or of two
/// answers, without the other between them tells nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clients {
    calls: [Call; MAX_REQUESTS],
}

impl Clients {
    /// The request at a position.
    pub const fn call(&self, position: usize) -> &Call {
        &self.calls[position]
    }

    /// A client asks.
    pub fn ask(&mut self, position: usize) {
        let answered = self.calls.iter().enumerate();
        let answered = answered.filter(|(_, call)| call.response.is_some());
        let after = answered.fold(0, |bits, (position, _)| bits | 1 << position);
        let call = &mut self.calls[position];
        if !call.has_asked {
            call.has_asked = true;
            call.after = after;
        }
    }

    /// A client who has asked is answered.
    pub fn answer(&mut self, position: usize, response: Response) {
        let call = &mut self.calls[position];
        if call.has_asked {
            call.response.get_or_insert(response);
        }
    }

    /// Whether the answers are those of one register to which each request was
    /// put at some moment between its question and its answer.
    pub fn are_linearizable(&self, commands: &[Command]) -> bool {
        let mut tester = LinearizabilityTester::new(OneRegister::default());
        let mut asked: Vec<_> = (0..commands.len())
            .filter(|&position| self.calls[position].has_asked)
            .collect();
        // The sets of answers only grow, so this is the order of time.
        asked.sort_by_key(|&position| self.calls[position].after.count_ones());
        let mut returned = 0_u8;
        let mut is_well_formed = true;
        for &position in &asked {
            for other in bits(self.calls[position].after & !returned) {
                is_well_formed &= self.come_back(&mut tester, other);
                returned |= 1 << other;
            }
            is_well_formed &= tester.on_invoke(position, commands[position]).is_ok();
        }
        for &position in &asked {
            if returned & 1 << position == 0 && self.calls[position].response.is_some() {
                is_well_formed &= self.come_back(&mut tester, position);
            }
        }
        is_well_formed && tester.is_consistent()
    }

    fn come_back(
        &self,
        tester: &mut LinearizabilityTester<usize, OneRegister>,
        position: usize,
    ) -> bool {
        let response = self.calls[position].response;
        response.is_some_and(|response| tester.on_return(position, response).is_ok())
    }
}

fn bits(set: u8) -> impl Iterator<Item = usize> {
    (0..8).filter(move |position| set & 1 << position != 0)
}

/// The register of one process that is always there.
#[derive(Clone, Debug, Default, PartialEq)]
struct OneRegister(Machine);

impl SequentialSpec for OneRegister {
    type Op = Command;
    type Ret = Response;

    fn invoke(&mut self, command: &Command) -> Response {
        self.0.apply(command)
    }
}

fields_as_bytes!(Call {
    has_asked,
    after,
    response
});
fields_as_bytes!(Clients { calls });
