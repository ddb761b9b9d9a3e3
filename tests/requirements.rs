//! Requirements through the real binary and a real installer, from packages that lie in a local folder: no network is needed.

#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use common::{Call, bare_python, command, finish, project};
use serde_json::Value;
use tempfile::TempDir;

const FRONT_MATTER: &str =
    "---\nrequires: { one: [verifytest-beta] }\n---\n```python id=one\nimport verifytest_beta\nverifytest_beta.OF_ALPHA  # '1.0'\n```\n";
const SCRIPT: &str = "```python id=two\n# /// script\n# dependencies = [\"verifytest-alpha>=1\"]\n# ///\nimport verifytest_alpha\nverifytest_alpha.VERSION  # '2.0'\n```\n";
const FENCE: &str = "```python id=three requires=verifytest-alpha<2\nimport verifytest_alpha\nverifytest_alpha.VERSION  # '1.0'\n```\n";

/// A folder with a configuration and a page, a cache of its own, and an index of local packages.
struct Place {
    folder: TempDir,
    python: String,
}

impl Place {
    /// `None` where there is no pip to install with; that's said.
    fn new(page: &str) -> Option<Place> {
        let python = base_python();
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["index", "cache", "pages"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let place = Place { folder, python };
        place.write("pages/verify.toml", "paths = [\"page.md\"]\n");
        place.write("pages/page.md", page);
        place.packages("first");
        let pip = Command::new(&place.python).args(["-I", "-m", "pip", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !pip.is_ok_and(|status| status.success()) {
            eprintln!("left out: {} has no pip", place.python);
            return None;
        }
        Some(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Writes the packages; their text holds the marker.
    fn packages(&self, marker: &str) {
        let script = project().join("tests/requirements/wheels.py");
        let written = Command::new(&self.python).arg("-I").arg(script).arg(self.path("index")).arg(marker).status().expect("Python runs");
        assert!(written.success());
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(&self.path("pages"));
        let index = self.path("index");
        command.args(arguments).env("XDG_CACHE_HOME", self.path("cache")).env_remove("CI");
        command.env("PIP_NO_INDEX", "1").env("PIP_FIND_LINKS", &index).env("PIP_CONFIG_FILE", "/dev/null");
        command.env("UV_NO_INDEX", "1").env("UV_FIND_LINKS", &index).env("UV_NO_CONFIG", "1");
        command
    }

    fn check(&self) -> Call {
        finish(&mut self.command(&["--format", "json", "--python", &self.python]))
    }

    /// The environments that are kept: their folders.
    fn environments(&self) -> Vec<PathBuf> {
        let folders = |folder: &Path| -> Vec<PathBuf> {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
        };
        folders(&self.path("cache/verify/environments")).iter().flat_map(|key| folders(key)).collect()
    }

    /// The file of a module in the only environment there is.
    fn module(&self, name: &str) -> PathBuf {
        let [environment] = &self.environments()[..] else { panic!("not one environment: {:?}", self.environments()) };
        let versions = fs::read_dir(environment.join("lib")).expect("a folder").flatten().map(|entry| entry.path());
        let mut files = versions.map(|version| version.join("site-packages").join(format!("{name}.py")));
        files.find(|file| file.is_file()).expect("it's installed")
    }
}

/// An interpreter that isn't a virtual environment.
fn base_python() -> String {
    let bare = bare_python();
    let link = Path::new(bare.name()).join("bin/python3");
    fs::canonicalize(link).expect("it's there").display().to_string()
}

fn verdicts(call: &Call) -> Vec<String> {
    let json = call.json();
    let claims = json["examples"].as_array().expect("examples").iter().flat_map(|example| example["claims"].as_array().expect("claims"));
    claims.map(|claim| claim["verdict"].as_str().expect("a verdict").to_owned()).collect()
}

fn problems(call: &Call) -> Vec<String> {
    let json = call.json();
    let problems = json["problems"].as_array().expect("problems").iter();
    problems.map(|problem| format!("{}: {}", text(&problem["severity"]), text(&problem["message"]))).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn examples_run_with_what_is_named_for_them_and_later_without_an_index() {
    let Some(place) = Place::new(&format!("{FRONT_MATTER}\n{SCRIPT}\n{FENCE}")) else { return };
    let call = place.check();
    assert_eq!((call.code, verdicts(&call)), (Some(0), vec!["holds".to_owned(); 3]), "{}{}", call.stdout, call.stderr);
    assert_eq!(call.example("two")["requires"], serde_json::json!(["verifytest-alpha>=1"]));
    assert!(problems(&call).iter().all(|problem| problem.contains("isn't locked")), "{:?}", problems(&call));
    assert_eq!(place.environments().len(), 3);
    // Neither resolved nor fetched again.
    fs::remove_dir_all(place.path("index")).expect("it's there");
    let call = place.check();
    assert_eq!((call.code, verdicts(&call)), (Some(0), vec!["holds".to_owned(); 3]), "{}", call.stdout);
}

#[test]
fn configured_packages_are_for_those_that_they_are_named_for() {
    let page = "```python id=one\nimport verifytest_alpha\nverifytest_alpha.VERSION  # '1.0'\n```\n";
    let Some(place) = Place::new(page) else { return };
    place.write("pages/other.md", "```python id=two\nimport verifytest_alpha\n```\n");
    place.write(
        "pages/verify.toml",
        "paths = [\"page.md\", \"other.md\"]\n[[documents]]\npath = \"page.*\"\nrequires = [\"verifytest-alpha==1.0\"]\n",
    );
    let call = place.check();
    assert_eq!(verdicts(&call), ["holds"], "{}", call.stdout);
    let two = call.example("two");
    assert_eq!(two["outcome"], "skipped");
    assert_eq!(two["reason"], "needs package `verifytest_alpha`: add it to `requires`");
    place.write("pages/verify.toml", "paths = [\"page.md\", \"other.md\"]\nrequires = [\"verifytest-alpha<2\"]\n");
    let call = place.check();
    assert_eq!((verdicts(&call), text(&call.example("two")["outcome"])), (vec!["holds".to_owned()], "ran"), "{}", call.stdout);
}

#[test]
fn what_cannot_be_had_is_told_and_the_others_run() {
    let page = "---\nrequires: { one: [verifytest-alhpa], two: [\"verifytest-alpha>=9\"], three: [verifytest-gamma] }\n---\n\
                ```python id=one\n1  # 1\n```\n\n```python id=two\n2  # 2\n```\n\n```python id=three\n3  # 3\n```\n\n```python id=four\n4  # 4\n```\n";
    let Some(place) = Place::new(page) else { return };
    let call = place.check();
    assert_eq!((call.code, verdicts(&call)), (Some(2), ["unsettled", "unsettled", "unsettled", "holds"].map(str::to_owned).to_vec()));
    let problems = problems(&call).join("\n");
    assert!(problems.contains("error: page.md:2:19: one can't run: requires verifytest-alhpa: "), "{problems}");
    assert!(problems.contains("error: page.md:2:45: two can't run: requires verifytest-alpha>=9: "), "{problems}");
    assert!(problems.contains("three can't run: requires verifytest-gamma: it has no wheel for Python 3."), "{problems}");
    assert!(text(&call.example("one")["reason"]).starts_with("needs verifytest-alhpa: "), "{}", call.stdout);
    assert!(!place.path("index/canary").exists(), "code of a package ran");
    assert_eq!(place.environments(), [] as [PathBuf; 0]);
}

#[test]
fn a_package_that_fails_to_build_is_told_and_the_others_run() {
    let page = "---\nrequires: { one: [verifytest-delta] }\n---\n```python id=one\n1  # 1\n```\n\n```python id=two\n2  # 2\n```\n";
    let Some(place) = Place::new(page) else { return };
    place.write("pages/verify.toml", "paths = [\"page.md\"]\nbuilds = [\"verifytest-delta\"]\n");
    let call = place.check();
    assert_eq!((call.code, verdicts(&call)), (Some(2), vec!["unsettled".to_owned(), "holds".to_owned()]), "{}", call.stdout);
    let problems = problems(&call).join("\n");
    assert!(problems.contains("error: page.md:2:19: one can't run: requires verifytest-delta: it can't be built: "), "{problems}");
    assert_eq!(place.environments(), [] as [PathBuf; 0]);
}

#[test]
fn what_is_no_requirement_is_told_at_its_place() {
    let page = "```python id=one requires=a!!b\n1  # 1\n```\n\n```python id=two\n# /// script\n# dependencies = [\"not valid\"]\n# ///\n2  # 2\n```\n";
    let Some(place) = Place::new(page) else { return };
    let call = place.check();
    let problems = problems(&call).join("\n");
    assert_eq!(call.code, Some(2));
    assert!(problems.contains("error: page.md:1:1: `a!!b` is no requirement: "), "{problems}");
    assert!(problems.contains("error: page.md:6:1: `not valid` is no requirement: "), "{problems}");
    place.write("pages/page.md", "---\nrequires: [fine, '-e .']\n---\n");
    assert!(place.check().stdout.contains("page.md:2:19: front matter: requires: `-e .` is no requirement"), "{}", place.check().stdout);
    place.write("pages/verify.toml", "paths = [\"page.md\"]\nrequires = [\"-r a\"]\n");
    let call = place.check();
    assert!(call.code == Some(2) && call.stderr.contains("verify.toml:2:14: `requires`: `-r a` is no requirement"), "{}", call.stderr);
}

#[test]
fn a_lock_decides_and_where_ci_is_set_nothing_else_is_installed() {
    let Some(place) = Place::new(SCRIPT) else { return };
    let in_ci = || finish(place.command(&["--format", "json", "--python", &place.python]).env("CI", "true"));
    let call = in_ci();
    assert_eq!((call.code, verdicts(&call)), (Some(2), vec!["unsettled".to_owned()]));
    assert!(
        problems(&call)[0].contains("two can't run: requires verifytest-alpha>=1: verify.lock doesn't cover it"),
        "{:?}",
        problems(&call)
    );
    assert!(problems(&call)[0].contains("`verify lock`"));
    let locked = finish(&mut place.command(&["lock", "--python", &place.python]));
    assert!(locked.code == Some(0) && locked.stdout.contains("verifytest-alpha 2.0"), "{}{}", locked.stdout, locked.stderr);
    let call = in_ci();
    assert_eq!((call.code, problems(&call), verdicts(&call)), (Some(0), vec![], vec!["holds".to_owned()]), "{}", call.stdout);
    let again = finish(&mut place.command(&["lock", "--python", &place.python]));
    assert!(again.stdout.ends_with("verify.lock: as it was\n"), "{}", again.stdout);
    // What the index gives now isn't what was locked.
    place.packages("second");
    fs::remove_dir_all(place.path("cache")).expect("it's there");
    let call = in_ci();
    assert_eq!((call.code, verdicts(&call)), (Some(2), vec!["unsettled".to_owned()]), "{}", call.stdout);
    assert!(problems(&call)[0].contains("its hash differs"), "{:?}", problems(&call));
    let upgraded = finish(&mut place.command(&["lock", "--upgrade", "--python", &place.python]));
    assert_eq!((upgraded.code, in_ci().code), (Some(0), Some(0)), "{}", upgraded.stderr);
}

#[test]
fn a_document_is_not_taken_at_its_word_without_a_configuration() {
    let Some(place) = Place::new(&format!("{FRONT_MATTER}\n{SCRIPT}\n{FENCE}")) else { return };
    let stranger = finish(&mut place.command(&["--format", "json", "--python", &place.python, "--documents", "page.md"]));
    assert!(verdicts(&stranger).iter().all(|verdict| verdict == "unsettled"), "{}", stranger.stdout);
    fs::remove_file(place.path("pages/verify.toml")).expect("it's there");
    let call = finish(&mut place.command(&["page.md", "--format", "json", "--python", &place.python]));
    assert!(verdicts(&call).iter().all(|verdict| verdict == "unsettled"), "{}", call.stdout);
    assert!(
        problems(&call).join("\n").contains("warning: page.md: `requires` isn't heeded: there is no configuration"),
        "{:?}",
        problems(&call)
    );
    assert_eq!(place.environments(), [] as [PathBuf; 0]);
}

#[test]
fn what_was_changed_in_the_cache_is_made_anew() {
    let Some(place) = Place::new(SCRIPT) else { return };
    assert_eq!(place.check().code, Some(0));
    fs::write(place.module("verifytest_alpha"), "VERSION = 'another'\n").expect("a file");
    let call = place.check();
    assert_eq!((call.code, verdicts(&call)), (Some(0), vec!["holds".to_owned()]), "{}", call.stdout);
    // A run that was killed leaves a folder that isn't named as finished.
    let environment = place.environments().pop().expect("there is one");
    fs::remove_file(environment.with_file_name("environment.json")).expect("it's there");
    fs::remove_file(place.module("verifytest_alpha")).expect("it's there");
    let call = place.check();
    assert_eq!((call.code, place.environments().len()), (Some(0), 1), "{}", call.stdout);
    assert!(place.environments()[0].ends_with("3"), "{:?}", place.environments());
}

#[test]
fn runs_at_once_share_one_build() {
    let Some(place) = Place::new(SCRIPT) else { return };
    let start = || {
        let mut command = place.command(&["--format", "json", "--python", &place.python]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs")
    };
    let runs = [start(), start(), start()];
    for run in runs {
        let output = run.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    }
    assert_eq!(place.environments().len(), 1);
    assert!(place.environments()[0].ends_with("1"), "{:?}", place.environments());
}

#[test]
fn packages_are_read_only_for_examples() {
    let page = "```python id=one requires=verifytest-alpha\nimport verifytest_alpha\n\ndef attempt():\n    try:\n        open(verifytest_alpha.__file__, 'w')\n    except \
                OSError:\n        return 'refused'\n\nattempt()  # 'refused'\n```\n";
    let Some(place) = Place::new(page) else { return };
    let call = place.check();
    assert_eq!(verdicts(&call), ["holds"], "{}", call.stdout);
    assert!(fs::read_to_string(place.module("verifytest_alpha")).expect("it's there").contains("VERSION = '2.0'"));
}

#[test]
fn an_environment_of_ones_own_that_has_all_is_used_as_it_is() {
    let Some(place) = Place::new(SCRIPT) else { return };
    let own = bare_python();
    let versions = fs::read_dir(Path::new(own.name()).join("lib")).expect("a folder").flatten();
    let modules = versions.map(|version| version.path().join("site-packages")).next().expect("a version");
    fs::create_dir(modules.join("verifytest_alpha-2.0.dist-info")).expect("a folder");
    fs::write(modules.join("verifytest_alpha.py"), "VERSION = '2.0'\n").expect("a file");
    let call = finish(&mut place.command(&["--format", "json", "--python", own.name()]));
    assert_eq!((call.code, verdicts(&call)), (Some(0), vec!["holds".to_owned()]), "{}", call.stdout);
    assert_eq!(place.environments(), [] as [PathBuf; 0]);
}
