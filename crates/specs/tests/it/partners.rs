//! A model asks for a partner (the `sometimes` property that shows that a claim is put to use)
//! exactly if its bounds let the partner happen. Reports say of a claim without a partner that it
//! says nothing.

mod complete;
mod parliament;
