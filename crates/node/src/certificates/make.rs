//! Makes an authority and certificates of it.
