//! Modules of packages that are imported before the examples, because many import them or the configuration says so (`preload`): examples that
//! import them find them, the others don't see them, and results are as they would be without.

mod common;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use common::{BarePython, Call, bare_python, verify_in};
use serde_json::json;

/// An interpreter with these modules installed.
fn python_with(modules: &[(&str, &str)]) -> BarePython {
    installed(bare_python(), modules)
}

fn installed(python: BarePython, modules: &[(&str, &str)]) -> BarePython {
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
        (
            "finds",
            "import sys\nclass Finder:\n    def find_spec(*given): pass\nsys.meta_path.insert(0, Finder)\n",
            "changes `sys.meta_path`",
        ),
        ("sets", "import os\nos.environ['SET'] = '1'\nos.chdir('/')\n", "changes the working folder"),
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

/// Checks documents with a configuration, one example at a time.
fn check_with(python: &BarePython, configuration: &str, files: &[(&str, &str)]) -> Call {
    let folder = common::folder_of(&[&[("verify.toml", configuration)], files].concat());
    let mut arguments = vec!["--format", "json", "--jobs", "1", "--python", python.name()];
    arguments.extend(files.iter().map(|(name, _)| *name).filter(|name| name.ends_with(".md") || name.ends_with("mod.py")));
    verify_in(folder.path(), &arguments)
}

/// Whether all of these values are the same.
fn are_one(values: &[serde_json::Value]) -> bool {
    values.iter().all(|value| value == &values[0])
}

/// What a module draws when it's imported tells by whom.
const STAMP: &str = "import os\nstamp = os.urandom(8).hex()\n";

#[test]
fn what_many_examples_import_is_imported_once() {
    let python = python_with(&[("heavy/__init__.py", STAMP), ("heavy/part.py", "value = 7\n"), ("light.py", STAMP)]);
    let import =
        "from heavy import part\nimport heavy, sys\nheavy.stamp  # 'whose?'\n(part.value, 'heavy.part' in sys.modules)  # (7, True)";
    let others = "```python id=other\nimport sys\n[name for name in sys.modules if 'heavy' in name]  # []\n```\n\n\
                  ```python id=alone\nimport heavy, sys\n'heavy.part' in sys.modules, hasattr(heavy, 'part')  # (False, False)\n```\n\n\
                  ```python id=own\nimport pathlib, sys\npathlib.Path('heavy.py').write_text('own = 1')\nimport heavy\nheavy.own  # 1\n```\n";
    let document = examples(4, import) + others;
    let call = check_with(&python, "", &[("page.md", &document)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    let report = call.json();
    for example in report["examples"].as_array().expect("examples") {
        for claim in example["claims"].as_array().expect("claims").iter().filter(|claim| claim["expected"] != "'whose?'") {
            assert_eq!(claim["verdict"], "holds", "{} {claim:#}", example["id"]);
        }
    }
    assert_eq!(report["problems"], json!([]));
    // An empty list means nothing, and another one what it names.
    let call = check_with(&python, "preload = []\n", &[("page.md", &document)]);
    assert!(!are_one(&seen(&call)[1..4]), "{:?}", seen(&call));
    let page = examples(4, "import light\nlight.stamp  # 'whose?'");
    let call = check_with(&python, "preload = [\"heavy\"]\n", &[("page.md", &page)]);
    assert!(!are_one(&seen(&call)[1..4]), "{:?}", seen(&call));
}

#[test]
fn what_a_package_imports_only_when_it_is_used_is_imported_once_as_soon_as_that_is_known() {
    let slow = format!("{STAMP}sum(range(1_000_000))\n");
    let uses = "def use():\n    from . import part\n    import other\n    return part.stamp + other.stamp\n";
    let python = python_with(&[("heavy/__init__.py", uses), ("heavy/part.py", &slow), ("other.py", &slow)]);
    let code = "import heavy, sys\nheavy.use()  # 'whose?'\n";
    let seldom = "```python\nimport heavy, sys\n[name in sys.modules for name in ('heavy.part', 'other')]  # [False, False]\nhasattr(heavy, 'part')  # False\n```\n\n";
    let call = check_with(&python, "", &[("page.md", &(examples(40, code) + seldom))]);
    let seen = seen(&call);
    assert!(seen[0] != seen[39] && are_one(&seen[2..40]), "{seen:?}");
    assert_eq!(call.json()["summary"]["claims"]["holds"], 2, "{}", call.stdout);
}

#[test]
fn what_nobody_chose_is_left_to_the_examples_where_it_makes_a_difference() {
    let modules = [
        ("prints", "print('hello')\n"),
        ("threads", "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"),
        ("times", "import time\nclass Clock:\n    started = time.monotonic()\n"),
        ("dates", "import datetime\nclass Clock: pass\nclock = Clock()\nclock.now = datetime.datetime.now()\n"),
        ("pids", "process = os.getpid()\n"),
        ("asks", "import sys\nname = os.path.basename(sys.argv[0])\n"),
        ("writes", "open('left', 'w').close()\n"),
        ("reads", "open('/etc/passwd').close()\n"),
        ("runs", "import subprocess\nsubprocess.run(['true'])\n"),
        ("warns", "import warnings\nwarnings.warn('old', DeprecationWarning)\n"),
        ("logs", "import logging\nlogging.basicConfig(level=1)\n"),
        ("patches", "import json\njson.JSONEncoder.default = lambda self, one: 'patched'\n"),
        ("adds", "import collections\ncollections.Mapping = dict\n"),
        ("seeds", "import random\nrandom.seed(1)\n"),
        ("looks", "import __main__\n"), // `main` is the example itself
        ("finalises", "import weakref\nclass One: pass\none = One()\nkept = weakref.finalize(one, print)\n"),
        ("finds", "import sys\nclass Finder:\n    def find_spec(*given): pass\nsys.meta_path.insert(0, Finder)\n"),
    ];
    let files: Vec<(String, String)> = modules.iter().map(|(name, text)| (format!("{name}.py"), format!("{STAMP}{text}"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let python = python_with(&files);
    for (name, _) in modules {
        let document = examples(5, &format!("import {name}\n{name}.stamp  # 'whose?'"));
        let call = check_with(&python, "", &[("page.md", &document)]);
        let seen = seen(&call);
        assert!((1..5).all(|number| seen[number] != seen[number - 1]), "{name}: {seen:?}");
        assert_eq!(call.json()["problems"], json!([]), "{name}");
    }
}

#[test]
fn what_makes_no_difference_is_imported_once_and_nothing_that_watched_it_is_left() {
    let modules = [
        ("asks", "import socket\nwith socket.socket() as one:\n    one.bind(('127.0.0.1', 0))\n", "asks.one.fileno()", "-1"),
        ("zones", "import time\ntime.tzset()\n", "zones.time.tzname", "('UTC', 'UTC')"),
        ("generic", "import typing\nT = typing.TypeVar('T')\n", "generic.T.__name__", "'T'"),
        ("loads", "from concurrent.futures import ThreadPoolExecutor\n", "loads.ThreadPoolExecutor.__name__", "'ThreadPoolExecutor'"),
        ("draws", "import random\ndrawn = random.random()\n", "0 <= draws.drawn < 1", "True"),
        ("warning", "import warnings\ndef warns(call=warnings.warn): return call\n", "warning.warns() is warning.warnings.warn", "True"),
        ("number", "from os import getpid\n", "number.getpid is number.os.getpid", "True"),
        ("number_builtin", "from os import getpid\n", "number_builtin.getpid.__module__", "'posix'"),
        ("seeding", "from random import seed\n", "seeding.seed.__name__, seeding.seed.__self__.__class__.__name__", "('seed', 'Random')"),
    ];
    let files: Vec<(String, String)> = modules.iter().map(|(name, text, ..)| (format!("{name}.py"), format!("{STAMP}{text}"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let python = python_with(&files);
    for (name, _, asked, value) in modules {
        let example = format!("import {name}, sys\n{name}.stamp  # 'whose?'\n{asked}  # {value}\n'argument' in sys.argv[0]  # False");
        let call = check_with(&python, "", &[("page.md", &examples(5, &example))]);
        assert!(are_one(&seen(&call)), "{name}: {:?}", seen(&call));
        let report = call.json();
        assert_eq!(report["summary"]["claims"]["holds"], 10, "{name}: {}", call.stdout);
        assert!(report["examples"].as_array().expect("examples").iter().all(|one| one["activity"]["sockets"] == json!([])), "{name}");
    }
}

#[test]
fn what_an_import_changes_is_changed_for_those_alone_that_import_it() {
    let heavy = "import os, sys, time, typing, weakref\n\
                 class Finder:\n    @classmethod\n    def find_spec(cls, *given): pass\n\
                 sys.meta_path.append(Finder)\nos.environ.setdefault('HEAVY', '1')\nos.environ['HEAVY_TOO'] = '1'\n\
                 typing.Heavy = 7\nseconds, started, ticks = int(time.time()), time.time(), time.perf_counter_ns()\n\
                 one = weakref.finalize(Finder, print)\none.atexit = False\n";
    let python = python_with(&[
        ("heavy/__init__.py", &format!("{STAMP}{heavy}")),
        ("heavy/part.py", STAMP),
        ("uses.py", &format!("import heavy\n{STAMP}")),
        ("light.py", STAMP),
    ]);
    let look = "import os, sys, typing\n\
                [os.environ.get(name) for name in ('HEAVY', 'HEAVY_TOO')], 'Finder' in [getattr(one, '__name__', '') for one in sys.meta_path], \
                hasattr(typing, 'Heavy'), os.system('test -n \"$HEAVY_TOO\"')";
    let times = "start = time.time(), time.perf_counter_ns()\nimport heavy\n\
                 start[0] <= heavy.started <= time.time(), int(start[0]) <= heavy.seconds, start[1] <= heavy.ticks  # (True, True, True)\n";
    let all = format!(
        "import time\n{times}import light, uses, heavy.part\n[one.stamp for one in (heavy, heavy.part, uses, light)]  # 'whose?'\n{look}  # (['1', '1'], True, True, 0)"
    );
    let through = format!("import uses\nuses.stamp  # 'whose?'\n{look}  # (['1', '1'], True, True, 0)");
    let others = format!(
        "```python id=other\nimport light\n{look}  # ([None, None], False, False, 256)\n```\n\n\
         ```python id=own\nimport os\nos.environ['HEAVY'] = '2'\nimport heavy\nheavy.stamp  # 'whose?'\n{look}  # (['2', '1'], True, True, 0)\n```\n"
    );
    let call = check_with(&python, "", &[("page.md", &(examples(5, &all) + &examples(5, &through).replace("id=e", "id=t") + &others))]);
    let report = call.json();
    let whose: Vec<&serde_json::Value> = report["examples"]
        .as_array()
        .expect("examples")
        .iter()
        .flat_map(|example| example["claims"].as_array().expect("claims"))
        .filter(|claim| claim["expected"] == "'whose?'")
        .map(|claim| &claim["actual"])
        .collect();
    assert!(whose[..5].iter().all(|one| *one == whose[0]) && whose[5..10].iter().all(|one| *one == whose[5]), "{whose:#?}");
    assert!(!whose[0].as_str().expect("stamps").contains(whose[10].as_str().expect("a stamp")), "{whose:#?}");
    // All other claims hold.
    assert_eq!(report["summary"]["claims"]["holds"], 5 * 2 + 5 + 2, "{}", call.stdout);
}

#[test]
fn what_packages_usually_have_is_fit_with_each_python() {
    for (minor, version, executable) in common::interpreters() {
        let heavy = format!("{STAMP}import typing\nT = typing.TypeVar('T')\nclass Some(typing.Generic[T], typing.Sized): pass\n");
        let python = installed(common::bare_python_of(&executable, &version), &[("heavy.py", &heavy)]);
        let call = check_with(&python, "", &[("page.md", &examples(5, "import heavy\nheavy.stamp  # 'whose?'"))]);
        assert!(are_one(&seen(&call)), "{minor}: {:?}", seen(&call));
    }
}

#[test]
fn no_example_reaches_the_server_that_has_imported_for_it() {
    let python = python_with(&[("heavy.py", STAMP)]);
    let reach = "import os, signal\nfor process in (os.getppid(), 1, -1):\n    try:\n        os.kill(process, signal.SIGKILL)\n    except OSError:\n        pass\n";
    let uses = examples(6, "import heavy\nheavy.stamp  # 'whose?'");
    let (before, after) = uses.split_at(uses.match_indices("```python").nth(3).expect("a fourth").0);
    let page = format!(
        "{before}```python id=kills\n{reach}```\n\n```python id=sees\nimport os\nsorted(os.listdir('/proc/self/fd'))[:3]  # ['0', '1', '2']\n```\n\n{after}"
    );
    let call = check_with(&python, "", &[("page.md", &page)]);
    let stamps: Vec<serde_json::Value> =
        seen(&call).into_iter().filter(|value| value.as_str().is_some_and(|text| text.len() == 18)).collect();
    assert!(stamps.len() == 6 && are_one(&stamps), "{:?}", seen(&call));
    assert_eq!(call.example("sees")["claims"][0]["verdict"], "holds", "{}", call.stdout);
    assert_eq!(call.json()["problems"], json!([]));
}

#[test]
fn processes_of_the_server_do_not_count_as_the_examples() {
    let python = python_with(&[("heavy.py", STAMP)]);
    let forks = "import heavy, os, time\nmade = 0\ntry:\n    while os.fork():\n        made += 1\n    time.sleep(1)\n    os._exit(0)\nexcept OSError:\n    pass\nmade  # 2\n";
    let page = format!(
        "---\nlimits: {{ processes: 3 }}\n---\n\n{}```python id=forks\n{forks}```\n",
        examples(4, "import heavy\nheavy.stamp  # 'whose?'")
    );
    let call = check_with(&python, "", &[("page.md", &page)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    assert_eq!(call.example("forks")["claims"][0]["verdict"], "holds", "{:#}", call.example("forks"));
}

#[test]
fn what_an_import_registers_and_keeps_at_home_is_there_for_those_that_import_it() {
    let keeps = "import pathlib\nplace = pathlib.Path.home() / '.cache' / 'keeps'\nplace.mkdir(parents=True, exist_ok=True)\nfile = place / 'list'\n\
                 if not file.exists():\n    file.write_text('made')\nlist = file.read_text()\n";
    let ends = "import atexit\natexit.register(print, 'bye', end='!')\n";
    let finalizes = "import weakref\nclass Kind: pass\nkept = Kind()\nweakref.finalize(kept, print, 'gone')\n";
    let python = python_with(&[
        ("keeps.py", &format!("{STAMP}{keeps}")),
        ("ends.py", &format!("{STAMP}{ends}")),
        ("finalizes.py", &format!("{STAMP}{finalizes}")),
    ]);
    let here = "(pathlib.Path.home() / '.cache/keeps/list').read_text()  # 'made'";
    let page = examples(4, &format!("import keeps, pathlib\nkeeps.stamp  # 'whose?'\n{here}"))
        + "```python id=home\nimport os\nos.listdir(os.path.expanduser('~'))  # []\n```\n";
    let call = check_with(&python, "", &[("page.md", &page)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    assert_eq!(call.json()["summary"]["claims"]["holds"], 5, "{}", call.stdout);
    let counted = "import atexit\natexit._ncallbacks()";
    let page = examples(4, &format!("import ends\nends.stamp  # 'whose?'\n{counted}  # 1"))
        + &format!("```python id=none\n{counted}  # 0\n```\n\n```python\nimport ends\nprint(1)\n```\n\n```text\n1\nbye!\n```\n");
    let call = check_with(&python, "", &[("page.md", &page)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    assert_eq!(call.json()["summary"]["claims"]["holds"], 6, "{}", call.stdout);
    // What the standard library registers on behalf of a package, it registers once.
    let page = examples(4, "import finalizes\nfinalizes.stamp  # 'whose?'");
    let seen = seen(&check_with(&python, "", &[("page.md", &page)]));
    assert!((1..4).all(|number| seen[number] != seen[number - 1]), "{seen:?}");
}

#[test]
fn what_an_import_changes_in_others_is_changed_for_those_that_import_both() {
    let python = python_with(&[
        ("registry/__init__.py", &format!("{STAMP}kinds = ['plain']\n")),
        ("registry/more.py", "from . import kinds\nkinds.append('more')\n"),
        ("user.py", &format!("{STAMP}import registry\nimport registry.more\n")),
        ("other.py", "import registry\nkinds = list(registry.kinds)\n"),
    ]);
    let page = examples(4, "import user\nuser.stamp  # 'whose?'\nuser.registry.kinds  # ['plain', 'more']")
        + "```python id=alone\nimport registry\nregistry.kinds  # ['plain']\nimport user\nuser.registry.kinds  # ['plain', 'more']\nuser.registry is registry  # True\n```\n\n\
           ```python id=other\nimport other\nother.kinds  # ['plain']\n```\n\n\
           ```python id=both\nimport user, registry\nregistry.kinds  # ['plain', 'more']\n```\n";
    let call = check_with(&python, "", &[("page.md", &page)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    assert_eq!(call.json()["summary"]["claims"]["holds"], 9, "{}", call.stdout);
}

#[test]
fn a_package_that_another_has_changed_is_run_anew_as_a_whole() {
    let python = python_with(&[
        ("registry/__init__.py", "from .early import value\nfrom .store import sizes\n"),
        ("registry/early.py", "value = 7\n"),
        ("registry/store.py", "kinds = ['plain']\nsizes = 2\n"),
        ("user.py", &format!("{STAMP}import registry\nregistry.store.kinds.append('more')\n")),
    ]);
    let page = examples(4, "import user\nuser.stamp  # 'whose?'\nuser.registry.store.kinds  # ['plain', 'more']")
        + "```python id=alone\nimport registry\nregistry.early.value  # 7\nregistry.store.kinds  # ['plain']\n```\n";
    let call = check_with(&python, "", &[("page.md", &page)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    assert_eq!(call.json()["summary"]["claims"]["holds"], 6, "{}", call.stdout);
}

/// Puts a copy of an extension module of the standard library into a package, with some bytes behind it.
fn with_extension(python: BarePython, name: &str, behind: &str) -> Option<BarePython> {
    let asked = "import json, _json\nprint(_json.__file__ if hasattr(_json, '__file__') else '')";
    let output = std::process::Command::new(Path::new(python.name()).join("bin/python3")).args(["-c", asked]).output().expect("it starts");
    let path = String::from_utf8(output.stdout).expect("text").trim().to_owned();
    if path.is_empty() {
        // Where nobody listens, there is nothing to do about it.
        let _ = writeln!(io::stderr(), "left out: this Python has no `_json` in a file of its own");
        return None;
    }
    let content = [fs::read(&path).expect("a file"), behind.as_bytes().to_vec()].concat();
    let lib = fs::read_dir(Path::new(python.name()).join("lib")).expect("a folder").next().expect("a version").expect("an entry");
    fs::write(lib.path().join("site-packages").join(name).join("_json.so"), content).expect("a file");
    Some(python)
}

#[test]
fn what_an_extension_has_of_others_comes_with_it() {
    // As an extension that imports what is loaded already, past all that watches imports.
    let modules =
        [("heavy/__init__.py", ""), ("heavy/part.py", "value = 7\n"), ("heavy/fill.py", "from . import _json, part\n_json.part = part\n")];
    let Some(python) = with_extension(python_with(&modules), "heavy", "") else { return };
    let page = examples(4, "import heavy.fill\nheavy.fill.part.value  # 7");
    let alone = "```python id=alone\nimport heavy._json\nheavy._json.part.value  # 7\nheavy.part.value  # 7\n```\n";
    let call = check_with(&python, "", &[("a.md", &page), ("b.md", alone)]);
    assert_eq!(call.json()["summary"]["claims"]["holds"], 6, "{}", call.stdout);
}

#[test]
fn a_package_whose_extension_knows_a_module_is_changed_for_nobody() {
    let registry = [("registry/__init__.py", "from . import _json\nkinds = ['plain']\n"), ("registry/part.py", "kinds = []\n")];
    let user = format!("{STAMP}import registry.part\nregistry.part.kinds.append('more')\n");
    let modules = [&registry[..], &[("user.py", user.as_str())]].concat();
    let page = examples(4, "import user\nuser.stamp  # 'whose?'");
    for (behind, is_fit) in [("registry.other", true), ("registry.part", false)] {
        let Some(python) = with_extension(python_with(&modules), "registry", behind) else { return };
        let seen = seen(&check_with(&python, "", &[("page.md", &page)]));
        assert_eq!(are_one(&seen), is_fit, "{behind}: {seen:?}");
    }
}

#[test]
fn examples_find_what_an_import_of_their_own_would_have_made() {
    let python = python_with(&[
        (
            "heavy.py",
            &format!("{STAMP}import time\nmode = os.environ.get('MODE', 'none')\ndef now(clock=time.time):\n    return clock()\n"),
        ),
        ("base.py", &format!("{STAMP}class Kind(Exception):\n    pass\n")),
    ]);
    let set = "import os\nos.environ['MODE'] = 'fast'\nimport heavy\nheavy.mode  # 'fast'";
    let subclasses = "[kind for kind in Exception.__subclasses__() if kind.__module__ == 'base']  # []";
    let own = "import os\nos.environ['TEA'] = 'hot'\nimport heavy\nheavy.stamp  # 'whose?'";
    let page = examples(4, "import heavy, base\nheavy.stamp  # 'whose?'\nheavy.mode  # 'none'")
        // Nobody has asked for this variable.
        + &format!("```python id=e5\n{own}\n```\n\n")
        + &format!("```python id=set\n{set}\n```\n\n```python id=subclasses\n{subclasses}\n```\n");
    let frozen = "---\nclock:\n  still: { frozen: 2020-01-01T00:00:00Z }\n---\n\n```python id=still\nimport heavy\nheavy.now()  # 1577836800.0\n```\n";
    let call = check_with(&python, "", &[("a.md", &page), ("b.md", frozen)]);
    assert!(are_one(&seen(&call)[..5]), "{:?}", seen(&call));
    for id in ["set", "subclasses", "still"] {
        assert_eq!(call.example(id)["claims"][0]["verdict"], "holds", "{:#}", call.example(id));
    }
}

#[test]
fn memory_of_what_others_import_is_not_counted() {
    let python = python_with(&[("large.py", &format!("{STAMP}held = bytearray(200 << 20)\n"))]);
    let page = examples(4, "import large\nlarge.stamp  # 'whose?'") + "```python id=more\nlen(bytearray(1850 << 20))  # 1939865600\n```\n";
    let small = "---\nlimits: { memory: 268435456 }\n---\n\n```python id=small\nlen(bytearray(20 << 20))  # 20971520\n```\n";
    let call = check_with(&python, "", &[("a.md", &page), ("b.md", small)]);
    assert!(are_one(&seen(&call)[..4]), "{:?}", seen(&call));
    for id in ["more", "small"] {
        assert_eq!(call.example(id)["claims"][0]["verdict"], "holds", "{:#}", call.example(id));
    }
}

#[test]
fn the_module_of_docstrings_is_imported_once_unless_examples_may_change_it() {
    let python = python_with(&[]);
    let docstring = |number: u32| format!("def f{number}():\n    '''\n    >>> stamp\n    'whose?'\n    '''\n\n");
    let module = format!("{STAMP}\n{}", (0..4).map(docstring).collect::<String>());
    let own = "def own():\n    \"\"\"\n    >>> import os, pathlib\n    >>> os.remove('pkg')\n    >>> os.mkdir('pkg')\n    \
               >>> size = pathlib.Path('pkg/__init__.py').write_text('mine = 1')\n    >>> import pkg\n    >>> pkg.mine\n    1\n    \"\"\"\n";
    let call = check_with(&python, "", &[("pkg/__init__.py", ""), ("pkg/mod.py", &format!("{module}{own}"))]);
    let values = seen(&call);
    assert!(are_one(&values[..4]), "{values:?}");
    assert_eq!(call.json()["examples"][4]["claims"][0]["verdict"], "holds", "{}", call.stdout);
    // What other examples may write isn't imported beside these.
    for (tree, once) in [("pkg", false), ("pkg/sub", true)] {
        let configuration = format!("[[allow]]\ndocuments = \"other.md\"\ngrants = [\"write:{tree}\"]\n");
        let call = check_with(&python, &configuration, &[("pkg/__init__.py", ""), ("pkg/mod.py", &module), ("pkg/sub/__init__.py", "")]);
        assert_eq!(are_one(&seen(&call)[1..4]), once, "{tree}: {:?}", seen(&call));
    }
}

#[test]
fn names_that_an_import_puts_beside_its_own_are_there_for_those_that_import_it() {
    let python = python_with(&[
        (
            "two/__init__.py",
            "import sys, types\nsys.modules['two.early'] = types.ModuleType('two.early')\nfrom . import inner\ntry:\n    import two.fast\n\
             except ImportError:\n    sys.modules['two.fast'] = inner\nsys.modules['two_late'] = sys.modules.pop('two_late', inner)\n",
        ),
        ("two/inner.py", "import sys\nsys.modules['two_of_inner'] = sys.modules['two.early']\nvalue = 7\n"),
        ("two/fast.py", "import nothing_of_this_name\n"),
    ]);
    let names = "sorted(name for name in sys.modules if name.startswith('two'))";
    let import = format!(
        "import sys, two\n{names}  # ['two', 'two.early', 'two.fast', 'two.inner', 'two_late', 'two_of_inner']\n\
         import two_of_inner\nfrom two import fast\n(fast.value, two_of_inner.__name__)  # (7, 'two.early')"
    );
    let others = format!("```python id=other\nimport sys\n{names}  # []\n```\n");
    let report = check(&python, "\"two\"", &(examples(3, &import) + &others)).json();
    assert_eq!(report["summary"]["claims"]["holds"], 7, "{report:#}");
    assert_eq!(report["problems"], json!([]));
}
