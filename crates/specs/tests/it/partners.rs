//! Partners are asked for where the bounds let them happen: a claim whose partner
//! they do not let happen says nothing, which is said.

mod complete;
mod parliament;
