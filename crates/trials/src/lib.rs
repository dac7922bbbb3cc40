//! Real processes put to the test.
//!
//! A trial starts a parliament of real processes with real files, kills them,
//! stops them, cuts and delays what they say to each other, and meanwhile asks
//! them to keep a map. Every call is written down, and in the end a judge says
//! whether one map, doing one thing at a time, could have answered so.
//!
//! | file | |
//! |---|---|
//! | [`history`] | what the clients did and saw |
//! | [`linearizability`], `search`, `map` | the judge |

pub mod history;
pub mod linearizability;
mod map;
mod pipe;
pub mod proxy;
pub mod random;
pub mod resp;
mod search;
