//! A network that fails on demand: one proxy for each ordered pair of nodes.
//!
//! What node i says to node j goes through a proxy of its own, since j answers
//! on a connection that it has opened itself. The proxy knows that bytes are
//! frames (a length of four bytes, the highest first, and as many bytes), so it
//! can lose one and leave the rest intact. The first frame in each direction is
//! the greeting, and is never lost.

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

/// How often a thread that waits looks whether it should still.
const TICK: Duration = Duration::from_millis(20);

/// What happens to what one node says to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything arrives.
    Pass,
    /// So many frames of a hundred are lost.
    Lossy {
        /// How many.
        percent: u8,
    },
    /// Each frame arrives so much later, and none before an earlier one.
    Delayed {
        /// At least and at most.
        by: Range<Duration>,
    },
    /// All frames are lost; connections stay open, and can be opened.
    Swallow,
    /// Frames wait until the mode is another; connections stay open. To the
    /// nodes this is what a real network does while a cable is out.
    Hold,
    /// Connections are closed, and closed again when they are opened.
    Cut,
}

/// The way from one node to another.
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
    /// How many frames arrived, and how many were lost.
    pub(crate) passed: AtomicU64,
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
    /// Listens at this port, and passes on to that address.
    ///
    /// # Errors
    ///
    /// Those of the network.
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
        let its = Arc::clone(&shared);
        Ok(Self {
            address,
            shared,
            listener: Some(thread::spawn(move || listen(&listener, &its))),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many frames arrived, and how many were lost, so far.
    pub fn frames(&self) -> (u64, u64) {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (count(&self.shared.passed), count(&self.shared.lost))
    }

    /// From now on, this happens.
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
                    // The node notices that its connection is gone, and opens
                    // another: there is nobody else to tell.
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

/// Carries what is said until either end closes.
fn carry(from: &TcpStream, to: &TcpStream, shared: &Arc<Shared>) -> io::Result<()> {
    let (sender, receiver) = mpsc::sync_channel(1 << 12);
    let (mut answers, mut back) = (to.try_clone()?, from.try_clone()?);
    let its = Arc::clone(shared);
    let answering = thread::spawn(move || {
        let _ = pipe::answer(&mut answers, &mut back, &its);
        let _ = back.shutdown(Shutdown::Both);
    });
    let (mut forward, its) = (to.try_clone()?, Arc::clone(shared));
    let writing = thread::spawn(move || {
        let _ = pipe::write(&mut forward, &receiver, &its);
        let _ = forward.shutdown(Shutdown::Both);
    });
    let result = pipe::read(&mut from.try_clone()?, &sender, shared);
    drop(sender);
    let _ = writing.join();
    let _ = answering.join();
    result
}
