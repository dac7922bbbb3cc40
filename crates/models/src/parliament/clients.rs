//! When clients asked and were answered, as far as it decides whether the register is
//! linearizable. Stateright's tester decides it.
//!
//! ```
//! use synod_models::parliament::clients::Clients;
//! use synod_models::parliament::setting::{Command, Response};
//!
//! let commands = [Command::Write(7), Command::Read];
//! let mut clients = Clients::default();
//! clients.ask(0);
//! clients.answer(0, Response::Written);
//! clients.ask(1); // After the first answer, so the value must be there.
//! clients.answer(1, Response::Value(None));
//! assert!(!clients.are_linearizable(&commands));
//! ```

use super::setting::{Command, MAX_REQUESTS, Machine, Response};
use crate::bytes::fields_as_bytes;
use stateright::semantics::{ConsistencyTester, LinearizabilityTester, SequentialSpec};
use synod_protocol::state_machine::StateMachine;

/// A request as its client observes it: a part of [`Clients`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Call {
    /// Whether the client has asked, and was not declined.
    pub has_asked: bool,
    /// The requests that had been answered when the client first asked, as bits.
    pub after: u8,
    /// The first answer to the client.
    pub response: Option<Response>,
}

/// All requests as their clients observe them: which answers came before which questions.
/// Linearizability depends on nothing else; the order of two questions, or of two answers,
/// does not matter if nothing of the other kind is between them. The [module](self)'s
/// example has some.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Clients {
    calls: [Call; MAX_REQUESTS],
}

impl Clients {
    /// The request at a position.
    pub const fn call(&self, position: usize) -> &Call {
        &self.calls[position]
    }

    /// The client at this position asks.
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

    /// The client at this position is answered, if he has asked.
    pub fn answer(&mut self, position: usize, response: Response) {
        let call = &mut self.calls[position];
        if call.has_asked {
            call.response.get_or_insert(response);
        }
    }

    /// Whether the answers are those of one register that carries out each request at
    /// some moment between its question and its answer.
    pub fn are_linearizable(&self, commands: &[Command]) -> bool {
        let mut tester = LinearizabilityTester::new(OneRegister::default());
        let mut asked: Vec<_> = (0..commands.len())
            .filter(|&position| self.calls[position].has_asked)
            .collect();
        // The set of answered requests only grows, so this is the order of time.
        asked.sort_by_key(|&position| self.calls[position].after.count_ones());
        let mut returned = 0_u8;
        let mut is_well_formed = true;
        for &position in &asked {
            for other in bits(self.calls[position].after & !returned) {
                is_well_formed &= self.record_return(&mut tester, other);
                returned |= 1 << other;
            }
            is_well_formed &= tester.on_invoke(position, commands[position]).is_ok();
        }
        for &position in &asked {
            if returned & 1 << position == 0 && self.calls[position].response.is_some() {
                is_well_formed &= self.record_return(&mut tester, position);
            }
        }
        is_well_formed && tester.is_consistent()
    }

    fn record_return(
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

/// The register that the answers are compared with: one process that never fails.
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
