//! Tells whether what documents say about Python code is true.
//!
//! A document passes through stages, each a pure function with a type and a file of its own, but for [`run`]:
//!
//! ```text
//! document ─▶ examples ─▶ claims ─▶ plan ─▶ run ─▶ observations ─▶ verdicts ─▶ report
//!   read       extract     claim     plan    (processes)             judge       events to reporters
//! ```
//!
//! The words are those of the README: a *document* has *examples*, an example makes *claims*, a run gives *observations*,
//! and each claim gets a *verdict*. What happened to an example as a whole is its *outcome*, which is never a verdict.

pub mod check;
pub mod claim;
pub mod collect;
pub mod config;
pub mod corpus;
pub mod document;
pub mod environment;
pub mod extract;
pub mod judge;
pub mod plan;
pub mod report;
pub mod run;
pub mod select;
