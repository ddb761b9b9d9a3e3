//! What uv and pip say: resolved packages, and what went wrong in words for people.

use std::collections::BTreeSet;

use pep440_rs::Version;

use super::{Base, Failure, FailureKind};
use crate::requirements::{lock::Package, platform};

/// What both say where an index can't be reached.
const UNREACHABLE: [&str; 12] = [
    "Could not fetch URL",
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "name resolution",
    "error sending request",
    "Failed to fetch",
    "network was disabled",
    "dns error",
    "Connection refused",
];

/// Whether pip found no version of a package.
pub(super) fn finds_nothing(text: &str) -> bool {
    text.contains("No matching distribution found for") && !is_unreachable(text)
}

/// The packages of a compiled requirements file (`uv pip compile --generate-hashes`).
pub(super) fn compiled(text: &str) -> Result<Vec<Package>, String> {
    let mut packages = Vec::new();
    for line in text.replace("\\\n", " ").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let (Some(first), rest) = (words.next(), words.collect::<Vec<_>>()) else { continue };
        let sha256: BTreeSet<String> = rest.iter().filter_map(|word| word.strip_prefix("--hash=sha256:")).map(str::to_owned).collect();
        let package = match (first.split_once("=="), rest.as_slice()) {
            (Some((name, version)), _) => {
                Package { name: normalised(name), version: version.trim_end_matches(';').to_owned(), url: None, sha256 }
            }
            (None, ["@", url, ..]) => {
                let file = url.split(['#', '?']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
                let version = file.split('-').nth(1).unwrap_or_default().replace("%2B", "+");
                Package { name: normalised(first), version, url: Some((*url).to_owned()), sha256 }
            }
            _ => return Err(format!("`{line}`")),
        };
        packages.push(package);
    }
    Ok(packages)
}

/// What went wrong. `more` is what pip says when it's asked for more, or nothing.
pub(super) fn failure(text: &str, more: &str, base: &Base, installer: &str) -> Failure {
    let (major, minor) = base.minor;
    let of = |kind, package: Option<&str>, reason: String| Failure { kind, package: package.map(normalised), reason };
    if is_unreachable(text) {
        let reason = "the package index can't be reached; with a network, the packages are fetched once and kept".to_owned();
        return of(FailureKind::Unreachable, None, reason);
    }
    if text.contains("DO NOT MATCH THE HASHES") || text.contains("Hash mismatch for") {
        let above =
            text.split("Expected sha256").next().and_then(|before| before.lines().rev().map(str::trim).find(|line| !line.is_empty()));
        let name = text.split("Hash mismatch for `").nth(1).or(above).map(name_at_start).filter(|name| !name.is_empty());
        let reason =
            "what the package index gives isn't what verify.lock names: its hash differs; if you know why, call `verify lock --upgrade`";
        return of(FailureKind::Requirements, name, reason.to_owned());
    }
    let missing = behind(text, "No matching distribution found for ").map(|rest| rest.split(" (from ").next().unwrap_or(rest).trim());
    if let Some(missing) = missing {
        let name = name_at_start(missing);
        return of(FailureKind::Requirements, Some(name), unmatched(text, more, missing, &format!("{major}.{minor}")));
    }
    if let Some(name) =
        behind(text, "Because ").and_then(|rest| rest.split_once(" was not found in the package registry")).map(|(name, _)| name)
    {
        return of(FailureKind::Requirements, Some(name), "there is no such package on the package index; correct its name".to_owned());
    }
    if let Some((_, rest)) = text.split_once("Wheels are required for `") {
        let name = name_at_start(rest);
        return of(FailureKind::Requirements, Some(name), no_wheel(name, &format!("{major}.{minor}")));
    }
    for lead in [
        "Failed building wheel for ",
        "Failed to build `",
        "Failed to build installable wheels for some pyproject.toml based projects (",
        "Failed to build '",
    ] {
        if let Some(rest) = behind(text, lead) {
            let reason = format!("it can't be built: {}", of_build(text).map_or_else(|| last(text), str::to_owned));
            return of(FailureKind::Requirements, Some(name_at_start(rest)), reason);
        }
    }
    // A step before the build itself: what it needs, its metadata.
    if let Some(said) = of_build(text) {
        let name = behind(text, "╰─> ").map(name_at_start).filter(|name| !name.is_empty() && *name != "See");
        return of(FailureKind::Requirements, name, format!("it can't be built: {said}"));
    }
    let conflict =
        behind(text, "ERROR: Cannot install ").map(|rest| format!("{} conflict", rest.split(" because ").next().unwrap_or(rest)));
    if let Some(conflict) = conflict {
        let why = text.split("The conflict is caused by:").nth(1).map(|rest| rest.split("\n\n").next().unwrap_or(rest));
        let why: Vec<&str> = why.into_iter().flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()).collect();
        return of(FailureKind::Requirements, None, format!("{conflict}: {}", why.join("; ")));
    }
    if let Some(rest) = behind(text, "cause: ").filter(|_| text.contains("No solution found")) {
        let name = rest.split_once("Because ").map(|(_, rest)| name_at_start(rest.strip_prefix("only ").unwrap_or(rest)));
        return of(FailureKind::Requirements, name, rest.trim().to_owned());
    }
    of(FailureKind::Machine, None, format!("{installer} says: {}", last(text)))
}

/// The last line that a step of a build said before it failed, as pip shows it.
fn of_build(text: &str) -> Option<&str> {
    let (_, said) = text.rsplit_once("lines of output]")?;
    let (said, _) = said.split_once("[end of output]")?;
    said.lines().rev().map(str::trim).find(|line| !line.is_empty())
}

/// Why pip found nothing.
fn unmatched(text: &str, more: &str, missing: &str, python: &str) -> String {
    let name = name_at_start(missing);
    let of_it =
        |line: &&str| line.split_once("permitted for ").is_some_and(|(_, rest)| normalised(name_at_start(rest)) == normalised(name));
    if more.lines().filter(|line| line.contains("No sources permitted")).any(|line| of_it(&line)) && listed(text).is_empty() {
        return no_wheel(name, python);
    }
    let mut versions: Vec<Version> = listed(text).iter().filter_map(|version| version.parse().ok()).collect();
    versions.sort();
    match versions.last() {
        Some(newest) => format!("no version fits; the newest with a wheel for Python {python} is {newest}"),
        None if more.contains("wheel's tags") => no_wheel(name, python),
        None => "there is no such package on the package index; correct its name".to_owned(),
    }
}

/// The versions that pip says it looked at.
fn listed(text: &str) -> Vec<&str> {
    let list = text.split("(from versions: ").nth(1).and_then(|rest| rest.split(')').next()).unwrap_or_default();
    list.split(", ").filter(|version| !version.is_empty() && *version != "none").collect()
}

fn no_wheel(name: &str, python: &str) -> String {
    format!(
        "it has no wheel for Python {python} on {}; building it would run its code outside the sandbox: if you trust it, allow that by \
         `builds = [\"{name}\"]` in verify.toml",
        platform()
    )
}

/// The last line that says something, without what marks it as an error.
pub(super) fn last(text: &str) -> String {
    let mut lines = text.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let telling = |line: &&str| line.starts_with("ERROR:") || line.starts_with("error:") || line.contains("Error:");
    let line = lines.clone().find(telling).or_else(|| lines.next()).unwrap_or("nothing");
    line.trim_start_matches("ERROR:").trim_start_matches("error:").trim().to_owned()
}

fn is_unreachable(text: &str) -> bool {
    UNREACHABLE.iter().any(|sign| text.contains(sign))
}

/// What follows the last occurrence of some words, to the end of the line.
fn behind<'a>(text: &'a str, words: &str) -> Option<&'a str> {
    let (_, rest) = text.rsplit_once(words)?;
    rest.lines().next()
}

/// The name that a requirement begins with.
fn name_at_start(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_ascii_alphanumeric() && !"-_.".contains(character)).unwrap_or(text.len());
    &text[..end]
}

/// A package's name as PEP 503 compares them.
pub(in crate::requirements) fn normalised(name: &str) -> String {
    let mut normal = String::new();
    for character in name.chars() {
        match character {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            other => normal.extend(other.to_lowercase()),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirements::tests::interpreter;

    fn failed(text: &str, more: &str) -> (FailureKind, Option<String>, String) {
        let Failure { kind, package, reason } = failure(text, more, &Base::of(&interpreter("3.13.1")), "pip");
        (kind, package, reason)
    }

    #[test]
    fn compiled_files_are_read() {
        let hash = "a".repeat(64);
        let text = format!(
            "# a comment\nTyping_Extensions==4.1 \\\n    --hash=sha256:{hash} \\\n    --hash=sha256:{hash}\na @ https://a.example/a-1.2%2Blocal-py3-none-any.whl \\\n    --hash=sha256:{hash}\n"
        );
        let packages = compiled(&text).unwrap();
        assert_eq!(
            packages.iter().map(|package| (&*package.name, &*package.version, package.sha256.len())).collect::<Vec<_>>(),
            [("typing-extensions", "4.1", 1), ("a", "1.2+local", 1)]
        );
        assert!(compiled("nonsense here\n").is_err());
    }

    #[test]
    fn an_index_out_of_reach_is_nobodys_fault() {
        let pip =
            "WARNING: Retrying … Failed to establish a new connection: [Errno 111]\nERROR: No matching distribution found for numpy\n";
        assert_eq!(failed(pip, "").0, FailureKind::Unreachable);
        let uv = "error: Request failed after 3 retries in 10.0s\n  cause: Failed to fetch: https://127.0.0.1:9/simple/numpy/\n";
        assert_eq!(failed(uv, "").0, FailureKind::Unreachable);
    }

    #[test]
    fn what_cannot_be_had_is_said_of_its_package() {
        let none = "ERROR: Could not find a version that satisfies the requirement numpyy (from versions: none)\nERROR: No matching distribution found for numpyy\n";
        let (kind, package, reason) = failed(none, "");
        assert_eq!((kind, package.as_deref()), (FailureKind::Requirements, Some("numpyy")));
        assert!(reason.starts_with("there is no such package"), "{reason}");
        let old = "ERROR: Could not find a version that satisfies the requirement numpy>=99 (from versions: 1.9.0, 1.10.0, 2.0rc1)\nERROR: No matching distribution found for numpy>=99\n";
        assert_eq!(failed(old, "").2, "no version fits; the newest with a wheel for Python 3.13 is 2.0rc1");
        let source = "  Skipping link: No sources permitted for Doc_Opt: https://a.example/doc_opt-1.tar.gz\n";
        let (_, package, reason) = failed(&none.replace("numpyy", "doc-opt"), source);
        assert_eq!(package.as_deref(), Some("doc-opt"));
        assert!(reason.starts_with("it has no wheel for Python 3.13"), "{reason}");
        let uv = "  cause: Because doc-opt was not found in the package registry and you require doc-opt, we can …\n";
        assert_eq!(failed(uv, "").1.as_deref(), Some("doc-opt"));
        let uv = "error: No solution found when resolving dependencies\n  cause: Because only numpy<=2.5.5 is available and you require numpy>=99, …\n";
        assert_eq!(failed(uv, "").1.as_deref(), Some("numpy"));
    }

    #[test]
    fn what_a_build_said_before_it_failed_is_told() {
        let step = "  error: subprocess-exited-with-error\n  \n  × Preparing metadata (pyproject.toml) did not run successfully.\n  │ exit code: 1\n  ╰─> [2 lines of output]\n      Traceback\n      no compiler\n      [end of output]\n";
        let old = format!(
            "{step}error: metadata-generation-failed\n\n× Encountered error while generating package metadata.\n╰─> See above for output.\n"
        );
        assert_eq!(failed(&old, ""), (FailureKind::Requirements, None, "it can't be built: no compiler".to_owned()));
        let new = old.replace("See above for output.", "Doc_Opt");
        assert_eq!(failed(&new, "").1.as_deref(), Some("doc-opt"));
        let wheel = format!("{step}  ERROR: Failed building wheel for docopt\nERROR: Could not build wheels for docopt\n");
        assert_eq!(failed(&wheel, ""), (FailureKind::Requirements, Some("docopt".to_owned()), "it can't be built: no compiler".to_owned()));
    }

    #[test]
    fn conflicts_and_changed_files_are_told() {
        let text = "ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\n\nThe conflict is caused by:\n    a 1 depends on c<2\n    b 2 depends on c>=2\n\nTo fix this\n";
        assert_eq!(failed(text, "").2, "a==1 and b==2 conflict: a 1 depends on c<2; b 2 depends on c>=2");
        let text = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. …\n    attrs==21.3.0 from https://…:\n        Expected sha256 aa\n             Got        bb\n";
        let (kind, package, _) = failed(text, "");
        assert_eq!((kind, package.as_deref()), (FailureKind::Requirements, Some("attrs")));
        assert_eq!(failed("", "").2, "pip says: nothing");
    }
}
