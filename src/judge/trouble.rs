//! What went wrong in the examples that an example continues, and which names it may show in.
//!
//! A statement that raised may have left undone what it does to the names that it uses and binds. What doesn't use those, nor anything made from
//! them since, is as it would be.

use std::{collections::HashSet, sync::LazyLock};

use regex::Regex;
use rustpython_ruff_python_ast::{Alias, Expr, Stmt};
use rustpython_ruff_text_size::Ranged;

use crate::{
    claim::code::{parse_valid, words},
    plan::Plan,
    run::protocol::{Note, Prelude, Raised, Report},
    syntax::{self, builtins::is_builtin, imports, names::Names},
};

use super::outcome::lacks_locale;

/// What a prelude raised that nobody claimed, and the names that aren't what they should be because of it.
#[derive(Debug)]
pub(super) struct Trouble<'a> {
    /// The first exception.
    pub(super) raised: &'a Raised,
    names: Touched,
}

/// The names that aren't what they should be.
#[derive(Debug, Default)]
struct Touched {
    names: HashSet<String>,
    /// What was to be set isn't bound to names: `sys.stdout = tee`.
    all: bool,
}

impl<'a> Trouble<'a> {
    /// The trouble in a run's preludes.
    pub(super) fn of(plan: &Plan, preludes: &[Prelude], report: &'a Report) -> Option<Trouble<'a>> {
        let failed: Vec<(usize, &Raised)> = report.notes.iter().filter_map(|note| of_prelude(note, plan)).collect();
        let lacking = failed.iter().filter_map(|(_, raised)| lacking(raised)).collect();
        let parts = preludes.iter().enumerate().flat_map(|(index, prelude)| match failed.iter().find(|(failed, _)| *failed == index) {
            Some((_, raised)) => {
                let (done, left) = prelude.code.split_at(stopped_at(&prelude.code, raised));
                vec![Part { code: done, is_failed: false }, Part { code: left, is_failed: true }]
            }
            None => vec![Part { code: &prelude.code, is_failed: false }],
        });
        let mut names = touched(&parts.collect::<Vec<_>>(), &lacking);
        // A locale holds for all that runs behind it.
        names.all |= failed.iter().any(|(_, raised)| lacks_locale(raised));
        failed.first().map(|(_, raised)| Trouble { raised, names })
    }

    /// Whether it may show in code that runs behind the preludes.
    pub(super) fn reaches(&self, code: &str) -> bool {
        self.names.reach(code)
    }
}

/// Whether two statements use, bind or change one name.
pub(super) fn share_names(one: &str, other: &str) -> bool {
    let names = |code: &str| {
        let used = Names::of(code)?;
        Some(used.needs.into_iter().chain(used.binds).chain(used.changes.names).collect::<HashSet<_>>())
    };
    names(one).zip(names(other)).is_some_and(|(one, other)| one.iter().any(|name| !is_builtin(name) && other.contains(name)))
}

/// Whether an exception says that Python couldn't read a statement of a session, as is shown there: then it did nothing.
pub(super) fn is_shown_unread(raised: &Raised, shown: &str) -> bool {
    let Some(line) = raised.line.filter(|_| raised.mro.iter().any(|name| name == "SyntaxError")) else { return false };
    let below = shown.lines().skip(line as usize).take_while(|line| !line.trim_start().starts_with(">>>"));
    let name = format!("{}:", raised.r#type);
    below.map(str::trim_start).any(|line| line.starts_with(&name) || line.starts_with("SyntaxError:"))
}

/// Whether an exception says that Python couldn't read what was typed at a prompt, which did nothing then, and other code uses no word of that.
pub(super) fn is_unread(raised: &Raised, typed: &str, code: &str) -> bool {
    if !raised.mro.iter().any(|name| name == "SyntaxError") {
        return false;
    }
    let unread: HashSet<&str> = words(typed).collect();
    let uses_none = |used: Names| !used.needs.iter().any(|name| !is_builtin(name) && unread.contains(name.as_str()));
    parse_valid(typed).is_none() && Names::of(code).is_some_and(uses_none)
}

/// Whether what was typed may have been meant to change something: it calls or assigns, and doesn't only print.
pub(super) fn may_change(typed: &str) -> bool {
    !typed.trim_start().starts_with("print") && typed.contains(['(', '='])
}

/// Whether code uses names that it doesn't share with all other code.
pub(super) fn uses_names(code: &str) -> bool {
    Names::of(code).is_none_or(|used| used.needs.iter().any(|name| !is_builtin(name)))
}

/// Whether what some of the code before does, which `is_source` tells, may show in code.
pub(super) fn shows(before: &[&str], is_source: impl Fn(&str) -> bool, code: &str) -> bool {
    let parts: Vec<Part> = before.iter().map(|code| Part { code, is_failed: is_source(code) }).collect();
    touched(&parts, &HashSet::new()).reach(code)
}

impl Touched {
    fn reach(&self, code: &str) -> bool {
        self.all || Names::of(code).is_none_or(|used| used.needs.iter().any(|name| self.names.contains(name)))
    }
}

fn of_prelude<'n>(note: &'n Note, plan: &Plan) -> Option<(usize, &'n Raised)> {
    match note {
        Note::PreludeRaised { index, raised } if !plan.claims_raised(*index, raised) && !wants_doctest(raised) => {
            Some((usize::try_from(*index).ok()?, raised))
        }
        _ => None,
    }
}

/// Whether an import wanted to tell doctest how to compare (`lxml.usedoctest`), which isn't what runs this: nothing else comes of it.
fn wants_doctest(raised: &Raised) -> bool {
    raised.r#type == "LookupError" && raised.message.starts_with("Could not find doctest")
}

/// The name that isn't defined, where that was raised.
fn lacking(raised: &Raised) -> Option<String> {
    let name = raised.subject.clone().or_else(|| raised.message.split('\'').nth(1).map(str::to_owned));
    name.filter(|_| raised.r#type == "NameError")
}

/// A part of the code that ran before.
struct Part<'a> {
    code: &'a str,
    /// It raised at its beginning, or did something else that may show later.
    is_failed: bool,
}

/// The byte at which the statement starts that raised, in the code of a prelude; its beginning where that can't be told.
fn stopped_at(code: &str, raised: &Raised) -> usize {
    static OF_MODULE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"line (\d+), in <module>").expect("a pattern"));
    let traceback = raised.traceback.rsplit("Traceback (most recent call last):").next().unwrap_or_default();
    // Those below it belong to what it imports.
    let frame = OF_MODULE.captures(traceback);
    let Some(line) = frame.and_then(|frame| frame[1].parse::<usize>().ok()) else { return 0 };
    let Some(parsed) = syntax::parse(code, (3, 15)) else { return 0 };
    let starts = parsed.syntax().body.iter().map(|stmt| stmt.range().start().to_usize());
    let line_of = |at: usize| code[..at].matches('\n').count() + 1;
    starts.take_while(|&at| line_of(at) <= line).last().unwrap_or(0)
}

/// The names that aren't what they should be behind some preludes, where some of these failed; `lacking` are those that weren't defined there. Code that
/// defines one of these later need not mean the same by it.
fn touched(parts: &[Part], lacking: &HashSet<String>) -> Touched {
    if !parts.iter().any(|part| part.is_failed) {
        return Touched::default();
    }
    let (mut names, mut all, mut defined, mut functions) = (HashSet::new(), false, HashSet::new(), HashSet::new());
    for part in parts {
        let Some(used) = Names::of(part.code) else { continue };
        if part.is_failed {
            all |= sets(part.code) || configures(part.code, &defined);
            names.extend(used.binds);
            // To call a function, or to use a module, doesn't change it; but what a function has may register something with it.
            let registered = registrars(part.code);
            let may_change = |name: &String| !defined.contains(name) || functions.contains(name) && registered.contains(name);
            // Without a call, `first, second = cups` leaves the cups as they are.
            let has_call = part.code.contains('(');
            let may_differ =
                |name: &String| if has_call { may_change(name) } else { lacking.contains(name) || used.changes.names.contains(name) };
            names.extend(used.needs.into_iter().filter(may_differ));
        } else if used.needs.iter().any(|name| names.contains(name)) {
            names.extend(used.binds.into_iter().chain(used.changes.names));
        } else {
            names.retain(|name| lacking.contains(name) || !used.binds.contains(name));
            defined.extend(definitions(part.code));
            functions.extend(functions_of(part.code));
        }
    }
    Touched { names, all }
}

/// Whether code sets an attribute of something.
fn sets(code: &str) -> bool {
    let sets = |stmt: &Stmt| matches!(stmt, Stmt::Assign(assign) if assign.targets.iter().any(Expr::is_attribute_expr));
    syntax::parse(code, (3, 15)).is_some_and(|parsed| parsed.syntax().body.iter().any(sets))
}

/// Whether code sets something for all that runs behind it by a call of a module, or of one's logger.
fn configures(code: &str, defined: &HashSet<String>) -> bool {
    const OF_LOGGERS: [&str; 5] = ["addHandler", "basicConfig", "dictConfig", "fileConfig", "setLevel"];
    let Some(parsed) = syntax::parse(code, (3, 15)) else { return false };
    let own = definitions(code);
    parsed.syntax().body.iter().any(|stmt| {
        let Some((owner, function)) = imports::called(stmt) else { return false };
        let is_defined = || owner.is_some_and(|owner| defined.contains(owner) || own.iter().any(|name| name == owner));
        OF_LOGGERS.contains(&function) || imports::is_setting(function) && is_defined()
    })
}

/// The names that code gives to modules, functions and classes.
fn definitions(code: &str) -> Vec<String> {
    let Some(parsed) = syntax::parse(code, (3, 15)) else { return Vec::new() };
    let defined = |stmt: &Stmt| match stmt {
        Stmt::FunctionDef(def) => vec![def.name.to_string()],
        Stmt::ClassDef(def) => vec![def.name.to_string()],
        Stmt::Import(import) => import.names.iter().map(bound).collect(),
        Stmt::ImportFrom(import) => import.names.iter().map(bound).collect(),
        _ => Vec::new(),
    };
    parsed.syntax().body.iter().flat_map(defined).collect()
}

/// The names that code gives to functions.
fn functions_of(code: &str) -> Vec<String> {
    let Some(parsed) = syntax::parse(code, (3, 15)) else { return Vec::new() };
    parsed.syntax().body.iter().filter_map(Stmt::as_function_def_stmt).map(|def| def.name.to_string()).collect()
}

/// The names of whose objects a decorator calls something: `pour` of `@pour.register(Milk)`.
fn registrars(code: &str) -> HashSet<String> {
    let Some(parsed) = syntax::parse(code, (3, 15)) else { return HashSet::new() };
    let decorators = parsed.syntax().body.iter().flat_map(|stmt| match stmt {
        Stmt::FunctionDef(def) => def.decorator_list.as_slice(),
        Stmt::ClassDef(def) => def.decorator_list.as_slice(),
        _ => &[],
    });
    let owner = |expr: &Expr| {
        let expr = expr.as_call_expr().map_or(expr, |call| &*call.func);
        expr.as_attribute_expr().and_then(|it| it.value.as_name_expr()).map(|name| name.id.to_string())
    };
    decorators.filter_map(|decorator| owner(&decorator.expression)).collect()
}

/// The name that an import binds.
fn bound(alias: &Alias) -> String {
    let name = alias.asname.as_ref().map_or(alias.name.as_str(), |name| name.as_str());
    name.split('.').next().unwrap_or(name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether code is reached by what the failing ones of some preludes left undone.
    fn reaches(preludes: &[&str], failing: &[usize], code: &str) -> bool {
        reaches_without(preludes, failing, "", code)
    }

    /// The same, where one name wasn't defined.
    fn reaches_without(preludes: &[&str], failing: &[usize], lacking: &str, code: &str) -> bool {
        let parts = preludes.iter().enumerate().map(|(index, code)| Part { code, is_failed: failing.contains(&index) });
        touched(&parts.collect::<Vec<_>>(), &[lacking.to_owned()].into()).reach(code)
    }

    #[test]
    fn names_that_are_defined_too_late() {
        let cups = ["from tea import find", "find(cups)", "cups = [5]", "pots = find(cups)"];
        assert!(reaches_without(&cups, &[1], "cups", "find(cups)"));
        assert!(reaches_without(&cups, &[1], "cups", "pots"));
        assert!(!reaches_without(&cups, &[1], "cups", "find(mugs)"));
        assert!(!reaches_without(&cups, &[], "", "find(cups)"));
    }

    #[test]
    fn names_that_it_may_show_in() {
        let pot = ["import tea", "pot = tea.Pot()", "pot.fill(5)"];
        assert!(reaches(&pot, &[2], "pot.size"));
        assert!(reaches(&pot, &[1, 2], "print(pot)"));
        assert!(!reaches(&pot, &[2], "tea.Pot()"));
        assert!(!reaches(&pot, &[2], "pot = tea.Pot()\npot.size"));
        assert!(!reaches(&pot, &[], "pot.size"));
        assert!(reaches(&["import tea", "tea.hot = pot"], &[1], "print(5)"));
        assert!(reaches(&["import tea", "import milk\ntea.configure(milk)"], &[1], "brew.pot()"));
        assert!(reaches(&["import milk, logging\nlogging.getLogger().addHandler(milk)"], &[0], "brew.pot()"));
        assert!(!reaches(&["pot = 5", "pot.set_lid(milk)"], &[1], "brew.pot()"));
    }

    #[test]
    fn what_python_could_not_read_did_nothing() {
        let raised = |name: &str| Raised {
            r#type: name.to_owned(),
            module: "builtins".to_owned(),
            mro: vec![name.to_owned(), "Exception".to_owned()],
            message: String::new(),
            line: Some(2),
            traceback: String::new(),
            subject: None,
        };
        let typed = "def pour(cups):\n    print cups\n\n";
        assert!(is_unread(&raised("SyntaxError"), typed, "len('tea')"));
        assert!(!is_unread(&raised("SyntaxError"), typed, "cups + 1"));
        assert!(!is_unread(&raised("SyntaxError"), typed, "pour(5)"));
        assert!(!is_unread(&raised("SyntaxError"), "eval('cups +')\n", "len('tea')"));
        assert!(!is_unread(&raised("NameError"), typed, "len('tea')"));
    }

    #[test]
    fn statements_shown_as_unread() {
        let raised = Raised {
            r#type: "SyntaxError".to_owned(),
            module: "builtins".to_owned(),
            mro: vec!["SyntaxError".to_owned()],
            message: String::new(),
            line: Some(2),
            traceback: String::new(),
            subject: None,
        };
        assert!(is_shown_unread(&raised, ">>> cups = 5\n>>> cups*\nSyntaxError: invalid syntax\n>>> cups\n5\n"));
        assert!(!is_shown_unread(&raised, ">>> cups = 5\n>>> print cups\n5\n>>> 1 +\nSyntaxError: invalid syntax\n"));
    }

    #[test]
    fn where_a_prelude_stopped() {
        let code = "from tea import pour\n\ndef cup():\n    return 5\n\npot = pour()\npot = pour(\n    milk)\nlid = 5\n";
        let stopped = |frames: &[(u32, &str)]| {
            let frames = frames.iter().map(|(line, name)| format!("  File \"a.md:5\", line {line}, in {name}\n"));
            let traceback = frames.collect::<String>();
            let raised = Raised {
                r#type: "NameError".to_owned(),
                module: "builtins".to_owned(),
                mro: Vec::new(),
                message: String::new(),
                line: None,
                traceback,
                subject: None,
            };
            code[stopped_at(code, &raised)..].lines().next().unwrap_or_default()
        };
        assert_eq!(stopped(&[(8, "<module>")]), "pot = pour(");
        assert_eq!(stopped(&[(6, "<module>"), (4, "cup")]), "pot = pour()");
        assert_eq!(stopped(&[(6, "<module>"), (9, "<module>")]), "pot = pour()");
        assert_eq!(stopped(&[(4, "cup")]), "from tea import pour");
        assert_eq!(stopped(&[]), "from tea import pour");
    }

    #[test]
    fn what_is_registered_with_functions() {
        let pour = ["import brew", "@brew.kinds\ndef pour(x): ...", "@pour.register(Milk)\ndef milk(x): ..."];
        assert!(reaches(&pour, &[2], "pour(5)"));
        assert!(!reaches(&[pour[0], pour[1], "pour(Milk)"], &[2], "pour(5)"));
        assert!(!reaches(&[pour[0], pour[1], "@brew.kinds\ndef milk(x): Milk"], &[2], "brew.kinds"));
    }

    #[test]
    fn names_made_from_them() {
        let cup = ["def half(x): return x / 2", "cup = half('a')", "mug = cup + 1", "cup = 5"];
        assert!(reaches(&cup, &[1], "mug"));
        assert!(!reaches(&cup, &[1], "cup"));
        assert!(!reaches(&cup, &[1], "half(2)"));
        assert!(reaches(&cup, &[0], "half(2)"));
    }
}
