//! What the claims of an example tell of each other: where nothing was seen though much is claimed, and nothing else of the example holds, the code ran
//! on something else than its author's.
//!
//! A name that an earlier example gave may mean another thing to the author, and a package may need what isn't here (a file of data, an account, a
//! program): then a search finds nothing, and so does the next one. Who claims a single thing too much shows at least a part of what was seen, or
//! claims something else that holds. Code that rests on nothing but itself and the standard library shows here what it shows everywhere.

use super::{Judged, Judgement, Verdict, pardon, reason::Reason};
use crate::{claim::Claim, plan::Plan};

/// The fewest words of much.
const MUCH: usize = 2;

/// The judgements of an example, each in the light of the others.
pub fn with_standing(judged: Judged, claims: &[Claim], plan: &Plan) -> Judged {
    let uses_package = plan.runs.iter().any(|run| !run.job.packages.is_empty());
    let judged = with_missing_names(judged);
    let holds = judged.judgements.iter().any(|judgement| judgement.verdict == Verdict::Holds);
    if holds || !(plan.continues || uses_package) {
        return judged;
    }
    let reason = || match plan.continues {
        true => Reason::new("continued", "nothing was seen, nor what else it claims behind the examples that it seems to continue"),
        false => Reason::new("environment", "nothing was seen, nor what else its example claims: it may need what isn't here"),
    };
    let weighed =
        |(judgement, claim): (Judgement, &Claim)| match judgement.verdict == Verdict::Wrong && is_nothing_of_much(claim, &judgement) {
            true => Judgement::unsettled(judgement.mode, judgement.actual, reason()),
            false => judgement,
        };
    let judgements = judged.judgements.into_iter().zip(claims).map(weighed).collect();
    Judged { judgements, ..judged }
}

/// The judgements where a name isn't there behind an exception whose own claim can't be settled: nobody knows what would have been made.
fn with_missing_names(mut judged: Judged) -> Judged {
    let actual = |judgement: &Judgement| judgement.actual.clone().unwrap_or_default();
    let raises = |judgement: &Judgement| judgement.verdict == Verdict::Unsettled && actual(judgement).starts_with("raises ");
    let Some(first) = judged.judgements.iter().position(raises) else { return judged };
    let raised = actual(&judged.judgements[first]);
    for judgement in &mut judged.judgements[first + 1..] {
        if judgement.verdict == Verdict::Wrong && pardon::missing_name(&actual(judgement)).is_some() {
            let reason = Reason::new("after-error", format!("above it, what can't be settled {raised}"));
            *judgement = Judgement::unsettled(judgement.mode, judgement.actual.take(), reason);
        }
    }
    judged
}

/// Whether nothing was seen, or no item, where several words are claimed.
fn is_nothing_of_much(claim: &Claim, judgement: &Judgement) -> bool {
    let nothing = ["", "''", "\"\"", "b''", "[]", "()", "{}", "set()"];
    let words = claim.expected.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    judgement.actual.as_deref().is_some_and(|actual| nothing.contains(&actual.trim())) && words.count() >= MUCH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        claim::claims,
        judge::{
            Outcome,
            tests::{example, needs},
        },
        plan::{Needs, Planned, plan},
        run::protocol::Mode,
    };

    /// The verdicts on claims of a text that were first judged so.
    fn verdicts(code: &str, needs: &Needs, first: &[(Verdict, &str)]) -> Vec<Verdict> {
        let example = example("q1.2", code);
        let claims = claims(&example);
        let Planned::Run(plan) = plan(&example, &claims, needs) else { panic!("it can run") };
        let of = |&(verdict, actual): &(Verdict, &str)| match verdict {
            Verdict::Unsettled => Judgement::unsettled(Mode::Script, Some(actual.to_owned()), Reason::new("varies", "it varies")),
            _ => Judgement::settled(verdict, Mode::Script, Some(actual.to_owned())),
        };
        let judgements: Vec<Judgement> = first.iter().map(of).collect();
        assert_eq!(claims.len(), judgements.len(), "{code}");
        let judged = Judged { outcome: Outcome::Ran, reason: None, category: String::new(), stopped_at: None, judgements };
        with_standing(judged, &claims, &plan).judgements.iter().map(|judgement| judgement.verdict).collect()
    }

    #[test]
    fn names_that_were_never_made() {
        use Verdict::{Holds, Unsettled, Wrong};
        let code = "tea = pour()  # 1\ntea  # 2\ncup  # 3\n";
        let missing = "raises NameError: name 'tea' is not defined";
        let raised = (Unsettled, "raises KeyError: 'pot'");
        assert_eq!(verdicts(code, &needs(), &[raised, (Wrong, missing), (Wrong, "4")]), [Unsettled, Unsettled, Wrong]);
        assert_eq!(verdicts(code, &needs(), &[(Wrong, "raises KeyError: 'pot'"), (Wrong, missing), (Holds, "3")]), [Wrong, Wrong, Holds]);
        assert_eq!(verdicts(code, &needs(), &[(Wrong, missing), raised, (Holds, "3")]), [Wrong, Unsettled, Holds]);
    }

    #[test]
    fn nothing_where_much_is_claimed() {
        use Verdict::{Holds, Unsettled, Wrong};
        let code = "find(tea)  # ['hot', 'cold']\nfind(milk)  # ['sour', 'sweet']\nlen(tea)  # 5\n";
        let package = Needs { packages: ["kettle".to_owned()].into(), ..needs() };
        let earlier = Needs { continues: vec![("q1.1".to_owned(), "tea = []\n".to_owned())], ..needs() };
        let none = [(Wrong, "[]"), (Wrong, "[]"), (Wrong, "0")];
        for rests in [&package, &earlier] {
            assert_eq!(verdicts(code, rests, &none), [Unsettled, Unsettled, Wrong]);
        }
        assert_eq!(verdicts(code, &needs(), &none), [Wrong, Wrong, Wrong], "it rests on nothing else");
        assert_eq!(verdicts(code, &package, &[(Wrong, "[]"), (Wrong, "[]"), (Holds, "5")]), [Wrong, Wrong, Holds], "something holds");
        let other = [(Wrong, "['mild']"), (Wrong, "None"), (Wrong, "raises nothing")];
        assert_eq!(verdicts(code, &package, &other), [Wrong, Wrong, Wrong], "something was seen");
        assert_eq!(verdicts("find(tea)  # ['hot']\n", &package, &[(Wrong, "[]")]), [Wrong], "little is claimed");
    }
}
