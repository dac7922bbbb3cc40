//! Nodes as whole: with real disks and sockets.

mod clients;
