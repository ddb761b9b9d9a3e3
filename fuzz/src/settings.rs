//! What holds of any configuration and any front matter.

use std::sync::Arc;

use camino::Utf8Path;
use verify::{config, corpus, document::Document, grant::Grant, limits::LimitSettings};

/// Front matter of these bytes: either it can be used, or the error says where it can't.
pub(crate) fn front_matter(data: &[u8]) {
    let page = [b"---\n", data, b"\n---\ntext\n"].concat();
    let Ok(document) = Document::decode("page.md", &page) else { return };
    let document = Arc::new(document);
    match corpus::read(&document) {
        Err(error) => {
            // A document has lone carriage returns for line ends, too; TOML hasn't.
            let page = String::from_utf8_lossy(&page).replace("\r\n", "\n").replace('\r', "\n");
            has_a_place(&error.to_string(), "page.md", &page);
        }
        Ok(None) => {}
        Ok(Some(snippet)) => {
            let front_matter = snippet.front_matter;
            can_be_used(front_matter.limits.all);
            front_matter.limits.examples.values().for_each(|limits| can_be_used(*limits));
            for (_, word) in front_matter.allow.all() {
                if let Ok(grant) = word.parse::<Grant>() {
                    assert_eq!(grant.to_string(), word, "a grant is shown as it's written");
                }
            }
            for acknowledgement in &front_matter.acknowledged {
                let claim = acknowledgement.claim.trim();
                assert!(acknowledgement.means(claim), "it means its own text: {acknowledgement:?}");
            }
        }
    }
}

/// A configuration of these bytes, in each of its two files.
pub(crate) fn configuration(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for name in ["verify.toml", "pyproject.toml"] {
        match config::parse(Utf8Path::new(name), text) {
            Err(error) => has_a_place(&error.to_string(), name, text),
            Ok(config) => {
                let config = config.unwrap_or_default();
                can_be_used(config.limits);
                assert!(config.jobs != Some(0) && (0.0..=1.0).contains(&config.slow()));
                for allow in &config.allow {
                    allow.means(Utf8Path::new("docs/page.md"), "page.md:3");
                }
                for settings in &config.documents {
                    settings.path.is_match("docs/page.md");
                    settings.opens.as_ref().map(|opens| opens.captures("12. What is it?"));
                }
            }
        }
    }
}

fn can_be_used(settings: LimitSettings) {
    assert_eq!(settings.check(), Ok(()));
    let limits = settings.limits();
    assert!(!limits.time.is_zero() && !limits.cpu_time.is_zero() && limits.memory > 0 && limits.processes > 0);
}

/// An error starts with `path:line:column:` of a place in the text.
fn has_a_place(error: &str, path: &str, text: &str) {
    let place = error.strip_prefix(path).and_then(|rest| rest.strip_prefix(':')).unwrap_or_else(|| panic!("names the file: {error}"));
    let mut parts = place.splitn(3, ':').map(|part| part.parse::<usize>().ok());
    let (Some(Some(line)), Some(Some(column))) = (parts.next(), parts.next()) else { panic!("has a place: {error}") };
    let lines = text.split('\n').nth(line.wrapping_sub(1));
    assert!(lines.is_some_and(|line| (1..=line.chars().count() + 1).contains(&column)), "the place is in the text: {error}");
}
