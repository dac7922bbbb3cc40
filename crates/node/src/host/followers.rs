//! [`Followers`]: the clients that follow the law. They take decrees from the ledger as fast as they can read
//! them, so nothing is kept for them; and if there are none, only a number is kept.

use crate::event::Followed;
use crate::{Ledger, Map, Response, SharedCommand};
use synod_protocol::parliament::{DecreeNumber, News};
use tokio::sync::oneshot::Sender;

/// How large the decrees of one reply are together, about. One decree may be larger.
const MOST: usize = 64 << 10;

/// How many decrees one reply has.
const MOST_DECREES: usize = 256;

/// The clients that follow the law.
#[derive(Debug)]
pub(crate) struct Followers {
    /// The last decree that clients were told. What is law beyond it may not be durable here yet.
    told: DecreeNumber,
    /// The clients that have everything up to it.
    waiting: Vec<Sender<Followed>>,
    /// Whether it has grown since they were woken.
    has_grown: bool,
}

// Sending a reply fails if the client has gone, which is no error: results are ignored.
impl Followers {
    /// The followers of a law that has come to this decree.
    pub(crate) const fn of(told: DecreeNumber) -> Self {
        Self {
            told,
            waiting: Vec::new(),
            has_grown: false,
        }
    }

    /// Answers a client, now or when there is more.
    pub(crate) fn answer(
        &mut self,
        after: Option<DecreeNumber>,
        ledger: &Ledger,
        reply: Sender<Followed>,
    ) {
        let snapshot = &ledger.snapshot;
        match after {
            Some(after) if after >= self.told => {
                self.waiting.retain(|other| !other.is_closed());
                self.waiting.push(reply);
            }
            Some(after) if ledger.decrees.contains_key(&after.next()) => {
                let is_at_snapshot = after == snapshot.through();
                let _ = reply.send(Followed::Decrees {
                    before: is_at_snapshot.then(|| snapshot.clone()),
                    decrees: self.after(after, ledger),
                });
            }
            _ => {
                let _ = reply.send(Followed::From(snapshot.clone()));
            }
        }
    }

    /// The decrees after one, up to the snapshot if it is among them: who is there shares its memory again.
    fn after(&self, after: DecreeNumber, ledger: &Ledger) -> Vec<crate::Decree> {
        let snapshot = ledger.snapshot.through();
        let last = if after < snapshot {
            snapshot
        } else {
            self.told
        };
        let mut size = 0;
        let decrees = ledger.decrees.range(after.next()..=last);
        let fit = decrees.take_while(|(_, decree)| {
            let fits = size < MOST;
            size += decree.size::<Map>();
            fits
        });
        fit.take(MOST_DECREES)
            .map(|(_, decree)| decree.clone())
            .collect()
    }

    /// Hears what clients are told.
    pub(crate) fn hear(&mut self, news: &News<SharedCommand, Response>) {
        if let News::Law { number, .. } | News::Snapshot { through: number } = news {
            self.told = self.told.max(*number);
            self.has_grown = true;
        }
    }

    /// Wakes the clients that wait, if there is more.
    pub(crate) fn wake(&mut self) {
        if std::mem::take(&mut self.has_grown) {
            for reply in self.waiting.drain(..) {
                let _ = reply.send(Followed::AskAgain);
            }
        }
    }
}
