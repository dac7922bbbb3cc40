//! Forwards, delays or loses the frames of one connection.

use super::{Mode, Shared, TICK};
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Instant;

/// The largest length of a frame. A larger one means that the bytes are not frames.
const LONGEST: usize = 1 << 28;

/// A frame on its way through the proxy.
pub(crate) struct Frame {
    bytes: Vec<u8>,
    /// The frame is written at this time or later.
    due: Instant,
    is_greeting: bool,
}

/// Reads frames, loses some, and decides when the others are due.
pub(crate) fn read(
    from: &mut TcpStream,
    to: &SyncSender<Frame>,
    shared: &Shared,
) -> io::Result<()> {
    let mut is_greeting = true;
    let mut due = Instant::now();
    while let Some(bytes) = read_frame(from, shared)? {
        let is_lost = {
            let mut state = shared.state();
            let now = Instant::now();
            match state.mode.clone() {
                Mode::Pass | Mode::Hold => due = due.max(now),
                Mode::Delayed { by } => due = due.max(now + state.random.within(&by)),
                Mode::Lossy { percent } => {
                    due = due.max(now);
                    if !is_greeting && state.random.chance(percent) {
                        shared.lost.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                }
                Mode::Swallow | Mode::Cut => {}
            }
            state.mode == Mode::Swallow && !is_greeting
        };
        if is_lost {
            shared.lost.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        let frame = Frame {
            bytes,
            due,
            is_greeting,
        };
        is_greeting = false;
        if to.send(frame).is_err() {
            break;
        }
    }
    Ok(())
}

/// Writes frames when they are due and the mode lets them pass.
pub(crate) fn write(to: &mut TcpStream, from: &Receiver<Frame>, shared: &Shared) -> io::Result<()> {
    loop {
        let frame = match from.recv_timeout(TICK) {
            Ok(frame) => frame,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) if shared.is_over() => return Ok(()),
            Err(RecvTimeoutError::Timeout) => continue,
        };
        loop {
            let mode = shared.mode();
            let waits = match mode {
                Mode::Hold => true,
                // A greeting is never lost, so it waits.
                Mode::Swallow => frame.is_greeting,
                Mode::Cut => return Ok(()),
                _ => false,
            };
            if shared.is_over() {
                return Ok(());
            }
            let left = frame.due.saturating_duration_since(Instant::now());
            if !waits && left.is_zero() {
                break;
            }
            thread::sleep(if waits { TICK / 4 } else { left.min(TICK) });
        }
        if shared.mode() == Mode::Swallow && !frame.is_greeting {
            shared.lost.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        to.write_all(&frame.bytes)?;
        shared.passed.fetch_add(1, Ordering::Relaxed);
    }
}

/// Forwards the frames in the opposite direction, of which there is only the greeting. It
/// waits while the mode lets no frame pass.
pub(crate) fn answer(from: &mut TcpStream, to: &mut TcpStream, shared: &Shared) -> io::Result<()> {
    while let Some(bytes) = read_frame(from, shared)? {
        while matches!(shared.mode(), Mode::Swallow | Mode::Hold) && !shared.is_over() {
            thread::sleep(TICK / 4);
        }
        to.write_all(&bytes)?;
    }
    Ok(())
}

/// Reads a frame, including its length. `None` at the end of the connection.
fn read_frame(from: &mut TcpStream, shared: &Shared) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = vec![0; 4];
    if !fill(from, &mut bytes, shared)? {
        return Ok(None);
    }
    let length = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize;
    if length > LONGEST {
        return Err(ErrorKind::InvalidData.into());
    }
    bytes.resize(4 + length, 0);
    Ok(fill(from, &mut bytes[4..], shared)?.then_some(bytes))
}

/// Fills a buffer, however long it takes. False if the connection ends before.
fn fill(from: &mut TcpStream, bytes: &mut [u8], shared: &Shared) -> io::Result<bool> {
    let mut had = 0;
    while had < bytes.len() {
        if shared.is_over() {
            return Ok(false);
        }
        match from.read(&mut bytes[had..]) {
            Ok(0) => return Ok(false),
            Ok(count) => had += count,
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => {}
                _ => return Err(error),
            },
        }
    }
    Ok(true)
}
