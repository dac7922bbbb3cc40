//! What the checker promises, through its public border, on graphs small
//! enough to know the truth about.

mod graph;
mod limits;
mod truth;
