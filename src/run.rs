//! Jobs → reports: the only stage with processes and threads.

pub mod protocol;
pub mod python;
