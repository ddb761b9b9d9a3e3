//! Systems that lack layers of the sandbox, as containers and old kernels do: what is missing is told before anything runs, with what it
//! means; and where files would not be protected, nothing runs.
//!
//! The layers are really taken away: the calls of the system that they need are refused to the whole run, as a container does it.
#![allow(missing_docs, reason = "a test")]

mod common;

use std::{
    fs,
    io::{self, Write},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::process::CommandExt,
    },
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

use common::{Call, command, finish, verify};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

/// Calls of the system that are refused, each with its answer.
type Refused = &'static [(i64, i32)];

/// What Docker's default profile refuses of what the sandbox asks for, and answers.
const NAMESPACES: Refused = &[(libc::SYS_unshare, libc::EPERM), (libc::SYS_mount, libc::EPERM), (libc::SYS_setns, libc::EPERM)];
/// A kernel before 5.13, or one that was built without Landlock.
const LANDLOCK: Refused = &[(libc::SYS_landlock_create_ruleset, libc::ENOSYS)];
/// A kernel that has Landlock and doesn't use it (`lsm=` without it).
const LANDLOCK_IS_OFF: Refused = &[(libc::SYS_landlock_create_ruleset, libc::EOPNOTSUPP)];
/// A kernel without filters of system calls (the ones here are in force before).
const SECCOMP: Refused = &[(libc::SYS_seccomp, libc::EINVAL)];

/// Refuses calls to a process and all that it starts.
fn refuse<'a>(command: &'a mut Command, calls: &[Refused]) -> &'a mut Command {
    let mut programs: Vec<BpfProgram> = Vec::new();
    // Filters of calls that filters themselves need come last.
    for (call, errno) in calls.iter().copied().flatten() {
        let answer = SeccompAction::Errno(errno.unsigned_abs());
        let arch = std::env::consts::ARCH.try_into().expect("an architecture with filters");
        let filter = SeccompFilter::new([(*call, vec![])].into(), SeccompAction::Allow, answer, arch).expect("a filter");
        programs.push(filter.try_into().expect("a program"));
    }
    let apply = move || programs.iter().try_for_each(|program| apply_filter(program).map_err(io::Error::other));
    // SAFETY: between fork and exec only system calls are made; nothing is allocated unless one of them fails.
    unsafe { command.pre_exec(apply) }
}

/// A project with a page whose claims hold where examples are kept from files and network, and a secret beside it.
fn project(listener: &std::net::TcpListener) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let secret = folder.path().join("secret");
    fs::write(&secret, "s1").expect("a file");
    let port = listener.local_addr().expect("an address").port();
    let page = format!(
        "```python id=a\nimport socket\n1 + 1  # 2\nopen({secret:?}).read()  # raises OSError\nopen({secret:?}, 'w')  # raises OSError\n\
         socket.create_connection(('127.0.0.1', {port}), timeout=2)  # raises OSError\nopen('own', 'w').write('x')  # 1\n```\n"
    );
    fs::write(folder.path().join("page.md"), page).expect("a file");
    fs::write(folder.path().join("verify.toml"), "").expect("a file");
    folder
}

fn listener() -> std::net::TcpListener {
    std::net::TcpListener::bind("127.0.0.1:0").expect("a socket")
}

fn check(folder: &Path, calls: &[Refused], arguments: &[&str]) -> Call {
    finish(refuse(command(folder).args(arguments), calls))
}

/// Whether this system gives the whole sandbox, so that what is missing was taken away here.
fn is_whole() -> bool {
    let whole = verify(&["doctor", "--format", "json"]).json()["protection"]["missing"] == serde_json::json!([]);
    if !whole {
        say("left out: this system doesn't give the whole sandbox in the first place");
    }
    whole
}

fn say(line: &str) {
    // Where nobody listens, there is nothing to do about it.
    let _ = writeln!(io::stderr(), "{line}");
}

#[test]
fn a_missing_layer_is_told_with_what_it_means_before_anything_runs() {
    if !is_whole() {
        return;
    }
    let listener = listener();
    let folder = project(&listener);
    let cases: [(&[Refused], &[&str], &[&str]); 4] = [
        (
            &[NAMESPACES],
            &[
                "no user namespace (",
                "no process (pid) namespace (EPERM",
                "examples can see the list of your processes",
                "no network (net) namespace (EPERM",
                "sockets are refused to examples",
                "no mount namespace with a private root (EPERM",
                "Landlock alone keeps your files from examples",
                "no scratch apart from the machine's files",
            ],
            &["✗ network", "✗ processes", "✗ mounts", "✗ user", "✓ files", "✓ system calls", "→ to do"],
        ),
        (&[LANDLOCK], &["no Landlock (the kernel has none", "the private root alone keeps your files"], &["✗ files", "✓ mounts"]),
        (&[LANDLOCK_IS_OFF], &["no Landlock (the kernel has none, or it's switched off"], &["✗ files", "✓ mounts"]),
        (&[SECCOMP], &["no filter of system calls (seccomp) (", "all of the kernel's calls are open"], &["✗ system calls", "✓ files"]),
    ];
    for (calls, told, rows) in cases {
        let people = check(folder.path(), calls, &["page.md"]).stdout;
        let flat = people.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(people.starts_with("warning: sandbox: no "), "{calls:?}: {people}");
        let json = check(folder.path(), calls, &["page.md", "--format", "json"]);
        assert_eq!(json.code, Some(0), "{calls:?}: {}{}", json.stdout, json.stderr);
        let missing: Vec<String> = serde_json::from_value(json.json()["run"]["sandbox"]["missing"].clone()).expect("a list");
        for words in told {
            assert!(missing.iter().any(|one| one.contains(words)), "{words}: {missing:#?}");
            assert!(flat.contains(words), "{words}: {people}");
        }
        let protections = if missing.len() == 1 {
            "; one protection is missing".to_owned()
        } else {
            format!("; {} protections are missing", missing.len())
        };
        assert!(flat.contains(&protections), "{people}");
        for claim in json.example("a")["claims"].as_array().expect("claims") {
            assert_eq!(claim["verdict"], "holds", "{calls:?}: {claim:#}");
        }
        let doctor = check(folder.path(), calls, &["doctor"]);
        assert_eq!(doctor.code, Some(0), "{}", doctor.stdout);
        for row in rows {
            assert!(doctor.stdout.contains(row), "{row}: {}", doctor.stdout);
        }
    }
    assert_eq!(fs::read_to_string(folder.path().join("secret")).expect("the secret"), "s1");
}

#[test]
fn without_the_essential_layers_nothing_runs_unless_the_call_says_so() {
    let listener = listener();
    let folder = project(&listener);
    let calls: &[Refused] = &[NAMESPACES, LANDLOCK];
    let refused = check(folder.path(), calls, &["page.md", "--format", "json"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""), "{}", refused.stderr);
    for words in
        ["neither Landlock nor a private root", "no user namespace (", "no Landlock (", "nothing keeps your files", "`--no-sandbox`"]
    {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
    let explained = check(folder.path(), calls, &["explain", "a", "page.md"]);
    assert_eq!(explained.code, Some(3), "{}", explained.stdout);
    let doctor = check(folder.path(), calls, &["doctor"]);
    assert_eq!(doctor.code, Some(3), "{}", doctor.stdout);
    for words in ["✗ files", "✗ mounts", "✗ no sandbox", "nothing is run"] {
        assert!(doctor.stdout.contains(words), "{words}: {}", doctor.stdout);
    }
    // Our own harmless page: without a sandbox it reads its neighbour.
    let harmless = "```python id=b\n1 + 1  # 2\n```\n";
    fs::write(folder.path().join("page.md"), harmless).expect("a file");
    let json = check(folder.path(), calls, &["page.md", "--no-sandbox", "--format", "json"]);
    assert_eq!(json.code, Some(0), "{}", json.stderr);
    let sandbox = json.json()["run"]["sandbox"].clone();
    assert_eq!((&sandbox["landlock"], &sandbox["network"], &sandbox["seccomp"]), (&serde_json::Value::Null, &"open".into(), &false.into()));
    assert_eq!(sandbox["missing"], serde_json::json!(["everything, as --no-sandbox asks for"]));
    let people = check(folder.path(), calls, &["page.md", "--no-sandbox"]).stdout;
    assert!(people.starts_with("warning: no sandbox (`--no-sandbox`): the examples can do to this system"), "{people}");
    assert!(people.contains("NOT SANDBOXED"), "{people}");
}

#[test]
fn a_container_that_hides_parts_of_proc_costs_proc_alone() {
    // A mount over a part of /proc makes the kernel refuse a new one, in a container as here.
    let listener = listener();
    let folder = project(&listener);
    let hide = "mount -t tmpfs hidden /proc/irq || mount -t tmpfs hidden /proc/fs || exit 99\nexec \"$@\"";
    let mut call = Command::new("unshare");
    call.args([
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        hide,
        "sh",
        env!("CARGO_BIN_EXE_verify"),
        "page.md",
        "--format",
        "json",
    ])
    .current_dir(folder.path())
    .stdin(Stdio::null());
    let output = match call.output() {
        Ok(output) if output.status.code() != Some(99) && !output.stdout.is_empty() => output,
        other => return say(&format!("left out: no container can be made here: {other:?}")),
    };
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    let missing = report["run"]["sandbox"]["missing"].to_string();
    assert!(missing.contains("no /proc of its own (EPERM") && missing.contains("containers often hide parts of it"), "{missing}");
    for claim in report["examples"][0]["claims"].as_array().expect("claims") {
        assert_eq!(claim["verdict"], "holds", "{report:#}");
    }
}

#[test]
fn an_old_landlock_says_what_it_does_not_keep() {
    let folder = tempfile::tempdir().expect("a folder");
    // Of these, Landlock 2 keeps neither the lengths of files nor signals in: the filter of system calls has to.
    let page = "```python id=a\nimport os\nopen('data/x').read()  # 'x1'\nos.truncate('data/x', 0)  # raises OSError\n\
        os.open('data/x', os.O_RDONLY | os.O_TRUNC)  # raises OSError\nopen('data/x', 'w')  # raises OSError\n\
        open('own', 'w').write('x')  # 1\nopen('own', 'w').close()  # works!\n```\n";
    fs::create_dir(folder.path().join("data")).expect("a folder");
    for (name, text) in [("page.md", page), ("data/x", "x1"), ("verify.toml", "[[allow]]\ngrants = ['read:data']\n")] {
        fs::write(folder.path().join(name), text).expect("a file");
    }
    for (abi, truncation) in [(2, true), (3, false)] {
        let mut call = command(folder.path());
        call.args(["page.md", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = match with_landlock(refuse(&mut call, &[NAMESPACES]), abi) {
            Ok(child) => child,
            Err(error) => return say(&format!("left out: another Landlock can't be feigned here: {error}")),
        };
        let output = child.wait_with_output().expect("it ends");
        let report: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        if verify(&["doctor", "--format", "json"]).json()["protection"]["landlock"].as_u64() < Some(3) {
            return say("left out: this system's Landlock is old itself");
        }
        assert_eq!(report["run"]["sandbox"]["landlock"], abi, "{report:#}");
        let missing = report["run"]["sandbox"]["missing"].to_string();
        assert!(missing.contains("no bounds for signals (Landlock"), "{missing}");
        assert_eq!(
            missing.contains("no lock on the lengths of files (Landlock 2, not 3): the calls that shorten"),
            truncation,
            "{missing}"
        );
        for claim in report["examples"][0]["claims"].as_array().expect("claims") {
            assert_eq!(claim["verdict"], "holds", "{claim:#}");
        }
        assert_eq!(fs::read_to_string(folder.path().join("data/x")).expect("the file"), "x1");
    }
}

/// Number under which a process has the descriptor by which its filter asks.
const ASKS: i32 = 500;

/// Starts a command to which the kernel's Landlock seems to have this ABI: its question is answered here, all else by the kernel.
fn with_landlock(command: &mut Command, abi: i64) -> io::Result<Child> {
    let call = u32::try_from(libc::SYS_landlock_create_ruleset).map_err(io::Error::other)?;
    let step = |code: u16, jt: u8, jf: u8, k: u32| libc::sock_filter { code, jt, jf, k };
    let program = [
        step(0x20, 0, 0, 0),    // load the number of the call
        step(0x15, 0, 1, call), // is it this one?
        step(0x06, 0, 0, libc::SECCOMP_RET_USER_NOTIF),
        step(0x06, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let listen = move || {
        let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_ptr().cast_mut() };
        // SAFETY: between fork and exec only system calls are made. The filter and its steps live until the call returns; the numbers are
        // descriptors of this process.
        let failed = unsafe {
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || {
                let flags = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
                let asks = libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &filter);
                asks < 0 || libc::dup2(asks as i32, ASKS) < 0
            }
        };
        if failed { Err(io::Error::last_os_error()) } else { Ok(()) }
    };
    // SAFETY: see there.
    let child = unsafe { command.pre_exec(listen) }.spawn()?;
    let descriptor = |number: i64| match number {
        ..0 => Err(io::Error::last_os_error()),
        // SAFETY: a descriptor just made, owned by nobody else.
        number => Ok(unsafe { OwnedFd::from_raw_fd(number as i32) }),
    };
    // SAFETY: plain system calls; the results are checked.
    let process = descriptor(unsafe { libc::syscall(libc::SYS_pidfd_open, child.id(), 0) })?;
    // SAFETY: as above.
    let asks = descriptor(unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), ASKS, 0) })?;
    thread::spawn(move || {
        loop {
            // SAFETY: all zeros is valid for both, and what the kernel asks for.
            let (mut question, mut answer): (libc::seccomp_notif, libc::seccomp_notif_resp) = unsafe { std::mem::zeroed() };
            // SAFETY: the calls write to and read from a structure of the kind that they are made for, which lives until they return.
            if unsafe { libc::ioctl(asks.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_RECV, &mut question) } != 0 {
                return; // nobody is left who could ask
            }
            answer.id = question.id;
            match question.data.args[2] {
                0 => answer.flags = libc::SECCOMP_USER_NOTIF_FLAG_CONTINUE as u32,
                1 => answer.val = abi,
                _ => answer.error = -libc::EINVAL,
            }
            // SAFETY: as above. Who asked may be gone meanwhile.
            unsafe { libc::ioctl(asks.as_raw_fd(), libc::SECCOMP_IOCTL_NOTIF_SEND, &mut answer) };
        }
    });
    Ok(child)
}
