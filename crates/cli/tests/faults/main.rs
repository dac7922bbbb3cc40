//! Trials of `synod node`. Their names begin with that of the module, so that `scripts/test`
//! can leave them out of the other tests, beside which it runs them.

mod under_faults;
