//! Hostile examples as files describe them, and a site to run them in: a project among canaries, which must stay as they are.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::{
    collections::BTreeMap,
    fs,
    io::{self, ErrorKind, Write},
    net::{TcpListener, TcpStream, UdpSocket},
    os::{
        linux::net::SocketAddrExt,
        unix::net::{SocketAddr, UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Command, Output},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

/// Limits of the run: small, so that bombs are over soon.
pub const SETTINGS: &str = "[limits]\ntimeout = 20\nmemory = 536870912\noutput = 262144\nprocesses = 64\n";

/// Beginning of the document that looks whether the sandbox is there.
const PREFLIGHT: &str = "```python id=preflight.1
import os
import socket


def refused(function):
    try:
        function().close()
    except OSError:
        return True
    return False


";

/// A hostile example, as its file describes it.
pub struct Hostile {
    pub name: String,
    /// What is tried, and what must stop it.
    pub why: String,
    /// One of these must be its outcome.
    pub outcomes: Vec<String>,
    /// Its reason must contain this.
    pub reason: Option<String>,
    /// For each claim the verdicts that may come out; `None` where that is left open.
    pub claims: Option<Vec<Vec<String>>>,
    /// Seconds.
    pub timeout: Option<f64>,
    /// Layers of the sandbox without which it isn't run.
    pub needs: Vec<String>,
    /// The machine that it is made for.
    pub arch: Option<String>,
    pub code: String,
}

pub fn hostile_examples() -> Vec<Hostile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| Hostile::read(path)).collect()
}

impl Hostile {
    pub fn read(path: &Path) -> Hostile {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let mut example = Hostile {
            name,
            why: String::new(),
            outcomes: Vec::new(),
            reason: None,
            claims: Some(Vec::new()),
            timeout: None,
            needs: Vec::new(),
            arch: None,
            code: String::new(),
        };
        let alternatives = |value: &str| value.split(" or ").map(|word| word.trim().to_owned()).collect::<Vec<_>>();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next_if(|line| line.starts_with("# ")) {
            let (key, value) = line[2..].split_once(": ").unwrap_or_else(|| panic!("{path:?}: {line}"));
            match key {
                "why" => example.why = value.to_owned(),
                "outcome" => example.outcomes = alternatives(value),
                "reason" => example.reason = Some(value.to_owned()),
                "claim" => example.claims.get_or_insert_default().push(alternatives(value)),
                "claims" if value == "any" => example.claims = None,
                "timeout" => example.timeout = Some(value.parse().unwrap()),
                "needs" => example.needs = value.split_whitespace().map(str::to_owned).collect(),
                "arch" => example.arch = Some(value.to_owned()),
                _ => panic!("{path:?}: {line}"),
            }
        }
        example.code = lines.map(|line| format!("{line}\n")).collect();
        example
    }

    pub fn can_run(&self, layers: &[String]) -> bool {
        let here = self.arch.as_ref().is_none_or(|arch| arch == std::env::consts::ARCH);
        here && self.needs.iter().all(|need| layers.contains(need))
    }
}

/// A folder for the run: a project, a home folder and a folder for temporary files of its own, and canaries around it.
pub struct Site {
    _folder: tempfile::TempDir,
    pub root: PathBuf,
    pub project: PathBuf,
    /// A copy of the binary: what runs from it was started here.
    pub binary: PathBuf,
    /// What stands in the canaries.
    pub secret: String,
    pub tcp: TcpListener,
    pub udp: UdpSocket,
    pub socket: UnixListener,
    pub abstract_socket: UnixListener,
    pub abstract_name: String,
}

impl Site {
    pub fn new() -> Site {
        // What loses its parent comes to this process, where it is found.
        nix::sys::prctl::set_child_subreaper(true).unwrap();
        let folder = tempfile::Builder::new().prefix("canary").tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let project = root.join("project");
        for name in ["project", "home", "tmp", "cache"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        let binary = root.join("verify");
        fs::copy(env!("CARGO_BIN_EXE_verify"), &binary).unwrap();
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
        let secret = format!("secret-{}-{nanos:x}", std::process::id());
        fs::write(project.join("verify.toml"), SETTINGS).unwrap();
        for canary in ["home/canary", "project/canary"] {
            fs::write(root.join(canary), &secret).unwrap();
        }
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let udp = UdpSocket::bind(tcp.local_addr().unwrap()).unwrap();
        let socket = UnixListener::bind(root.join("socket")).unwrap();
        let abstract_name = format!("canary-{}-{nanos:x}", std::process::id());
        let abstract_socket = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&abstract_name).unwrap()).unwrap();
        tcp.set_nonblocking(true).unwrap();
        udp.set_nonblocking(true).unwrap();
        socket.set_nonblocking(true).unwrap();
        abstract_socket.set_nonblocking(true).unwrap();
        Site { _folder: folder, root, project, binary, secret, tcp, udp, socket, abstract_socket, abstract_name }
    }

    pub fn verify(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A call of `verify` in the project, among variables of its own.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .current_dir(&self.project)
            .env("HOME", self.root.join("home"))
            .env("TMPDIR", self.root.join("tmp"))
            .env("XDG_CACHE_HOME", self.root.join("cache"))
            .env("VERIFY_CANARY", &self.secret);
        command
    }

    /// The layers of the sandbox, once a harmless document has shown that they are there. `None` where there is no sandbox.
    pub fn layers(&self) -> Option<Vec<String>> {
        let namespace = |name: &str| fs::read_link(format!("/proc/self/ns/{name}")).unwrap().to_string_lossy().into_owned();
        let checks = [
            ("pid", format!("os.getppid() == 1 and not os.path.exists('/proc/{}/fd')", std::process::id())),
            ("proc", format!("os.readlink('/proc/self/ns/pid') != '{}'", namespace("pid"))),
            ("loopback", format!("os.readlink('/proc/self/ns/net') != '{}'", namespace("net"))),
            ("network", format!("refused(lambda: socket.create_connection(('127.0.0.1', {})))", self.tcp.local_addr().unwrap().port())),
            ("root", format!("not os.path.exists('{0}/home') and not os.path.exists('{0}/project')", self.root.display())),
            ("files", format!("refused(lambda: open('{}/home/canary'))", self.root.display())),
            ("scratch", format!("'{}' not in (os.environ['HOME'], os.getcwd())", std::env::var("HOME").unwrap_or_default())),
        ];
        let mut document = PREFLIGHT.to_owned();
        for (_, check) in &checks {
            document += &format!("{check}  # True\n");
        }
        document += "```\n";
        let path = self.project.join("preflight.md");
        fs::write(&path, document).unwrap();
        let output = self.verify(&["preflight.md", "--format", "json"]);
        fs::remove_file(path).unwrap();
        if output.status.code() == Some(3) {
            say(&format!("left out: there is no sandbox here: {}", String::from_utf8_lossy(&output.stderr)));
            return None;
        }
        let report: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let sandbox = &report["run"]["sandbox"];
        let namespaces: Vec<&str> = sandbox["namespaces"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let mut layers = Vec::new();
        let said = |name: &str| match name {
            "pid" | "proc" => namespaces.contains(&"pid"),
            "loopback" => sandbox["network"] == "isolated",
            "network" => sandbox["network"] != "open",
            "root" => namespaces.contains(&"mount"),
            "files" => namespaces.contains(&"mount") || !sandbox["landlock"].is_null(),
            _ => true,
        };
        let claims = report["examples"][0]["claims"].as_array().unwrap();
        assert_eq!(claims.len(), checks.len(), "{report:#}");
        for ((name, check), claim) in checks.iter().zip(claims) {
            let seen = claim["verdict"] == "holds";
            assert!(seen || !said(name), "the sandbox says that it has `{name}`, but `{check}` isn't so: {claim:#}");
            if seen && said(name) {
                layers.push((*name).to_owned());
            }
        }
        assert!(layers.iter().any(|layer| layer == "scratch"), "examples run in the caller's folders: {report:#}");
        if sandbox["seccomp"] == true {
            layers.push("seccomp".to_owned());
        }
        Some(layers)
    }

    /// The document of a hostile example, with its neighbours. Their values are those of no other document.
    pub fn document(&self, example: &Hostile, number: usize, layers: &[String]) -> String {
        let name = &example.name;
        let timeout = example.timeout.map(|seconds| format!("timeout: {{ \"{name}.2\": {seconds} }}\n")).unwrap_or_default();
        let code = self.fill(&example.code);
        // The shared places of a machine are looked at only where they are the examples' own.
        let (shared, objects) = match layers.iter().any(|layer| layer == "root") {
            true => (", '/dev/shm'", "os.path.exists('/proc/sysvipc/shm') and open('/proc/sysvipc/shm').read().count('\\n') > 1"),
            false => ("", "False"),
        };
        format!(
            "---\nquestion: \"{name}\"\n{timeout}---\n\n\
             ```python id={name}.1\nimport string\nstring.digits  # '0123456789'\n{number} * 7  # {}\n```\n\n\
             ````python id={name}.2\n{code}````\n\n\
             ```python id={name}.3\nimport os\nplaces = ['.', os.environ['HOME'], os.environ['TMPDIR']{shared}]\n\
             [entry for place in places for entry in os.listdir(place) if 'hostile' in entry]  # []\n\
             print({objects})  # False\n\
             {number} + 1000  # {}\n{number} + 2000  # {number}\n```\n",
            number * 7,
            number + 1000,
        )
    }

    /// Puts the names of canaries, and what is too long for a file, into the code of an example.
    pub fn fill(&self, code: &str) -> String {
        let root = self.root.to_str().unwrap();
        let code = code
            .replace("@HOME_CANARY@", &format!("{root}/home/canary"))
            .replace("@SIDE_CANARY@", &format!("{root}/project/canary"))
            .replace("@SOCKET@", &format!("{root}/socket"))
            .replace("@ABSTRACT@", &self.abstract_name)
            .replace("@PORT@", &self.tcp.local_addr().unwrap().port().to_string())
            .replace("@SECRET@", &self.secret)
            .replace("@PARENT@", &std::process::id().to_string())
            .replace("@ESC@", "\u{1b}")
            .replace("@BEL@", "\u{7}")
            .replace("@NUL@", "\0");
        let mut filled = String::new();
        let mut rest = code.as_str();
        while let Some((before, after)) = rest.split_once("@repeat ") {
            let (count, after) = after.split_once(' ').unwrap();
            let (text, after) = after.split_once('@').unwrap();
            filled += before;
            filled += &text.repeat(count.parse().unwrap());
            rest = after;
        }
        filled + rest
    }

    /// All files of the site but the cache, with what is in them.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let entry = entry.unwrap();
                let kind = entry.file_type().unwrap();
                if kind.is_dir() && entry.path() != self.root.join("cache") {
                    folders.push(entry.path());
                }
                files.insert(entry.path(), if kind.is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() });
            }
        }
        files
    }

    pub fn check_nothing_is_left(&self, before: &BTreeMap<PathBuf, Vec<u8>>, failures: &mut Vec<String>) {
        let after = self.snapshot();
        for path in before.keys().chain(after.keys()) {
            if before.get(path) != after.get(path) {
                failures.push(format!("{} was made, changed or removed", path.display()));
            }
        }
        let root = self.root.to_str().unwrap();
        if fs::read_to_string("/proc/self/mountinfo").unwrap().contains(root) {
            failures.push("a mount is left".to_owned());
        }
        let own = std::process::id().to_string();
        for entry in fs::read_dir("/proc").unwrap().flatten() {
            let pid = entry.file_name().to_string_lossy().into_owned();
            let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")).unwrap_or_default().trim();
            let program = fs::read_link(entry.path().join("exe")).unwrap_or_default();
            if program.starts_with(&self.root) || (parent == own && pid != own) {
                failures.push(format!("process {pid} is left: {}", status.lines().next().unwrap_or_default()));
            }
        }
    }

    pub fn check_canaries(&self, failures: &mut Vec<String>) {
        let silent = |result: io::Result<()>| matches!(result, Err(error) if error.kind() == ErrorKind::WouldBlock);
        let listeners = [
            ("TCP", silent(self.tcp.accept().map(drop))),
            ("UDP", silent(self.udp.recv(&mut [0; 16]).map(drop))),
            ("unix", silent(self.socket.accept().map(drop))),
            ("abstract unix", silent(self.abstract_socket.accept().map(drop))),
        ];
        for (name, silent) in listeners {
            if !silent {
                failures.push(format!("the {name} socket of the host was reached"));
            }
        }
        // Silence means something only if a caller is heard.
        let _caller = TcpStream::connect(self.tcp.local_addr().unwrap()).unwrap();
        assert!(self.tcp.accept().is_ok());
        let _caller = UnixStream::connect(self.root.join("socket")).unwrap();
        assert!(self.socket.accept().is_ok());
    }
}

pub fn check_hostile(report: &Value, example: &Hostile, failures: &mut Vec<String>) {
    let any = |words: &[String]| words.iter().any(|word| word == "any");
    let mut wrong = Vec::new();
    if !any(&example.outcomes) && !example.outcomes.iter().any(|outcome| outcome == text(report, "outcome")) {
        wrong.push(format!("the outcome isn't {}", example.outcomes.join(" or ")));
    }
    if let Some(reason) = &example.reason
        && !text(report, "reason").contains(reason.as_str())
    {
        wrong.push(format!("the reason doesn't say `{reason}`"));
    }
    // What an example asserts on its way must be so; what it says in comments is what it's there for.
    if claims(report).any(|claim| text(claim, "form") == "assertion" && text(claim, "verdict") == "wrong") {
        wrong.push("an assertion fails".to_owned());
    }
    if let Some(expected) = &example.claims {
        let verdicts: Vec<&str> =
            claims(report).filter(|claim| text(claim, "form") != "assertion").map(|claim| text(claim, "verdict")).collect();
        let matches = verdicts.iter().zip(expected).all(|(verdict, words)| any(words) || words.iter().any(|word| word == verdict));
        if verdicts.len() != expected.len() || !matches {
            wrong.push(format!("the verdicts aren't {expected:?}"));
        }
    }
    if !wrong.is_empty() {
        failures.push(format!("{}: {}: {} ({})", example.name, wrong.join(", "), story(report), example.why));
    }
}

/// An example's report in one line.
pub fn story(report: &Value) -> String {
    let claims: Vec<String> = claims(report)
        .map(|claim| format!("{} {:.200} {:.200}", text(claim, "verdict"), text(claim, "actual"), text(claim, "reason")))
        .collect();
    format!("{} {:.300} {claims:?}", text(report, "outcome"), text(report, "reason"))
}

pub fn claims(report: &Value) -> impl Iterator<Item = &Value> {
    report["claims"].as_array().into_iter().flatten()
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Tells the reader of the test's output something.
pub fn say(line: &str) {
    // Where nobody listens, there is nothing to do about it.
    let _ = writeln!(io::stderr(), "{line}");
}
