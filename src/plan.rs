//! Example + claims + front matter → jobs for the runner, or why it is skipped.
//!
//! Pure: no interpreter is asked. Whether code is valid Python is left to the Python that runs it; what is settled here is only what
//! can't run on any Python (another language, a NUL byte).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rustpython_ruff_python_ast::ModModule;
use rustpython_ruff_python_parser::Parsed;

use crate::{
    claim::{Claim, Condition, Says, Subject},
    extract::{Example, Language},
    outcome::Outcome,
    run::protocol::{Given, Job, Limits, Mode, Probe, Query, QuerySubject, Raised},
    syntax::{self, identity},
};

use continuing::State;
use prelude::Preludes;
use skip::Wish;
use source::Source;

pub mod continuing;
pub(crate) mod imports;
pub(crate) mod mistakes;
mod module;
pub mod newer;
mod pieces;
mod platform;
mod prelude;
mod skip;
pub(crate) mod source;

/// What an example needs beside its own code, and what it will run on.
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// Code for names that the document leaves undefined.
    pub setup: Option<String>,
    /// Statements with which earlier examples of the document import what it uses.
    pub imports: Vec<String>,
    /// Modules of packages that it imports, and what runs before it.
    pub packages: BTreeSet<String>,
    /// Modules of the standard library that these import, as far as that's known.
    pub standard: Vec<String>,
    /// Whose state it is to see.
    pub state: State,
    /// The dotted name of the module whose names it uses.
    pub module: Option<String>,
    /// Names that it uses and that the module may lack.
    pub lacks: BTreeSet<String>,
    /// The examples that it continues, in document order: id and code.
    pub continues: Vec<(String, String)>,
    /// By the id of one of these, the name of the exception that the document shows it to end with.
    pub raises: BTreeMap<String, String>,
    /// What was left out of one of these, as only IPython can run it.
    pub left_out: Option<String>,
    /// How it is to run; else a session runs as at a prompt, and everything else as a script.
    pub mode: Option<Mode>,
    /// What it may use.
    pub limits: Limits,
    /// What it is given besides its code.
    pub given: Given,
    /// The Python that will run it: major and minor version.
    pub python: (u8, u8),
    /// That Python is a free-threaded build.
    pub free_threaded: bool,
}

/// What is to be done with an example.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// It is to be run.
    Run(Plan),
    /// It can't be.
    Skip {
        /// [`Outcome::Skipped`] or [`Outcome::Invalid`].
        outcome: Outcome,
        /// Why.
        reason: String,
        /// Why, in one word, to count by: `language`, `marked`, `python`, `syntax`.
        category: String,
    },
}

/// A prelude in which an exception is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raising {
    /// Its index.
    pub prelude: u32,
    /// The exception's name; any may be meant, where the claim is that of a statement which is a prelude by itself.
    pub exception: Option<String>,
}

impl Plan {
    /// Whether what a prelude raised is claimed of it.
    pub(crate) fn claims_raised(&self, prelude: u32, raised: &Raised) -> bool {
        // Its module is shown or left out.
        let is_meant = |name: &String| name.rsplit('.').next() == raised.r#type.rsplit('.').next();
        self.raising.iter().any(|one| one.prelude == prelude && one.exception.as_ref().is_none_or(is_meant))
    }
}

/// The runs of one example.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// One, or two where some claim is made for the other mode. The first decides the outcome.
    pub runs: Vec<PlannedRun>,
    /// The Python that will run it: major and minor version.
    pub python: (u8, u8),
    /// That Python is a free-threaded build.
    pub free_threaded: bool,
    /// The preludes in which an exception is claimed: there it's no trouble.
    pub raising: Vec<Raising>,
    /// It continues other examples, as far as the names show.
    pub continues: bool,
    /// The module that the first prelude imports, where the example uses its names.
    pub module: Option<String>,
    /// Under which condition the document wants it to be run, where it isn't known whether that's so here.
    pub doubt: Option<String>,
}

/// One run of an example.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedRun {
    /// How it runs.
    pub mode: Mode,
    /// What the runner is given; its `number` is for the runner to set.
    pub job: Job,
    /// For each claim, where the answers to it will be found; `None` where it is for another run to judge.
    pub asked: Vec<Option<Asked>>,
}

/// Where the answers to a claim will be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Number of the probe on the claim's statement.
    pub probe: u32,
    /// For each reading, indices of its queries in that probe, the most telling first; none where what is always noted suffices.
    pub queries: Vec<Vec<usize>>,
}

/// Plans the runs of an example.
pub fn plan(example: &Example, claims: &[Claim], needs: &Needs) -> Planned {
    if !matches!(example.language, Language::Python | Language::Session) {
        return Planned::Skip {
            outcome: Outcome::Skipped,
            reason: format!("language: {}", language_name(&example.language)),
            category: "language".to_owned(),
        };
    }
    let doubt = match skip::wish(example, needs.python) {
        Wish::Run => needs.left_out.as_ref().map(|what| format!("a notebook in which all cells were run, though {what}")),
        Wish::Skip(reason) => return Planned::Skip { outcome: Outcome::Skipped, reason, category: "marked".to_owned() },
        Wish::Unknown(condition) => Some(condition),
    };
    if let Some(at) = example.code.find('\0') {
        let line = example.code[..at].matches('\n').count() + 1;
        let reason = format!("source code cannot contain null bytes (line {line})");
        return Planned::Skip { outcome: Outcome::Invalid, reason, category: "syntax".to_owned() };
    }
    if let Some(reason) = too_large(needs) {
        return Planned::Skip { outcome: Outcome::Skipped, reason, category: "given".to_owned() };
    }
    let source = Source::of(example);
    let parsed = syntax::parse(&source.code, needs.python);
    let module = parsed.as_ref().map(|parsed| parsed.syntax());

    // What all of it shows together is more at a prompt, and so is what a loop shows.
    let is_whole = |claim: &Claim| matches!(claim.target.subject, Subject::Example | Subject::Compound);
    let has_mistakes = || mistakes::are_told(&source.code, needs.python);
    let is_typed = source.is_session || example.language == Language::Session || !claims.iter().any(is_whole) && has_mistakes();
    let first = needs.mode.unwrap_or(if is_typed { Mode::Prompt } else { Mode::Script });
    let mut modes = vec![first];
    let depends_on_mode =
        |claim: &Claim| mode_of(claim, first) == Mode::Prompt || identity::is_compared(source.text(source.range(&claim.target.range)));
    if first == Mode::Script && claims.iter().any(depends_on_mode) {
        modes.push(Mode::Prompt);
    }
    let preludes = preludes(example, claims, needs);
    let runs = modes.into_iter().map(|mode| {
        let mut probes = Probes::default();
        let asked = claims.iter().map(|claim| {
            // Each run has all the probes: a claimed exception must be passed over in both.
            let asked = probes.ask(&source, claim, module);
            (mode_of(claim, first) == mode).then_some(asked)
        });
        let asked = asked.collect();
        let job = job(example, &source, needs, mode, &preludes, probes.probes, parsed.as_ref());
        PlannedRun { mode, job, asked }
    });
    let runs = runs.collect();
    Planned::Run(Plan {
        runs,
        python: needs.python,
        free_threaded: needs.free_threaded,
        raising: preludes.raising,
        continues: !needs.continues.is_empty() && needs.state == State::Names,
        module: needs.module.clone(),
        doubt,
    })
}

/// The mode in which a claim is to be judged.
fn mode_of(claim: &Claim, first: Mode) -> Mode {
    if claim.condition == Some(Condition::Prompt) { Mode::Prompt } else { first }
}

/// Whether a claim says that a name isn't defined.
pub(crate) fn says_name_error(claim: &Claim) -> bool {
    claim.readings.iter().any(|reading| matches!(&reading.says, Says::Raises { exception: Some(name), .. } if name.ends_with("NameError")))
}

/// The setup comes before the continued examples: what it stands in for, they need as well.
fn preludes(example: &Example, claims: &[Claim], needs: &Needs) -> Preludes {
    let mut preludes = Preludes::default();
    // Where a name is said to be missing, an import would bring it.
    let may_import = !claims.iter().any(says_name_error);
    if example.is_cell()
        && std::iter::once(&example.code).chain(needs.continues.iter().map(|(_, code)| code)).any(|code| code.contains("display("))
    {
        preludes.setup("<display in a notebook>".to_owned(), DISPLAY);
    }
    if let Some(module) = &needs.module {
        let lacks = if may_import { &needs.lacks } else { &BTreeSet::new() };
        preludes.setup(format!("<module {module}>"), &module::names(module, lacks));
    }
    for (number, statement) in needs.imports.iter().enumerate().filter(|_| may_import) {
        preludes.setup(format!("<import {} for {}>", number + 1, example.id), statement);
    }
    if let Some(code) = &needs.setup {
        preludes.setup(format!("<setup of {}>", example.id), code);
    }
    for (id, code) in &needs.continues {
        preludes.example(id, code, needs.raises.get(id), needs.python);
    }
    preludes
}

/// What IPython has for cells without an import. What it shows there is no output that is compared.
const DISPLAY: &str = "def display(*objects, **options):\n    pass\n";

fn job(
    example: &Example,
    source: &Source,
    needs: &Needs,
    mode: Mode,
    preludes: &Preludes,
    probes: Vec<Probe>,
    parsed: Option<&Parsed<ModModule>>,
) -> Job {
    let preload = parsed.map(|parsed| imports::standard(parsed.syntax()));
    let pieces = parsed.map(|parsed| pieces::pieces(parsed, &source.code, mode, &preludes.preludes, needs.python));
    Job {
        number: 0,
        filename: format!("<{}>", example.id),
        code: source.code.clone().into_owned(),
        mode,
        prelude: preludes.preludes.clone(),
        probes,
        pieces: pieces.unwrap_or_default(),
        limits: needs.limits,
        preload: preload.into_iter().flatten().chain(needs.standard.iter().cloned()).chain(of_clock(&needs.given)).collect(),
        packages: needs.packages.clone(),
        beforehand: BTreeMap::new(),
        to_come: 0,
        provisions: None,
        followers: Vec::new(),
        clock_ahead: None,
        given: (!needs.given.is_empty()).then(|| Box::new(needs.given.clone())),
    }
}

/// Why the files that an example is given don't fit into its scratch folder.
fn too_large(needs: &Needs) -> Option<String> {
    let (size, room) = (needs.given.size(), needs.limits.scratch_size.min(needs.limits.file_size));
    (size > room)
        .then(|| format!("its files take {size} bytes, more than the {room} that it may have; raise `limits.scratch-size` and `file-size`"))
}

/// Modules in which another clock is put in the place of the system's: where the server has them, no example needs to import them for that.
fn of_clock(given: &Given) -> impl Iterator<Item = String> {
    let names = if given.clock.is_real() { &[][..] } else { &["datetime", "threading", "selectors", "sched", "timeit"] };
    names.iter().map(|name| (*name).to_owned())
}

/// The probes of a run, numbered by their index.
#[derive(Default)]
struct Probes {
    probes: Vec<Probe>,
    /// Their numbers, by line and column.
    numbers: HashMap<(u32, u32), usize>,
}

impl Probes {
    /// Asks what a claim's readings need to know.
    fn ask(&mut self, source: &Source, claim: &Claim, module: Option<&ModModule>) -> Asked {
        let whole = claim.target.subject == Subject::Example;
        let range = source.range(&claim.target.range);
        let start = module.map_or(range.start, |module| syntax::start(module, &source.code, &range));
        let (line, column) = if whole { (0, 0) } else { source.line_and_column(start) };
        let number = *self.numbers.entry((line, column)).or_insert_with(|| {
            self.probes.push(Probe { number: self.probes.len() as u32, line, column, catches: false, queries: Vec::new() });
            self.probes.len() - 1
        });
        let probe = &mut self.probes[number];
        let claims_exception = claim.readings.iter().any(|reading| matches!(reading.says, Says::Raises { .. }));
        if claims_exception && (whole || module.is_some_and(|module| syntax::may_swallow(module, range.start))) {
            probe.catches = true;
        }
        let queries = claim.readings.iter().map(|reading| {
            let queries = queries(&reading.says, claim, source.text(range.clone()));
            queries.into_iter().map(|query| index_of(&mut probe.queries, query)).collect()
        });
        Asked { probe: probe.number, queries: queries.collect() }
    }
}

/// Index of a query among those of a probe, where it is put unless it's there.
fn index_of(queries: &mut Vec<Query>, query: Query) -> usize {
    queries.iter().position(|known| *known == query).unwrap_or_else(|| {
        queries.push(query);
        queries.len() - 1
    })
}

/// What a reading needs to know beyond what is always noted.
fn queries(says: &Says, claim: &Claim, statement: &str) -> Vec<Query> {
    let subject = &claim.target.subject;
    let query = |subject, equals: Option<&str>| Query { subject, equals: equals.map(str::to_owned) };
    let class_attribute = match subject {
        Subject::ClassAttribute { class, name } => Some(QuerySubject::ClassAttribute(class.clone(), name.clone())),
        _ => None,
    };
    match says {
        Says::Value(text) => match (class_attribute, subject) {
            (Some(attribute), _) => vec![query(attribute, Some(text)), query(QuerySubject::Value, Some(text))],
            (None, Subject::Print | Subject::Deletion { .. } | Subject::Compound | Subject::Example) => Vec::new(),
            (None, _) => vec![query(QuerySubject::Value, Some(text))],
        },
        Says::Type(name) => vec![query(QuerySubject::Type, Some(name)), query(QuerySubject::Value, Some(name))],
        Says::Items { items, open } if may_use_up(subject, statement) => {
            let count = u32::try_from(items.len()).unwrap_or(u32::MAX).saturating_add(u32::from(!open));
            vec![query(QuerySubject::Items(count), Some(&format!("[{}]", items.join(", "))))]
        }
        Says::Items { items, open: false } => vec![query(QuerySubject::Value, Some(&format!("[{}]", items.join(", "))))],
        Says::Attribute { name, value } => vec![query(QuerySubject::Attribute(name.clone()), Some(value))],
        Says::State { subject: text, value } => {
            let expression = query(QuerySubject::Expression(text.clone()), Some(value));
            // `Config()  # port=80` may speak of a name or of the value's attribute; where there is no such name, the latter.
            let attribute = (*subject == Subject::Expression).then(|| query(QuerySubject::Attribute(text.clone()), Some(value)));
            class_attribute.map(|attribute| query(attribute, Some(value))).into_iter().chain([expression]).chain(attribute).collect()
        }
        Says::RefCount(_) => counted(subject, statement).map(|name| query(QuerySubject::RefCount(name), None)).into_iter().collect(),
        Says::Bytes(_) => match subject {
            Subject::Assignment { target: Some(_) } | Subject::Expression => vec![query(QuerySubject::Size, None)],
            _ => Vec::new(),
        },
        Says::Passes { expression, test } => {
            vec![query(QuerySubject::Check { expression: expression.clone(), test: test.clone() }, None)]
        }
        Says::Items { .. }
        | Says::Printed(_)
        | Says::Words(_)
        | Says::PrintedLines(_)
        | Says::PrintedTimes(_)
        | Says::Shows { .. }
        | Says::Raises { .. }
        | Says::RaisesNothing
        | Says::Asserted
        | Says::Takes(_)
        | Says::About(_) => Vec::new(),
    }
}

/// Whether the value is thrown away, so that looking at its items takes them from nobody: a call as a statement.
fn may_use_up(subject: &Subject, statement: &str) -> bool {
    *subject == Subject::Expression && statement.trim_end().ends_with(')') && !statement.starts_with('(')
}

/// The name whose references are counted: the one that is assigned, deleted or named alone.
fn counted(subject: &Subject, statement: &str) -> Option<String> {
    match subject {
        Subject::Assignment { target: Some(name) } if is_dotted_name(name) => Some(name.clone()),
        Subject::Deletion { name } => Some(name.clone()),
        Subject::Expression => {
            let name = statement.trim();
            is_dotted_name(name).then(|| name.to_owned())
        }
        _ => None,
    }
}

fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
            && part.chars().all(|char| char.is_alphanumeric() || char == '_')
    })
}

/// A language as reports name it.
fn language_name(language: &Language) -> String {
    match language {
        Language::Other(name) => name.clone(),
        known => format!("{known:?}").to_lowercase(),
    }
}
