//! What clients are answered.

mod alone;

mod redis;
