//! A network that fails on demand: one proxy for each ordered pair of nodes.
//!
//! A node sends its messages on connections that it has opened itself, so the messages
//! from node i to node j have a proxy of their own. The proxy knows that the bytes are
//! frames (a length of four bytes in big-endian order, and as many bytes), so it can lose
//! one frame and leave the others intact. The first frame in each direction is the
//! greeting (handshake), and is never lost.
//!
//! [`Cluster::link`](crate::cluster::Cluster::link) sets the [`Mode`] of a [`Proxy`] in a
//! trial; the faults of [`faults`](crate::faults) do so on a schedule.

mod pipe;

use crate::ports;
use crate::random::Random;
use std::collections::BTreeMap;
use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The time after which a waiting thread checks again whether it must still wait.
const TICK: Duration = Duration::from_millis(20);

/// What happens to the frames from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All frames arrive.
    Pass,
    /// Some frames are lost.
    Lossy {
        /// The probability of a loss, in percent.
        percent: u8,
    },
    /// Each frame is delayed, and the order is kept.
    Delayed {
        /// The range from which each delay is drawn.
        by: Range<Duration>,
    },
    /// All frames are lost. Connections stay open, and new ones can be opened.
    Swallow,
    /// Frames wait until the mode changes. Connections stay open. A real network does the
    /// same while a cable is unplugged.
    Hold,
    /// Connections are closed, and new ones are closed at once.
    Cut,
}

/// The link from one node to another. It closes its connections when it is dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    to: SocketAddr,
    state: Mutex<State>,
    is_over: AtomicBool,
    /// The number of frames that arrived.
    pub(crate) passed: AtomicU64,
    /// The number of frames that were lost.
    pub(crate) lost: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) mode: Mode,
    pub(crate) random: Random,
    /// Both ends of every connection, by its number.
    connections: BTreeMap<u64, [TcpStream; 2]>,
    next: u64,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn mode(&self) -> Mode {
        self.state().mode.clone()
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

impl Proxy {
    /// Listens at a port of this machine, and forwards frames to the address `to`.
    ///
    /// # Errors
    ///
    /// The port cannot be used.
    pub fn start(port: u16, to: SocketAddr, random: Random) -> io::Result<Self> {
        let listener = ports::listen(port)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            to,
            state: Mutex::new(State {
                mode: Mode::Pass,
                random,
                connections: BTreeMap::new(),
                next: 0,
            }),
            is_over: AtomicBool::new(false),
            passed: AtomicU64::new(0),
            lost: AtomicU64::new(0),
        });
        let for_listener = Arc::clone(&shared);
        Ok(Self {
            address,
            shared,
            listener: Some(thread::spawn(move || listen(&listener, &for_listener))),
        })
    }

    /// The address at which the proxy listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The number of frames that arrived so far, and the number that were lost.
    pub fn frames(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.shared.passed), count(&self.shared.lost))
    }

    /// Sets the mode.
    pub fn set(&self, mode: Mode) {
        let mut state = self.shared.state();
        if mode == Mode::Cut {
            close(&mut state.connections);
        }
        state.mode = mode;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        close(&mut self.shared.state().connections);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn close(connections: &mut BTreeMap<u64, [TcpStream; 2]>) {
    for stream in std::mem::take(connections).into_values().flatten() {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.is_over() {
        match listener.accept() {
            Ok((stream, _)) => {
                let shared = Arc::clone(shared);
                thread::spawn(move || {
                    // An error needs no report: the node notices that its connection is
                    // closed, and opens another.
                    let _ = connect(&stream, &shared);
                });
            }
            Err(_) => thread::sleep(TICK / 4),
        }
    }
}

fn connect(from: &TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    from.set_nonblocking(false)?;
    if shared.mode() == Mode::Cut {
        return from.shutdown(Shutdown::Both);
    }
    let to = TcpStream::connect_timeout(&shared.to, Duration::from_secs(1))?;
    for stream in [from, &to] {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TICK))?;
    }
    let number = {
        let mut state = shared.state();
        if state.mode == Mode::Cut || shared.is_over() {
            return Ok(());
        }
        let number = state.next;
        state.next += 1;
        let both = [from.try_clone()?, to.try_clone()?];
        state.connections.insert(number, both);
        number
    };
    let result = carry(from, &to, shared);
    for stream in [from, &to] {
        let _ = stream.shutdown(Shutdown::Both);
    }
    shared.state().connections.remove(&number);
    result
}

/// Forwards frames in both directions until one end closes its connection.
fn carry(from: &TcpStream, to: &TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let (sender, receiver) = mpsc::sync_channel(1 << 12);
    let (mut answers, mut back) = (to.try_clone()?, from.try_clone()?);
    let for_answers = Arc::clone(shared);
    let answering = thread::spawn(move || {
        let _ = pipe::answer(&mut answers, &mut back, &for_answers);
        let _ = back.shutdown(Shutdown::Both);
    });
    let (mut forward, for_writing) = (to.try_clone()?, Arc::clone(shared));
    let writing = thread::spawn(move || {
        let _ = pipe::write(&mut forward, &receiver, &for_writing);
        let _ = forward.shutdown(Shutdown::Both);
    });
    let result = pipe::read(&mut from.try_clone()?, &sender, shared);
    drop(sender);
    let _ = writing.join();
    let _ = answering.join();
    result
}
