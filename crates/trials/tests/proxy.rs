//! Each mode of a proxy, with frames of our own.

#![allow(clippy::unwrap_used)] // Tests.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use synod_trials::proxy::{Mode, Proxy};
use synod_trials::random::Random;

/// How long to wait for what should come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait for what should not come.
const MOMENT: Duration = Duration::from_millis(150);

struct Ends {
    proxy: Proxy,
    listener: TcpListener,
}

impl Ends {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        let proxy = Proxy::start(0, to, Random::new(1)).unwrap();
        Self { proxy, listener }
    }

    /// A connection on which both have greeted.
    fn greeted(&self) -> (TcpStream, TcpStream) {
        let mut from = open(self.proxy.address());
        say(&mut from, 0);
        let (mut to, _) = self.listener.accept().unwrap();
        to.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!(hear(&mut to).unwrap(), 0);
        say(&mut to, 1_000);
        assert_eq!(hear(&mut from).unwrap(), 1_000);
        (from, to)
    }
}

fn open(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// A frame with a number, and with as many bytes beside it.
fn say(to: &mut TcpStream, number: u32) {
    let mut frame = (number + 4).to_be_bytes().to_vec();
    frame.extend(number.to_be_bytes());
    frame.resize(frame.len() + number as usize, 7);
    to.write_all(&frame).unwrap();
}

fn hear(from: &mut TcpStream) -> io::Result<u32> {
    let mut word = [0; 4];
    from.read_exact(&mut word)?;
    let mut bytes = vec![0; u32::from_be_bytes(word) as usize];
    from.read_exact(&mut bytes)?;
    word.copy_from_slice(&bytes[..4]);
    Ok(u32::from_be_bytes(word))
}

#[track_caller]
fn hears_nothing(from: &mut TcpStream) {
    from.set_read_timeout(Some(MOMENT)).unwrap();
    let kind = hear(from).unwrap_err().kind();
    assert!(
        matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
        "{kind}"
    );
    from.set_read_timeout(Some(PATIENCE)).unwrap();
}

#[test]
fn all_frames_arrive_in_their_order() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    for number in 0..500 {
        say(&mut from, number);
    }
    for number in 0..500 {
        assert_eq!(hear(&mut to).unwrap(), number);
    }
    // An end that closes closes the other.
    drop(from);
    assert!(hear(&mut to).is_err());
    let (from, mut to) = ends.greeted();
    let mut other = from.try_clone().unwrap();
    drop(to);
    assert!(hear(&mut other).is_err());
    (_, to) = ends.greeted();
    drop(ends);
    assert!(hear(&mut to).is_err());
}

#[test]
fn some_frames_are_lost_whole() {
    let ends = Ends::new();
    ends.proxy.set(Mode::Lossy { percent: 50 });
    let (mut from, mut to) = ends.greeted();
    for number in 1..400 {
        say(&mut from, number);
    }
    // The greeting counts, too.
    let taken = || ends.proxy.frames().0 + ends.proxy.frames().1;
    while taken() < 400 {
        std::thread::sleep(Duration::from_millis(1));
    }
    ends.proxy.set(Mode::Pass);
    say(&mut from, 400);
    let mut heard = Vec::new();
    while heard.last() != Some(&400) {
        heard.push(hear(&mut to).unwrap());
    }
    assert!(heard.is_sorted());
    assert!(heard.len() < 400, "{}", heard.len());
    // It counts what it has passed on.
    while taken() < 401 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (passed, lost) = ends.proxy.frames();
    assert_eq!(passed, heard.len() as u64 + 1);
    assert_eq!(passed + lost, 401);
}

#[test]
fn frames_are_late_and_in_order() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    let by = Duration::from_millis(50)..Duration::from_millis(80);
    ends.proxy.set(Mode::Delayed { by });
    let begun = Instant::now();
    for number in 0..100 {
        say(&mut from, number);
    }
    for number in 0..100 {
        assert_eq!(hear(&mut to).unwrap(), number);
        assert!(begun.elapsed() >= Duration::from_millis(50));
    }
}

#[test]
fn what_is_swallowed_is_lost_and_what_is_held_is_not() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    ends.proxy.set(Mode::Swallow);
    say(&mut from, 1);
    hears_nothing(&mut to);
    ends.proxy.set(Mode::Hold);
    say(&mut from, 2);
    hears_nothing(&mut to);
    ends.proxy.set(Mode::Pass);
    assert_eq!(hear(&mut to).unwrap(), 2);
}

#[test]
fn a_greeting_waits() {
    for mode in [Mode::Swallow, Mode::Hold] {
        let ends = Ends::new();
        ends.proxy.set(mode);
        let mut from = open(ends.proxy.address());
        say(&mut from, 3);
        let (mut to, _) = ends.listener.accept().unwrap();
        hears_nothing(&mut to);
        ends.proxy.set(Mode::Pass);
        to.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!(hear(&mut to).unwrap(), 3);
    }
}

#[test]
fn what_is_cut_is_closed_until_it_is_mended() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    ends.proxy.set(Mode::Cut);
    assert!(hear(&mut from).is_err());
    assert!(hear(&mut to).is_err());
    assert!(hear(&mut open(ends.proxy.address())).is_err());
    ends.proxy.set(Mode::Pass);
    ends.greeted();
}
