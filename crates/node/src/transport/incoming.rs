//! The connections that peers dial: accepts them, checks the handshake, and reads from them. Each
//! peer has at most one: a new connection of a peer replaces its old one, which must be dead.

use super::Common;
use super::connection::{self, HANDSHAKE};
use super::handshake_error::HandshakeError;
use super::hello::Hello;
use super::peer::Peer;
use super::reader::{self, ReadTask};
use crate::accept::{Listener, NewestTasks};
use bytes::BytesMut;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use synod_math::Priest;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// How many connections may be in the handshake at once. One more aborts the oldest: an honest
/// handshake takes milliseconds, so that if an attacker opens connections and sends nothing, mostly
/// the attacker's own are aborted.
pub const HANDSHAKES: usize = 64;

/// How many refusals are remembered, so that each is logged once.
const MOST_REPORTED: usize = 256;

/// The address of the other side, and the result of the handshake. An error carries the index of
/// the legislator that the other side claims to be, if it came so far.
type HandshakeResult = (SocketAddr, Result<Peer, (Option<u8>, HandshakeError)>);

/// The task that listens for peers.
pub(super) struct Acceptor {
    common: Arc<Common>,
    handshakes: NewestTasks<HandshakeResult>,
    readers: BTreeMap<Priest, ReadTask>,
    /// The refusals that were logged, by address and claimed legislator.
    reported: BTreeMap<(IpAddr, Option<u8>), HandshakeError>,
}

impl Acceptor {
    pub(super) fn new(common: Arc<Common>) -> Self {
        Self {
            common,
            handshakes: NewestTasks::new(HANDSHAKES),
            readers: BTreeMap::new(),
            reported: BTreeMap::new(),
        }
    }

    /// Accepts connections. Never returns; the task is aborted.
    pub(super) async fn run(mut self, listener: TcpListener) {
        let mut listener = Listener::new(listener, "peer");
        loop {
            tokio::select! {
                (stream, address) = listener.accept() => self.begin(stream, address),
                // A handshake that was aborted is ignored.
                Some(ended) = self.handshakes.next() => if let Ok((address, result)) = ended {
                    match result {
                        Ok(peer) => self.admit(peer, address),
                        Err((claimed, refusal)) => self.warn(address, claimed, refusal),
                    }
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        let common = Arc::clone(&self.common);
        self.handshakes.spawn(async move {
            let mut claimed = None;
            let result = timeout(HANDSHAKE, shake_hands(stream, &common, &mut claimed)).await;
            let result = result.unwrap_or(Err(HandshakeError::Time));
            (address, result.map_err(|refusal| (claimed, refusal)))
        });
    }

    /// Reads from this connection of a peer from now on, and no longer from its old one.
    fn admit(&mut self, peer: Peer, address: SocketAddr) {
        let legislator = peer.priest.index() + 1;
        let priest = peer.priest;
        tracing::info!(legislator, %address, "a peer has connected");
        self.reported
            .remove(&(address.ip(), Some(priest.index() as u8)));
        let old = self.readers.remove(&peer.priest);
        let read = reader::read(peer, Arc::clone(&self.common));
        let reader = ReadTask::spawn(old, async move {
            let why = read.await;
            match why {
                reader::Ended::Closed | reader::Ended::Io(_) => {
                    tracing::info!(legislator, %address, "a peer has disconnected: {why}");
                }
                _ => tracing::warn!(legislator, %address, "a peer was disconnected: {why}"),
            }
        });
        self.readers.insert(priest, reader);
    }

    /// Logs a refusal, unless it was logged before.
    fn warn(&mut self, address: SocketAddr, claimed: Option<u8>, refusal: HandshakeError) {
        let who = (address.ip(), claimed);
        if self.reported.get(&who) == Some(&refusal) {
            return;
        }
        tracing::warn!("the peer at {address} {refusal}; it was refused");
        if self.reported.len() >= MOST_REPORTED {
            self.reported.clear();
        }
        self.reported.insert(who, refusal);
    }
}

/// The handshake of the side that listens. A peer whose Hello is refused is answered first, so that
/// it can log the reason too. `claimed` becomes the index of the legislator that the peer claims to
/// be.
async fn shake_hands(
    stream: TcpStream,
    common: &Common,
    claimed: &mut Option<u8>,
) -> Result<Peer, HandshakeError> {
    let (mut connection, certificate) = connection::accepted(stream, common.tls.as_ref()).await?;
    let introduction = |to| common.detector.introduce(to);
    let mut buffer = BytesMut::new();
    let hello = match Hello::receive(&mut connection, &mut buffer).await {
        Ok(hello) => hello,
        Err(HandshakeError::Version(version)) => {
            // The peer can decode only the beginning of the answer, which has our version.
            let answer = Hello::to(u8::MAX, &common.identity, &introduction(common.identity.me));
            answer.send(&mut connection).await?;
            return Err(HandshakeError::Version(version));
        }
        Err(refusal) => return Err(refusal),
    };
    *claimed = Some(hello.from);
    if let (Some(tls), Some(certificate)) = (&common.tls, &certificate)
        && let Some(name) = tls.wrong_name(certificate, hello.from)
    {
        return Err(HandshakeError::Certificate(name));
    }
    // A stranger is answered with the introduction that this node would send to itself.
    let checked = hello.check(&common.identity, None);
    if let Ok(priest) = checked {
        common.detector.meet(priest, &hello.introduction()?);
    }
    let introduction = introduction(*checked.as_ref().unwrap_or(&common.identity.me));
    let answer = Hello::to(hello.from, &common.identity, &introduction);
    answer.send(&mut connection).await?;
    let priest = checked?;
    let remembered = introduction.met.iter().find(|(of, _)| *of == priest);
    Ok(Peer {
        priest,
        connection,
        buffer,
        remembered: remembered.map(|(_, mark)| *mark),
    })
}
