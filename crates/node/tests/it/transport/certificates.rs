//! TLS: who may take part.
