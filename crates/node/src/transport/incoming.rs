//! The connections of peers: accepted, judged, and read from. At most one each:
//! who connects anew has lost the old one.

use super::Common;
use super::connection::{self, HANDSHAKE};
use super::handshake_error::HandshakeError;
use super::hello::Hello;
use super::peer::Peer;
use super::reader::{self, ReadTask};
use crate::accept::{Listener, Newest};
use bytes::BytesMut;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use synod_math::Priest;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// How many connections may be in the handshake at once. The next one ends the
/// oldest: an honest handshake is over in milliseconds, so that who opens
/// connections and says nothing ends his own.
pub const HANDSHAKES: usize = 64;

/// How many reasons of refusals are remembered, so that each is told once.
const REASONS: usize = 256;

/// How a handshake ended, and with whom.
type Met = (SocketAddr, Result<Peer, (Option<u8>, HandshakeError)>);

/// Who listens.
pub(super) struct Acceptor {
    common: Arc<Common>,
    handshakes: Newest<Met>,
    readers: BTreeMap<Priest, ReadTask>,
    reported: BTreeMap<(IpAddr, Option<u8>), HandshakeError>,
}

impl Acceptor {
    pub(super) fn new(common: Arc<Common>) -> Self {
        Self {
            common,
            handshakes: Newest::new(HANDSHAKES),
            readers: BTreeMap::new(),
            reported: BTreeMap::new(),
        }
    }

    /// Accepts. Never ends by itself.
    pub(super) async fn run(mut self, listener: TcpListener) {
        let mut listener = Listener::new(listener, "peer");
        loop {
            tokio::select! {
                (stream, address) = listener.accept() => self.begin(stream, address),
                // One that was ended counts as none.
                Some(met) = self.handshakes.next() => if let Ok((address, met)) = met {
                    match met {
                        Ok(peer) => self.admit(peer, address),
                        Err((claimed, refusal)) => self.tell(address, claimed, refusal),
                    }
                }
            }
        }
    }

    fn begin(&mut self, stream: TcpStream, address: SocketAddr) {
        let common = Arc::clone(&self.common);
        self.handshakes.spawn(async move {
            let mut claimed = None;
            let met = timeout(HANDSHAKE, meet(stream, &common, &mut claimed)).await;
            let met = met.unwrap_or(Err(HandshakeError::Time));
            (address, met.map_err(|refusal| (claimed, refusal)))
        });
    }

    /// Reads from it, and no longer from the one before.
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
                    tracing::info!(legislator, %address, "a peer is gone: {why}");
                }
                _ => tracing::warn!(legislator, %address, "a peer is cut off: {why}"),
            }
        });
        self.readers.insert(priest, reader);
    }

    /// Warns, if this reason is new.
    fn tell(&mut self, address: SocketAddr, claimed: Option<u8>, refusal: HandshakeError) {
        let who = (address.ip(), claimed);
        if self.reported.get(&who) == Some(&refusal) {
            return;
        }
        tracing::warn!("the peer at {address} {refusal}; it was not let in");
        if self.reported.len() >= REASONS {
            self.reported.clear();
        }
        self.reported.insert(who, refusal);
    }
}

/// The handshake of the side that listens. Who is refused for what he says is
/// answered before, so that he can say why as well. `claimed` becomes who he
/// says that he is.
async fn meet(
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
            // He cannot read it, but for our version, which stands first.
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
    // Whoever is no peer is answered as this node itself would be.
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
