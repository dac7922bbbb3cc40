//! [`Together`]: the commands that have arrived together, which become one decree.

use super::client_request::Operation;
use crate::Command;
use crate::wire::LARGEST_COMMAND;

/// How many commands one decree has at most: enough to share its cost, and few enough that other clients
/// do not wait for them.
const MOST: usize = 1024;

/// Commands in order, each with what it is in the table of commands.
#[derive(Debug, Default)]
pub(super) struct Together {
    operations: Vec<&'static Operation>,
    commands: Vec<Command>,
    /// The size of a batch of them.
    size: usize,
}

impl Together {
    /// Whether one more command fits. If not, those before it have to be taken first.
    pub(super) fn has_room_for(&self, command: &Command) -> bool {
        let size = self.size + command.size_among_others();
        self.commands.is_empty() || (self.commands.len() < MOST && size <= LARGEST_COMMAND)
    }

    pub(super) fn push(&mut self, operation: &'static Operation, command: Command) {
        self.size += command.size_among_others();
        self.operations.push(operation);
        self.commands.push(command);
    }

    /// All of them, as one command; `None` if there are none. A command that is alone is no batch, so that
    /// it costs nothing that there are any.
    pub(super) fn take(&mut self) -> Option<(Command, Vec<&'static Operation>)> {
        let mut commands = std::mem::take(&mut self.commands);
        self.size = 0;
        let command = match commands.len() {
            0 => return None,
            1 => commands.remove(0),
            _ => Command::Batch { commands },
        };
        Some((command, std::mem::take(&mut self.operations)))
    }

    /// Puts those back that were not among the first so many that are answered: the
    /// state machine stops when the responses become too large.
    pub(super) fn put_back(
        &mut self,
        taken: Command,
        mut operations: Vec<&'static Operation>,
        answered: usize,
    ) {
        if let Command::Batch { mut commands } = taken {
            let rest = commands.split_off(answered.min(commands.len()));
            operations.drain(..answered.min(operations.len()));
            for (operation, command) in operations.into_iter().zip(rest) {
                self.push(operation, command);
            }
        }
    }
}
