//! What reports promise, without a model and without a search.

mod comparison;
mod examples;
