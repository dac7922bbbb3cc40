//! [`Transaction`]: what is queued between MULTI and EXEC. EXEC is one decree: all of it is carried out,
//! with nothing of other clients in between, or nothing is.

use super::client_request::{ClientRequest, Operation};
use super::command_error::CommandError;
use crate::Command;
use crate::wire::LARGEST_COMMAND;
use std::collections::BTreeMap;

/// The requests since MULTI.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    pub(super) queued: Vec<Queued>,
    /// The size of its commands together.
    size: usize,
    /// Whether a request since MULTI was refused, so that EXEC carries out nothing.
    pub(super) is_broken: bool,
}

/// A request that waits for EXEC.
#[derive(Debug)]
pub(super) enum Queued {
    /// The state machine carries it out.
    Law(&'static Operation, Command),
    /// The node answers it, after the others are carried out.
    Here(ClientRequest),
}

impl Transaction {
    /// Queues a request. If it is refused, EXEC will carry out nothing; but as in Redis, a WATCH that is
    /// refused changes nothing.
    pub(super) fn queue(&mut self, request: ClientRequest) -> Result<(), CommandError> {
        let refused = match request {
            ClientRequest::Watch(_) => return Err(CommandError::InTransaction("WATCH")),
            ClientRequest::Scan(_) => CommandError::InTransaction("SCAN"),
            ClientRequest::Follow(_) => CommandError::InTransaction("LAW FOLLOW"),
            ClientRequest::Hello(..) => CommandError::InTransaction("HELLO"),
            ClientRequest::Authenticate(_) => CommandError::InTransaction("AUTH"),
            ClientRequest::ReadOwnLaw(_) => CommandError::InTransaction("READONLY or READWRITE"),
            ClientRequest::Law(operation, command) => {
                self.size += command.size_among_others();
                if self.size <= LARGEST_COMMAND {
                    self.queued.push(Queued::Law(operation, command));
                    return Ok(());
                }
                CommandError::TooLarge(self.size)
            }
            request => {
                self.size += LEAST_SIZE;
                if self.size <= LARGEST_COMMAND {
                    self.queued.push(Queued::Here(request));
                    return Ok(());
                }
                CommandError::TooLarge(self.size)
            }
        };
        self.is_broken = true;
        Err(refused)
    }

    /// The command for the parliament.
    pub(super) fn command(&self, watched: BTreeMap<Vec<u8>, u64>) -> Result<Command, CommandError> {
        if self.is_broken {
            return Err(CommandError::Aborted);
        }
        let commands = self.queued.iter().filter_map(|queued| match queued {
            Queued::Law(_, command) => Some(command.clone()),
            Queued::Here(_) => None,
        });
        let command = Command::Transaction {
            watched: watched.into_iter().collect(),
            commands: commands.collect(),
        };
        match command.size() {
            size if size > LARGEST_COMMAND => Err(CommandError::TooLarge(size)),
            _ => Ok(command),
        }
    }
}

/// What a queued request counts that has no keys and values, so that there is an end to them.
const LEAST_SIZE: usize = 64;
