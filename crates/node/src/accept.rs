//! Accepting connections, for as long as a node runs.

use socket2::{SockRef, TcpKeepalive};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

/// How long to wait when no connection can be accepted: mostly because there
/// are no more file descriptors.
const BREATHER: Duration = Duration::from_millis(100);

/// How often, at most, somebody is told that none can be accepted.
const WARNING_PAUSE: Duration = Duration::from_secs(60);

/// A listener that goes on whatever happens.
#[derive(Debug)]
pub(crate) struct Listener {
    inner: TcpListener,
    /// What cannot be accepted: "client".
    what: &'static str,
    last_warning: Option<Instant>,
}

impl Listener {
    pub(crate) const fn new(inner: TcpListener, what: &'static str) -> Self {
        Self {
            inner,
            what,
            last_warning: None,
        }
    }

    /// The next connection. If it is cancelled none is lost.
    pub(crate) async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.tell(&error);
                    sleep(BREATHER).await;
                }
            }
        }
    }

    fn tell(&mut self, error: &io::Error) {
        if self
            .last_warning
            .is_none_or(|last| last.elapsed() >= WARNING_PAUSE)
        {
            self.last_warning = Some(Instant::now());
            let what = self.what;
            tracing::warn!("no {what} can be accepted: {error} (told once a minute at most)");
        }
    }
}

/// The other side gave up before it was accepted: the next one need not wait.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// Tasks, at most so many at once: the next one ends the oldest. For what is
/// over in milliseconds where the other side is honest, so that whoever opens
/// connections and says nothing ends its own.
#[derive(Debug)]
pub(crate) struct Newest<T> {
    tasks: JoinSet<T>,
    /// The oldest first.
    order: VecDeque<AbortHandle>,
    most: usize,
}

impl<T: Send + 'static> Newest<T> {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            tasks: JoinSet::new(),
            order: VecDeque::new(),
            most,
        }
    }

    pub(crate) fn spawn(&mut self, task: impl Future<Output = T> + Send + 'static) {
        self.order.retain(|one| !one.is_finished());
        if self.order.len() >= self.most
            && let Some(oldest) = self.order.pop_front()
        {
            oldest.abort();
        }
        self.order.push_back(self.tasks.spawn(task));
    }

    /// The result of the next that ends; an error if it was ended. `None` if
    /// there is none.
    pub(crate) async fn next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.join_next().await
    }
}

/// After `idle` without a word the system asks the other machine whether it is
/// there, and once in an `interval` from then on.
///
/// # Errors
///
/// If the system does not.
pub(crate) fn keep_alive(stream: &TcpStream, idle: Duration, interval: Duration) -> io::Result<()> {
    let keepalive = TcpKeepalive::new().with_time(idle);
    #[cfg(any(target_os = "linux", target_os = "macos", target_os = "windows"))]
    let keepalive = keepalive.with_interval(interval);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_too_many_ends_the_oldest() {
        let mut tasks = Newest::new(2);
        for _ in 0..4 {
            tasks.spawn(std::future::pending::<()>());
        }
        for _ in 0..2 {
            let ended = tasks.next().await.unwrap();
            assert!(ended.unwrap_err().is_cancelled());
        }
        assert_eq!(tasks.tasks.len(), 2);
        let (first, second) = (&tasks.order[0], &tasks.order[1]);
        assert!(!first.is_finished() && !second.is_finished());
    }

    #[tokio::test]
    async fn somebody_is_told_once_a_minute() {
        let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut listener = Listener::new(inner, "client");
        let error = io::Error::from_raw_os_error(nix::errno::Errno::EMFILE as i32);
        listener.tell(&error);
        let last_warning = listener.last_warning;
        assert!(last_warning.is_some());
        listener.tell(&error);
        assert_eq!(listener.last_warning, last_warning);
        assert!(!is_of_one_connection(&error));
    }
}
