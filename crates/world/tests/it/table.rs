//! The table of numbers: it is a map, also to threads that ask and add at the same time.

use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use std::collections::HashMap;
use std::thread;
use synod_world::table::Table;

/// The source of the table once more, with what loom needs to try every order.
#[path = "../../src"]
mod under_loom {
    mod sync {
        use loom::sync::Mutex;
        pub use loom::sync::atomic::AtomicU64;
        use loom::sync::atomic::{AtomicBool, Ordering};

        /// As that of the standard library, of which loom knows nothing.
        pub struct OnceLock<T> {
            is_full: AtomicBool,
            filling: Mutex<()>,
            value: std::sync::OnceLock<T>,
        }

        impl<T> OnceLock<T> {
            pub fn new() -> Self {
                Self {
                    is_full: AtomicBool::new(false),
                    filling: Mutex::new(()),
                    value: std::sync::OnceLock::new(),
                }
            }

            pub fn get(&self) -> Option<&T> {
                let is_full = self.is_full.load(Ordering::Acquire);
                is_full.then(|| self.value.get()).flatten()
            }

            pub fn get_or_init(&self, init: impl FnOnce() -> T) -> &T {
                let filling = self.filling.lock().unwrap();
                let value = self.value.get_or_init(init);
                self.is_full.store(true, Ordering::Release);
                drop(filling);
                value
            }
        }
    }

    pub mod table;
}

/// Numbers as interners give them, which follow each other, and any others.
fn key() -> impl proptest::strategy::Strategy<Value = u32> {
    proptest::prop_oneof![0..40_u32, 0..5_000_u32, any::<u32>()]
}

proptest! {
    #[test]
    fn a_table_is_a_map_in_which_the_first_value_of_a_key_stays(
        entries in vec((key(), 0..u32::MAX), 0..600),
    ) {
        let (table, mut map) = (Table::new(), HashMap::new());
        for &(key, value) in &entries {
            assert_eq!(table.get(key), map.get(&key).copied());
            assert_eq!(table.add(key, value), *map.entry(key).or_insert(value));
        }
        for (key, _) in entries {
            assert_eq!(table.get(key), map.get(&key).copied());
        }
    }
}

#[test]
#[should_panic(expected = "the largest value has no room")]
fn the_largest_number_is_no_value() {
    Table::new().add(0, u32::MAX);
}

#[test]
fn threads_that_ask_and_add_at_the_same_time_agree() {
    const KEYS: u32 = 20_000;
    let table = Table::new();
    // Each thread wants another value for each key, and goes through the keys in another order.
    let run = |thread: u32| -> Vec<u32> {
        let keys = (0..KEYS).map(|step| (step * 7 + thread * KEYS / 4) % KEYS);
        let seen = keys.map(|key| {
            let known = table.get(key);
            let value = table.add(key, key * 4 + thread);
            assert!(
                known.is_none_or(|known| known == value),
                "a value has changed"
            );
            assert_eq!(table.get(key), Some(value), "an entry is lost");
            (key, value)
        });
        let mut seen: Vec<_> = seen.collect();
        seen.sort_unstable();
        seen.into_iter().map(|(_, value)| value).collect()
    };
    let run = &run;
    let seen = thread::scope(|scope| {
        let threads = [0, 1, 2, 3].map(|thread| scope.spawn(move || run(thread)));
        threads.map(|thread| thread.join().unwrap())
    });
    for values in &seen {
        assert_eq!(values, &seen[0]);
    }
    for (key, value) in (0..KEYS).zip(&seen[0]) {
        assert_eq!(value / 4, key);
    }
}

/// Every order of the steps of two threads with at most three changes from one to the other,
/// while the first bucket becomes full and the next part is allocated.
#[test]
fn in_every_order_of_steps_no_entry_is_lost_and_no_key_has_two() {
    let mut every = loom::model::Builder::new();
    every.preemption_bound = Some(3);
    every.check(|| {
        let table = loom::sync::Arc::new(under_loom::table::Table::new());
        for key in 0..6 {
            table.add(key, key);
        }
        let run = |thread: u32| {
            let table = loom::sync::Arc::clone(&table);
            move || [10, 11 + thread, 20].map(|key| (key, table.add(key, key * 2 + thread)))
        };
        let (one, other) = (run(0), run(1));
        let one = loom::thread::spawn(one);
        let other = other();
        let one = one.join().unwrap();
        for (key, value) in one.into_iter().chain(other) {
            assert_eq!(
                table.get(key),
                Some(value),
                "an entry is lost, or there are two"
            );
        }
        assert_eq!((one[0], one[2]), (other[0], other[2]));
        assert!((0..6).all(|key| table.get(key) == Some(key)));
    });
}
