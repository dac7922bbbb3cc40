//! What is on its way to one process, with the time that each message has left.

use crate::ids::InputId;

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Parcel {
    pub input: InputId,
    /// How many ticks may pass before it arrives.
    pub left: u8,
    /// Whether it has to arrive: it was sent from T_el on, and has not arrived yet. The others
    /// may arrive, again or for the first time, or not.
    pub must: bool,
}

impl Parcel {
    /// Whether it has to arrive before the next tick.
    pub(super) const fn is_urgent(self) -> bool {
        self.must && self.left == 0
    }
}

/// What is on its way to one process. Layout: in the order of the messages, so that it depends on
/// no thread.
pub(super) type Inbox = Box<[Parcel]>;

/// What messages may do on their way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// They may arrive more than once.
    Repeated,
    /// They arrive at most once.
    Once,
    /// They arrive once, those of one sender in their order.
    InOrder,
}

/// The inbox with these parcels. The order is that of their senders and, for each, the one in which he
/// sent, where it counts; otherwise the one that `key` gives. `sender` is none of what is no message.
///
/// Where messages are repeated, equal messages on their way are one: it has to arrive as soon as
/// any of them has to, and may arrive as long as any of them may. What could be told apart is only
/// whether the process takes the same message once or twice at one instant. So of each message
/// there are at most two parcels: one that must, and one that may arrive later.
pub(super) fn inbox<K: Ord, S: Ord>(
    mut parcels: Vec<Parcel>,
    way: Way,
    key: impl Fn(InputId) -> K,
    sender: impl Fn(InputId) -> Option<S>,
) -> Inbox {
    let in_order = |parcel: &Parcel| {
        let counts = way == Way::InOrder && parcel.must;
        counts.then(|| sender(parcel.input)).flatten()
    };
    parcels.sort_by(|one, other| {
        let senders = (in_order(one), in_order(other));
        if senders != (None, None) {
            return senders.0.cmp(&senders.1); // Those of one sender stay as they are.
        }
        let by_message = || key(one.input).cmp(&key(other.input));
        let same = (one.input == other.input).then_some(std::cmp::Ordering::Equal);
        let by_time = || (!one.must, one.left).cmp(&(!other.must, other.left));
        same.unwrap_or_else(by_message).then_with(by_time)
    });
    if way != Way::Repeated {
        return parcels.into();
    }
    let equal = parcels.chunk_by(|one, other| one.input == other.input);
    equal.flat_map(merged).collect()
}

/// Equal messages, those that must arrive first, as at most two parcels.
fn merged(equal: &[Parcel]) -> impl Iterator<Item = Parcel> {
    let first = equal.first().copied().filter(|first| first.must);
    let latest = equal.iter().max_by_key(|parcel| parcel.left).copied();
    let is_later = |parcel: &Parcel| first.is_none_or(|first| first.left < parcel.left);
    let latest = latest.filter(is_later);
    let may = latest.map(|parcel| Parcel {
        must: false,
        ..parcel
    });
    first.into_iter().chain(may)
}

/// What is left when a tick has passed: what need not arrive any more does not.
pub(super) fn after_a_tick(inbox: &[Parcel]) -> Vec<Parcel> {
    let later = inbox.iter().filter(|parcel| parcel.left > 0);
    later
        .map(|parcel| Parcel {
            left: parcel.left - 1,
            ..*parcel
        })
        .collect()
}

/// What is left when the parcel at this place has arrived. Where messages are repeated, it may
/// arrive again.
pub(super) fn after_arrival(inbox: &[Parcel], place: usize, repeats: bool) -> Vec<Parcel> {
    let mut left = inbox.to_vec();
    if repeats {
        left[place].must = false;
    } else {
        left.remove(place);
    }
    left
}

/// Whether something has to arrive before the next tick.
pub(super) fn is_urgent(inbox: &[Parcel]) -> bool {
    inbox.iter().any(|parcel| parcel.is_urgent())
}
