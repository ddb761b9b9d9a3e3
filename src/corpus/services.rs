//! The keys `services`, `web` and `companions` of front matter: what runs beside an example, or is made for it.
//!
//! What is written is read into the runner's own terms (`Provisions`); code blocks that are named by their id are found later, as which
//! document they are of isn't known here.

use std::{collections::BTreeMap, time::Duration};

use camino::Utf8Path;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_yaml::{Mapping, Value};

use super::needs::{Need, content, refused_path};
use crate::{
    hint,
    run::protocol::{Content, SERVICE_WAIT, Service, ServiceKind, WebAnswer},
};

/// The kinds of services that need no command.
const KNOWN: [&str; 2] = ["redis", "postgresql"];
/// Seconds that an answer may be delayed, and a service may take to come up.
const LONGEST: f64 = 600.0;

/// Entries of a key: a list, or a single one.
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T>(pub Vec<T>);

impl<'de, T: FromYaml> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = match Value::deserialize(deserializer)? {
            Value::Sequence(entries) => entries.into_iter().map(T::from_yaml).collect(),
            entry => T::from_yaml(entry).map(|entry| vec![entry]),
        };
        entries.map(Entries).map_err(D::Error::custom)
    }
}

impl<T: FromYaml> Need for Entries<T> {
    fn speaks_of_all(_: &str, _: &Value) -> bool {
        false
    }
}

/// What an entry is read from; the error is a sentence.
pub trait FromYaml: Sized {
    /// Reads it.
    fn from_yaml(value: Value) -> Result<Self, String>;
}

impl FromYaml for Service {
    fn from_yaml(value: Value) -> Result<Service, String> {
        let service = match value {
            Value::String(name) => known(&name, Mapping::new())?,
            Value::Mapping(mapping) if mapping.contains_key("command") => {
                let form: CommandForm = from(mapping.into())?;
                form.service()?
            }
            Value::Mapping(mapping) if mapping.len() == 1 => match mapping.into_iter().next() {
                Some((Value::String(name), Value::Mapping(options))) => known(&name, options)?,
                Some((Value::String(name), Value::Null)) => known(&name, Mapping::new())?,
                _ => return Err(EXPECTED.to_owned()),
            },
            _ => return Err(EXPECTED.to_owned()),
        };
        if service.port == 0 {
            return Err(format!("service `{}`: `port` is 0; give the port at which it listens", service.name));
        }
        Ok(service)
    }
}

const EXPECTED: &str = "a service is a name (`redis`, `postgresql`), a name with options (`redis: { port: 7000 }`), or \
                        `{ command: [PROGRAM, …], port: NUMBER }`";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommandForm {
    command: Vec<String>,
    port: u16,
    name: Option<String>,
    package: Option<String>,
    wait: Option<f64>,
}

impl CommandForm {
    fn service(self) -> Result<Service, String> {
        let program = self.command.first().filter(|program| !program.is_empty()).ok_or("`command` is empty; give a program")?;
        let name = self.name.unwrap_or_else(|| Utf8Path::new(program).file_name().unwrap_or(program).to_owned());
        if name.is_empty()
            || !name.chars().all(|character| character.is_ascii_alphanumeric() || "-_.".contains(character))
            || name.starts_with('.')
        {
            return Err(format!("`{name}` is no name of a service; use letters, digits, `-`, `_` and `.`"));
        }
        if self.command.iter().any(|word| word.contains('\0')) {
            return Err(format!("service `{name}`: `command` has a null character"));
        }
        let kind = ServiceKind::Command { command: self.command, package: self.package };
        Ok(Service { name, port: self.port, wait: wait(self.wait)?, kind })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RedisForm {
    port: Option<u16>,
    wait: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostgresqlForm {
    port: Option<u16>,
    wait: Option<f64>,
    sql: Option<String>,
}

/// A service that is known by its name.
fn known(name: &str, options: Mapping) -> Result<Service, String> {
    let (port, seconds, kind) = match name {
        "redis" => {
            let form: RedisForm = from(options.into())?;
            (form.port.unwrap_or(6379), form.wait, ServiceKind::Redis)
        }
        "postgresql" => {
            let form: PostgresqlForm = from(options.into())?;
            (form.port.unwrap_or(5432), form.wait, ServiceKind::Postgresql { sql: form.sql.unwrap_or_default() })
        }
        _ => {
            let near = hint::nearest(name, KNOWN).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            return Err(format!("`{name}` is no service that is known by its name; {near}{EXPECTED}"));
        }
    };
    Ok(Service { name: name.to_owned(), port, wait: wait(seconds)?, kind })
}

fn wait(seconds: Option<f64>) -> Result<Duration, String> {
    let Some(seconds) = seconds else { return Ok(SERVICE_WAIT) };
    duration("wait", seconds).map(Duration::from_secs_f64)
}

fn duration(name: &str, seconds: f64) -> Result<f64, String> {
    if (0.0..=LONGEST).contains(&seconds) { Ok(seconds) } else { Err(format!("`{name}` is {seconds}; give seconds, {LONGEST} at most")) }
}

/// An entry of `web`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebForm {
    url: String,
    method: Option<String>,
    status: Option<u16>,
    headers: Option<BTreeMap<String, String>>,
    body: Option<Value>,
    json: Option<serde_json::Value>,
    delay: Option<f64>,
}

impl FromYaml for WebAnswer {
    fn from_yaml(value: Value) -> Result<WebAnswer, String> {
        let form: WebForm = match value {
            Value::String(url) => WebForm { url, method: None, status: None, headers: None, body: None, json: None, delay: None },
            value => from(value)?,
        };
        let url = form.url.as_str();
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme @ ("http" | "https"), rest)) => (Some(scheme.to_owned()), rest),
            Some((scheme, _)) => {
                return Err(format!("`{url}`: `{scheme}` isn't answered; use `http` or `https`, or leave it out for both"));
            }
            None => (None, url),
        };
        // What stands behind `#` isn't sent to servers.
        let rest = rest.split('#').next().unwrap_or(rest);
        let start = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(start);
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => {
                (host, Some(port.parse::<u16>().ok().filter(|port| *port > 0).ok_or(format!("`{url}`: `{port}` is no port"))?))
            }
            None => (authority, None),
        };
        let host = host.to_ascii_lowercase();
        let plain = |label: &str| {
            !label.is_empty()
                && label.len() < 64
                && label.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
        };
        if !host.split('.').all(plain) || host.len() > 253 {
            return Err(format!("`{url}`: `{host}` is no name of a host"));
        }
        let port = match (port, scheme.as_deref()) {
            (Some(80), None | Some("http")) | (Some(443), None | Some("https")) => None,
            (Some(port), Some("https")) => return Err(format!("`{url}`: HTTPS is answered at port 443 only, not at {port}")),
            (port, _) => port,
        };
        if host == "localhost" && port.is_none() {
            return Err(format!("`{url}`: `localhost` is answered at a port of its own: `localhost:8000`"));
        }
        let status = form.status.unwrap_or(200);
        if !(200..600).contains(&status) {
            return Err(format!("`{url}`: `status` is {status}; give one from 200 to 599"));
        }
        let (body, kind) = match (form.body, form.json) {
            (Some(_), Some(_)) => return Err(format!("`{url}`: give `body` or `json`, not both")),
            (None, Some(json)) => (Content::Text(json.to_string()), "application/json"),
            (None, None) => (Content::Text(String::new()), "text/html; charset=utf-8"),
            (Some(body), None) => match content(body).map_err(|why| format!("`{url}`: `body`: {why}"))? {
                body @ Content::Text(_) => (body, "text/html; charset=utf-8"),
                body => (body, "application/octet-stream"),
            },
        };
        let mut headers = form.headers.unwrap_or_default();
        for (name, value) in &headers {
            let token = |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character);
            if name.is_empty() || !name.chars().all(token) || value.chars().any(char::is_control) || !value.is_ascii() {
                return Err(format!("`{url}`: `{name}` is no header of HTTP"));
            }
        }
        if !headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
            headers.insert("Content-Type".to_owned(), kind.to_owned());
        }
        Ok(WebAnswer {
            scheme,
            host,
            port,
            path: if path.is_empty() { "/*".to_owned() } else { path.to_owned() },
            method: form.method.map(|method| method.to_ascii_uppercase()),
            status,
            headers,
            body,
            delay: duration("delay", form.delay.unwrap_or(0.0))?,
        })
    }
}

/// Sources in other languages, and how something is made of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Companions {
    /// Files in the working folder, by relative path.
    pub files: BTreeMap<String, CompanionFile>,
    /// Commands for a shell, in order.
    pub build: Vec<String>,
}

/// What a companion holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompanionFile {
    /// What is written here.
    Content(Content),
    /// The code block of the document with this id.
    Block(String),
}

impl CompanionFile {
    fn from_yaml(value: Value) -> Result<CompanionFile, String> {
        match value.as_mapping().filter(|mapping| mapping.len() == 1).and_then(|mapping| mapping.get("block")) {
            Some(Value::String(id)) => Ok(CompanionFile::Block(id.clone())),
            Some(_) => Err("`block` is the id of a code block".to_owned()),
            None => content(value).map(CompanionFile::Content),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompanionsForm {
    #[serde(default)]
    files: BTreeMap<String, Value>,
    #[serde(default)]
    build: Value,
}

impl Need for Companions {
    fn speaks_of_all(key: &str, _: &Value) -> bool {
        ["files", "build"].contains(&key)
    }
}

impl<'de> Deserialize<'de> for Companions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = CompanionsForm::deserialize(deserializer)?;
        let mut files = BTreeMap::new();
        for (name, value) in form.files {
            if let Some(why) = refused_path(&name) {
                return Err(D::Error::custom(format!("`{name}` can't be a companion: {why}")));
            }
            let file = CompanionFile::from_yaml(value).map_err(|why| D::Error::custom(format!("`{name}`: {why}")))?;
            files.insert(name, file);
        }
        let line = |value: Value| match value {
            Value::String(line) if !line.trim().is_empty() && !line.contains('\0') => Ok(line),
            _ => Err(D::Error::custom("`build` is a command for the shell, or a list of them")),
        };
        let build = match form.build {
            Value::Null => Vec::new(),
            Value::Sequence(lines) => lines.into_iter().map(line).collect::<Result<_, _>>()?,
            single => vec![line(single)?],
        };
        Ok(Companions { files, build })
    }
}

fn from<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, String> {
    serde_yaml::from_value(value).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::corpus::needs::PerExample;

    fn services(yaml: &str) -> Result<Vec<(String, u16)>, String> {
        let read: Entries<Service> = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        Ok(read.0.into_iter().map(|service| (service.name, service.port)).collect())
    }

    fn answer(yaml: &str) -> Result<WebAnswer, String> {
        let read: Entries<WebAnswer> = serde_yaml::from_str(yaml).map_err(|error| error.to_string())?;
        read.0.into_iter().next().ok_or_else(|| "none".to_owned())
    }

    #[test]
    fn a_service_is_a_name_a_name_with_options_or_a_command() {
        let named = |name: &str, port| Ok(vec![(name.to_owned(), port)]);
        assert_eq!(services("redis"), named("redis", 6379));
        assert_eq!(services("[postgresql: ]"), named("postgresql", 5432));
        assert_eq!(services("[redis: { port: 7000 }]"), named("redis", 7000));
        assert_eq!(services("[{ command: [/opt/bin/mailer, -v], port: 25 }]"), named("mailer", 25));
        for (yaml, why) in [
            ("[{ command: [a], port: 25, name: ../x }]", "no name of a service"),
            ("[{ command: [a], port: 25, wait: .inf }]", "`wait` is inf"),
            ("[{ command: [a], port: 70000 }]", "70000"),
            ("[redis: { sql: x }]", "unknown field `sql`"),
            ("[3]", "a service is a name"),
            ("[redis: { port: 1 }, x: 1]", "a service is a name"),
        ] {
            let error = services(yaml).unwrap_err();
            assert!(error.contains(why), "{yaml}: {error}");
        }
    }

    #[test]
    fn an_address_says_what_is_answered() {
        let of = |url: &str| answer(&format!("'{url}'")).map(|answer| (answer.scheme, answer.host, answer.port, answer.path));
        let is =
            |scheme: Option<&str>, host: &str, port, path: &str| Ok((scheme.map(str::to_owned), host.to_owned(), port, path.to_owned()));
        assert_eq!(of("Example.org"), is(None, "example.org", None, "/*"));
        assert_eq!(of("https://example.org/"), is(Some("https"), "example.org", None, "/"));
        assert_eq!(of("https://example.org:443/a?b#c"), is(Some("https"), "example.org", None, "/a?b"));
        assert_eq!(of("localhost:8000/x*"), is(None, "localhost", Some(8000), "/x*"));
        for (url, why) in [
            ("", "no name of a host"),
            ("a..b", "no name of a host"),
            ("127.0.0.1 x", "no name of a host"),
            ("a.b:0", "`0` is no port"),
            ("https://a.b:8443", "port 443 only"),
            ("localhost", "a port of its own"),
            ("gopher://a.b", "`gopher` isn't answered"),
        ] {
            let error = of(url).unwrap_err();
            assert!(error.contains(why), "{url}: {error}");
        }
        assert_eq!(answer("[{ url: a.b, json: [1] }]").map(|answer| (answer.body, answer.headers)), {
            Ok((Content::Text("[1]".to_owned()), [("Content-Type".to_owned(), "application/json".to_owned())].into()))
        });
        assert!(answer("[{ url: a.b, json: 1, body: x }]").is_err());
        assert!(answer("[{ url: a.b, headers: { X: \"a\\r\\nb\" } }]").is_err());
    }

    #[test]
    fn companions_are_the_files_or_an_examples() {
        let read: PerExample<Companions> = serde_yaml::from_str("{ files: { a.c: text }, build: make }").unwrap();
        assert_eq!(read.of("any").map(|companions| companions.build.clone()), Some(vec!["make".to_owned()]));
        let read: PerExample<Companions> = serde_yaml::from_str("one: { files: { a.c: { block: b } } }").unwrap();
        assert_eq!(read.of("one").map(|companions| companions.files.len()), Some(1));
        assert_eq!(read.of("two"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text: String) {
            let _ = services(&text);
            let _ = answer(&text);
            let _ = answer(&format!("[{{ url: {text:?} }}]"));
            let _ = serde_yaml::from_str::<PerExample<Companions>>(&text);
        }
    }
}
