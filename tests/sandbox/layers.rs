//! Layers of the sandbox: each may be missing, and what holds then.

use super::*;

/// What holds whatever layers are missing: files, time, strays.
#[test]
fn each_layer_can_be_missing() {
    for without in [
        ["user"].as_slice(),
        &["mount"],
        &["pid"],
        &["net"],
        &["ipc"],
        &["uts"],
        &["proc"],
        &["landlock"],
        &["seccomp"],
        &["user", "mount", "pid", "net", "ipc", "uts"],
        &["landlock", "seccomp", "net"],
    ] {
        let arguments: Vec<&str> = without.iter().flat_map(|layer| ["--without", layer]).collect();
        let mut server = match Server::try_start(&arguments) {
            Ok(server) => server,
            // One of the two that protect files is left out, and this machine doesn't give the other.
            Err(why) => {
                assert!(why.contains("--no-sandbox") && !whole(&Server::start(&[])), "{without:?}: {why}");
                continue;
            }
        };
        for layer in without {
            // Without a private root there is no `/proc` to miss.
            let named =
                if *layer == "proc" && !server.ready.sandbox.namespaces.iter().any(|name| name == "mount") { "mount" } else { layer };
            assert!(
                server.ready.sandbox.missing.iter().any(|missing| missing.to_lowercase().contains(named)),
                "{without:?}: {:?}",
                server.ready.sandbox
            );
        }
        let code = "import os\nfor path in ['/etc/shadow', '/root/.profile', '/proc/1/environ']:\n    try:\n        open(path).read(); print('READ', path)\n    except OSError: pass\nopen('own', 'w').write('x'); print('own' in os.listdir())";
        let report = server.run(code);
        assert_eq!(report.stdout.text, "True\n", "{without:?}: {} {:?}", report.stderr.text, report.end);
        assert_eq!(server.run_within("while True: pass", seconds(0.3)).end, End::TimedOut, "{without:?}");
        let daemon = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)\nos.wait()\nprint(1)";
        assert_eq!(server.output(daemon), "1\n", "{without:?}");
        assert_eq!(server.close(), Some(0), "{without:?}");
    }
}

#[test]
fn without_protection_of_files_no_example_is_run() {
    let why = Server::try_start(&["--without", "mount", "--without", "landlock"]).err().unwrap();
    assert!(why.contains("--no-sandbox"), "{why}");
    let mut server = Server::start(&["--no-sandbox"]);
    assert_eq!(server.ready.sandbox.network, "open");
    assert_eq!(server.output("print(1)"), "1\n");
    assert_eq!(server.close(), Some(0));
}

#[test]
fn the_doctor_sees_what_a_server_has() {
    let protection = verify::run::server::probe(std::path::Path::new(env!("CARGO_BIN_EXE_verify"))).unwrap();
    assert_eq!(protection, Server::start(&[]).ready.sandbox);
}

#[test]
fn a_killed_guard_takes_the_server_and_the_example_along() {
    let mut server = Server::start(&[]);
    server.send("import time; time.sleep(50)", limits());
    assert_eq!(read_frame::<Answer>(&mut server.answers).unwrap(), Some(Answer::Idle));
    server.process.kill().unwrap();
    // The end of the stream: nobody holds the server's side any more.
    assert_eq!(read_frame::<Answer>(&mut server.answers).unwrap(), None);
    // Where the scratch lies in the host's tree, this is the one way to leave it behind.
    let name = format!("verify-{}-", server.process.id());
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&name) {
            std::fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}
