//! What is provided around an example: services, web answers, and what is built of sources in other languages.
//!
//! All of it is made and run in the example's own sandbox, just before the example, and ends with it. Nothing here takes more rights than
//! an example has: it could start the same programs itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::Content;

/// How long a service may take to come up, where nothing else is said.
pub const SERVICE_WAIT: Duration = Duration::from_secs(30);
/// How long each command of a build may take.
pub const BUILD_TIME: Duration = Duration::from_secs(60);
/// Bytes that the scratch folder is larger for each service: a database that is empty takes 40 MB.
const SERVICE_BYTES: u64 = 128 << 20;

/// What an example finds around it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provisions {
    /// Servers on its loopback.
    pub services: Vec<Service>,
    /// What the web answers.
    pub web: Vec<WebAnswer>,
    /// Commands for a shell that make something of the files in its working folder, in this order.
    pub build: Vec<String>,
}

/// A server that runs beside an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// What it's called in messages; no other service of the example has this name.
    pub name: String,
    /// TCP port on the loopback at which it listens.
    pub port: u16,
    /// How long it may take to come up.
    pub wait: Duration,
    /// What it is.
    pub kind: ServiceKind,
}

/// A kind of service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceKind {
    /// `redis-server`, empty.
    Redis,
    /// PostgreSQL: a new cluster that trusts everybody on the loopback; the statements are run before the example.
    Postgresql {
        /// SQL, any number of statements.
        sql: String,
    },
    /// Any other program.
    Command {
        /// The program and its arguments.
        command: Vec<String>,
        /// Which package of the system has the program, for the message when it's missing.
        package: Option<String>,
    },
}

/// An answer of the web.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WebAnswer {
    /// `http` or `https`; both where it's `None`.
    pub scheme: Option<String>,
    /// Name of the host, in lower case.
    pub host: String,
    /// A port other than 80 and 443, spoken to by HTTP.
    pub port: Option<u16>,
    /// Path that is asked for; one that ends in `*` means all that start so.
    pub path: String,
    /// `GET`, `POST`, …; any where it's `None`.
    pub method: Option<String>,
    /// HTTP status.
    pub status: u16,
    /// Headers besides those that the server sets.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Content,
    /// Seconds from the request to the answer.
    pub delay: f64,
}

impl Provisions {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        *self == Provisions::default()
    }

    /// What there is, in words for reports.
    pub fn described(&self) -> Vec<String> {
        let services = self.services.iter().map(|service| format!("service {} at port {}", service.name, service.port));
        let hosts: BTreeSet<(&str, Option<u16>)> = self.web.iter().map(|answer| (answer.host.as_str(), answer.port)).collect();
        let web = hosts.into_iter().map(|(host, port)| match port {
            Some(port) => format!("web {host}:{port}"),
            None => format!("web {host}"),
        });
        let build = self.build.iter().map(|line| format!("build `{line}`"));
        services.chain(web).chain(build).collect()
    }

    /// Adds what another example has that this one continues. Where both have something of the same name, this one's stays.
    pub fn add(&mut self, earlier: &Provisions) {
        let taken: BTreeSet<(&str, u16)> = self.services.iter().map(|service| (service.name.as_str(), service.port)).collect();
        let free = |service: &&Service| taken.iter().all(|(name, port)| *name != service.name && *port != service.port);
        let services: Vec<Service> = earlier.services.iter().filter(free).cloned().collect();
        self.services.extend(services);
        self.web.extend(earlier.web.iter().filter(|answer| !self.web.contains(answer)).cloned().collect::<Vec<_>>());
        let own = std::mem::take(&mut self.build);
        self.build = earlier.build.iter().filter(|line| !own.contains(line)).chain(&own).cloned().collect();
    }

    /// How much longer than the example itself all of it may take.
    pub fn time(&self) -> Duration {
        let services = self.services.iter().map(|service| service.wait).sum::<Duration>();
        let web = if self.web.is_empty() { Duration::ZERO } else { SERVICE_WAIT };
        services.saturating_add(web).saturating_add(BUILD_TIME.saturating_mul(u32::try_from(self.build.len()).unwrap_or(u32::MAX)))
    }

    /// Bytes that the scratch folder is larger.
    pub fn scratch_bytes(&self) -> u64 {
        SERVICE_BYTES.saturating_mul(self.services.len() as u64)
    }

    /// Names that are answered by the sandbox itself, and the ports at which it does so.
    pub fn hosts(&self) -> BTreeSet<(String, u16)> {
        let ports = |answer: &WebAnswer| match (answer.port, answer.scheme.as_deref()) {
            (Some(port), _) => vec![port],
            (None, Some("http")) => vec![80],
            (None, Some("https")) => vec![443],
            (None, _) => vec![80, 443],
        };
        self.web.iter().flat_map(|answer| ports(answer).into_iter().map(|port| (answer.host.clone(), port))).collect()
    }

    /// Environment variables by which clients find it.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        if !self.web.is_empty() {
            // OpenSSL (and with it Python, curl and httpx), `requests`, and programs that use the library of curl.
            for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"] {
                variables.insert(name.to_owned(), AUTHORITY.to_owned());
            }
        }
        if let Some(service) = self.services.iter().find(|service| matches!(service.kind, ServiceKind::Postgresql { .. })) {
            for (name, value) in [("PGHOST", "localhost"), ("PGUSER", "postgres"), ("PGPORT", service.port.to_string().as_str())] {
                variables.insert(name.to_owned(), value.to_owned());
            }
        }
        variables
    }
}

/// Name of the folder, in that of temporary files, where services have theirs.
pub const FOLDER: &str = "services";
/// The certificate of the authority that vouches for the web's names, in a private root.
const AUTHORITY: &str = "/tmp/services/authority.pem";

#[cfg(test)]
mod tests {
    use super::*;

    fn service(name: &str, port: u16) -> Service {
        Service { name: name.to_owned(), port, wait: SERVICE_WAIT, kind: ServiceKind::Redis }
    }

    #[test]
    fn what_is_continued_comes_along_once() {
        let mut own = Provisions { services: vec![service("redis", 6379)], build: vec!["b".to_owned()], ..Provisions::default() };
        let earlier = Provisions {
            services: vec![service("redis", 7000), service("second", 6379), service("third", 7001)],
            build: vec!["a".to_owned(), "b".to_owned()],
            ..Provisions::default()
        };
        own.add(&earlier);
        assert_eq!(own.services, [service("redis", 6379), service("third", 7001)]);
        assert_eq!(own.build, ["a", "b"]);
    }
}
