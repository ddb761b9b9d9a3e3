//! What examples need installed: requirements by PEP 508, who named them and where, and which of them hold for a Python.
//!
//! Nothing is guessed here: a requirement is one that a person wrote down, in the configuration, in front matter, in a fence or in the
//! example itself. What is written down is locked ([`lock`]), and installed into environments of its own ([`cache`]), by uv or pip ([`install`]).

use std::{collections::BTreeMap, fmt, ops::Range, sync::Arc};

use pep440_rs::Version;
use pep508_rs::{MarkerEnvironment, MarkerEnvironmentBuilder, MarkerTree, VerbatimUrl, VersionOrUrl};
use serde::Deserialize;

use crate::environment::Interpreter;

pub mod cache;
pub mod install;
pub mod lock;
pub mod modules;
pub mod pep723;
pub mod prepare;

/// The platform that wheels are chosen for, as locks name it: `linux-x86_64`.
pub fn platform() -> String {
    format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH)
}

/// A requirement, and who named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    parsed: Arc<pep508_rs::Requirement<VerbatimUrl>>,
    /// Where it's named: `path:line:column`, or the path of a file.
    pub place: String,
}

impl Requirement {
    /// Reads a requirement (`numpy>=2; python_version >= "3.11"`). The error is a sentence without the place.
    pub fn parse(text: &str, place: &str) -> Result<Requirement, String> {
        let text = text.trim();
        let advice = "write it as in `numpy` or `pydantic[email]>=2`";
        if text.contains("${") || text.contains(char::is_control) {
            return Err(format!(
                "`{}` is no requirement: it names a variable of the environment, or holds control characters",
                text.escape_debug()
            ));
        }
        // The parser's own check ends in a panic.
        if !names_end_well(text) {
            return Err(format!("`{text}` is no requirement: a name ends in a letter or a digit; {advice}"));
        }
        let parsed: pep508_rs::Requirement<VerbatimUrl> = text.parse().map_err(|error: pep508_rs::Pep508Error| {
            format!("`{text}` is no requirement: {}; {advice}", first_line(&error.message.to_string()))
        })?;
        if let Some(VersionOrUrl::Url(url)) = &parsed.version_or_url {
            let address = url.to_string();
            let path = address.split(['#', '?']).next().unwrap_or_default();
            if !path.ends_with(".whl") {
                return Err(format!(
                    "`{text}` names no wheel: what has to be built or fetched by a version control can't be locked; give the address of a `.whl`"
                ));
            }
        }
        Ok(Requirement { parsed: Arc::new(parsed), place: place.to_owned() })
    }

    /// The package's name, normalised: `typing-extensions`.
    pub fn name(&self) -> &str {
        self.parsed.name.as_ref()
    }

    /// Whether its markers hold for a Python.
    fn applies(&self, markers: Option<&MarkerEnvironment>) -> bool {
        markers.is_none_or(|markers| self.parsed.marker.evaluate(markers, &[]))
    }

    /// Whether an installed version meets it. One of an address is met by no version.
    fn is_met_by(&self, version: &str) -> bool {
        match &self.parsed.version_or_url {
            None => true,
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => {
                version.parse::<Version>().is_ok_and(|version| specifiers.contains(&version))
            }
            Some(VersionOrUrl::Url(_)) => false,
        }
    }

    /// Without its markers, as it's given to an installer.
    fn bare(&self) -> String {
        let mut bare = (*self.parsed).clone();
        bare.marker = MarkerTree::TRUE;
        bare.to_string()
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parsed.fmt(formatter)
    }
}

/// The requirements of an example, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requirements(BTreeMap<String, Requirement>);

impl Requirements {
    /// Adds a requirement; where it's there already, the place that named it first stays.
    pub fn add(&mut self, requirement: Requirement) {
        self.0.entry(requirement.to_string()).or_insert(requirement);
    }

    /// Adds others.
    pub fn add_all(&mut self, others: &Requirements) {
        others.iter().for_each(|requirement| self.add(requirement.clone()));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The requirements, in the order of their text.
    pub fn iter(&self) -> impl Iterator<Item = &Requirement> {
        self.0.values()
    }

    /// Those whose markers hold for a Python, as an installer takes them.
    pub fn wanted(&self, interpreter: &Interpreter) -> Wanted {
        let markers = markers(interpreter);
        let applying = self.iter().filter(|requirement| requirement.applies(markers.as_ref()));
        Wanted(applying.map(|requirement| (requirement.bare(), requirement.clone())).collect())
    }

    /// The texts of [`Requirements::wanted`] for each minor version of Python that there may be.
    pub fn of_all_versions(&self, interpreter: &Interpreter) -> Vec<Vec<String>> {
        let of = |minor: u8| self.wanted(&Interpreter { version: format!("3.{minor}.0"), ..interpreter.clone() }).texts();
        std::iter::once(self.wanted(interpreter).texts()).chain((10..=30).map(of)).collect()
    }
}

/// Requirements as they are for one Python: markers are settled, and gone.
#[derive(Debug, Clone, Default)]
pub struct Wanted(BTreeMap<String, Requirement>);

impl Wanted {
    /// Whether there is nothing to install.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The requirements' texts, in order: what locks know them by.
    pub fn texts(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Those of a package.
    pub fn of_package(&self, name: &str) -> Option<&Requirement> {
        self.0.values().find(|requirement| requirement.name() == name)
    }

    /// The first of them, which stands for all in messages about all.
    pub fn first(&self) -> Option<&Requirement> {
        self.0.values().next()
    }

    /// Whether installed packages (normalised name → version) meet all of them.
    pub fn are_met_by(&self, installed: &BTreeMap<String, String>) -> bool {
        self.0.values().all(|requirement| installed.get(requirement.name()).is_some_and(|version| requirement.is_met_by(version)))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.texts().join(", "))
    }
}

/// `requires` of a document's front matter: of all its examples, or by example.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "give a list of packages (`[numpy]`), or such lists by example (`{ area: [numpy] }`)")]
pub enum FileRequirements {
    /// Of each example.
    All(Vec<String>),
    /// By example.
    Examples(BTreeMap<String, Vec<String>>),
}

impl Default for FileRequirements {
    fn default() -> Self {
        FileRequirements::All(Vec::new())
    }
}

impl FileRequirements {
    /// Those of an example.
    pub fn of(&self, example: &str) -> &[String] {
        match self {
            FileRequirements::All(all) => all,
            FileRequirements::Examples(examples) => examples.get(example).map_or(&[], Vec::as_slice),
        }
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        let (all, examples) = match self {
            FileRequirements::All(all) => (Some(all), None),
            FileRequirements::Examples(examples) => (None, Some(examples)),
        };
        all.into_iter().flatten().chain(examples.into_iter().flat_map(BTreeMap::values).flatten())
    }
}

/// The requirements in a fence's `requires=`: `attrs,pydantic>=2,<3`. None where other tools' words stand there: a Python version
/// (`3.12`), or names of files (`a.py,b.py`).
pub fn of_fence(value: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut depth = 0_usize;
    let mut start = 0;
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for (at, character) in value.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                pieces.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(start..value.len());
    for piece in pieces.into_iter().map(|piece| value[piece].trim()) {
        match found.last_mut() {
            // A further bound of the requirement before it.
            Some(last) if piece.starts_with(['<', '>', '=', '!', '~']) => {
                last.push(',');
                last.push_str(piece);
            }
            _ if piece.is_empty() => {}
            _ => found.push(piece.to_owned()),
        }
    }
    let of_others =
        |text: &String| text.starts_with(|first: char| first.is_ascii_digit() || "<>=!~".contains(first)) || text.ends_with(".py");
    if found.iter().any(of_others) { Vec::new() } else { found }
}

/// What markers are compared with; `None` for a version that can't be read, where all markers are taken to hold.
fn markers(interpreter: &Interpreter) -> Option<MarkerEnvironment> {
    let (major, minor) = interpreter.minor();
    let short = format!("{major}.{minor}");
    let builder = MarkerEnvironmentBuilder {
        implementation_name: "cpython",
        implementation_version: &interpreter.version,
        os_name: "posix",
        platform_machine: std::env::consts::ARCH,
        platform_python_implementation: "CPython",
        platform_release: "",
        platform_system: "Linux",
        platform_version: "",
        python_full_version: &interpreter.version,
        python_version: &short,
        sys_platform: "linux",
    };
    MarkerEnvironment::try_from(builder).ok()
}

/// Whether the package's name and those of its extras end in a letter or a digit.
fn names_end_well(text: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let (name, rest) = text.split_at(text.find(|character| !is_part(character)).unwrap_or(text.len()));
    let extras = rest.trim_start().strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or_default();
    std::iter::once(name).chain(extras.split(',').map(str::trim)).all(|name| !name.ends_with(['-', '_', '.']))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An interpreter of a version; nothing of it is there.
    pub(crate) fn interpreter(version: &str) -> Interpreter {
        Interpreter {
            version: version.to_owned(),
            executable: "/python/bin/python3".into(),
            base_prefix: "/python".into(),
            prefix: "/python".into(),
            system_site_packages: true,
            libpython: "/python/lib/libpython3.so".into(),
            free_threaded: false,
        }
    }

    pub(crate) fn requirements(texts: &[&str]) -> Requirements {
        let mut all = Requirements::default();
        texts.iter().for_each(|text| all.add(Requirement::parse(text, "page.md:2:1").unwrap()));
        all
    }

    #[test]
    fn the_same_requirement_has_the_same_text() {
        let wanted =
            requirements(&["Typing_Extensions >= 4", "typing-extensions>=4", "pydantic[email] >=2, <3"]).wanted(&interpreter("3.12.1"));
        assert_eq!(wanted.texts(), ["pydantic[email]>=2,<3", "typing-extensions>=4"]);
    }

    #[test]
    fn markers_are_settled_by_the_python() {
        let all = requirements(&["tomli; python_version < '3.11'", "attrs; sys_platform == 'win32'", "numpy"]);
        assert_eq!(all.wanted(&interpreter("3.10.13")).texts(), ["numpy", "tomli"]);
        assert_eq!(all.wanted(&interpreter("3.11.0")).texts(), ["numpy"]);
    }

    #[test]
    fn what_is_no_requirement_is_said_with_advice() {
        let error = |text| Requirement::parse(text, "").unwrap_err();
        assert!(error("not valid!!").starts_with("`not valid!!` is no requirement: "), "{}", error("not valid!!"));
        assert!(error("numpy=1").ends_with("write it as in `numpy` or `pydantic[email]>=2`"), "{}", error("numpy=1"));
        assert!(error("").contains("no requirement"));
        assert!(error("--index-url=https://a.example").contains("no requirement"));
        assert!(error("a @ git+https://a.example/a.git").contains("names no wheel"));
        assert!(error("a @ https://${HOME}.example/a.whl").contains("no requirement"));
        assert!(Requirement::parse("a @ https://a.example/a-1-py3-none-any.whl", "").is_ok());
    }

    #[test]
    fn installed_versions_meet_or_do_not() {
        let installed = BTreeMap::from([("attrs".to_owned(), "23.1.0".to_owned())]);
        let met = |text| requirements(&[text]).wanted(&interpreter("3.12.1")).are_met_by(&installed);
        assert!(met("attrs>=21.3") && met("attrs") && !met("attrs>24") && !met("numpy"));
        assert!(!met("attrs @ https://a.example/attrs-23.1.0-py3-none-any.whl"));
    }

    #[test]
    fn fences_name_packages_versions_or_files() {
        assert_eq!(of_fence("attrs,pydantic"), ["attrs", "pydantic"]);
        assert_eq!(of_fence("pydantic[email,a]>=2,<3, attrs"), ["pydantic[email,a]>=2,<3", "attrs"]);
        assert_eq!(of_fence("3.12"), [""; 0]);
        assert_eq!(of_fence(">=3.12"), [""; 0]);
        assert_eq!(of_fence("a.py,b.py"), [""; 0]);
        assert_eq!(of_fence(""), [""; 0]);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in any::<String>()) {
            let _ = Requirement::parse(&text, "");
            of_fence(&text);
        }

        #[test]
        fn nearly_requirements_are_survived(text in "[a-z@\\[\\]<>=!~;,.(){}$ \"'0-9:/-]{0,24}") {
            let _ = Requirement::parse(&text, "").map(|requirement| requirement.bare());
            of_fence(&text);
        }
    }
}
