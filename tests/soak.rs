//! A soak: 50,000 mixed examples, one in a hundred of them hostile, in one run of the real binary.
//!
//! Nothing may be lost, each harmless example's verdicts must come out exactly, no process, descriptor, mount or file may be left, and
//! memory must stay flat, of the parent and of the servers. It takes minutes, so it's asked for by name:
//! `cargo test --release --test soak -- --ignored --nocapture`. `VERIFY_SOAK` gives another number of examples.

#[path = "common/site.rs"]
mod site;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use site::{Hostile, Site, check_hostile, claims, hostile_examples, say, text};

/// Examples of a document; the one in the middle is hostile.
const EACH: usize = 100;
/// How often the run's processes are looked at.
const STEP: Duration = Duration::from_millis(250);
/// How much more of a server's memory than in the first third of the run may be in use in the last one.
const SERVER_GROWTH: u64 = 8 << 20;
/// The same of the parent, for each example: the text of its report, which is written at the end.
const PARENT_GROWTH_EACH: u64 = 3 << 10;

#[test]
#[ignore = "takes minutes"]
fn a_long_run_of_mixed_examples_loses_nothing_and_leaves_nothing() {
    let count: usize = std::env::var("VERIFY_SOAK").map_or(50_000, |count| count.parse().expect("VERIFY_SOAK is a number"));
    let site = Site::new();
    let Some(layers) = site.layers() else { return };
    let quick = |example: &Hostile| !example.outcomes.iter().any(|outcome| outcome == "any" || outcome == "timed-out");
    let hostile: Vec<Hostile> = hostile_examples().into_iter().filter(|example| example.can_run(&layers) && quick(example)).collect();
    let folder = site.project.join("documents");
    fs::create_dir(&folder).unwrap();
    let documents = count.div_ceil(EACH);
    for number in 0..documents {
        fs::write(folder.join(format!("soak-{number:05}.md")), document(&site, number, &hostile[number % hostile.len()])).unwrap();
    }
    let before = site.snapshot();
    let mounts = mounts_of(Path::new("/proc/self"));

    let begin = Instant::now();
    let path = site.root.join("cache/report.json");
    let output = fs::File::create(&path).unwrap();
    let mut run = site.command(&["documents", "--format", "json"]).stdin(Stdio::null()).stdout(output).spawn().unwrap();
    let samples = watch(&mut run, &site.binary);
    let seconds = begin.elapsed().as_secs_f64();

    let mut failures = Vec::new();
    let report = fs::read_to_string(&path).unwrap();
    check(&report, documents, &hostile, &mut failures);
    site.check_nothing_is_left(&before, &mut failures);
    site.check_canaries(&mut failures);
    if mounts_of(Path::new("/proc/self")) != mounts {
        failures.push("mounts came or went".to_owned());
    }
    samples.check(documents * EACH, &mut failures);
    say(&format!(
        "{} examples, {documents} of them hostile ({} kinds), in {seconds:.0} s: {:.1} ms each",
        documents * EACH,
        hostile.len(),
        seconds * 1e3 / (documents * EACH) as f64
    ));
    say(&samples.story());
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures[..failures.len().min(50)].join("\n"));
}

/// A document of harmless examples, with a hostile one in the middle.
fn document(site: &Site, number: usize, hostile: &Hostile) -> String {
    let timeout = hostile.timeout.map(|seconds| format!("timeout: {{ \"hostile{number}\": {seconds} }}\n")).unwrap_or_default();
    let mut text = format!("---\nquestion: \"{number}\"\n{timeout}---\n\n");
    for part in 0..EACH {
        let _ = match part == EACH / 2 {
            true => write!(text, "````python id=hostile{number}\n{}````\n\n", site.fill(&hostile.code)),
            false => {
                let n = 1000 + number * EACH + part;
                write!(text, "```python id=s{n}\n{}```\n\n", harmless(n).0)
            }
        };
    }
    text
}

/// The code of a harmless example, and for each of its claims the verdict and what must have been seen.
fn harmless(n: usize) -> (String, Vec<(&'static str, String)>) {
    let holds = |seen: String| ("holds", seen);
    match n % 200 {
        17 => (format!("import time\ntime.sleep(0.05)\nprint({n})  # {n}\n"), vec![holds(n.to_string())]),
        117 => (format!("import subprocess\nsubprocess.run(['true']).returncode + {n}  # {n}\n"), vec![holds(n.to_string())]),
        _ => match n % 10 {
            0 => (format!("x = {n}\nprint(x + 1)  # {}\n", n + 1), vec![holds((n + 1).to_string())]),
            1 => (format!("{n} * 7  # {}\n{n} + 1  # {n}\n", n * 7), vec![holds((n * 7).to_string()), ("wrong", (n + 1).to_string())]),
            2 => (format!("import json\njson.loads('[{n}]')  # [{n}]\n"), vec![holds(format!("[{n}]"))]),
            3 => (format!("int('{n} kg')  # raises ValueError\n{n}  # {n}\n"), vec![holds(String::new()), holds(n.to_string())]),
            4 => (
                format!("for i in range(3):\n    print(i + {n})  # {n}, {}, {}\n", n + 1, n + 2),
                vec![holds(format!("{n}\n{}\n{}", n + 1, n + 2))],
            ),
            5 => (format!(">>> {n} - 1\n{}\n", n - 1), vec![holds((n - 1).to_string())]),
            6 => (
                format!("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nP({n})  # P(x={n})\n"),
                vec![holds(format!("P(x={n})"))],
            ),
            7 => (
                format!(
                    "import os\nsorted(set(os.listdir()) - {{'main.py'}})  # []\nopen('f{n}', 'w').write('x')  # 1\n\
                     sorted(set(os.listdir()) - {{'main.py'}})  # ['f{n}']\n"
                ),
                vec![holds("[]".to_owned()), holds("1".to_owned()), holds(format!("['f{n}']"))],
            ),
            8 => (format!("import re\nre.findall(r'\\d+', 'a{n}b')  # ['{n}']\n"), vec![holds(format!("['{n}']"))]),
            _ => (
                format!(
                    "import threading\nresult = []\nthread = threading.Thread(target=result.append, args=({n},))\nthread.start()\n\
                     thread.join()\nresult  # [{n}]\n"
                ),
                vec![holds(format!("[{n}]"))],
            ),
        },
    }
}

fn check(report: &str, documents: usize, hostile: &[Hostile], failures: &mut Vec<String>) {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(report) {
        failures.push(format!("the report is no JSON: {error}"));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    // An example stands on a line of its own; all of them together would take much memory.
    for line in report.lines().filter(|line| line.starts_with("  {\"id\":")) {
        // The last one closes the list.
        let line = line.strip_suffix("],").unwrap_or_else(|| line.trim_end_matches(','));
        let Ok(example) = serde_json::from_str::<Value>(line) else {
            failures.push(format!("an example that can't be read: {line:.300}"));
            continue;
        };
        let id = text(&example, "id");
        *seen.entry(id.to_owned()).or_default() += 1;
        if let Some(number) = id.strip_prefix("hostile").and_then(|number| number.parse::<usize>().ok()) {
            check_hostile(&example, &hostile[number % hostile.len()], failures);
        } else if let Some(n) = id.strip_prefix('s').and_then(|number| number.parse().ok()) {
            let found: Vec<(&str, &str)> = claims(&example).map(|claim| (text(claim, "verdict"), text(claim, "actual"))).collect();
            let (_, expected) = harmless(n);
            let same = found.len() == expected.len()
                && found
                    .iter()
                    .zip(&expected)
                    .all(|(found, expected)| found.0 == expected.0 && (expected.1.is_empty() || found.1 == expected.1));
            if !same || text(&example, "outcome") != "ran" {
                failures.push(format!(
                    "{id} came out as {found:?}, not {expected:?}: {} {}",
                    text(&example, "outcome"),
                    text(&example, "reason")
                ));
            }
        }
    }
    for number in 0..documents {
        for part in 0..EACH {
            let id = if part == EACH / 2 { format!("hostile{number}") } else { format!("s{}", 1000 + number * EACH + part) };
            match seen.remove(&id) {
                Some(1) => {}
                times => failures.push(format!("{id} is reported {} times", times.unwrap_or(0))),
            }
        }
    }
    failures.extend(seen.keys().map(|id| format!("{id} is reported, and isn't there")));
}

/// What the run's processes took, each time that they were looked at.
#[derive(Default)]
struct Samples {
    parent: Vec<Taken>,
    servers: Vec<BTreeMap<u32, Taken>>,
}

/// What a process took at a moment.
#[derive(Clone, Copy, Default)]
struct Taken {
    /// Bytes in memory.
    memory: u64,
    descriptors: usize,
    mounts: usize,
}

fn watch(run: &mut Child, binary: &Path) -> Samples {
    let mut samples = Samples::default();
    while run.try_wait().unwrap().is_none() {
        let parent = run.id();
        // What else the parent starts (an interpreter, to ask it) has no servers. Of the program of a server may be unknown what it is.
        let mut guards = children(parent);
        guards.retain(|child| fs::read_link(format!("/proc/{child}/exe")).is_ok_and(|program| program == binary));
        let servers = guards.iter().flat_map(|guard| children(*guard));
        samples.servers.push(servers.filter_map(|server| Some((server, taken(server)?))).collect());
        samples.parent.extend(taken(parent));
        thread::sleep(STEP);
    }
    samples
}

fn children(process: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for task in fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten() {
        let list = fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(list.split_whitespace().filter_map(|number| number.parse::<u32>().ok()));
    }
    found
}

/// `None` of a process that is gone, or that may not be looked at.
fn taken(process: u32) -> Option<Taken> {
    let folder = PathBuf::from(format!("/proc/{process}"));
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let field = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let memory = field.trim().trim_end_matches(" kB").parse::<u64>().ok()? << 10;
    Some(Taken { memory, descriptors: fs::read_dir(folder.join("fd")).map_or(0, Iterator::count), mounts: mounts_of(&folder) })
}

fn mounts_of(process: &Path) -> usize {
    fs::read_to_string(process.join("mountinfo")).unwrap_or_default().lines().count()
}

impl Samples {
    /// The largest of a number in a part of the run: `(0, 3)` is the first third.
    fn most(&self, (part, parts): (usize, usize), number: impl Fn(&Taken) -> u64, servers: bool) -> u64 {
        let range = |length: usize| length * part / parts..length * (part + 1) / parts;
        if servers {
            self.servers[range(self.servers.len())].iter().flat_map(BTreeMap::values).map(number).max().unwrap_or(0)
        } else {
            self.parent[range(self.parent.len())].iter().map(number).max().unwrap_or(0)
        }
    }

    fn check(&self, examples: usize, failures: &mut Vec<String>) {
        if self.parent.len() < 12 {
            return failures.push("the run was over before it could be watched".to_owned());
        }
        // The start is left out: documents are read, servers import what their examples use.
        let thirds = [(1, 4), (3, 4)];
        let memory = |taken: &Taken| taken.memory;
        let descriptors = |taken: &Taken| taken.descriptors as u64;
        let mounts = |taken: &Taken| taken.mounts as u64;
        let mut bounded = |name: &str, first: u64, last: u64, growth: u64| {
            if last > first + growth {
                failures.push(format!("{name} grew from {first} to {last}"));
            }
        };
        let [first, last] = thirds.map(|third| self.most(third, memory, false));
        bounded("the parent's memory", first, last, PARENT_GROWTH_EACH * examples as u64);
        let [first, last] = thirds.map(|third| self.most(third, memory, true));
        bounded("a server's memory", first, last, SERVER_GROWTH);
        let [first, last] = thirds.map(|third| self.most(third, descriptors, true));
        bounded("a server's descriptors", first, last, 2);
        let [first, last] = thirds.map(|third| self.most(third, mounts, true));
        bounded("a server's mounts", first, last, 0);
        // Of two for each server; how many servers there are depends on how many examples wait.
        let servers = self.servers.iter().map(BTreeMap::len).max().unwrap_or(0) as u64;
        bounded("the parent's descriptors", 30 + 4 * servers, self.most((3, 4), descriptors, false), 0);
    }

    fn story(&self) -> String {
        let megabytes = |part: usize, servers: bool| self.most((part, 4), |taken| taken.memory, servers) as f64 / 1e6;
        let quarters = |servers: bool| (0..4).map(|part| format!("{:.1}", megabytes(part, servers))).collect::<Vec<_>>().join(", ");
        let descriptors = |servers: bool| self.most((0, 1), |taken| taken.descriptors as u64, servers);
        let at_once = self.servers.iter().map(BTreeMap::len).max().unwrap_or(0);
        let ids: std::collections::BTreeSet<&u32> = self.servers.iter().flat_map(BTreeMap::keys).collect();
        format!(
            "memory at most, by quarters of the run: parent {} MB, a server {} MB\ndescriptors at most: parent {}, a server {}; mounts of a \
             server at most {}\nservers seen: {}, at most {at_once} at once; {} looks",
            quarters(false),
            quarters(true),
            descriptors(false),
            descriptors(true),
            self.most((0, 1), |taken| taken.mounts as u64, true),
            ids.len(),
            self.parent.len()
        )
    }
}
