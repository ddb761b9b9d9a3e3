//! Which examples a server may parse and compile itself, before it forks: what is done there needs no copies of memory.
//!
//! Compiling runs none of an example's code, but what it takes is under no limit there: on text that isn't valid it can grow exponentially
//! with the depth of brackets, and a stack can overflow. So it's done only with what is short, flat and valid; all else is compiled in the
//! process of its example.

use super::syntax;
use crate::run::protocol::{Job, Query, QuerySubject};

/// Bytes of all the code.
const CODE: usize = 8 << 10;
/// Brackets in each other.
const DEPTH: usize = 12;
/// Bytes of one claim's expression, which may be anything, …
const EXPRESSION: usize = 400;
/// … and the brackets that it opens.
const OPENED: usize = 10;
/// Questions about statements.
const QUERIES: usize = 200;

/// Whether all the text of a job is short, flat and (as far as that's known here) valid.
pub(super) fn is_tame(job: &Job, valid: bool, python: (u8, u8)) -> bool {
    let code = || job.prelude.iter().map(|prelude| &prelude.code).chain([&job.code]);
    let queries = || job.probes.iter().flat_map(|probe| &probe.queries);
    valid
        && code().map(String::len).sum::<usize>() <= CODE
        && code().all(|code| syntax::nesting(code) <= DEPTH)
        && queries().count() <= QUERIES
        && queries().flat_map(expressions).all(is_short)
        && job.prelude.iter().all(|prelude| syntax::parse(&prelude.code, python).is_some_and(|parsed| syntax::is_valid(&parsed)))
}

fn expressions(query: &Query) -> impl Iterator<Item = &String> {
    let subject = match &query.subject {
        QuerySubject::Expression(text) => Some(text),
        _ => None,
    };
    subject.into_iter().chain(&query.equals)
}

fn is_short(expression: &String) -> bool {
    expression.len() <= EXPRESSION && expression.bytes().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count() <= OPENED
}

#[cfg(test)]
mod tests {
    use crate::{
        claim,
        judge::tests::{example, needs},
        plan::{Planned, plan},
        run::protocol::Job,
    };

    fn job(code: &str) -> Job {
        let example = example("q1.1", code);
        match plan(&example, &claim::claims(&example), &needs()) {
            Planned::Run(plan) => plan.runs.into_iter().next().expect("a run").job,
            Planned::Skip { reason, .. } => panic!("{reason}"),
        }
    }

    #[test]
    fn short_valid_code_is_tame() {
        assert!(job("x = [1, (2, 3)]\nprint(x)  # [1, (2, 3)]\n").tame);
        assert!(job(">>> f(1)\n2\n").tame);
    }

    #[test]
    fn what_could_keep_a_server_busy_is_not() {
        assert!(!job("if x:\n").tame, "invalid");
        assert!(!job(&format!("x = {}1{}\n", "(".repeat(13), ")".repeat(13))).tame, "deep");
        assert!(!job(&"x = 1\n".repeat(2000)).tame, "long");
        assert!(!job(&format!("f()  # {}1{}\n", "[".repeat(11), "]".repeat(11))).tame, "a deep claim");
        assert!(!job(&format!("f()  # [{}]\n", "1, ".repeat(200))).tame, "a long claim");
    }
}
