//! Limits and grants through the real binary: whose word counts, and for whom.
#![allow(missing_docs, reason = "a test")]

mod common;

use std::{fs, path::Path};

use common::{Call, check, command, finish, folder_of, verify_in};

#[track_caller]
fn outcome(call: &Call, id: &str) -> (String, String) {
    let example = call.example(id);
    (example["outcome"].as_str().unwrap_or_default().to_owned(), example["reason"].as_str().unwrap_or_default().to_owned())
}

fn problems(call: &Call) -> String {
    call.json()["problems"].to_string()
}

/// Examples that each read a file of the project, by the path that a reader of the document would use.
fn reading(front_matter: &str) -> String {
    format!(
        "---\n{front_matter}---\n```python id=one\nopen('data/table.csv').read()  # 't7'\n```\n\n```python id=two\nopen('data/table.csv').read()  # 't7'\n```\n"
    )
}

#[test]
fn what_front_matter_grants_can_be_read_and_nothing_else() {
    let document = "---\nallow: ['read:data/']\n---\n\
        ```python id=reads\nopen('data/table.csv').read()  # 't7'\n```\n\n\
        ```python id=writes\nopen('data/table.csv', 'w')  # raises OSError\n```\n\n\
        ```python id=adds\nopen('data/new.csv', 'w')  # raises OSError\n```\n\n\
        ```python id=above\nimport os\nsorted(os.listdir(os.path.realpath('data') + '/..'))  # ['data']\n```\n\n\
        ```python id=leaves\nimport os\nopen(os.path.realpath('data') + '/../left', 'w')  # raises OSError\n```\n\n\
        ```python id=removes\nimport os\nos.unlink('data')\nos.path.exists('data')  # False\n```\n\n\
        ```python id=again\nimport os\nos.path.exists('data')  # True\n```\n";
    let folder = folder_of(&[("verify.toml", ""), ("guide/page.md", document), ("guide/data/table.csv", "t7"), ("guide/secret", "s")]);
    let call = check(folder.path(), &["--jobs", "1", "guide"]);
    for id in ["reads", "writes", "adds", "above", "leaves", "removes", "again"] {
        let example = call.example(id);
        assert_eq!(example["claims"][0]["verdict"], "holds", "{example:#}");
        assert_eq!(example["granted"], serde_json::json!(["read:data/"]), "{example:#}");
        let uses = ["reads", "writes", "adds"].contains(&id);
        assert!(!uses || example["used"] == serde_json::json!(["read:data/"]), "{example:#}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("guide/data/table.csv")).unwrap(), "t7");
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    let people = verify_in(folder.path(), &["guide"]);
    assert!(people.stdout.contains("granted: read:data/ to above and 6 more (used by "), "{}", people.stdout);
}

#[test]
fn a_grant_of_one_example_is_not_the_others() {
    let document = reading("allow: { one: ['read:data'] }\n");
    let folder = folder_of(&[("verify.toml", ""), ("page.md", &document), ("data/table.csv", "t7")]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(outcome(&call, "one").0, "ran", "{}", call.stdout);
    let (outcome, reason) = outcome(&call, "two");
    assert_eq!(outcome, "raised");
    assert!(reason.starts_with("FileNotFoundError"), "{reason}");
    assert_eq!(call.example("two")["granted"], serde_json::json!([]));
}

#[test]
fn documents_of_others_grant_themselves_nothing() {
    let document = reading("allow: ['read:data']\n");
    let files = [("page.md", document.as_str()), ("data/table.csv", "t7")];
    // Given as somebody else's.
    let folder = folder_of(&[&files[..], &[("verify.toml", "[[allow]]\ngrants = ['read:data']\n")]].concat());
    let call = check(folder.path(), &["--documents", "page.md"]);
    assert_eq!(outcome(&call, "one").0, "raised", "{}", call.stdout);
    // Not below the folder of a configuration.
    let (theirs, ours) = (folder_of(&files), folder_of(&[("verify.toml", "[[allow]]\ngrants = ['read:verify.toml']\n")]));
    let call = check(ours.path(), &[theirs.path().to_str().unwrap()]);
    assert_eq!(outcome(&call, "one").0, "raised", "{}", call.stdout);
    assert_eq!(call.example("one")["granted"], serde_json::json!([]));
    assert!(problems(&call).contains("`allow` isn't heeded"), "{}", problems(&call));
}

#[test]
fn front_matter_reaches_no_further_than_its_folder() {
    for (grant, why) in [
        ("read:../secret", "isn't below the document's folder"),
        ("read:.env", "hidden"),
        ("read:out", "isn't below the document's folder"),
        ("env:TOKEN", "the configuration can grant it"),
        ("network", "can't be granted"),
        ("write:data", "can't be granted"),
        ("read:missing", "No such file"),
    ] {
        let document = reading(&format!("allow: ['{grant}']\n"));
        let folder =
            folder_of(&[("verify.toml", ""), ("docs/page.md", &document), ("secret", "s"), ("docs/.env", "s"), ("docs/data/x", "")]);
        std::os::unix::fs::symlink("../secret", folder.path().join("docs/out")).unwrap();
        let call = check(folder.path(), &["docs"]);
        assert_eq!(call.code, Some(2), "{grant}: {}", call.stdout);
        assert!(problems(&call).contains(why), "{grant}: {}", problems(&call));
        assert_eq!(call.example("one")["granted"], serde_json::json!([]), "{grant}");
    }
}

#[test]
fn the_configuration_grants_files_and_variables_by_document_and_example() {
    let code = "```python id=one\nimport os\nprint(os.environ['TOKEN'], open('shared/x').read())  # t1 x1\n```\n\n\
        ```python id=two\nimport os\nprint(os.environ.get('TOKEN'), os.path.exists('shared/x'))  # None False\n```\n";
    let allow = "[[allow]]\ndocuments = 'docs/*.md'\nexamples = ['one']\ngrants = ['read:shared', 'env:TOKEN']\n";
    let folder = folder_of(&[("verify.toml", allow), ("docs/page.md", code), ("shared/x", "x1")]);
    let call = finish(command(folder.path()).args(["--format", "json", "docs"]).env("TOKEN", "t1").env("OTHER", "o1"));
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    assert_eq!(call.example("one")["granted"], serde_json::json!(["read:shared", "env:TOKEN"]));
    // A variable that isn't there is told, not passed over.
    let call = check(folder.path(), &["docs"]);
    assert!(problems(&call).contains("`env:TOKEN` is granted, but there is no such variable"), "{}", problems(&call));
    assert!(outcome(&call, "one").1.starts_with("KeyError"), "{}", call.stdout);
}

/// Makes a folder one that anybody may write in: run by root, examples are nobody.
fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).expect("permissions");
}

#[test]
fn what_is_granted_to_be_changed_is_changed_and_nothing_else() {
    let document = "```python id=writes\nopen('out/new.txt', 'w').write('n1')  # 2\nopen('out/old.txt').read()  # 'o1'\n\
        import os\nos.rename('out/old.txt', 'out/moved.txt')\nopen('beside', 'w').write('x')  # 1\n\
        open(os.path.realpath('out') + '/../left', 'w')  # raises OSError\n```\n\n\
        ```python id=reads\nopen('out/new.txt').read()  # raises FileNotFoundError\n```\n";
    let allow = "[[allow]]\nexamples = ['writes']\ngrants = ['write:out', 'read:verify.toml']\n";
    for everybody in [true, false] {
        let folder = folder_of(&[("verify.toml", allow), ("page.md", document), ("out/old.txt", "o1")]);
        if everybody {
            open_to_all(&folder.path().join("out"));
        }
        let call = check(folder.path(), &["--jobs", "1", "page.md"]);
        for claim in ["writes", "reads"].iter().flat_map(|id| call.example(id)["claims"].as_array().expect("claims").clone()) {
            assert_eq!(claim["verdict"], "holds", "{claim:#}");
        }
        assert_eq!(call.code, Some(0), "{}", call.stdout);
        let names = fs::read_dir(folder.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert_eq!(names.collect::<std::collections::BTreeSet<_>>(), ["moved.txt".to_owned(), "new.txt".to_owned()].into());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "something was left beside the folder");
        let example = call.example("writes");
        assert_eq!(example["granted"], serde_json::json!(["read:verify.toml", "write:out"]));
        assert_eq!(example["used"], serde_json::json!(["write:out"]), "{:#}", example["activity"]);
        // Run by root, examples are somebody else unless only root could do what they were granted: that costs a layer, and is told.
        let stays_root = !everybody && nix::unistd::geteuid().is_root();
        assert_eq!(problems(&call).contains("only root may write"), stays_root, "{}", problems(&call));
        let people = verify_in(folder.path(), &["page.md"]).stdout;
        assert!(people.contains("read:verify.toml to writes (unused)"), "{people}");
    }
}

#[test]
fn the_network_is_granted_to_whom_it_is_and_to_nobody_else() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    let reach = format!("import socket\nsocket.create_connection(('127.0.0.1', {port}), timeout=5).close()");
    let code = format!("```python id=one\n{reach}\n```\n\n```python id=two\n{reach}  # raises OSError\n```\n");
    let allow = "[[allow]]\nexamples = ['one']\ngrants = ['network']\n";
    let folder = folder_of(&[("verify.toml", allow), ("page.md", &code)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(outcome(&call, "one").0, "ran", "{}", call.stdout);
    assert_eq!(call.example("one")["used"], serde_json::json!(["network"]));
    assert_eq!(call.example("two")["claims"][0]["verdict"], "holds", "{}", call.stdout);
    assert_eq!(call.example("two")["granted"], serde_json::json!([]));
    listener.set_nonblocking(true).expect("a socket");
    assert!(listener.accept().is_ok(), "the example that was granted the network reached it");
    assert!(listener.accept().is_err(), "and only that one");
    // Sockets of the machine's own services aren't part of it.
    let name = format!("verify-grants-{}", std::process::id());
    let address = <std::os::unix::net::SocketAddr as std::os::linux::net::SocketAddrExt>::from_abstract_name(&name).expect("a name");
    let _service = std::os::unix::net::UnixListener::bind_addr(&address).expect("a socket");
    let code = format!("```python id=one\nimport socket\nsocket.socket(socket.AF_UNIX).connect('\\0{name}')  # raises OSError\n```\n");
    fs::write(folder.path().join("page.md"), code).expect("a file");
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.example("one")["claims"][0]["verdict"], "holds", "{}", call.stdout);
}

#[test]
fn front_matter_grants_what_the_configuration_offers_it() {
    let document = "---\nallow: { asks: [network, 'write:out/a', 'env:TOKEN'] }\n---\n\
        ```python id=asks\nimport os\nopen('out/a/x', 'w').write(os.environ['TOKEN'])  # 2\nopen(os.path.realpath('out/a') + '/../y', 'w')  # raises OSError\n```\n\n\
        ```python id=silent\nimport os\nprint(os.path.exists('out'), os.environ.get('TOKEN'))  # False None\n```\n";
    let offer = "[[allow]]\ndocuments = 'docs/*.md'\non-request = ['network', 'write:docs/out', 'env:TOKEN']\n";
    for (configuration, heeded) in [(offer, true), ("", false), ("[[allow]]\ndocuments = 'other/*'\non-request = ['network']\n", false)] {
        let folder = folder_of(&[("verify.toml", configuration), ("docs/page.md", document), ("docs/out/a/old", "")]);
        open_to_all(&folder.path().join("docs/out/a"));
        let call = finish(command(folder.path()).args(["--format", "json", "docs"]).env("TOKEN", "t1"));
        let granted = if heeded { vec!["write:out/a", "env:TOKEN", "network"] } else { vec![] };
        assert_eq!(call.example("asks")["granted"], serde_json::json!(granted), "{}", call.stdout);
        assert_eq!(call.example("silent")["granted"], serde_json::json!([]));
        assert_eq!(call.code, Some(if heeded { 0 } else { 2 }), "{}", call.stdout);
        for word in ["network", "write:out/a", "env:TOKEN"] {
            let told = format!("docs/page.md: front matter: allow: `{word}` can't be granted here");
            assert_eq!(problems(&call).contains(&told), !heeded, "{}", problems(&call));
        }
    }
}

#[test]
fn a_link_that_an_example_plants_shows_nothing_to_the_next_one() {
    let plant = "import os, shutil\nshutil.rmtree('out/data')\nos.symlink('TARGET', 'out/data')\n";
    let folder = folder_of(&[("out/data/x", "x1"), ("secret/x", "s1")]);
    let secret = folder.path().join("secret").canonicalize().unwrap();
    let plant = plant.replace("TARGET", secret.to_str().unwrap());
    let code = format!("```python id=plants\n{plant}```\n\n```python id=looks\nprint(open('out/data/x').read())\n```\n");
    let allow = "[[allow]]\nexamples = ['plants']\ngrants = ['write:out']\n[[allow]]\nexamples = ['looks']\ngrants = ['read:out/data']\n";
    fs::write(folder.path().join("verify.toml"), allow).unwrap();
    fs::write(folder.path().join("page.md"), code).unwrap();
    for path in ["out", "out/data"] {
        open_to_all(&folder.path().join(path));
    }
    let call = check(folder.path(), &["--jobs", "1", "page.md"]);
    assert_eq!(outcome(&call, "plants").0, "ran", "{}", call.stdout);
    let (what, why) = outcome(&call, "looks");
    assert!(what == "crashed" && why.contains("its server was lost") && why.contains("ELOOP"), "{what}: {why}");
    // And in the next run it's told before anything runs.
    let call = check(folder.path(), &["--jobs", "1", "page.md"]);
    assert!(problems(&call).contains("a link there leads to"), "{}", problems(&call));
    assert!(!call.stdout.contains("s1"), "{}", call.stdout);
}

#[test]
fn what_front_matter_says_of_an_example_that_is_not_there_is_told() {
    let document = "---\ntimeout: { lasts: 3 }\nacknowledged:\n- { example: last, claim: '2', because: it is 1 }\n---\n```python id=last\n1  # 2\n```\n";
    let folder = folder_of(&[("page.md", document)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.code, Some(2), "{}", call.stdout);
    let told = "page.md:2:12: front matter: timeout: there is no example `lasts`; did you mean `last`?";
    assert!(problems(&call).contains(told), "{}", problems(&call));
}

#[test]
fn an_example_has_what_the_one_that_it_continues_was_granted() {
    let document = "---\nallow: { first: ['read:data'] }\n---\n\
        ```python id=first\ntable = open('data/table.csv').read()\n```\n\n```python id=second\ntable  # 't7'\n```\n";
    let folder = folder_of(&[("verify.toml", ""), ("page.md", document), ("data/table.csv", "t7")]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!(call.example("second")["claims"][0]["verdict"], "holds", "{}", call.stdout);
    assert_eq!(call.example("second")["granted"], serde_json::json!(["read:data"]));
}

/// Examples that each reach one limit, and one that reaches none of them.
#[test]
fn each_limit_can_be_set_for_an_example() {
    let document = "---\n\
limits:\n  open-files: 100\n  files: { open-files: 32 }\n  burns: { cpu-time: 1, timeout: 30 }\n  together: { cpu-time: 1, timeout: 30 }\n  \
large: { file-size: 1000 }\n  fills: { scratch-size: 2097152 }\n  takes: { memory: 300000000 }\n  many: { processes: 4 }\n  says: { output: 100 }\n\
---\n\
```python id=files\nfiles = [open('/dev/null') for _ in range(40)]  # raises OSError\n```\n\n\
```python id=burns\nwhile True: pass\n```\n\n\
```python id=together\nimport os\nwhile True:\n    if (child := os.fork()) == 0:\n        sum(range(1_000_000))\n        os._exit(0)\n    os.waitpid(child, 0)\n```\n\n\
```python id=large\nopen('x', 'wb', buffering=0).write(bytes(1000))  # 1000\nopen('x', 'ab', buffering=0).write(bytes(1))  # raises OSError\n```\n\n\
```python id=fills\nfor number in range(3): open(f'f{number}', 'wb').write(bytes(1_000_000))  # raises OSError\n```\n\n\
```python id=takes\nbytes(400_000_000)  # raises MemoryError\n```\n\n\
```python id=many\nimport threading, time\nfor _ in range(9): threading.Thread(target=time.sleep, args=(1,)).start()  # raises RuntimeError\n```\n\n\
```python id=says\nprint('x' * 1000)\n```\n\n\
```python id=free\nfiles = [open('/dev/null') for _ in range(60)]\nlen(files)  # 60\nopen('x', 'wb').write(bytes(5_000_000))  # 5000000\n```\n";
    let folder = folder_of(&[("page.md", document)]);
    let call = check(folder.path(), &["page.md"]);
    let root_without_scratch = !call.json()["run"]["sandbox"]["namespaces"].to_string().contains("mount");
    for id in ["files", "large", "fills", "takes", "many", "free"] {
        if id == "fills" && root_without_scratch {
            continue;
        }
        for claim in call.example(id)["claims"].as_array().expect("claims") {
            assert_eq!(claim["verdict"], "holds", "{id}: {:#}", call.example(id));
        }
    }
    for id in ["burns", "together"] {
        let (outcome, reason) = outcome(&call, id);
        assert_eq!(outcome, "timed-out", "{id}: {reason}");
        assert!(reason.contains("of processor time"), "{id}: {reason}");
    }
    assert_eq!(outcome(&call, "says"), ("crashed".to_owned(), "wrote more than it may".to_owned()));
}

#[test]
fn a_limit_of_the_configuration_is_shown_and_a_wrong_one_refused() {
    let folder = folder_of(&[("verify.toml", "[limits]\nopen-files = 200\ncpu-time = 5\nscratch-size = 4194304\n")]);
    let limits = verify_in(folder.path(), &["doctor", "--format", "json"]).json()["limits"].clone();
    assert_eq!((&limits["open_files"], &limits["cpu_seconds"], &limits["scratch_size"]), (&200.into(), &5.0.into(), &4194304.into()));
    for (text, why) in
        [("[limits]\nopen-files = 1\n", "at least 16"), ("[limits]\ncpu-time = 0\n", "above 0"), ("slow = 2\n", "from 0 to 1")]
    {
        let folder = folder_of(&[("verify.toml", text), ("page.md", "```python\n1  # 1\n```\n")]);
        let call = verify_in(folder.path(), &["page.md"]);
        assert_eq!(call.code, Some(2), "{text}");
        assert!(call.stderr.contains(why), "{text}: {}", call.stderr);
    }
}

#[test]
fn slow_examples_are_named() {
    let document = "```python id=waits\nimport time\ntime.sleep(0.5)\n```\n\n```python id=quick\n1  # 1\n```\n";
    let folder = folder_of(&[("verify.toml", "slow = 0.01\n[limits]\ntimeout = 40\n"), ("page.md", document)]);
    let call = check(folder.path(), &["page.md"]);
    assert_eq!((&call.example("waits")["slow"], &call.example("quick")["slow"]), (&true.into(), &false.into()), "{}", call.stdout);
    let people = verify_in(folder.path(), &["page.md"]);
    assert!(people.stdout.contains("slow: waits ("), "{}", people.stdout);
}

#[test]
fn what_an_example_did_is_told() {
    let document = "---\nallow: ['read:data']\n---\n```python id=does\n\
import os, socket, subprocess, json, pathlib\n\
open('data/table.csv').read()  # 't7'\n\
pathlib.Path('new.txt').write_text('x')  # 1\n\
open('new.txt').read()  # 'x'\n\
open('/etc/shadow')  # raises OSError\n\
socket.create_connection(('127.0.0.1', 9), timeout=1)  # raises OSError\n\
subprocess.run(['true', 'a b']).returncode  # 0\n\
import decimal, sqlite3\n\
if os.fork() == 0:\n    open('/etc/hosts').read()\n    os._exit(0)\nos.wait()\n\
open(b'\\xff', 'w').close()\n\
```\n\n```python id=nothing\nimport csv, zoneinfo\n[id(x) for x in range(9)] and 1  # 1\n```\n\n\
```python id=many\nfor number in range(60): open(f'f{number}', 'w').close()\nwhile True: pass\n```\n";
    let folder = folder_of(&[("verify.toml", ""), ("page.md", document), ("data/table.csv", "t7")]);
    let call = check(folder.path(), &["--timeout", "5", "page.md"]);
    let example = call.example("does");
    assert_eq!(example["outcome"], "ran", "{example:#}");
    for claim in example["claims"].as_array().expect("claims") {
        assert_eq!(claim["verdict"], "holds", "{claim:#}");
    }
    let activity = &example["activity"];
    assert_eq!(activity["read"], serde_json::json!(["/etc/shadow", "data/table.csv"]), "{activity:#}");
    assert_eq!(activity["written"], serde_json::json!(["\\udcff", "new.txt"]), "{activity:#}");
    assert!(activity["sockets"].to_string().contains("connect 127.0.0.1 9"), "{activity:#}");
    assert_eq!(activity["processes"], serde_json::json!(["fork", "true a b"]), "{activity:#}");
    assert!(activity["started"].is_null() || activity["started"] == 2, "{activity:#}");
    let nothing = &call.example("nothing")["activity"];
    for kind in ["read", "written", "sockets", "processes"] {
        assert_eq!(nothing[kind], serde_json::json!([]), "{nothing:#}");
    }
    // Of one that was killed as well; and the first of many only, which is said.
    let many = call.example("many");
    assert_eq!(many["outcome"], "timed-out");
    let written = many["activity"]["written"].as_array().expect("a list");
    assert_eq!(written.len(), 51);
    assert!(written.contains(&"…".into()));
    let explained = verify_in(folder.path(), &["explain", "does", "page.md"]).stdout;
    for line in ["granted", "opened to read data/table.csv", "opened to write new.txt", "started true a b"] {
        assert!(explained.contains(line), "{line}: {explained}");
    }
}
