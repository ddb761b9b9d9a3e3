//! A machine made of folders and shell scripts that answer as interpreters do.

use std::os::unix::fs::PermissionsExt;

use super::{answer::advice, *};

/// A folder of its own with a cache in it, and an interpreter that answers with a given text.
struct Machine {
    _folder: tempfile::TempDir,
    places: Places,
}

impl Machine {
    fn new() -> Machine {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().expect("it exists")).expect("it is UTF-8");
        let places = Places {
            path: vec![root.join("bin")],
            virtual_env: None,
            pyenv_version: None,
            folder: root.clone(),
            home: Some(root.join("home")),
            pyenv: Some(root.join("home/.pyenv/versions")),
            uv: Some(root.join("home/.local/share/uv/python")),
            cache: Some(root.join("cache")),
        };
        Machine { _folder: folder, places }
    }

    /// Puts a program there that says what an interpreter of this version would say.
    fn install(&self, path: &str, version: &str) -> Utf8PathBuf {
        let file = self.places.folder.join(path);
        let library = self.places.folder.join("libpython.so");
        let answer = format!(
            r#"{{"implementation": "cpython", "version": "{version}", "executable": "{file}", "base_prefix": "/base", "prefix": "/base", "system_site_packages": true, "libpython": "{library}", "free_threaded": false}}"#
        );
        self.program(path, &format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n"));
        fs::write(library, "").expect("a file");
        file
    }

    fn program(&self, path: &str, text: &str) {
        let file = self.places.folder.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(&file, text).expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    fn version(&self, wanted: &str) -> Result<Interpreter, EnvironmentError> {
        self.places.find(&Request::Version(wanted.to_owned()))
    }
}

#[test]
fn requests_are_versions_or_paths() {
    assert_eq!(Request::parse(None), Request::Default);
    assert_eq!(Request::parse(Some(" ")), Request::Default);
    assert_eq!(Request::parse(Some("3.12")), Request::Version("3.12".into()));
    assert_eq!(Request::parse(Some("python3.12")), Request::Version("3.12".into()));
    assert_eq!(Request::parse(Some("3.12.1")), Request::Version("3.12.1".into()));
    assert_eq!(Request::parse(Some(".venv")), Request::Path(".venv".into()));
    assert_eq!(Request::parse(Some("3.13t")), Request::Version("3.13t".into()));
    assert_eq!(Request::parse(Some("3.x")), Request::Path("3.x".into()));
    assert_eq!(Request::parse(Some("3.")), Request::Path("3.".into()));
}

#[test]
fn a_version_is_found_on_path_and_in_folders_of_versions() {
    let machine = Machine::new();
    machine.install("bin/python3.12", "3.12.1");
    machine.install("home/.pyenv/versions/3.11.9/bin/python3", "3.11.9");
    machine.install("home/.pyenv/versions/3.11.10/bin/python3", "3.11.10");
    machine.install("home/.local/share/uv/python/cpython-3.14.0-linux-x86_64-gnu/bin/python3", "3.14.0");
    assert_eq!(machine.version("3.12").expect("found").version, "3.12.1");
    assert_eq!(machine.version("3.11").expect("found").version, "3.11.10");
    assert_eq!(machine.version("3.14").expect("found").version, "3.14.0");
    assert!(matches!(machine.version("3.13"), Err(EnvironmentError::NotFound { .. })));
}

#[test]
fn a_patch_version_is_taken_exactly() {
    let machine = Machine::new();
    machine.install("bin/python3.11", "3.11.2");
    machine.install("home/.pyenv/versions/3.11.9/bin/python3", "3.11.9");
    assert_eq!(machine.version("3.11.9").expect("found").version, "3.11.9");
    assert_eq!(machine.version("3.11.2").expect("found").version, "3.11.2");
    assert!(machine.version("3.11.1").is_err());
}

#[test]
fn the_default_is_the_virtual_environment_then_path() {
    let mut machine = Machine::new();
    machine.install("bin/python3", "3.12.0");
    assert_eq!(machine.places.find(&Request::Default).expect("found").version, "3.12.0");
    machine.install(".venv/bin/python3", "3.13.0");
    fs::write(machine.places.folder.join(".venv/pyvenv.cfg"), "").expect("a file");
    assert_eq!(machine.places.find(&Request::Default).expect("found").version, "3.13.0");
    machine.install("other/bin/python3", "3.10.4");
    machine.places.virtual_env = Some(machine.places.folder.join("other"));
    assert_eq!(machine.places.find(&Request::Default).expect("found").version, "3.10.4");
}

#[test]
fn what_cannot_run_examples_says_why() {
    let machine = Machine::new();
    let old = machine.install("old", "3.9.18");
    let broken = machine.places.folder.join("broken");
    machine.program("broken", "#!/bin/sh\necho gone wrong >&2\nexit 3\n");
    let chatty = machine.places.folder.join("chatty");
    machine.program("chatty", "#!/bin/sh\necho hello\n");
    let find = |path: &Utf8Path| machine.places.find(&Request::Path(path.to_owned())).expect_err("it can't run examples").to_string();
    assert!(find(&old).contains("cpython 3.9.18"), "{}", find(&old));
    assert!(find(&broken).contains("gone wrong"), "{}", find(&broken));
    assert!(find(&chatty).contains("doesn't answer as Python does"), "{}", find(&chatty));
    assert!(find("/nowhere/python".into()).contains("/nowhere/python"));
}

#[test]
fn no_shared_library_names_the_remedy() {
    let machine = Machine::new();
    let file = machine.install("python", "3.12.3");
    fs::remove_file(machine.places.folder.join("libpython.so")).expect("it's there");
    // It was asked and not found: what a build without one says.
    let text = fs::read_to_string(&file).expect("a script");
    let without = text.replace(&format!("\"libpython\": \"{}\"", machine.places.folder.join("libpython.so")), "\"libpython\": null");
    machine.program("python", &without);
    let error = machine.places.find(&Request::Path(file)).expect_err("no library").to_string();
    assert!(error.contains("--enable-shared"), "{error}");
    assert!(advice("/usr/bin/python3".into(), "3.11.2").contains("libpython3.11"));
    assert!(advice("/home/x/.pyenv/versions/3.12.1/bin/python".into(), "3.12.1").contains("PYTHON_CONFIGURE_OPTS"));
    assert!(advice("/opt/miniconda3/bin/python".into(), "3.12.1").contains("conda"));
}

#[test]
fn free_threaded_builds_are_told_apart() {
    let machine = Machine::new();
    let free = |path: &str| {
        let file = machine.install(path, "3.13.2");
        let text = fs::read_to_string(&file).expect("a script");
        machine.program(path, &text.replace(r#""free_threaded": false"#, r#""free_threaded": true"#));
    };
    free("home/.pyenv/versions/3.13.2t/bin/python3");
    let error = machine.version("3.13t").expect_err("it can't run examples").to_string();
    assert!(error.contains("free-threaded builds are not supported yet"), "{error}");
    assert!(matches!(machine.version("3.13"), Err(EnvironmentError::NotFound { .. })), "it is no 3.13 with the lock");
    machine.install("home/.local/share/uv/python/cpython-3.13.1-linux-x86_64-gnu/bin/python3", "3.13.1");
    free("home/.local/share/uv/python/cpython-3.13.5+freethreaded-linux-x86_64-gnu/bin/python3");
    assert_eq!(machine.version("3.13").expect("found").version, "3.13.1");
    let all = machine.places.all();
    let (good, bad): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (1, 2), "both are shown, with the reason");
    let none = machine.version("3.14t").expect_err("there is none").to_string();
    assert!(none.contains("not supported yet"), "{none}");
}

#[test]
fn environments_of_conda_are_found_by_its_list() {
    let machine = Machine::new();
    let root = &machine.places.folder;
    machine.install("conda/envs/docs/bin/python3", "3.12.4");
    fs::create_dir_all(root.join("conda/envs/docs/lib/python3.12")).expect("a folder");
    fs::create_dir_all(root.join("home/.conda")).expect("a folder");
    fs::write(root.join("home/.conda/environments.txt"), format!("{root}/conda\n{root}/conda/envs/docs\nnonsense\n")).expect("a file");
    assert_eq!(machine.version("3.12").expect("found").version, "3.12.4");
    assert!(machine.version("3.11").is_err());
}

#[test]
fn a_virtual_environment_of_no_use_says_what_to_do() {
    let mut machine = Machine::new();
    let folder = machine.places.folder.join(".venv");
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    symlink("/nowhere/bin/python3.9", folder.join("bin/python3")).expect("a link");
    fs::write(folder.join("pyvenv.cfg"), "home = /nowhere/bin\nversion = 3.9.1\n").expect("a file");
    let error = |request: &Request, machine: &Machine| machine.places.find(request).expect_err("of no use").to_string();
    for request in [Request::Default, Request::Path(".venv".into())] {
        let message = error(&request, &machine);
        assert!(message.contains("isn't here (it was in `/nowhere/bin`)") && message.contains("venv --clear"), "{message}");
    }
    machine.places.virtual_env = Some(folder.clone());
    assert!(error(&Request::Default, &machine).contains("make it anew"));
    // The interpreter is there, and newer than the packages are for.
    fs::remove_file(folder.join("bin/python3")).expect("a link");
    let file = machine.install(".venv/bin/python3", "3.12.1");
    let text = fs::read_to_string(&file).expect("a script");
    machine.program(".venv/bin/python3", &text.replace(r#""prefix": "/base""#, &format!(r#""prefix": "{folder}""#)));
    fs::create_dir_all(folder.join("lib/python3.9/site-packages")).expect("a folder");
    let message = error(&Request::Default, &machine);
    assert!(message.contains("it was made for python3.9, and its interpreter is 3.12.1 now"), "{message}");
    fs::create_dir_all(folder.join("lib/python3.12/site-packages")).expect("a folder");
    assert_eq!(machine.places.find(&Request::Default).expect("of use").version, "3.12.1");
}

#[test]
fn a_version_that_is_not_here_says_which_are() {
    let machine = Machine::new();
    machine.install("bin/python3.12", "3.12.1");
    let message = machine.version("3.14").expect_err("there is none").to_string();
    assert!(message.contains("found here: 3.12.1") && message.contains("uv python install 3.14"), "{message}");
    fs::remove_file(machine.places.folder.join("bin/python3.12")).expect("it's there");
    assert!(machine.version("3.12").is_err(), "one that was removed isn't remembered");
}

#[test]
fn a_broken_cache_is_asked_again() {
    let machine = Machine::new();
    let interpreter = machine.places.find(&Request::Path("/usr/bin/env".into()));
    assert!(interpreter.is_err()); // a program that is no Python leaves nothing behind
    assert!(!machine.places.folder.join("cache").exists());
    let Ok(real) = find(&Request::Default) else {
        return; // no interpreter on this machine: nothing to keep
    };
    let request = Request::Path(real.executable.clone());
    assert_eq!(machine.places.find(&request).expect("asked"), real);
    let kept: Vec<_> =
        machine.places.folder.join("cache").read_dir_utf8().expect("a cache").map(|entry| entry.expect("an entry").into_path()).collect();
    let [file] = kept.as_slice() else { panic!("{kept:?}") };
    fs::write(file, "{").expect("a broken cache");
    assert_eq!(machine.places.find(&request).expect("asked again"), real);
    assert_ne!(fs::read(file).expect("kept"), b"{");
    assert_eq!(machine.places.find(&request).expect("remembered"), real);
}

#[test]
fn the_server_gets_a_link_under_the_name_it_needs() {
    let machine = Machine::new();
    let file = machine.install("bin/python3.12", "3.12.1");
    let interpreter = machine.places.find(&Request::Path(file)).expect("found");
    let folder = machine.places.folder.join("private");
    for _ in 0..2 {
        let variables = interpreter.server_environment(&folder).expect("prepared");
        assert!(variables.contains(&("PYTHONHOME".to_owned(), "/base".to_owned())));
        if let Some(name) = python::library_name() {
            assert_eq!(folder.join(name).read_link_utf8().expect("a link"), interpreter.libpython);
            assert!(variables.contains(&("LD_LIBRARY_PATH".to_owned(), folder.to_string())));
        }
    }
}

#[test]
fn shims_of_pyenv_are_read_as_pyenv_reads_them() {
    let mut machine = Machine::new();
    let root = machine.places.folder.clone();
    machine.program("shims/python3", "#!/bin/sh\nexit 1\n");
    machine.places.path = vec![root.join("shims")];
    for version in ["3.11.7", "3.12.1", "3.13.0"] {
        machine.install(&format!("versions/{version}/bin/python3"), version);
    }
    fs::write(root.join("version"), "3.0.0\n3.11.7\n").expect("a file");
    assert_eq!(machine.places.find(&Request::Default).expect("there is one").version, "3.11.7");
    machine.places.folder = root.join("project/docs");
    fs::create_dir_all(&machine.places.folder).expect("a folder");
    fs::write(root.join("project/.python-version"), "3.12.1\n").expect("a file");
    assert_eq!(machine.places.find(&Request::Default).expect("there is one").version, "3.12.1");
    let foreign = machine.install("project/evil/bin/python3", "3.13.9");
    assert!(foreign.is_file());
    fs::write(root.join("project/.python-version"), "../project/evil\n..\n3.12.1\n").expect("a file");
    assert_eq!(machine.places.find(&Request::Default).expect("there is one").version, "3.12.1");
    machine.places.pyenv_version = Some("3.13.0:3.11.7".to_owned());
    assert_eq!(machine.places.find(&Request::Default).expect("there is one").version, "3.13.0");
}
