//! Each mode of a proxy, between two ends that these tests play.

#![allow(clippy::unwrap_used)] // Tests.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};
use synod_trials::proxy::{Mode, Proxy};
use synod_trials::random::Random;

/// How long to wait for a frame that must arrive.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long to wait for a frame that must not arrive.
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

    /// The two ends of a connection on which both greetings have been exchanged.
    fn greeted(&self) -> (TcpStream, TcpStream) {
        let mut from = open(self.proxy.address());
        write_frame(&mut from, 0);
        let (mut to, _) = self.listener.accept().unwrap();
        to.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!(read_frame(&mut to).unwrap(), 0);
        write_frame(&mut to, 1_000);
        assert_eq!(read_frame(&mut from).unwrap(), 1_000);
        (from, to)
    }
}

fn open(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// Writes a frame that holds a number, and as many further bytes.
fn write_frame(to: &mut TcpStream, number: u32) {
    let mut frame = (number + 4).to_be_bytes().to_vec();
    frame.extend(number.to_be_bytes());
    frame.resize(frame.len() + number as usize, 7);
    to.write_all(&frame).unwrap();
}

/// Reads a frame, and returns its number.
fn read_frame(from: &mut TcpStream) -> io::Result<u32> {
    let mut word = [0; 4];
    from.read_exact(&mut word)?;
    let mut bytes = vec![0; u32::from_be_bytes(word) as usize];
    from.read_exact(&mut bytes)?;
    word.copy_from_slice(&bytes[..4]);
    Ok(u32::from_be_bytes(word))
}

#[track_caller]
fn assert_no_frame_arrives(from: &mut TcpStream) {
    from.set_read_timeout(Some(MOMENT)).unwrap();
    let kind = read_frame(from).unwrap_err().kind();
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
        write_frame(&mut from, number);
    }
    for number in 0..500 {
        assert_eq!(read_frame(&mut to).unwrap(), number);
    }
    // When one end closes its connection, the proxy closes the other.
    drop(from);
    assert!(read_frame(&mut to).is_err());
    let (from, mut to) = ends.greeted();
    let mut other = from.try_clone().unwrap();
    drop(to);
    assert!(read_frame(&mut other).is_err());
    (_, to) = ends.greeted();
    drop(ends);
    assert!(read_frame(&mut to).is_err());
}

#[test]
fn some_frames_are_lost_whole() {
    let ends = Ends::new();
    ends.proxy.set(Mode::Lossy { percent: 50 });
    let (mut from, mut to) = ends.greeted();
    for number in 1..400 {
        write_frame(&mut from, number);
    }
    // The greeting counts as a frame too.
    let taken = || ends.proxy.frames().0 + ends.proxy.frames().1;
    while taken() < 400 {
        std::thread::sleep(Duration::from_millis(1));
    }
    ends.proxy.set(Mode::Pass);
    write_frame(&mut from, 400);
    let mut arrived = Vec::new();
    while arrived.last() != Some(&400) {
        arrived.push(read_frame(&mut to).unwrap());
    }
    assert!(arrived.is_sorted());
    assert!(arrived.len() < 400, "{}", arrived.len());
    // The proxy counts a frame only after writing it.
    while taken() < 401 {
        std::thread::sleep(Duration::from_millis(1));
    }
    let (passed, lost) = ends.proxy.frames();
    assert_eq!(passed, arrived.len() as u64 + 1);
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
        write_frame(&mut from, number);
    }
    for number in 0..100 {
        assert_eq!(read_frame(&mut to).unwrap(), number);
        assert!(begun.elapsed() >= Duration::from_millis(50));
    }
}

#[test]
fn swallow_loses_frames_and_hold_keeps_them() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    ends.proxy.set(Mode::Swallow);
    write_frame(&mut from, 1);
    assert_no_frame_arrives(&mut to);
    ends.proxy.set(Mode::Hold);
    write_frame(&mut from, 2);
    assert_no_frame_arrives(&mut to);
    ends.proxy.set(Mode::Pass);
    assert_eq!(read_frame(&mut to).unwrap(), 2);
}

#[test]
fn a_greeting_waits_until_the_mode_lets_it_pass() {
    for mode in [Mode::Swallow, Mode::Hold] {
        let ends = Ends::new();
        ends.proxy.set(mode);
        let mut from = open(ends.proxy.address());
        write_frame(&mut from, 3);
        let (mut to, _) = ends.listener.accept().unwrap();
        assert_no_frame_arrives(&mut to);
        ends.proxy.set(Mode::Pass);
        to.set_read_timeout(Some(PATIENCE)).unwrap();
        assert_eq!(read_frame(&mut to).unwrap(), 3);
    }
}

#[test]
fn cut_closes_connections_until_the_link_is_mended() {
    let ends = Ends::new();
    let (mut from, mut to) = ends.greeted();
    ends.proxy.set(Mode::Cut);
    assert!(read_frame(&mut from).is_err());
    assert!(read_frame(&mut to).is_err());
    assert!(read_frame(&mut open(ends.proxy.address())).is_err());
    ends.proxy.set(Mode::Pass);
    ends.greeted();
}
