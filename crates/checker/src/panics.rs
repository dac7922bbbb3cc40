//! Catches panics of a model: they are violations like any other. A state in which
//! the model panics has a shortest path, and the run goes on to the end of its level.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static CATCHING: Cell<u32> = const { Cell::new(0) };
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs what may panic. A panic prints nothing, and becomes its message with
/// the place in the source.
///
/// # Errors
/// The message of the panic.
pub fn catch<R>(run: impl FnOnce() -> R) -> Result<R, String> {
    hear_panics();
    CATCHING.set(CATCHING.get() + 1);
    // What a panic leaves half done is not looked at again: models compute
    // states, and keep nothing of one that they did not finish.
    let outcome = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(CATCHING.get() - 1);
    outcome.map_err(|payload| {
        let heard = HEARD.take();
        heard.unwrap_or_else(|| message(payload.as_ref()))
    })
}

/// Works on each of these, whichever of them panics; the keys of those that do.
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

fn hear_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if CATCHING.get() == 0 {
                return usual(panic);
            }
            let said = message(panic.payload());
            let place = panic.location();
            HEARD.set(Some(match place {
                Some(place) => format!("{said} ({place})"),
                None => said,
            }));
        }));
    });
}

/// What a panic says.
pub fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "without a message".to_owned())
}
