//! What is understood of a case before it runs: its claims, what it takes from earlier ones, what it needs, and where it runs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rayon::iter::{IntoParallelIterator, ParallelExtend, ParallelIterator};

use crate::{
    claim::{self, Claim},
    collect::Case,
    corpus::{FrontMatter, check::Check},
    environment::Interpreter,
    extract::{Example, LEFT_OUT, Language},
    grant::Grants,
    limits::LimitSettings,
    plan::{
        self, Needs,
        continuing::{Examples, State, Takes, imported_by, leaves_to},
    },
    requirements::Requirements,
    run::protocol::{Given, Limits},
    syntax::imports::without_settings,
    update::{Wanted, fill},
};

use super::{
    Settings,
    choice::{Assignment, Demand, Interpreters},
    demand::{Asked, Known},
};

/// Earlier examples of a document that run before one of its sessions, at most; and where these are too many or one of them goes on for too long.
const MOST_BEFORE: usize = 100;
const LAST_BEFORE: usize = 12;

/// A case before it runs.
#[derive(Debug)]
pub(super) struct Understood<'a> {
    pub(super) case: &'a Case,
    /// Index of the case.
    pub(super) index: usize,
    /// The cases of the run.
    cases: &'a [Case],
    /// The cases that it continues.
    pub(super) earlier: Vec<&'a Case>,
    /// Their indices.
    pub(super) continues: Vec<usize>,
    /// What it uses and doesn't bind.
    takes: Takes,
    /// Modules of packages that it imports, and those that run before it.
    pub(super) packages: BTreeSet<String>,
    pub(super) claims: Vec<Claim>,
    /// What it may use, and what the cases may that it continues: they run before it.
    pub(super) grants: Grants,
    /// What it needs installed, and what the cases need that it continues.
    pub(super) requirements: Requirements,
    /// What it is given, and what the cases are that it continues.
    pub(super) given: Given,
    /// Where it runs; never empty.
    pub(super) assignments: Vec<Assignment>,
}

/// What is known of so many cases at a time is kept while they are being understood.
const AT_ONCE: usize = 1_000;

/// Understands the chosen cases.
pub(super) fn understand<'a>(cases: &'a [Case], chosen: &[usize], interpreters: &Interpreters) -> Vec<Understood<'a>> {
    let taken = taken(cases, chosen);
    let mut asked = Asked::default();
    let mut understood = Vec::with_capacity(chosen.len());
    for chosen in chosen.chunks(AT_ONCE) {
        let continued = chosen.iter().flat_map(|&index| taken[index].continues.iter().copied());
        let wanted: BTreeSet<usize> = chosen.iter().copied().chain(continued).filter(|&index| is_python(&cases[index].example)).collect();
        let mut known: HashMap<usize, Known> = wanted.into_par_iter().map(|index| (index, Known::of(&cases[index]))).collect();
        let with_demand = chosen.iter().map(|&index| {
            let Taken { continues, takes: Takes { imports, .. } } = &taken[index];
            let demand = is_python(&cases[index].example).then(|| asked.demand(index, continues, imports, |index| known.get(&index)));
            (index, demand)
        });
        let with_demand: Vec<_> = with_demand.collect();
        let with_claims = with_demand.into_iter().map(|(index, demand)| (index, demand, known.remove(&index).map(|known| known.claims)));
        understood.par_extend(
            with_claims.collect::<Vec<_>>().into_par_iter().map(|(index, demand, claims)| {
                Understood::of(cases, index, &taken[index], claims.unwrap_or_default(), demand, interpreters)
            }),
        );
    }
    add_packages_named(&mut understood);
    understood
}

/// Adds to the packages of each example those that it only names, as if it had imported them, where another one imports them.
fn add_packages_named(understood: &mut [Understood]) {
    let imported: HashSet<String> = understood.iter().flat_map(|example| example.packages.iter().cloned()).collect();
    for example in understood {
        let named = example.takes.imports.iter().filter_map(|code| imported_by(code));
        example.packages.extend(named.filter(|name| imported.contains(*name)).map(str::to_owned));
    }
}

impl<'a> Understood<'a> {
    fn of(
        cases: &'a [Case],
        index: usize,
        taken: &Taken,
        claims: Vec<Claim>,
        demand: Option<(Demand, BTreeSet<String>)>,
        interpreters: &Interpreters,
    ) -> Understood<'a> {
        let case = &cases[index];
        let earlier: Vec<&Case> = taken.continues.iter().map(|&index| &cases[index]).collect();
        let mut grants = case.grants.clone();
        earlier.iter().for_each(|earlier| grants.add(&earlier.grants));
        let mut requirements = case.requirements.clone();
        earlier.iter().for_each(|earlier| requirements.add_all(&earlier.requirements));
        let given = given(case, &earlier);
        let (assignments, imported) = match demand {
            Some((demand, imported)) => (interpreters.choose(&demand), imported),
            // The plan says that it's written in another language.
            None => (interpreters.choose(&Demand::default()).into_iter().take(1).collect(), BTreeSet::new()),
        };
        let module = case.module.as_ref().filter(|_| taken.takes.uses_module);
        let packages = imported.iter().chain(module).flat_map(|dotted| plan::imports::packages(dotted)).map(str::to_owned).collect();
        Understood {
            case,
            index,
            cases,
            earlier,
            continues: taken.continues.clone(),
            takes: taken.takes.clone(),
            packages,
            claims,
            grants,
            given,
            requirements,
            assignments,
        }
    }

    /// Statements that may show something and claim nothing, where that's to be filled in.
    pub(super) fn places(&self, settings: &Settings) -> Vec<Claim> {
        match settings.update {
            Some(Wanted { fill: true }) if is_python(&self.case.example) => fill::places(&self.case.example, &self.claims),
            _ => Vec::new(),
        }
    }

    /// What a run is to look at: its claims, and behind them the places.
    pub(super) fn asked(&self, settings: &Settings) -> Vec<Claim> {
        self.claims.iter().cloned().chain(self.places(settings)).collect()
    }

    /// What it may use.
    pub(super) fn limits(&self, settings: &Settings) -> Limits {
        limits(self.case, settings)
    }

    /// What its plan for an interpreter needs to know. `lost` are examples that it continues and that can't be run before it.
    pub(super) fn needs(&self, interpreter: &Interpreter, settings: &Settings, lost: &[&Case]) -> Needs {
        let earlier: Vec<&Case> =
            self.earlier.iter().filter(|case| !lost.iter().any(|lost| std::ptr::eq(*lost, **case))).copied().collect();
        let continues = earlier.iter().map(|case| (case.example.id.clone(), with_setup(case))).collect();
        Needs { continues, raises: raises(&earlier), left_out: left_out(&earlier), ..self.needs_behind(interpreter, settings, false) }
    }

    /// What its plan needs to know, were it to see another state than that of the examples that it continues; `None` where that would be nothing new.
    pub(super) fn needs_in(&self, other: OtherState, interpreter: &Interpreter, settings: &Settings) -> Option<Needs> {
        match other {
            OtherState::Unset => {
                let needs = self.needs(interpreter, settings, &[]);
                let imports: Vec<String> = needs.imports.iter().map(|statement| without_settings(statement).to_owned()).collect();
                (imports != needs.imports && !self.case.has_chosen_state).then_some(Needs { imports, ..needs })
            }
            OtherState::BehindAll => self.needs_behind_all(false, interpreter, settings),
            OtherState::BehindLast => self.needs_behind_all(true, interpreter, settings),
        }
    }

    /// What its plan needs to know, were it to see the state of all earlier examples of its document and what importing its module does, as a session
    /// does for doctest; `None` where that would be nothing new, somebody chose whose state it sees, or that can't be. `last`: of the last ones alone, and of
    /// those that it continues.
    fn needs_behind_all(&self, last: bool, interpreter: &Interpreter, settings: &Settings) -> Option<Needs> {
        let Understood { case, cases, index, .. } = self;
        if !is_python(&case.example) || case.has_chosen_state {
            return None;
        }
        let above = cases[..*index].iter().rev().take_while(|other| other.page == case.page);
        let above = above.filter(|other| leaves_to(&other.example, &case.example)).enumerate();
        let is_continued = |other: &Case| self.earlier.iter().any(|earlier| std::ptr::eq(*earlier, other));
        let wanted = above.filter(|(number, other)| !last || *number < LAST_BEFORE || is_continued(other)).map(|(_, other)| other);
        let mut all: Vec<&Case> = wanted.take(MOST_BEFORE + 1).collect();
        all.reverse();
        let is_more = all.len() > self.earlier.len() || case.module.is_some() && !self.takes.uses_module;
        let fits = is_more && all.len() <= MOST_BEFORE && all.iter().all(|other| other.requirements == case.requirements);
        let continues = all.iter().map(|case| (case.example.id.clone(), with_setup(case))).collect();
        fits.then(|| Needs {
            continues,
            raises: raises(&all),
            left_out: left_out(&all),
            state: State::Document,
            module: case.module.clone(),
            ..self.needs_behind(interpreter, settings, false)
        })
    }

    /// The same as [`Understood::needs`], where the examples that it continues have just run in its namespace; `has_module` where they brought the names of its module.
    pub(super) fn needs_behind(&self, interpreter: &Interpreter, settings: &Settings, has_module: bool) -> Needs {
        let example = &self.case.example;
        let front_matter = self.case.snippet.as_deref().map(|snippet| &snippet.front_matter);
        Needs {
            setup: setup(self.case).map(str::to_owned),
            imports: self.takes.imports.clone(),
            packages: self.packages.clone(),
            standard: if has_module { Vec::new() } else { self.takes.standard.to_vec() },
            state: self.case.state,
            module: self.case.module.clone().filter(|_| self.takes.uses_module && !has_module),
            lacks: self.takes.lacks.clone(),
            continues: Vec::new(),
            raises: BTreeMap::new(),
            left_out: None,
            mode: front_matter.and_then(|front_matter| front_matter.mode.get(&example.id).copied()),
            limits: self.limits(settings),
            given: self.given.clone(),
            python: interpreter.minor(),
            free_threaded: interpreter.free_threaded,
        }
    }
}

/// A state that an example which seems to make a wrong claim may have meant as well.
#[derive(Debug, Clone, Copy)]
pub(super) enum OtherState {
    /// What its document sets of what it imports isn't set.
    Unset,
    /// All earlier examples of its document have run.
    BehindAll,
    /// The last ones of them have run.
    BehindLast,
}

impl OtherState {
    /// In the order in which they're tried.
    pub(super) const ALL: [OtherState; 3] = [OtherState::Unset, OtherState::BehindAll, OtherState::BehindLast];

    /// Why a claim holds that does so there alone.
    pub(super) fn words(self) -> &'static str {
        match self {
            OtherState::Unset => "without what its document sets above",
            OtherState::BehindAll | OtherState::BehindLast => "behind all earlier examples of its document",
        }
    }
}

/// What was left out of the code of one of these cases, as only IPython can run it.
fn left_out(cases: &[&Case]) -> Option<String> {
    cases.iter().find_map(|case| case.example.attributes.get(LEFT_OUT).cloned())
}

/// The exceptions that cases are shown to end with, by their ids.
fn raises(cases: &[&Case]) -> BTreeMap<String, String> {
    cases.iter().filter_map(|case| Some((case.example.id.clone(), claim::shown_exception(&case.example)?))).collect()
}

/// What an example takes from the earlier ones of its document.
#[derive(Debug, Clone, Default)]
struct Taken {
    /// Indices of the cases that it continues.
    continues: Vec<usize>,
    /// What it uses and doesn't bind.
    takes: Takes,
}

/// For each case, what it takes from the earlier ones; nothing for those of documents that none of the chosen cases stands in.
fn taken(cases: &[Case], chosen: &[usize]) -> Vec<Taken> {
    let wanted: BTreeSet<&str> = chosen.iter().map(|&index| cases[index].page.as_str()).collect();
    let mut documents: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, case) in cases.iter().enumerate().filter(|(_, case)| wanted.contains(case.page.as_str())) {
        documents.entry(case.page.as_str()).or_default().push(index);
    }
    let found: Vec<(usize, Taken)> = documents.into_par_iter().flat_map_iter(|(_, members)| taken_in(cases, members)).collect();
    let mut taken = vec![Taken::default(); cases.len()];
    found.into_iter().for_each(|(index, one)| taken[index] = one);
    taken
}

/// The same for the cases of one document, each with its index.
fn taken_in(cases: &[Case], members: Vec<usize>) -> Vec<(usize, Taken)> {
    let examples: Vec<(&Example, Option<&str>)> = members.iter().map(|&index| (&*cases[index].example, setup(&cases[index]))).collect();
    let first = members.first().map(|&first| &cases[first]);
    let state = first.map_or(State::Names, |first| first.state);
    let mut named = Examples::of(&examples);
    // What an example was granted lies where others may not look, and what it's given is as it's given.
    let is_given =
        |case: &Case, from: &FrontMatter| from.files.of(&case.example.id).is_some() || from.companions.of(&case.example.id).is_some();
    named.keep_files(|number| {
        let case = &cases[members[number]];
        !case.grants.files.is_empty() || giving(case).is_some_and(|from| is_given(case, from))
    });
    let continues = named.earlier(state);
    // A docstring has the names of its module, and of another docstring's only what that imports.
    let takes = match first.filter(|first| first.module.is_some()) {
        Some(first) => named.taken_by_docstrings(&continues, &first.example.document.text),
        None if state == State::Names => {
            named.imports(&continues).into_iter().map(|imports| Takes { imports, ..Takes::default() }).collect()
        }
        None => vec![Takes::default(); examples.len()],
    };
    let of_document = |continues: Vec<usize>| continues.into_iter().map(|number| members[number]).collect();
    let taken = continues.into_iter().zip(takes).map(|(continues, takes)| Taken { continues: of_document(continues), takes });
    members.iter().copied().zip(taken).collect()
}

/// The claims of a case, or of another text of its example; none where it isn't Python.
pub(super) fn claims(case: &Case, example: &Example) -> Vec<Claim> {
    if !is_python(example) {
        return Vec::new();
    }
    let mut claims = claim::claims(example);
    if let Some(checks) = giving(case).and_then(|front_matter| front_matter.checks.get(&case.example.id)) {
        Check::apply(checks, example, &mut claims);
    }
    claims
}

pub(super) fn is_python(example: &Example) -> bool {
    matches!(example.language, Language::Python | Language::Session)
}

/// The front matter, where what it gives is for this very example.
fn giving(case: &Case) -> Option<&FrontMatter> {
    let front_matter = &case.snippet.as_deref()?.front_matter;
    front_matter.gives_to(&case.example.id, case.ours).then_some(front_matter)
}

/// Code of the front matter that runs before an example.
pub(super) fn setup(case: &Case) -> Option<&str> {
    giving(case)?.setup.get(&case.example.id).map(String::as_str)
}

/// What an example is given, and before it the examples that it continues.
fn given(case: &Case, earlier: &[&Case]) -> Given {
    let of = |case: &Case| giving(case).map(|front_matter| front_matter.given(&case.example.id)).unwrap_or_default();
    let mut given = of(case);
    earlier.iter().rev().for_each(|earlier| given.add_earlier(&of(earlier)));
    given
}

/// An example that another continues runs as it would by itself: behind its own setup.
fn with_setup(case: &Case) -> String {
    match setup(case) {
        Some(setup) => format!("{setup}\n{}", case.example.code),
        None => case.example.code.clone(),
    }
}

fn limits(case: &Case, settings: &Settings) -> Limits {
    let front_matter = case.snippet.as_deref().map(|snippet| &snippet.front_matter);
    let own = front_matter.map(|front_matter| {
        let timeout = front_matter.timeout.get(&case.example.id).copied();
        LimitSettings { timeout, ..LimitSettings::default() }.or(front_matter.limits.of(&case.example.id))
    });
    let asked = LimitSettings { timeout: settings.timeout, ..LimitSettings::default() };
    asked.or(own.unwrap_or_default()).or(settings.limits).limits()
}
