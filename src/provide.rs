//! What a snippet's front matter asks for around each example, and what its fence does, made ready for the runner: code blocks found by
//! their ids and titles.
//!
//! Pure. A snippet's `companions` name blocks of the document that the example stands in: its own file, or the document of others that it
//! stands for. A fence's `requires="shop.py"` names the block with `title="shop.py"`, of its document or else of another one.

mod titled;

pub use titled::Titled;

use std::collections::{BTreeMap, btree_map::Entry};

use camino::Utf8PathBuf;

use crate::{
    collect::Case,
    corpus::{Snippet, services::CompanionFile},
    hint,
    plan::Planned,
    report::{Problem, Severity},
    run::protocol::{Content, Given, Provisions},
};

/// What an example finds around it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    /// What is started, or built.
    pub provisions: Provisions,
    /// Companions: files by their paths in the working folder.
    pub companions: BTreeMap<String, Content>,
    /// Ids of the code blocks of its document that are among them.
    blocks: Vec<String>,
}

/// Gives each case what its front matter and its fence ask for, and says what can't be. `titled` are the blocks of earlier documents.
pub fn attach(cases: &mut [Case], titled: &mut Titled, problems: &mut Vec<Problem>) {
    titled.add(cases);
    let found = cases.iter().map(|case| {
        let snippet = case.snippet.as_deref().filter(|snippet| snippet.front_matter.gives_to(&case.example.id, case.ours));
        let mut found = match snippet.map(|snippet| surroundings(case, snippet, cases).map_err(|why| (snippet, why))) {
            None => Surroundings::default(),
            Some(Ok(found)) => found,
            Some(Err((snippet, (key, why)))) => {
                let message = format!("{}: front matter: `{key}` of {}: {why}", snippet.place(key), case.example.id);
                problems.push(Problem { message, severity: Severity::Error });
                Surroundings::default()
            }
        };
        for (name, block) in titled.required(case, problems) {
            // What the front matter says goes before it.
            if let Entry::Vacant(vacant) = found.companions.entry(name.to_owned()) {
                vacant.insert(Content::Text(block.code.to_string()));
                found.blocks.extend(block.is_of(case).then(|| block.id.clone()));
            }
        }
        found
    });
    let found: Vec<Surroundings> = found.collect();
    let mut users: BTreeMap<(Utf8PathBuf, String), Vec<String>> = BTreeMap::new();
    for (case, surroundings) in cases.iter_mut().zip(found) {
        for block in &surroundings.blocks {
            let block = (case.example.document.path.clone(), block.clone());
            users.entry(block).or_default().push(case.example.id.clone());
        }
        case.surroundings = surroundings;
    }
    for case in cases {
        case.used_by = users.remove(&(case.example.document.path.clone(), case.example.id.clone())).unwrap_or_default();
    }
}

/// Puts what a case needs, and what those need that it continues, into its planned runs.
pub fn put(planned: &mut Planned, case: &Case, earlier: &[&Case]) {
    let Planned::Run(plan) = planned else { return };
    let mut all = case.surroundings.clone();
    for Surroundings { provisions, companions, .. } in earlier.iter().map(|earlier| &earlier.surroundings) {
        all.provisions.add(provisions);
        for (name, content) in companions {
            all.companions.entry(name.clone()).or_insert_with(|| content.clone());
        }
    }
    for run in &mut plan.runs {
        if !all.provisions.is_empty() {
            run.job.provisions = Some(Box::new(all.provisions.clone()));
        }
        if !all.companions.is_empty() {
            run.job.given.get_or_insert_with(|| Box::new(Given::default())).files.extend(all.companions.clone());
        }
    }
}

fn surroundings(case: &Case, snippet: &Snippet, cases: &[Case]) -> Result<Surroundings, (&'static str, String)> {
    let id = &case.example.id;
    let asked = &snippet.front_matter;
    let companions = asked.companions.of(id).cloned().unwrap_or_default();
    let provisions = Provisions {
        services: asked.services.of(id).map(|services| services.0.clone()).unwrap_or_default(),
        web: asked.web.of(id).map(|web| web.0.clone()).unwrap_or_default(),
        build: companions.build,
    };
    for (number, service) in provisions.services.iter().enumerate() {
        for earlier in &provisions.services[..number] {
            if earlier.name == service.name {
                let why = format!("two are called `{}`; give one of them another `name`", service.name);
                return Err(("services", why));
            }
            if earlier.port == service.port {
                return Err(("services", format!("`{}` and `{}` both listen at port {}", earlier.name, service.name, service.port)));
            }
        }
        if provisions.hosts().iter().any(|(_, port)| *port == service.port) {
            return Err(("services", format!("`{}` listens at port {}, where `web` is answered", service.name, service.port)));
        }
    }
    let blocks = companions.files.values().filter_map(|file| match file {
        CompanionFile::Block(block) => Some(block.clone()),
        CompanionFile::Content(_) => None,
    });
    let blocks = blocks.collect();
    let companions = companions.files.into_iter().map(|(name, file)| match file {
        CompanionFile::Content(content) => Ok((name, content)),
        CompanionFile::Block(block) => match code(&block, case, cases) {
            Ok(code) => Ok((name, Content::Text(code))),
            Err(why) => Err(("companions", why)),
        },
    });
    Ok(Surroundings { provisions, companions: companions.collect::<Result<_, _>>()?, blocks })
}

/// The code of a block of the same document.
fn code(id: &str, case: &Case, cases: &[Case]) -> Result<String, String> {
    let document = &case.example.document.path;
    let mut blocks = cases.iter().filter(|other| other.example.document.path == *document);
    if let Some(found) = blocks.clone().find(|other| other.example.id == id) {
        return Ok(found.example.code.clone());
    }
    let near = hint::nearest(id, blocks.by_ref().map(|other| other.example.id.as_str()));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("{document} has no block `{id}`{near}"))
}
