//! Catches panics of a model. A panic is a violation like any other: the state in
//! which it happens has a shortest path, and the run goes on to the end of its level.
//!
//! [`catch`] catches one panic, [`for_each`] every panic of a series.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    /// How many calls of [`catch`] this thread is in, one inside the other.
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    /// The message of the last panic that was caught, with its place in the source.
    static MESSAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs a closure that may panic. The panic prints nothing.
///
/// ```
/// use synod_checker::catch;
///
/// assert_eq!(catch(|| 7), Ok(7));
/// let message = catch(|| panic!("no ballot")).unwrap_err();
/// assert!(message.starts_with("no ballot (")); // The place in the source follows.
/// ```
///
/// # Errors
/// The message of the panic, and its place in the source in parentheses.
pub fn catch<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    begin();
    // Safe to assert: nothing reads what a panic leaves unfinished, because models
    // compute new states and keep nothing of a state that they did not finish.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    end();
    outcome.map_err(|payload| told(payload.as_ref()))
}

// These are functions of their own because `catch` is compiled again for every closure, and they are not.

fn begin() {
    install_hook();
    CATCHING.set(CATCHING.get() + 1);
}

fn end() {
    CATCHING.set(CATCHING.get() - 1);
}

fn told(payload: &(dyn Any + Send)) -> String {
    let message_with_place = MESSAGE.take();
    message_with_place.unwrap_or_else(|| message(payload))
}

/// Works on every item, even if the work on some of them panics. Returns the keys of
/// those items.
///
/// ```
/// use synod_checker::panics::for_each;
///
/// let divide = |divisor: u32| _ = 100 / divisor;
/// assert_eq!(for_each([5, 0, 2], |divisor| *divisor, divide), [0]);
/// ```
pub fn for_each<T, K: Copy>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
    mut work: impl FnMut(T),
) -> Vec<K> {
    let mut items = items.into_iter();
    let (mut at, mut panicked) = (None, Vec::new());
    while let Err(_message) = catch(|| {
        for item in items.by_ref() {
            at = Some(key(&item));
            work(item);
        }
    }) {
        panicked.extend(at);
    }
    panicked
}

/// Installs a hook that keeps the message of a panic that [`catch`] will catch, and
/// leaves every other panic to the hook before it.
fn install_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if CATCHING.get() == 0 {
                return usual(panic);
            }
            let message = message(panic.payload());
            let place = panic.location();
            MESSAGE.set(Some(match place {
                Some(place) => format!("{message} ({place})"),
                None => message,
            }));
        }));
    });
}

/// The message in the payload of a panic.
pub fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}
