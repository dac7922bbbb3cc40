//! The states of a timed world as bytes. Sites are written as numbers, whose meaning is in the
//! context of the world before T_el; clocks and messages are written out.

use super::Timed;
use super::inbox::Parcel;
use super::known::Stand;
use super::model::Moment;
use crate::node::Explorable;
use crate::stored::Persist;
use crate::world::World;
use synod_process::Input;
use synod_vocabulary::{Codec, Stored};

impl<P: Explorable, L: Persist<P>, const N: usize> Stored for Timed<P, L, N> {
    fn write_state(&self, moment: &Moment<N>, bytes: &mut Vec<u8>) {
        bytes.extend([moment.elapsed, u8::from(moment.has_waited)]);
        for &p in &self.present {
            let Stand { site, clocks } = self.known.stands.value(moment.stands[p]);
            World::<P, L, N>::write_site_number(*site, bytes);
            bytes.push(clocks.len() as u8);
            for (timer, left) in clocks {
                L::Codec::write(timer, bytes);
                bytes.push(*left);
            }
            let inbox = self.known.inboxes.value(moment.inboxes[p]);
            bytes.push(inbox.len() as u8);
            for parcel in inbox {
                self.world
                    .write_input(self.world.known.messages.input(parcel.input), bytes);
                bytes.extend([parcel.left, u8::from(parcel.must)]);
            }
        }
    }

    fn read_state(&self, dictionary: &[Vec<u32>], bytes: &mut &[u8]) -> Option<Moment<N>> {
        self.read_moment(Some(dictionary), bytes)
    }

    fn read_own_state(&self, bytes: &mut &[u8]) -> Option<Moment<N>> {
        self.read_moment(None, bytes)
    }

    fn write_context(&self, written: &mut Vec<u64>, bytes: &mut Vec<u8>) {
        self.world.write_context(written, bytes);
    }

    fn read_context(&self, dictionary: &mut Vec<Vec<u32>>, bytes: &[u8]) -> bool {
        self.world.read_context(dictionary, bytes)
    }
}

fn take(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

impl<P: Explorable, L: Persist<P>, const N: usize> Timed<P, L, N> {
    /// Reads a moment, of another process if there is a dictionary.
    fn read_moment(&self, dictionary: Option<&[Vec<u32>]>, bytes: &mut &[u8]) -> Option<Moment<N>> {
        let mut moment = Self::nowhere();
        (moment.elapsed, moment.has_waited) = (take(bytes)?, take(bytes)? != 0);
        for &p in &self.present {
            let site = self.world.read_site_number(dictionary, bytes)?;
            let mut clocks = Vec::new();
            for _ in 0..take(bytes)? {
                let timer = L::Codec::read(bytes)?;
                clocks.push((timer, take(bytes)?));
            }
            moment.stands[p] = self.intern_stand(Stand {
                site,
                clocks: clocks.into(),
            });
            let mut parcels = Vec::new();
            for _ in 0..take(bytes)? {
                let input = self.world.read_input(bytes)?;
                if matches!(input, Input::Timeout(_)) {
                    return None;
                }
                let input = self.world.known.messages.intern_input(input);
                let (left, must) = (take(bytes)?, take(bytes)? != 0);
                parcels.push(Parcel { input, left, must });
            }
            moment.inboxes[p] = self.intern_inbox(parcels);
        }
        Some(self.digested(moment))
    }
}
