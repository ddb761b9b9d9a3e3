//! The README holds: its Python examples, its commands, its pictures, and the names in its tables are checked against the real binary.
//!
//! In a ```` ```shell ```` fence, each line is a command of its own. Those of `verify` are run in a copy of the documents, and must end with 0,
//! or with what their comment says (`# exits with 1`).

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::{Call, command, finish, project, verify};
use regex::Regex;
use serde_json::Value;

#[test]
fn each_python_example_holds() {
    if !can_run() {
        return;
    }
    let fences = fences("python");
    assert!(fences.len() >= 4, "{} Python examples", fences.len());
    let call = verify(&["README.md", "--format", "json"]);
    let report = call.json();
    let examples: Vec<&Value> =
        array(&report["examples"]).iter().filter(|example| example["language"] == "python" || example["language"] == "session").collect();
    let lines: Vec<u64> = examples.iter().filter_map(|example| example["lines"][0].as_u64()).collect();
    assert_eq!(lines, fences.iter().map(|fence| fence.line).collect::<Vec<_>>(), "each fence is an example");
    for example in examples {
        assert_eq!(example["outcome"], "ran", "{example:#}");
        assert!(!array(&example["claims"]).is_empty(), "an example without a claim shows nothing: {example:#}");
        for claim in array(&example["claims"]) {
            assert_eq!(claim["verdict"], "holds", "README.md:{}: {claim:#}", claim["line"]);
        }
    }
    assert_eq!(call.code, Some(0), "{}", call.stderr);
}

#[test]
fn each_command_ends_as_it_says() {
    if !can_run() {
        return;
    }
    let stage = stage();
    let mut ran = 0;
    for fence in fences("shell") {
        for line in fence.text.lines().filter(|line| !line.trim().is_empty()) {
            let (program, _) = line.split_once(' ').unwrap_or((line, ""));
            match program {
                "verify" => {
                    let expected = line.split_once("# exits with ").map_or(0, |(_, code)| code.trim().parse().expect("a number"));
                    let call = shell(&stage, line);
                    assert_eq!(call.code, Some(expected), "{line}\n{}\n{}", call.stdout, call.stderr);
                    ran += 1;
                }
                // They would build the project within its own tests.
                "cargo" => assert!(["cargo run --release", "cargo test --release"].iter().any(|known| line.starts_with(known)), "{line}"),
                _ => panic!("README.md:{}: what is `{line}`? It's neither run nor known", fence.line),
            }
        }
    }
    assert!(ran >= 6, "{ran} commands of verify");
}

#[test]
fn pictures_show_what_is_printed() {
    if !can_run() {
        return;
    }
    let stage = stage();
    let readme = read("README.md");
    let pictures: Vec<&str> = readme.split("](docs/").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0)).collect();
    let pictures: Vec<&str> = pictures.into_iter().filter(|name| name.ends_with(".svg")).collect();
    assert!(pictures.len() >= 2, "{pictures:?}");
    for name in pictures {
        let shown = text_of_picture(&read(&format!("docs/{name}")));
        let (first, rest) = shown.split_once('\n').expect("a command and its output");
        let call =
            shell(&stage, first.strip_prefix("$ ").unwrap_or_else(|| panic!("docs/{name} starts with `{first}`, which is no command")));
        // Which Pythons are here is the machine's business; the width of their numbers changes the tables.
        if first.contains("--python") && versions(rest) != versions(&call.stdout) {
            eprintln!("left out: docs/{name} was drawn with {}", versions(rest).into_iter().collect::<Vec<_>>().join(", "));
            continue;
        }
        assert_eq!(without_circumstances(rest), without_circumstances(&call.stdout), "docs/{name} is out of date; `docs/draw` draws it");
    }
}

#[test]
fn configuration_and_front_matter_are_understood() {
    if !can_run() {
        return;
    }
    let stage = stage();
    let [configuration] = &fences("toml")[..] else { panic!("there is one configuration") };
    fs::write(stage.project().join("verify.toml"), &configuration.text).expect("a file");
    // What it grants must be there.
    fs::create_dir_all(stage.project().join("docs/data")).expect("a folder");
    let call = shell(&stage, "LANGUAGE=en verify list");
    assert_eq!(call.code, Some(0), "{}", call.stderr);

    // A stage of its own: the Python that the configuration above asks for need not be on this machine.
    let stage = self::stage();
    let front_matter = &fences("yaml").into_iter().next().expect("front matter").text;
    let document = format!("---\n{front_matter}---\n\n```python id=area\n2 * 3  # 5\n```\n");
    fs::write(stage.project().join("area.md"), document).expect("a file");
    fs::create_dir_all(stage.project().join("data")).expect("a folder");
    let call = shell(&stage, "verify area.md --format json");
    let example = call.example("area");
    // It asks for a Python that need not be the one that runs here.
    let expected = if example["outcome"] == "skipped" { 4 } else { 0 };
    assert_eq!(call.code, Some(expected), "{}", call.stdout);
    if expected == 0 {
        assert_eq!(example["claims"][0]["verdict"], "wrong", "{example:#}");
        assert!(example["claims"][0]["acknowledged"].is_string(), "{example:#}");
        assert_eq!(example["mode"], "prompt", "{example:#}");
    }
}

#[test]
fn what_is_called_no_claim_is_none() {
    let readme = read("README.md");
    let paragraph = section(&readme, "**Never a claim:**").split("\n\n").next().expect("a paragraph");
    let comments: Vec<&str> = paragraph.split('`').filter(|text| text.starts_with('#')).collect();
    assert!(comments.len() >= 7, "{comments:?}");
    let lines: String = comments.iter().map(|comment| format!("f()  {comment}\n")).collect();
    // The last one is a claim, so that finding none at all is noticed.
    let document = format!("```python\ndef f(): return 1\n{lines}f()  # 1\n```\n");
    let stage = stage();
    fs::write(stage.project().join("none.md"), document).expect("a file");
    let list = shell(&stage, "verify list none.md --format json").json();
    assert_eq!(list["examples"][0]["claims"], 1, "one of these is taken for a claim: {comments:?}");
}

#[test]
fn each_key_and_option_is_named() {
    let readme = read("README.md");
    let help = verify(&["--help"]).stdout;
    let options: BTreeSet<&str> = Regex::new(r"--[a-z][a-z-]+").expect("a pattern").find_iter(&help).map(|found| found.as_str()).collect();
    for option in options.iter().filter(|option| !["--help", "--version"].contains(option)) {
        assert!(readme.contains(option), "the README doesn't name `{option}`");
    }
    let about_json = section(&readme, "## JSON");
    let report = verify(&["docs/mistakes.md", "--format", "json"]);
    if report.code != Some(3) {
        let mut keys = BTreeSet::new();
        collect_keys(&report.json(), &mut keys);
        assert!(keys.len() > 30, "{keys:?}");
        for key in keys {
            assert!(about_json.contains(&format!("`{key}`")), "the README's section on JSON doesn't name `{key}`");
        }
    }
    let about_exit_codes = section(&readme, "## Exit codes");
    let codes = help.split_once("Exit codes:").expect("they are in the help").1;
    let codes: Vec<&str> =
        codes.lines().filter_map(|line| line.split_whitespace().next()).filter(|word| word.parse::<u8>().is_ok()).collect();
    assert!(codes.len() >= 6, "{codes:?}");
    for code in codes {
        assert!(about_exit_codes.contains(&format!("| {code} |")), "the README doesn't name exit code {code}");
    }
    let manifest = read("Cargo.toml");
    let rust = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version").trim_matches('"');
    assert!(readme.contains(&format!("Rust {rust} or newer")), "the README doesn't ask for Rust {rust}");
}

/// A fenced block of the README.
struct Fence {
    /// Line of its first line of text, from 1.
    line: u64,
    text: String,
}

/// The README's fenced blocks in a language, found by a way of their own: not by what is tested.
fn fences(language: &str) -> Vec<Fence> {
    let readme = read("README.md");
    let mut found = Vec::new();
    let mut open: Option<(bool, Fence)> = None;
    for (number, line) in (1..).zip(readme.lines()) {
        match &mut open {
            None if line.starts_with("```") => {
                let wanted = line.trim_start_matches('`').split_whitespace().next() == Some(language);
                open = Some((wanted, Fence { line: number + 1, text: String::new() }));
            }
            None => {}
            Some(_) if line == "```" => found.extend(open.take().filter(|(wanted, _)| *wanted).map(|(_, fence)| fence)),
            Some((_, fence)) => fence.text += &format!("{line}\n"),
        }
    }
    found
}

/// A section of the README, up to the next heading.
fn section<'a>(readme: &'a str, heading: &str) -> &'a str {
    let rest = readme.split_once(heading).unwrap_or_else(|| panic!("no section `{heading}`")).1;
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// A copy of what the README's commands speak of, in which they may write.
struct Stage(tempfile::TempDir);

impl Stage {
    fn project(&self) -> PathBuf {
        self.0.path().join("project")
    }
}

fn stage() -> Stage {
    let stage = Stage(tempfile::tempdir().expect("a temporary folder"));
    for name in ["README.md", "verify.toml", "verify.lock", "docs", "snippets"] {
        copy(&project().join(name), &stage.project().join(name));
    }
    stage
}

fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::copy(from, to).expect("a copy");
        return;
    }
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        copy(&entry.path(), &to.join(entry.file_name()));
    }
}

/// Runs a line as a shell does, with this build's `verify` on `PATH`.
fn shell(stage: &Stage, line: &str) -> Call {
    let folder = Path::new(env!("CARGO_BIN_EXE_verify")).parent().expect("a folder");
    let path = env::join_paths([folder.to_path_buf()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())));
    let mut call = Command::new("sh");
    call.args(["-c", line]).current_dir(stage.project()).env("PATH", path.expect("a path")).env_remove("VIRTUAL_ENV");
    finish(&mut call)
}

/// Whether examples can be run on this system at all.
fn can_run() -> bool {
    let doctor = finish(command(&project()).arg("doctor"));
    if doctor.code != Some(0) {
        eprintln!("left out: examples can't be run here:\n{}{}", doctor.stdout, doctor.stderr);
    }
    doctor.code == Some(0)
}

/// What a picture shows, as text.
fn text_of_picture(svg: &str) -> String {
    let text = svg.split_once("<text").and_then(|(_, rest)| rest.split_once('>')).expect("text").1;
    // Between two lines there is a line end within an element, and the next line's indentation without one.
    let lines = Regex::new(r"\n</tspan>\n\s*").expect("a pattern").replace_all(text.trim_start(), "\n");
    let plain = Regex::new("<[^>]*>").expect("a pattern").replace_all(&lines, "").into_owned();
    plain.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'").replace("&amp;", "&")
}

/// The Pythons that a report names.
fn versions(text: &str) -> BTreeSet<&str> {
    Regex::new(r"\b3\.\d+\.\d+\b").expect("a pattern").find_iter(text).map(|found| found.as_str()).collect()
}

/// The text without what differs from run to run and from machine to machine.
fn without_circumstances(text: &str) -> String {
    let mut text = text.trim().to_owned();
    for (pattern, name) in [
        (r"\b3\.\d+\.\d+\b", "VERSION"),
        (r"\b[\d.]+ (µs|ms|s)\b", "TIME"),
        (r"\b[\d.]+ MiB at most", "MEMORY at most"),
        (r"\d+ at once, ", ""),
        (r"(not )?sandboxed.*(\nwarning: .*)*", "SANDBOX"),
    ] {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, name).into_owned();
    }
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| collect_keys(value, keys)),
        Value::Object(members) => {
            for (key, value) in members {
                keys.insert(key.clone());
                collect_keys(value, keys);
            }
        }
        _ => {}
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn read(name: &str) -> String {
    fs::read_to_string(project().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
