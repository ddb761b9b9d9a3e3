//! Modules of packages that the configuration has imported before the examples (`preload`): examples that import them find them, the others don't
//! see them, and what isn't fit for it is told, with the examples' results as they would be without.

mod common;

use std::{fs, path::Path};

use common::{BarePython, Call, bare_python, verify_in};
use serde_json::json;

/// An interpreter with these modules installed.
fn python_with(modules: &[(&str, &str)]) -> BarePython {
    let python = bare_python();
    let lib = fs::read_dir(Path::new(python.name()).join("lib")).expect("a folder").next().expect("a version").expect("an entry");
    for (name, text) in modules {
        let path = lib.path().join("site-packages").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    python
}

/// Checks a document with a configuration that names modules, one example at a time.
fn check(python: &BarePython, preload: &str, document: &str) -> Call {
    let folder = common::folder_of(&[("verify.toml", &format!("preload = [{preload}]\n")), ("page.md", document)]);
    verify_in(folder.path(), &["--format", "json", "--jobs", "1", "--python", python.name(), "page.md"])
}

/// So many examples with this code.
fn examples(count: usize, code: &str) -> String {
    (1..=count).map(|number| format!("```python id=e{number}\n{code}\n```\n\n")).collect()
}

/// The values that were seen of the first claim of each example.
fn seen(call: &Call) -> Vec<serde_json::Value> {
    call.json()["examples"].as_array().expect("examples").iter().map(|example| example["claims"][0]["actual"].clone()).collect()
}

#[test]
fn a_module_is_imported_once_and_hidden_from_those_that_do_not_import_it() {
    let python = python_with(&[
        (
            "heavy/__init__.py",
            "import os, warnings\nfrom . import part\nwarnings.filterwarnings('ignore', message='heavy')\nprocess = os.getpid()\n",
        ),
        ("heavy/part.py", "value = 7\n"),
    ]);
    let import = "import heavy, os, sys, warnings\nheavy.process == os.getpid()  # 'whose?'\n\
                  (heavy.part.value, 'heavy.part' in sys.modules)  # (7, True)\nwarnings.filters[0][1].pattern  # 'heavy'";
    let others = "```python id=other\nimport sys, warnings\n[name for name in sys.modules if 'heavy' in name]  # []\n\
                  [one for one in warnings.filters if one[1]]  # []\n```\n\n\
                  ```python id=own\nimport pathlib, sys\npathlib.Path('heavy.py').write_text('own = 1')\nimport heavy\nheavy.own  # 1\n```\n";
    let call = check(&python, "\"heavy\"", &(examples(4, import) + others));
    // The first one imports it as ever; from the second on it's there, made by another process.
    assert_eq!(seen(&call)[..4], [json!("True"), json!("False"), json!("False"), json!("False")]);
    let report = call.json();
    for example in report["examples"].as_array().expect("examples") {
        let rest =
            example["claims"].as_array().expect("claims").iter().skip(usize::from(example["id"].as_str().expect("an id").starts_with('e')));
        for claim in rest {
            assert_eq!(claim["verdict"], "holds", "{} {claim:#}", example["id"]);
        }
    }
    assert_eq!(report["problems"], json!([]));
}

#[test]
fn what_is_not_fit_for_all_examples_is_refused_and_told() {
    let modules = [
        ("threads", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n", "starts a thread"),
        ("sockets", "import socket\nkept = socket.socket()\n", "leaves a file or a socket open"),
        ("children", "import subprocess\nkept = subprocess.Popen(['sleep', '60'])\n", "starts a process"),
        ("fails", "import fails_to_find\n", "its import fails: ModuleNotFoundError: No module named 'fails_to_find'"),
        ("raises", "1 / 0\n", "its import fails: ZeroDivisionError: division by zero"),
        ("ends", "import os\nos._exit(3)\n", "its import ends the process"),
        ("crashes", "import ctypes\nctypes.string_at(0)\n", "its import ends the process"),
        ("prints", "print('hello')\n", "prints or warns"),
        ("finds", "import sys\nclass Finder:\n    def find_spec(*given): pass\nsys.meta_path.append(Finder)\n", "changes `sys.meta_path`"),
        ("sets", "import os\nos.environ['SET'] = '1'\nos.chdir('/')\n", "changes the environment variables and the working folder"),
        ("handles", "import signal\nsignal.signal(signal.SIGUSR1, print)\n", "changes the handlers of signals"),
    ];
    let files: Vec<(String, &str)> = modules.iter().map(|(name, text, _)| (format!("{name}.py"), *text)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let python = python_with(&files);
    let mut document = String::new();
    for (name, ..) in modules {
        for number in [1, 2] {
            document.push_str(&format!("```python id={name}{number}\nx = '{name}'\nx  # '{name}'\n```\n\n"));
        }
    }
    let named: Vec<String> = modules.iter().map(|(name, ..)| format!("\"{name}\"")).collect();
    let call = check(&python, &named.join(", "), &document);
    let report = call.json();
    let problems: Vec<&str> =
        report["problems"].as_array().expect("problems").iter().filter_map(|problem| problem["message"].as_str()).collect();
    assert_eq!(problems.len(), modules.len(), "{problems:#?}");
    for (name, _, why) in modules {
        let told = problems.iter().find(|problem| problem.starts_with(&format!("`preload`: {name} isn't imported beforehand with Python")));
        assert!(told.is_some_and(|problem| problem.contains(why)), "{name}: {why}: {problems:#?}");
    }
    // The examples, which only name them, are as ever.
    assert_eq!(report["summary"]["claims"]["holds"], json!(2 * modules.len()));
    assert_eq!(call.code, Some(0), "{}", call.stderr);
}

#[test]
fn a_module_that_is_not_installed_is_the_matter_of_the_examples() {
    let python = python_with(&[]);
    let call = check(&python, "\"missing\"", &examples(3, "import missing  # ModuleNotFoundError"));
    assert_eq!(call.json()["summary"]["claims"]["holds"], json!(3), "{}", call.stdout);
    assert_eq!(call.json()["problems"], json!([]));
}

#[test]
fn what_is_no_name_of_a_module_is_told_at_its_place() {
    let folder = common::folder_of(&[("verify.toml", "preload = [\n  \"numpy>=2\",\n]\n"), ("page.md", "")]);
    let call = verify_in(folder.path(), &["page.md"]);
    assert_eq!(call.code, Some(2), "{}", call.stderr);
    assert!(call.stderr.contains("verify.toml:2:4: `preload`: `numpy>=2` is no name of a module"), "{}", call.stderr);
}
