//! Jobs → reports: the only stage with processes and threads.

pub mod circumstances;
mod compiled;
mod deadline;
pub mod pool;
pub mod pools;
pub mod protocol;
pub mod python;
mod sandbox;
pub mod server;
pub mod tasks;
mod worker;
