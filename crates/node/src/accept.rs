//! Accepts connections for as long as a node runs, and bounds how many tasks serve them.

use socket2::{SockRef, TcpKeepalive};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep};

/// How long to wait before the next attempt after a failure to accept. The usual reason
/// is that the process has no file descriptors left.
const RETRY_PAUSE: Duration = Duration::from_millis(100);

/// The shortest time between two warnings that no connection can be accepted.
const WARNING_PAUSE: Duration = Duration::from_secs(60);

/// A listener that continues after every error.
#[derive(Debug)]
pub(crate) struct Listener {
    inner: TcpListener,
    /// What connects here, for the warning: "client", for instance.
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

    /// The next connection. Cancelling the future loses no connection.
    pub(crate) async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.inner.accept().await {
                Ok(accepted) => return accepted,
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.warn(&error);
                    sleep(RETRY_PAUSE).await;
                }
            }
        }
    }

    fn warn(&mut self, error: &io::Error) {
        if self
            .last_warning
            .is_none_or(|last| last.elapsed() >= WARNING_PAUSE)
        {
            self.last_warning = Some(Instant::now());
            let what = self.what;
            tracing::warn!("no {what} can be accepted: {error} (logged once a minute at most)");
        }
    }
}

/// Whether the error concerns one connection only, because the other side gave it up. Then
/// the next connection is accepted without a pause.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

/// At most `most` tasks at once: one more aborts the oldest. For connections that an honest
/// peer finishes within milliseconds: if an attacker opens many and sends nothing, mostly
/// the attacker's own are aborted.
#[derive(Debug)]
pub(crate) struct NewestTasks<T> {
    tasks: JoinSet<T>,
    /// The running tasks, the oldest first.
    order: VecDeque<AbortHandle>,
    most: usize,
}

impl<T: Send + 'static> NewestTasks<T> {
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

    /// The result of the next task that ends; an error if the task was aborted or panicked.
    /// `None` if no task is running.
    pub(crate) async fn next(&mut self) -> Option<Result<T, JoinError>> {
        self.tasks.join_next().await
    }
}

/// Turns TCP keepalive on: after `idle` without traffic, the operating system probes the
/// other machine, and again after each `interval`.
///
/// # Errors
///
/// If the operating system refuses the options.
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
    async fn one_task_too_many_aborts_the_oldest() {
        let mut tasks = NewestTasks::new(2);
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
    async fn the_warning_is_logged_once_a_minute_at_most() {
        let inner = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut listener = Listener::new(inner, "client");
        let error = io::Error::from_raw_os_error(nix::errno::Errno::EMFILE as i32);
        listener.warn(&error);
        let last_warning = listener.last_warning;
        assert!(last_warning.is_some());
        listener.warn(&error);
        assert_eq!(listener.last_warning, last_warning);
        assert!(!is_of_one_connection(&error));
    }
}
