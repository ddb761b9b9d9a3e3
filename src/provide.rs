//! What a snippet's front matter asks for around each example, made ready for the runner: its code blocks found by their ids.
//!
//! Pure. A snippet's `companions` name blocks of the document that the example stands in: its own file, or the document of others that it
//! stands for.

use crate::{
    collect::Case,
    corpus::{Snippet, services::CompanionFile},
    hint,
    plan::Planned,
    report::{Problem, Severity},
    run::protocol::Provisions,
};

/// Gives each case what its front matter asks for, and says what can't be.
pub fn attach(cases: &mut [Case], problems: &mut Vec<Problem>) {
    let provisions: Vec<Option<Provisions>> = cases
        .iter()
        .map(|case| {
            let snippet = case.snippet.as_deref().filter(|snippet| snippet.front_matter.gives_to(&case.example.id, case.ours))?;
            match provisions(case, snippet, cases) {
                Ok(provisions) => (!provisions.is_empty()).then_some(provisions),
                Err((key, why)) => {
                    let message = format!("{}: front matter: `{key}` of {}: {why}", snippet.place(key), case.example.id);
                    problems.push(Problem { message, severity: Severity::Error });
                    None
                }
            }
        })
        .collect();
    for (case, provisions) in cases.iter_mut().zip(provisions) {
        case.provisions = provisions;
    }
}

/// Puts what a case needs, and what those need that it continues, into its planned runs.
pub fn put(planned: &mut Planned, case: &Case, earlier: &[&Case]) {
    let Planned::Run(plan) = planned else { return };
    let mut all = case.provisions.clone().unwrap_or_default();
    earlier.iter().filter_map(|earlier| earlier.provisions.as_ref()).for_each(|earlier| all.add(earlier));
    if all.is_empty() {
        return;
    }
    for run in &mut plan.runs {
        run.job.provisions = Some(Box::new(all.clone()));
    }
}

fn provisions(case: &Case, snippet: &Snippet, cases: &[Case]) -> Result<Provisions, (&'static str, String)> {
    let id = &case.example.id;
    let asked = &snippet.front_matter;
    let companions = asked.companions.of(id).cloned().unwrap_or_default();
    let mut provisions = Provisions {
        services: asked.services.of(id).map(|services| services.0.clone()).unwrap_or_default(),
        web: asked.web.of(id).map(|web| web.0.clone()).unwrap_or_default(),
        build: companions.build,
        ..Provisions::default()
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
    for (name, file) in companions.files {
        let text = match file {
            CompanionFile::Text(text) => text,
            CompanionFile::Block { block } => code(&block, case, cases).map_err(|why| ("companions", why))?,
        };
        provisions.sources.insert(name, text);
    }
    Ok(provisions)
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
