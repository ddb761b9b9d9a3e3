//! What `verify doctor` shows: what protects this system from the examples, which Pythons there are, and what to do where
//! something is missing.

use serde::Serialize;

use super::{
    Settings,
    json::FORMAT_VERSION,
    style::{Palette, paint},
    units::{bytes, duration},
    visible,
};
use crate::run::protocol::{Limits, Protection};

/// What was found on this machine.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnosis {
    /// Version of `verify`.
    pub version: String,
    /// The library of the Python that it was built with.
    pub built_with: String,
    /// What the sandbox has in force; why it could not be tried, else.
    #[serde(serialize_with = "either")]
    pub protection: Result<Protection, String>,
    /// The interpreters, in the order in which they were found.
    pub interpreters: Vec<FoundInterpreter>,
    /// The limits of each example.
    #[serde(serialize_with = "limits_record")]
    pub limits: Limits,
    /// How many examples use the processor at once.
    pub jobs: usize,
}

/// A Python on this machine.
#[derive(Debug, Clone, Serialize)]
pub struct FoundInterpreter {
    /// `3.13.0`.
    pub version: String,
    /// Its executable.
    pub executable: String,
    /// A free-threaded build.
    pub free_threaded: bool,
    /// It's the one that runs the examples unless another is asked for.
    pub chosen: bool,
    /// Why it can't be used.
    pub problem: Option<String>,
}

/// A layer of the sandbox, for people.
struct Layer {
    name: &'static str,
    /// What it does.
    purpose: &'static str,
    /// What is so without it.
    without: &'static str,
    in_force: fn(&Protection) -> bool,
    advice: Advice,
}

/// What to do where a layer is missing: one advice may serve for several.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Advice {
    Landlock,
    Namespaces,
    Seccomp,
}

const LAYERS: [Layer; 7] = [
    Layer {
        name: "files",
        purpose: "an example reads its Python, writes to a scratch folder, and touches nothing else",
        without: "only the private root (mounts) keeps an example from your files; where that is missing too, nothing runs",
        in_force: |protection| protection.landlock.is_some(),
        advice: Advice::Landlock,
    },
    Layer {
        name: "network",
        purpose: "an example reaches no other machine and no service of this one",
        without: "an example has no sockets at all where system calls are filtered; else it reaches whatever you reach",
        in_force: |protection| protection.network == "isolated",
        advice: Advice::Namespaces,
    },
    Layer {
        name: "processes",
        purpose: "an example sees and signals its own processes only, and leaves none behind",
        without: "an example sees your processes; only Landlock (6 and newer) keeps it from ending them",
        in_force: |protection| has(protection, "pid"),
        advice: Advice::Namespaces,
    },
    Layer {
        name: "mounts",
        purpose: "folders that no example needs aren't there for it",
        without: "only Landlock keeps an example from your files, and it sees their names",
        in_force: |protection| has(protection, "mount"),
        advice: Advice::Namespaces,
    },
    Layer {
        name: "system calls",
        purpose: "calls that no example needs (mounting, tracing, loading modules) are refused",
        without: "a mistake in the kernel is easier for an example to use",
        in_force: |protection| protection.seccomp,
        advice: Advice::Seccomp,
    },
    Layer {
        name: "user",
        purpose: "an example has no rights on this machine but those that anybody has",
        without: "an example has your user's number, and what the other layers let through is done in your name",
        in_force: |protection| has(protection, "user"),
        advice: Advice::Namespaces,
    },
    Layer {
        name: "machine",
        purpose: "an example shares no memory with your programs, and doesn't see this machine's name",
        without: "an example sees this machine's name, and has no shared memory of its own (System V)",
        in_force: |protection| has(protection, "ipc") && has(protection, "uts"),
        advice: Advice::Namespaces,
    },
];

impl Advice {
    fn text(self) -> &'static str {
        match self {
            Advice::Landlock => "Landlock needs Linux 5.13 with `landlock` among the names in /sys/kernel/security/lsm",
            Advice::Namespaces => {
                "user namespaces are off: set `kernel.unprivileged_userns_clone=1` with sysctl, on Ubuntu \
                 `kernel.apparmor_restrict_unprivileged_userns=0`; in Docker give `--security-opt seccomp=unconfined`"
            }
            Advice::Seccomp => "the kernel needs CONFIG_SECCOMP_FILTER",
        }
    }
}

/// The diagnosis for people.
pub fn doctor(diagnosis: &Diagnosis, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let mut text = format!("verify {}, built with {}\n", shown(&diagnosis.version), shown(&diagnosis.built_with));
    text.push_str(&heading("Sandbox", palette));
    match &diagnosis.protection {
        Err(reason) => text.push_str(&item(false, "sandbox", &format!("could not be tried: {}", visible::text(reason)), settings)),
        Ok(protection) => text.push_str(&layers(protection, settings)),
    }
    text.push_str(&heading("Python", palette));
    for python in &diagnosis.interpreters {
        text.push_str(&interpreter(python, settings));
    }
    if diagnosis.interpreters.is_empty() {
        let advice = "none was found: install CPython 3.10 or newer with its shared library (`libpython3.x`), or give one with `--python`";
        text.push_str(&item(false, "Python", advice, settings));
    }
    text.push_str(&heading("Limits", palette));
    for (name, value) in limits(&diagnosis.limits).into_iter().chain([("at once", diagnosis.jobs.to_string())]) {
        text.push_str(&format!("    {name:<14}{value}\n"));
    }
    text
}

/// The diagnosis for machines.
pub fn doctor_json(diagnosis: &Diagnosis) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Document<'a> {
        format_version: u32,
        #[serde(flatten)]
        diagnosis: &'a Diagnosis,
    }
    Ok(serde_json::to_string_pretty(&Document { format_version: FORMAT_VERSION, diagnosis })? + "\n")
}

/// The layers of the sandbox, what to do about the missing ones, and what it comes to.
fn layers(protection: &Protection, settings: &Settings) -> String {
    let mut text = String::new();
    let mut advice: Vec<Advice> = Vec::new();
    for layer in &LAYERS {
        let in_force = (layer.in_force)(protection);
        let detail = match (layer.name, protection.landlock) {
            ("files", Some(abi)) => format!("Landlock {abi}: {}", layer.purpose),
            ("network", _) if !in_force => format!("missing ({}): {}", visible::text(&protection.network), layer.without),
            _ if !in_force => format!("missing: {}", layer.without),
            _ => layer.purpose.to_owned(),
        };
        text.push_str(&item(in_force, layer.name, &detail, settings));
        if !in_force && !advice.contains(&layer.advice) {
            advice.push(layer.advice);
        }
    }
    for advice in advice {
        let lines = visible::wrap(advice.text(), settings.width.saturating_sub(INDENT));
        text.push_str(&format!("  → {:<14}{}\n", "to do", lines.join(&format!("\n{}", " ".repeat(INDENT)))));
    }
    for missing in &protection.missing {
        text.push_str(&item(false, "because", &visible::text(missing), settings));
    }
    if !protection.keeps_files() {
        let verdict = "neither Landlock nor a private root: nothing is run, unless `--no-sandbox` takes the risk knowingly";
        text.push_str(&item(false, "no sandbox", verdict, settings));
    }
    text
}

fn interpreter(python: &FoundInterpreter, settings: &Settings) -> String {
    let mut detail = shown(&python.executable);
    if python.free_threaded {
        detail.push_str(", free-threaded");
    }
    if python.chosen {
        detail.push_str(", runs the examples");
    }
    let mut text = item(python.problem.is_none(), &shown(&python.version), &detail, settings);
    if let Some(problem) = &python.problem {
        text.push_str(&continued(&visible::text(problem), settings));
    }
    text
}

fn heading(name: &str, palette: Palette) -> String {
    format!("\n{}\n", paint(palette.strong, name))
}

/// `  ✓ Landlock     ABI 7; …`, wrapped below its third column.
fn item(good: bool, name: &str, detail: &str, settings: &Settings) -> String {
    let palette = Palette::new(settings.color);
    let sign = if good { paint(palette.good, "✓") } else { paint(palette.error, "✗") };
    let lines = visible::wrap(detail, settings.width.saturating_sub(INDENT));
    format!("  {sign} {name:<14}{}\n", lines.join(&format!("\n{}", " ".repeat(INDENT))))
}

/// Columns in front of the details.
const INDENT: usize = 18;

fn continued(detail: &str, settings: &Settings) -> String {
    let blanks = " ".repeat(INDENT);
    let lines = visible::wrap(detail, settings.width.saturating_sub(INDENT));
    format!("{blanks}{}\n", lines.join(&format!("\n{blanks}")))
}

fn has(protection: &Protection, namespace: &str) -> bool {
    protection.namespaces.iter().any(|name| name == namespace)
}

fn shown(text: &str) -> String {
    visible::one_line(text, 200)
}

/// The limits, each with its name.
pub(super) fn limits(limits: &Limits) -> [(&'static str, String); 8] {
    let Limits { time, memory, output, processes, cpu_time, open_files, file_size, scratch_size } = *limits;
    [
        ("time", duration(time.as_secs_f64())),
        ("cpu time", duration(cpu_time.as_secs_f64())),
        ("memory", bytes(memory)),
        ("processes", processes.to_string()),
        ("open files", open_files.to_string()),
        ("file size", bytes(file_size)),
        ("scratch size", bytes(scratch_size)),
        ("output", bytes(output)),
    ]
}

fn either<S: serde::Serializer>(protection: &Result<Protection, String>, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Failed<'a> {
        error: &'a str,
    }
    match protection {
        Ok(protection) => protection.serialize(serializer),
        Err(error) => Failed { error }.serialize(serializer),
    }
}

/// Limits in seconds and bytes.
fn limits_record<S: serde::Serializer>(limits: &Limits, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Record {
        seconds: f64,
        memory: u64,
        output: u64,
        processes: u64,
        cpu_seconds: f64,
        open_files: u64,
        file_size: u64,
        scratch_size: u64,
    }
    let Limits { time, memory, output, processes, cpu_time, open_files, file_size, scratch_size } = *limits;
    let (seconds, cpu_seconds) = (time.as_secs_f64(), cpu_time.as_secs_f64());
    Record { seconds, memory, output, processes, cpu_seconds, open_files, file_size, scratch_size }.serialize(serializer)
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::report::sample::protection;

    fn diagnosis() -> Diagnosis {
        let python = |version: &str, chosen, problem: Option<&str>| FoundInterpreter {
            version: version.to_owned(),
            executable: format!("/opt/python/{version}/bin/python"),
            free_threaded: false,
            chosen,
            problem: problem.map(str::to_owned),
        };
        Diagnosis {
            version: "0.1.0".to_owned(),
            built_with: "libpython3.11.so.1.0".to_owned(),
            protection: Ok(protection()),
            interpreters: vec![python("3.13.0", true, None), python("3.12.1", false, Some("has no shared library; install libpython3.12"))],
            limits: Limits::default(),
            jobs: 2,
        }
    }

    #[test]
    fn everything_in_force() {
        insta::assert_snapshot!(doctor(&diagnosis(), &Settings::default()), @"
        verify 0.1.0, built with libpython3.11.so.1.0

        Sandbox
          ✓ files         Landlock 7: an example reads its Python, writes to a scratch folder, and touches
                          nothing else
          ✓ network       an example reaches no other machine and no service of this one
          ✓ processes     an example sees and signals its own processes only, and leaves none behind
          ✓ mounts        folders that no example needs aren't there for it
          ✓ system calls  calls that no example needs (mounting, tracing, loading modules) are refused
          ✓ user          an example has no rights on this machine but those that anybody has
          ✓ machine       an example shares no memory with your programs, and doesn't see this machine's
                          name

        Python
          ✓ 3.13.0        /opt/python/3.13.0/bin/python, runs the examples
          ✗ 3.12.1        /opt/python/3.12.1/bin/python
                          has no shared library; install libpython3.12

        Limits
            time          10 s
            cpu time      40 s
            memory        2 GiB
            processes     64
            open files    1024
            file size     256 MiB
            scratch size  256 MiB
            output        1 MiB
            at once       2
        ");
        insta::assert_snapshot!(doctor_json(&diagnosis()).unwrap(), @r#"
        {
          "format_version": 1,
          "version": "0.1.0",
          "built_with": "libpython3.11.so.1.0",
          "protection": {
            "landlock": 7,
            "network": "isolated",
            "namespaces": [
              "user",
              "mount",
              "pid",
              "net",
              "ipc",
              "uts"
            ],
            "seccomp": true,
            "missing": []
          },
          "interpreters": [
            {
              "version": "3.13.0",
              "executable": "/opt/python/3.13.0/bin/python",
              "free_threaded": false,
              "chosen": true,
              "problem": null
            },
            {
              "version": "3.12.1",
              "executable": "/opt/python/3.12.1/bin/python",
              "free_threaded": false,
              "chosen": false,
              "problem": "has no shared library; install libpython3.12"
            }
          ],
          "limits": {
            "seconds": 10.0,
            "memory": 2147483648,
            "output": 1048576,
            "processes": 64,
            "cpu_seconds": 40.0,
            "open_files": 1024,
            "file_size": 268435456,
            "scratch_size": 268435456
          },
          "jobs": 2
        }
        "#);
    }

    #[test]
    fn missing_layers_come_with_advice() {
        let weak = Protection { network: "open".to_owned(), missing: vec!["no Landlock".to_owned()], ..Protection::default() };
        let none = Diagnosis { protection: Ok(weak), interpreters: vec![], ..diagnosis() };
        insta::assert_snapshot!(doctor(&none, &Settings { width: 72, ..Settings::default() }), @"
        verify 0.1.0, built with libpython3.11.so.1.0

        Sandbox
          ✗ files         missing: only the private root (mounts) keeps an
                          example from your files; where that is missing too,
                          nothing runs
          ✗ network       missing (open): an example has no sockets at all where
                          system calls are filtered; else it reaches whatever
                          you reach
          ✗ processes     missing: an example sees your processes; only Landlock
                          (6 and newer) keeps it from ending them
          ✗ mounts        missing: only Landlock keeps an example from your
                          files, and it sees their names
          ✗ system calls  missing: a mistake in the kernel is easier for an
                          example to use
          ✗ user          missing: an example has your user's number, and what
                          the other layers let through is done in your name
          ✗ machine       missing: an example sees this machine's name, and has
                          no shared memory of its own (System V)
          → to do         Landlock needs Linux 5.13 with `landlock` among the
                          names in /sys/kernel/security/lsm
          → to do         user namespaces are off: set
                          `kernel.unprivileged_userns_clone=1` with sysctl, on
                          Ubuntu
                          `kernel.apparmor_restrict_unprivileged_userns=0`; in
                          Docker give `--security-opt seccomp=unconfined`
          → to do         the kernel needs CONFIG_SECCOMP_FILTER
          ✗ because       no Landlock
          ✗ no sandbox    neither Landlock nor a private root: nothing is run,
                          unless `--no-sandbox` takes the risk knowingly

        Python
          ✗ Python        none was found: install CPython 3.10 or newer with its
                          shared library (`libpython3.x`), or give one with
                          `--python`

        Limits
            time          10 s
            cpu time      40 s
            memory        2 GiB
            processes     64
            open files    1024
            file size     256 MiB
            scratch size  256 MiB
            output        1 MiB
            at once       2
        ");
    }

    #[test]
    fn sandbox_that_can_not_be_tried() {
        let failed = Diagnosis { protection: Err("no libpython was found".to_owned()), ..diagnosis() };
        assert!(doctor(&failed, &Settings::default()).contains("✗ sandbox       could not be tried: no libpython was found"));
        let json: serde_json::Value = serde_json::from_str(&doctor_json(&failed).unwrap()).unwrap();
        assert_eq!(json["protection"]["error"], "no libpython was found");
    }
}
