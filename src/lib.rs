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
//!
//! The stages before the run need no Python and start no process. Here they find an example and what it claims:
//!
//! ```
//! use std::sync::Arc;
//!
//! use verify::{claim, document::Document, extract};
//!
//! let text = "Sorting gives a new list:\n\n```python\nsorted([3, 1])  # [1, 3]\n```\n";
//! let document = Arc::new(Document::decode("page.md", text.as_bytes())?);
//! let examples = extract::extract(&document, &extract::Sections::default());
//! assert_eq!(examples[0].id, "page.md:4");
//!
//! let claims = claim::claims(&examples[0]);
//! assert_eq!(claims[0].expected, "[1, 3]");
//! assert_eq!((claims[0].position.line, claims[0].position.column), (4, 19));
//! assert_eq!(claims[0].strength, claim::Strength::Firm);
//! # Ok::<(), verify::document::DocumentError>(())
//! ```
//!
//! A whole run is [`check::check`]: it takes the cases that [`collect::collect`] read from disk, and sends [`report::Event`]s. Its servers are
//! started from the program that calls it, so only the binary `verify` can run examples: see [`run::server`].

pub mod check;
pub mod claim;
pub mod collect;
pub mod config;
pub mod corpus;
pub mod document;
pub mod environment;
pub mod extract;
pub mod grant;
mod hint;
pub mod judge;
pub mod limits;
pub mod outcome;
pub mod plan;
pub mod provide;
pub mod report;
pub mod requirements;
pub mod review;
pub mod run;
pub mod select;
mod syntax;
pub mod update;
