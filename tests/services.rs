//! What runs beside an example, or is made for it: services, web answers, companion sources. Through the real binary, with real servers.
#![allow(missing_docs, reason = "a test")]
#![expect(clippy::print_stderr, reason = "a test says what it leaves out")]

mod common;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use common::{Call, folder_of, verify_in};
use serde_json::json;
use verify::run::protocol::{Answer, End, Limits, read_frame, write_frame};

/// A folder with this document as `page.md`.
fn folder(document: &str) -> tempfile::TempDir {
    folder_of(&[("page.md", document)])
}

/// Checks a document, one example after the other, so that examples with the same needs share a server.
fn check(document: &str) -> Call {
    verify_in(folder(document).path(), &["--format", "json", "--jobs", "1", "page.md"])
}

/// Whether this system lets services run; if not, says so.
fn can_serve() -> bool {
    let sandbox = verify_in(&common::project(), &["doctor", "--format", "json"]).json()["sandbox"].clone();
    let can = ["net", "mount"].iter().all(|layer| sandbox["namespaces"].to_string().contains(layer));
    if !can {
        eprintln!("left out: services need namespaces for network and mounts, which this system doesn't give");
    }
    can
}

/// Whether a program is installed where the sandbox sees it; if not, says so.
fn has(program: &str) -> bool {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|version| version.path().join("bin"));
    let usual = ["/usr/local/bin", "/usr/bin", "/bin"].map(Into::into);
    let found = usual.into_iter().chain(debian).any(|folder| folder.join(program).exists());
    if !found {
        eprintln!("left out: {program} isn't installed");
    }
    found
}

#[track_caller]
fn all_hold(call: &Call, ids: &[&str]) {
    for id in ids {
        let example = call.example(id);
        assert_eq!(example["outcome"], "ran", "{example:#}\n{}", call.json()["problems"]);
        let claims = example["claims"].as_array().expect("claims");
        assert!(!claims.is_empty(), "{example:#}");
        for claim in claims {
            assert_eq!(claim["verdict"], "holds", "{example:#}");
        }
    }
}

fn problems(call: &Call) -> String {
    call.json()["problems"].to_string()
}

/// Talks to Redis as a client does, without a package.
const REDIS_CLIENT: &str = "import socket\n\
def redis(*words, port=6379):\n\
\x20   with socket.create_connection(('localhost', port), timeout=5) as connection, connection.makefile('rb') as answers:\n\
\x20       connection.sendall(b'*%d\\r\\n' % len(words) + b''.join(b'$%d\\r\\n%s\\r\\n' % (len(word), word.encode()) for word in words))\n\
\x20       line = answers.readline().strip()\n\
\x20       return answers.readline().strip() if line.startswith(b'$') else line\n\n";

#[test]
fn the_page_about_it_is_so() {
    let programs = ["redis-server", "postgres", "psql", "cc"].map(has);
    if !can_serve() || programs.contains(&false) {
        return;
    }
    let call = verify_in(&common::project(), &["--format", "json", "docs/services.md"]);
    all_hold(&call, &["visits", "people", "page", "shop", "gcd"]);
    assert_eq!(call.code, Some(0), "{}", call.stdout);
    // What the sections show is what the front matter says.
    let page = fs::read_to_string(common::project().join("docs/services.md")).expect("the page");
    let mut parts = page.splitn(3, "---\n");
    let (front_matter, text) = (parts.nth(1).expect("front matter"), parts.next().expect("text"));
    let yaml = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).expect("YAML");
    let shown = text.split("```yaml\n").skip(1).filter_map(|block| block.split("```").next()).map(yaml);
    let shown: serde_yaml::Mapping = shown.flat_map(|block| block.as_mapping().cloned().unwrap_or_default()).collect();
    assert_eq!(serde_yaml::Value::from(shown), yaml(front_matter));
}

#[test]
fn redis_is_each_examples_own_and_gone_with_it() {
    if !(can_serve() && has("redis-server")) {
        return;
    }
    let call = check(&format!(
        "---\nservices: {{ first: [redis], second: [redis], two: [redis: {{ port: 7001 }}, {{ name: other, command: [redis-server, --port, '7002'], port: 7002 }}] }}\n---\n\
         ```python id=first\n{REDIS_CLIENT}redis('SET', 'a', '5')  # b'+OK'\nredis('GET', 'a')  # b'5'\n```\n\n\
         ```python id=second\n{REDIS_CLIENT}redis('GET', 'a')  # b''\nredis('DBSIZE')  # b':0'\n```\n\n\
         ```python id=two\n{REDIS_CLIENT}redis('SET', 'a', '1', port=7001)  # b'+OK'\nredis('DBSIZE', port=7002)  # b':0'\n```\n\n\
         ```python id=none\n{REDIS_CLIENT}redis('PING')  # raises ConnectionRefusedError\n```\n"
    ));
    all_hold(&call, &["first", "second", "two", "none"]);
    assert_eq!(call.example("first")["provided"], json!(["service redis at port 6379"]));
    assert_eq!(call.example("none")["provided"], json!([]));
    assert_eq!(call.code, Some(0), "{}", call.stdout);
}

#[test]
fn postgresql_takes_statements_and_clients() {
    if !(can_serve() && has("postgres") && has("psql")) {
        return;
    }
    let call = check(
        "---\nservices:\n  p:\n    - postgresql:\n        sql: |\n          create table users (id int, name text);\n          insert into users values (1, 'Ada'), (2, 'Bo');\n---\n\
         ```python id=p\nimport subprocess\n\
         def sql(text):\n    return subprocess.run(['psql', '-XAtc', text], capture_output=True, text=True).stdout.split()\n\n\
         sql('select name from users order by id')  # ['Ada', 'Bo']\n\
         sql('insert into users values (3, 4) returning id')[0]  # '3'\n\
         sql('select count(*) from users')  # ['3']\n```\n",
    );
    all_hold(&call, &["p"]);
}

#[test]
fn any_program_can_be_a_service() {
    if !can_serve() {
        return;
    }
    let call = check(
        "---\nservices: { a: [{ command: [python3, -m, http.server, '8123'], port: 8123 }] }\n---\n\
         ```python id=a\nfrom urllib.request import urlopen\nurlopen('http://localhost:8123/').status  # 200\n```\n\n\
         ```python id=b\nthe_next = a_name_of_the_first = 1\n1 + 1  # 2\n```\n",
    );
    all_hold(&call, &["a", "b"]);
}

#[test]
fn an_example_that_continues_another_has_its_services() {
    if !can_serve() {
        return;
    }
    let call = check(
        "---\nservices: { first: [{ command: [python3, -m, http.server, '8123'], port: 8123 }] }\n---\n\
         ```python id=first\nfrom urllib.request import urlopen\ndef status():\n    return urlopen('http://localhost:8123/').status\n```\n\n\
         ```python id=second\nstatus()  # 200\n```\n",
    );
    all_hold(&call, &["second"]);
}

#[test]
fn what_a_service_says_and_takes_is_not_the_examples() {
    if !can_serve() {
        return;
    }
    // It prints, sleeps in many processes, and computes: none of that is the example's output, number of processes or idleness.
    let program = "import os, socket, sys, time; print('noise', flush=True); print('noise', file=sys.stderr, flush=True)\n\
                   for _ in range(8):\n    if os.fork() == 0: time.sleep(100)\n\
                   s = socket.create_server(('127.0.0.1', 4000))\nwhile True: s.accept()[0].close()";
    let call = check(&format!(
        "---\nservices: {{ a: [{{ command: [python3, -c, {program:?}], port: 4000 }}] }}\nlimits: {{ a: {{ processes: 4 }} }}\n---\n\
         ```python id=a\nimport threading, time\nthreads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(3)]\n\
         for thread in threads: thread.start()\nprint('only this')\n# Output:\n# only this\nlen(threads)  # 3\n```\n"
    ));
    all_hold(&call, &["a"]);
}

#[test]
fn a_service_is_held_to_limits_and_out_of_the_examples_reach() {
    if !can_serve() {
        return;
    }
    let eater = "import os, socket, time; s = socket.create_server(('127.0.0.1', 4000)); s.accept(); s.accept(); [os.fork() for _ in range(3)]; held = [bytearray(1 << 20) for _ in range(60)]; time.sleep(100)";
    let burner = "import socket; s = socket.create_server(('127.0.0.1', 4000)); s.accept(); s.accept()\nwhile True: pass";
    let plain = "import socket; s = socket.create_server(('127.0.0.1', 4000))\nwhile True: s.accept()[0].close()";
    let call = check(&format!(
        "---\nservices:\n  eats: [{{ command: [python3, -c, {eater:?}], port: 4000 }}]\n  burns: [{{ command: [python3, -c, {burner:?}], port: 4000 }}]\n  \
         kills: [{{ command: [python3, -c, {plain:?}], port: 4000 }}]\n\
         limits: {{ eats: {{ memory: 200000000, timeout: 30 }}, burns: {{ cpu-time: 1, timeout: 30 }} }}\n---\n\
         ```python id=eats\nimport socket, time\nsocket.create_connection(('127.0.0.1', 4000))\ntime.sleep(29)\n```\n\n\
         ```python id=burns\nimport socket, time\nsocket.create_connection(('127.0.0.1', 4000))\ntime.sleep(29)\n```\n\n\
         ```python id=kills\nimport os, signal, socket\n\
         refused = 0\n\
         for entry in filter(str.isdigit, os.listdir('/proc')):\n    if int(entry) not in (os.getpid(), os.getppid()):\n        \
         try:\n            os.kill(int(entry), signal.SIGKILL)\n        except PermissionError:\n            refused += 1\n\
         refused > 0  # True\nsocket.create_connection(('127.0.0.1', 4000)).recv(1)  # b''\n```\n\n\
         ```python id=after\n1 + 1  # 2\n```\n"
    ));
    let eats = call.example("eats");
    assert_eq!(
        (&eats["outcome"], &eats["reason"]),
        (&json!("crashed"), &json!("its processes together took more memory than they may")),
        "{eats:#}"
    );
    assert_eq!(call.example("burns")["outcome"], "timed-out", "{:#}", call.example("burns"));
    assert!(call.example("burns")["seconds"].as_f64().is_some_and(|seconds| seconds < 25.0), "{:#}", call.example("burns"));
    all_hold(&call, &["after"]);
    if call.json()["run"]["sandbox"]["landlock"].as_u64().is_some_and(|abi| abi >= 6) {
        all_hold(&call, &["kills"]);
    } else {
        eprintln!("left out: signals need Landlock 6 to be kept from services");
    }
}

#[test]
fn what_is_missing_or_does_not_come_up_is_told_and_the_others_run() {
    if !can_serve() {
        return;
    }
    for (service, category, why) in [
        (
            "{ command: [no-such-server], port: 4000, package: no-such-package }",
            "program",
            "needs no-such-server: install the package no-such-package",
        ),
        (
            "{ command: [sh, -c, 'echo starting; echo no luck >&2; exit 3'], port: 4000 }",
            "given",
            "service `sh` ended with exit status 3 before it listened at port 4000; it said: starting | no luck",
        ),
        (
            "{ command: [sleep, '100'], port: 4000, wait: 0.2 }",
            "given",
            "service `sleep` doesn't listen at port 4000 of 127.0.0.1 after 0.2 s",
        ),
    ] {
        let document =
            format!("---\nservices: {{ a: [{service}] }}\n---\n```python id=a\n1 + 1  # 2\n```\n\n```python id=b\n2 + 2  # 4\n```\n");
        let call = check(&document);
        let example = call.example("a");
        assert_eq!((&example["outcome"], &example["claims"][0]["verdict"]), (&json!("skipped"), &json!("unsettled")), "{example:#}");
        assert!(example["reason"].as_str().is_some_and(|reason| reason.starts_with(why)), "{example:#}");
        assert_eq!(call.json()["summary"]["skipped"][category], 1, "{}", call.stdout);
        all_hold(&call, &["b"]);
        // What isn't installed is counted; what went wrong fails the run.
        assert_eq!(call.code, Some(i32::from(category == "given")), "{service}");
        assert_eq!(problems(&call).contains("page.md:5:1: a wasn't run: service"), category == "given", "{}", problems(&call));
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    if !can_serve() {
        return;
    }
    let server = "{ command: [python3, -m, http.server, '4000'], port: 4000 }";
    let second = "{ name: second, command: [sh, -c, 'exec python3 -m http.server 4000'], port: 4001 }";
    let call = check(&format!("---\nservices: {{ a: [{server}, {second}] }}\n---\n```python id=a\n1 + 1  # 2\n```\n"));
    let reason = call.example("a")["reason"].to_string();
    assert!(reason.contains("service `second`") && reason.contains("a port that it wants is taken"), "{reason}");
    // A program of the service before that took it already.
    let greedy = "import socket, time; kept = [socket.create_server(('127.0.0.1', port)) for port in (4001, 4000)]; time.sleep(100)";
    let call = check(&format!(
        "---\nservices: {{ a: [{{ name: greedy, command: [python3, -c, {greedy:?}], port: 4000 }}, {{ name: late, command: [sh, -c, 'sleep 1'], port: 4001 }}] }}\n---\n\
         ```python id=a\n1 + 1  # 2\n```\n"
    ));
    let reason = call.example("a")["reason"].to_string();
    assert!(reason.contains("service `late`"), "{reason}");
}

#[test]
fn the_web_answers_what_was_set() {
    if !can_serve() {
        return;
    }
    let call = check(
        "---\nweb:\n  a:\n    - { url: 'https://shop.example/', body: 'hello', delay: 0.3 }\n    - { url: shop.example/items, json: [{ id: 1 }] }\n    \
         - { url: 'shop.example/items?page=2', json: [] }\n    - { url: 'shop.example/items', method: POST, status: 201, headers: { Location: /items/2 } }\n    \
         - { url: 'http://shop.example/old*', status: 410, body: gone }\n    - { url: 'localhost:8000', body: local }\n    - { url: 'shop.example/large', body: { size: 3MB } }\n    - { url: 'shop.example/dot', body: { base64: 'iVBOR/8=' }, headers: { Content-Type: image/png } }\n  \
         b: [{ url: 'shop.example', body: 'of b' }]\n---\n\
         ```python id=a\nimport ssl, time\nfrom urllib.request import Request, urlopen\n\
         start = time.perf_counter()\n\
         urlopen('https://shop.example').read()  # b'hello'\n\
         time.perf_counter() - start >= 0.3  # True\n\
         urlopen('http://shop.example/items?x=1').read()  # b'[{\"id\":1}]'\n\
         urlopen('https://shop.example/items?page=2').read()  # b'[]'\n\
         urlopen('https://shop.example/items').headers['Content-Type']  # 'application/json'\n\
         answer = urlopen(Request('https://shop.example/items', data=b'name=x'))\n\
         (answer.status, answer.headers['Location'])  # (201, '/items/2')\n\
         urlopen('http://shop.example/older')  # raises HTTPError: HTTP Error 410: Gone\n\
         urlopen('https://shop.example/older')  # raises HTTPError: HTTP Error 404: Not Found\n\
         urlopen('http://localhost:8000/any/path').read()  # b'local'\n\
         len(urlopen('https://shop.example/large').read())  # 3000000\n\
         urlopen('https://shop.example/dot').read()  # b'\\x89PNG\\xff'\n\
         urlopen('https://other.example/')  # raises URLError\n\
         urlopen('https://shop.example/', context=ssl.create_default_context(cafile='/etc/ssl/certs/ca-certificates.crt'))  # raises URLError\n```\n\n\
         ```python id=b\nfrom urllib.request import urlopen\nurlopen('https://shop.example/items').read()  # b'of b'\n```\n\n\
         ```python id=none\nfrom urllib.request import urlopen\nimport os\nurlopen('https://shop.example/')  # raises URLError\n\
         'shop.example' in open('/etc/hosts').read()  # False\nos.environ.get('SSL_CERT_FILE')  # None\n```\n",
    );
    if !Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
        eprintln!("left out: the system has no list of authorities to hold against the certificate");
        return;
    }
    all_hold(&call, &["a", "b", "none"]);
    assert_eq!(call.example("b")["provided"], json!(["web shop.example"]));
}

#[test]
fn companions_are_written_built_and_imported() {
    if !has("cc") {
        return;
    }
    let call = check(
        "---\ncompanions:\n  uses:\n    files:\n      demo.c: { block: source }\n      data/words.txt: |\n        tea\n        milk\n    \
         build: cc -shared -fPIC -I\"$PYTHON_INCLUDE\" demo.c -o \"demo$PYTHON_SUFFIX\"\n---\n\
         ```c id=source\n#include <Python.h>\n\
         static PyObject *seven(PyObject *self, PyObject *none) { return PyLong_FromLong(7); }\n\
         static PyMethodDef methods[] = {{\"seven\", seven, METH_NOARGS, \"\"}, {0}};\n\
         static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, \"demo\", 0, -1, methods};\n\
         PyMODINIT_FUNC PyInit_demo(void) { return PyModule_Create(&module); }\n```\n\n\
         ```python id=uses\nimport demo\ndemo.seven()  # 7\nopen('data/words.txt').read().split()  # ['tea', 'milk']\n```\n\n\
         ```python id=none\nimport os\nsorted(os.listdir())  # ['main.py']\n```\n",
    );
    let uses = call.example("uses");
    if uses["reason"].as_str().is_some_and(|reason| reason.starts_with("needs Python.h")) {
        return eprintln!("left out: {}", uses["reason"]);
    }
    all_hold(&call, &["uses", "none"]);
    // The block that was built is told as used, by whom; it's not one of those that were left alone.
    let source = call.example("source");
    assert_eq!((&source["outcome"], &source["reason"], &source["used_by"]), (&json!("skipped"), &json!("used by uses"), &json!(["uses"])));
    assert_eq!(call.json()["summary"]["skipped"], json!({ "used": 1 }));
    assert_eq!(call.example("uses")["used_by"], json!([]));
}

#[test]
fn a_build_that_fails_says_what_the_compiler_said() {
    let page = |build: &str| {
        format!("---\ncompanions: {{ a: {{ files: {{ x.c: 'int x = ;' }}, build: '{build}' }} }}\n---\n```python id=a\n1 + 1  # 2\n```\n")
    };
    let call = check(&page("no-such-compiler x.c"));
    assert!(call.example("a")["reason"].to_string().contains("needs no-such-compiler: install it"), "{}", call.stdout);
    let call = check(&page("echo $PWD; touch /usr/bin/x"));
    let reason = call.example("a")["reason"].to_string();
    assert!(reason.contains("ended with exit status 1; it said: /") && reason.contains("touch: cannot touch"), "{reason}");
    if has("cc") {
        let call = check(&page("cc -c x.c"));
        assert!(problems(&call).contains("a wasn't run: `cc -c x.c` ended with exit status 1; it said: x.c:"), "{}", problems(&call));
        assert_eq!(call.code, Some(1));
    }
}

#[test]
fn wrong_front_matter_is_told_at_its_place() {
    for (yaml, place, why) in [
        ("services: { a: [mysql] }", "page.md:2:17", "`mysql` is no service that is known by its name"),
        ("services: { a: [redi] }", "page.md:2:17", "did you mean `redis`?"),
        ("services: { a: [{ command: [x], prt: 1 }] }", "page.md:2:33", "unknown field `prt`"),
        ("services: { a: [{ command: [], port: 1 }] }", "page.md:2:", "`command` is empty"),
        ("services: { a: [{ command: [x], port: 0 }] }", "page.md:2:", "`port` is 0"),
        ("services: { a: [redis, redis] }", "page.md:2:1", "two are called `redis`"),
        ("services: { a: [redis, { command: [x], port: 6379 }] }", "page.md:2:1", "both listen at port 6379"),
        ("services: [redis]\nweb: ['localhost:6379']", "page.md:2:1", "where `web` is answered"),
        ("services: { aab: [redis] }", "page.md:2:13", "services: there is no example `aab`; did you mean `aa`?"),
        ("web: { a: ['ftp://x.example'] }", "page.md:2:", "`ftp` isn't answered"),
        ("web: { a: ['x y.example'] }", "page.md:2:", "is no name of a host"),
        ("web: { a: [localhost] }", "page.md:2:", "at a port of its own"),
        ("web: { a: [{ url: x.example, status: 99 }] }", "page.md:2:", "from 200 to 599"),
        ("web: { a: [{ url: x.example, delay: -1 }] }", "page.md:2:", "`delay` is -1"),
        ("web: { a: [{ url: x.example, bdy: x }] }", "page.md:2:", "unknown field `bdy`"),
        ("web: { a: [{ url: x.example, headers: { 'a b': c } }] }", "page.md:2:", "`a b` is no header"),
        ("companions: { a: { files: { ../x: text } } }", "page.md:2:", "`../x` can't be a companion"),
        ("companions: { a: { files: { /x: text } } }", "page.md:2:", "`/x` can't be a companion"),
        ("companions: { a: { files: { x: { block: c } } } }", "page.md:2:1", "page.md has no block `c`"),
        ("companions: { a: { build: 3 } }", "page.md:2:", "`build` is a command"),
    ] {
        let call = check(&format!("---\n{yaml}\n---\n```python id=a\n1 + 1  # 2\n```\n\n```python id=aa\n2 + 2  # 4\n```\n"));
        assert_eq!(call.code, Some(2), "{yaml}: {}", call.stdout);
        let told = problems(&call);
        assert!(told.contains(place) && told.contains(why), "{yaml}: {told}");
    }
}

#[test]
fn nothing_is_served_without_a_network_of_its_own() {
    let document =
        "---\nservices: { a: [redis] }\nweb: { b: [x.example] }\n---\n```python id=a\n1 + 1  # 2\n```\n\n```python id=b\n1 + 1  # 2\n```\n";
    let folder = folder(document);
    let call = verify_in(folder.path(), &["--format", "json", "--no-sandbox", "page.md"]);
    for id in ["a", "b"] {
        let reason = call.example(id)["reason"].to_string();
        assert!(reason.contains("need a network namespace of their own"), "{reason}");
    }
}

/// What a server says of a job with these provisions, where a layer of the sandbox is missing.
fn end_without(layer: &str, hosts: &[&str], provisions: serde_json::Value) -> End {
    let code = "import sys; print(sys.executable); print(sys.prefix); print(sys.base_prefix)";
    let program = std::env::var("PYO3_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let output = Command::new(program).args(["-I", "-c", code]).output().expect("Python runs");
    let lines = String::from_utf8(output.stdout).expect("paths");
    let mut server = Command::new(env!("CARGO_BIN_EXE_verify"));
    server.arg("__server").env_clear().args(["--without", layer]);
    for (name, value) in ["--python", "--read", "--read"].iter().zip(lines.lines()) {
        server.args([*name, value]);
    }
    for host in hosts {
        server.args(["--host", host]);
    }
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
    let (requests, answers) = (server.stdin.take(), server.stdout.take());
    let (mut requests, mut answers) = (requests.expect("a pipe"), answers.expect("a pipe"));
    assert!(matches!(read_frame(&mut answers).expect("a frame"), Some(Answer::Ready(_))));
    let limits = serde_json::to_value(Limits::default()).expect("JSON");
    let job = json!({
        "number": 17, "filename": "<t1>", "code": "print(1)", "mode": "script", "prelude": [], "probes": [], "limits": limits, "preload": [],
        "provisions": provisions,
    });
    write_frame(&mut requests, &job).expect("a job");
    let end = loop {
        match read_frame(&mut answers).expect("a frame") {
            Some(Answer::Report(report)) => break report.end,
            Some(Answer::Idle) => {}
            other => panic!("{other:?}"),
        }
    };
    drop(requests);
    server.wait().expect("it ends");
    end
}

#[test]
fn what_a_missing_layer_means_is_told() {
    if !can_serve() {
        return;
    }
    let wait = json!({ "secs": 30, "nanos": 0 });
    let command = json!({ "command": { "command": ["python3", "-m", "http.server", "8123", "--bind", "127.0.0.1"], "package": null } });
    let services = json!({ "services": [{ "name": "pages", "port": 8123, "wait": wait, "kind": command }], "web": [], "build": [] });
    let answer = json!({ "scheme": null, "host": "x.example", "port": null, "path": "/*", "method": null, "status": 200, "headers": {},
                         "body": { "text": "x" }, "delay": 0.0 });
    let web = json!({ "services": [], "web": [answer], "build": [] });
    let not_given = |end: &End, why: &str| matches!(end, End::NotGiven(told) if told.contains(why));
    let end = end_without("net", &[], services.clone());
    assert!(not_given(&end, "need a network namespace"), "{end:?}");
    let end = end_without("net", &["x.example:80"], web.clone());
    assert!(not_given(&end, "need a network namespace"), "{end:?}");
    let end = end_without("mount", &["x.example:80"], web);
    assert!(not_given(&end, "need a private root"), "{end:?}");
    // Without these, services run all the same, and nothing of them stays.
    for layer in ["mount", "pid", "ipc", "landlock", "seccomp"] {
        let end = end_without(layer, &[], services.clone());
        assert_eq!(end, End::Exited(0), "without {layer}");
    }
    assert!(!Path::new("/tmp/services").exists(), "services belong into the scratch folder");
}

#[test]
fn nothing_of_a_service_outlives_an_interrupted_run() {
    if !can_serve() {
        return;
    }
    // A name that is found in the host's list of processes.
    let mark = format!("verify-test-{}", std::process::id());
    let program = "import socket, sys, time; s = socket.create_server(('127.0.0.1', 4000)); time.sleep(1000)";
    let document = format!(
        "---\nservices: {{ a: [{{ command: [python3, -c, {program:?}, {mark}], port: 4000 }}] }}\ntimeout: {{ a: 600 }}\n---\n```python id=a\nimport time\ntime.sleep(600)\n```\n"
    );
    let folder = folder(&document);
    let mut verify = common::command(folder.path()).arg("page.md").stdout(Stdio::null()).spawn().expect("the binary runs");
    let running = || {
        let list =
            Command::new("ps").args(["-A", "-o", "args="]).output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        list.map(|list| list.lines().filter(|line| line.contains(&mark)).count())
    };
    let wait_until = |wanted: &dyn Fn(usize) -> bool| {
        let limit = std::time::Instant::now() + std::time::Duration::from_secs(60);
        loop {
            match running() {
                Ok(count) if wanted(count) => return true,
                Ok(_) if std::time::Instant::now() < limit => std::thread::sleep(std::time::Duration::from_millis(50)),
                Ok(_) => panic!("{:?} processes of the service", running()),
                Err(error) => {
                    eprintln!("left out: processes can't be listed: {error}");
                    return false;
                }
            }
        }
    };
    if wait_until(&|count| count > 0) {
        let killed = Command::new("kill").args(["-INT", &verify.id().to_string()]).status();
        assert!(killed.is_ok_and(|status| status.success()));
        verify.wait().expect("it ends");
        wait_until(&|count| count == 0);
    } else {
        let _ = verify.kill();
        let _ = verify.wait();
    }
}
