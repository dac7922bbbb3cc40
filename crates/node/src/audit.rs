//! Whether ledgers and traces are those of a parliament.
