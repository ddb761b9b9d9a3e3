//! The arguments of `verify __server`: what the parent tells a server when it starts it.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    path::PathBuf,
};

use camino::Utf8PathBuf;

use crate::run::{
    circumstances::Circumstances,
    python::{StartOptions, VirtualEnvironment},
    sandbox::Layer,
};

/// How a server is started: the arguments behind `__server`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerArgs {
    /// `--python PATH`: the interpreter's executable, for `sys.executable`.
    pub python: Option<Utf8PathBuf>,
    /// `--environment FOLDER`: the virtual environment, where there is one (its `sys.prefix`).
    pub environment: Option<Utf8PathBuf>,
    /// `--site-packages FOLDER`: the virtual environment's installed modules.
    pub site_packages: Option<Utf8PathBuf>,
    /// `--system-site-packages`: the base interpreter's installed modules stay importable in the virtual environment.
    pub system_site_packages: bool,
    /// `--read PATH`, any number: trees that examples may read besides the system's: the interpreter's prefixes, its
    /// site-packages, the folder of its libpython.
    pub read: Vec<Utf8PathBuf>,
    /// `--file NAME=PATH`, any number: a tree or file that examples were granted to read; a link of this name in their working folder leads
    /// there. An absolute name stands for no link.
    pub files: BTreeMap<Utf8PathBuf, Utf8PathBuf>,
    /// `--write PATH`, any number: those of the trees and files that examples were granted to change, too.
    pub write: Vec<Utf8PathBuf>,
    /// `--network`: examples were granted the network of this machine.
    pub network: bool,
    /// `--variable NAME`, any number: an environment variable that examples were granted. Its value comes in the server's own environment,
    /// as `VERIFY_GRANTED_NAME`: where no loader and no Python looks at it.
    pub variables: BTreeSet<String>,
    /// `--host NAME:PORT`, any number: names that lead to the sandbox's own loopback, where their ports are answered.
    pub hosts: BTreeSet<(String, u16)>,
    /// `--preload MODULE`, any number: modules of packages that are imported before the examples that name them, where that is safe.
    pub preload: BTreeSet<String>,
    /// `--harness FILE`: the harness as this interpreter compiled it.
    pub harness: Option<Utf8PathBuf>,
    /// `--changed PATH`, any number: trees that some examples of the run may change, or strangers have made: no module is imported from there
    /// beforehand, unless `--preload` names it.
    pub changed: Vec<Utf8PathBuf>,
    /// `--scratch-size BYTES`: of the scratch folder, where there is a private root.
    pub scratch_size: Option<u64>,
    /// `--host-scratch FOLDER`: where the scratch is made if it must lie in the host's tree; nothing is there yet. Whoever names it can take it
    /// away should the server and its guard both be killed.
    pub host_scratch: Option<Utf8PathBuf>,
    /// `--circumstances NAME`: those of its examples.
    pub circumstances: Circumstances,
    /// `--no-sandbox`: only limits.
    pub no_sandbox: bool,
    /// `--without LAYER`, any number: layers to leave out, as if the system refused them (for tests).
    pub without: Vec<Layer>,
    /// `--probe`: answer with a [`Protection`](crate::run::protocol::Protection), and end.
    pub probe: bool,
}

impl ServerArgs {
    /// Reads the arguments; the error is a sentence.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<ServerArgs, String> {
        let mut args = ServerArgs::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || -> Result<String, String> {
                let value = arguments.next().ok_or_else(|| format!("{} needs a value", argument.display()))?;
                value.into_string().map_err(|value| format!("{} isn't UTF-8", value.display()))
            };
            match argument.to_str() {
                Some("--python") => args.python = Some(value()?.into()),
                Some("--environment") => args.environment = Some(value()?.into()),
                Some("--site-packages") => args.site_packages = Some(value()?.into()),
                Some("--system-site-packages") => args.system_site_packages = true,
                Some("--read") => args.read.push(value()?.into()),
                Some("--file") => {
                    let value = value()?;
                    let (name, path) = value.split_once('=').ok_or_else(|| format!("--file {value}: not NAME=PATH"))?;
                    args.files.insert(name.into(), path.into());
                }
                Some("--write") => args.write.push(value()?.into()),
                Some("--network") => args.network = true,
                Some("--variable") => drop(args.variables.insert(value()?)),
                Some("--host") => {
                    let value = value()?;
                    let host = value.split_once(':').and_then(|(name, port)| Some((name.to_owned(), port.parse().ok()?)));
                    args.hosts.insert(host.ok_or_else(|| format!("--host {value}: not NAME:PORT"))?);
                }
                Some("--preload") => drop(args.preload.insert(value()?)),
                Some("--harness") => args.harness = Some(value()?.into()),
                Some("--changed") => args.changed.push(value()?.into()),
                Some("--scratch-size") => {
                    let value = value()?;
                    args.scratch_size = Some(value.parse().map_err(|error| format!("--scratch-size {value}: {error}"))?);
                }
                Some("--host-scratch") => args.host_scratch = Some(value()?.into()),
                Some("--circumstances") => args.circumstances = value()?.parse()?,
                Some("--without") => args.without.push(value()?.parse()?),
                Some("--no-sandbox") => args.no_sandbox = true,
                Some("--probe") => args.probe = true,
                _ => return Err(format!("the server has no argument {}", argument.display())),
            }
        }
        if let Some(path) = args
            .read
            .iter()
            .chain(args.files.values())
            .chain(&args.host_scratch)
            .find(|path| !path.is_absolute() || path.parent().is_none())
        {
            return Err(format!("{path}: not an absolute path below the root"));
        }
        if let Some(path) = args.write.iter().find(|path| !args.files.values().any(|file| file == *path)) {
            return Err(format!("--write {path}: no --file names it"));
        }
        if args.environment.is_some() != args.site_packages.is_some() {
            return Err("--environment and --site-packages go together".to_owned());
        }
        Ok(args)
    }

    /// The arguments that [`ServerArgs::parse`] reads.
    pub fn to_arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        for (name, values) in [
            ("--python", self.python.iter().map(ToString::to_string).collect::<Vec<_>>()),
            ("--environment", self.environment.iter().map(ToString::to_string).collect()),
            ("--site-packages", self.site_packages.iter().map(ToString::to_string).collect()),
            ("--read", self.read.iter().map(ToString::to_string).collect()),
            ("--file", self.files.iter().map(|(name, path)| format!("{name}={path}")).collect()),
            ("--write", self.write.iter().map(ToString::to_string).collect()),
            ("--variable", self.variables.iter().cloned().collect()),
            ("--host", self.hosts.iter().map(|(name, port)| format!("{name}:{port}")).collect()),
            ("--preload", self.preload.iter().cloned().collect()),
            ("--harness", self.harness.iter().map(ToString::to_string).collect()),
            ("--changed", self.changed.iter().map(ToString::to_string).collect()),
            ("--scratch-size", self.scratch_size.iter().map(ToString::to_string).collect()),
            ("--host-scratch", self.host_scratch.iter().map(ToString::to_string).collect()),
            ("--without", self.without.iter().map(ToString::to_string).collect()),
        ] {
            arguments.extend(values.into_iter().flat_map(|value| [name.to_owned(), value]));
        }
        if self.circumstances != Circumstances::Usual {
            arguments.extend(["--circumstances".to_owned(), self.circumstances.to_string()]);
        }
        arguments.extend(self.system_site_packages.then(|| "--system-site-packages".to_owned()));
        arguments.extend(self.network.then(|| "--network".to_owned()));
        arguments.extend(self.no_sandbox.then(|| "--no-sandbox".to_owned()));
        arguments.extend(self.probe.then(|| "--probe".to_owned()));
        arguments
    }

    /// What the interpreter is to be, with the harness that was compiled before.
    pub(super) fn start_options(&self, compiled: Option<Vec<u8>>) -> StartOptions {
        let environment = match (&self.environment, &self.site_packages) {
            (Some(prefix), Some(site_packages)) => Some(VirtualEnvironment {
                prefix: prefix.into(),
                site_packages: site_packages.into(),
                system_site_packages: self.system_site_packages,
            }),
            _ => None,
        };
        StartOptions { executable: self.python.as_ref().map(PathBuf::from), environment, compiled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_make_the_round_trip() {
        let args = ServerArgs {
            python: Some("/opt/python/bin/python3".into()),
            environment: Some("/srv/venv".into()),
            site_packages: Some("/srv/venv/lib/python3.13/site-packages".into()),
            system_site_packages: true,
            read: vec!["/opt/python".into(), "/srv/venv".into()],
            files: [("data".into(), "/srv/docs/a=b".into()), ("/srv/x".into(), "/srv/x".into())].into(),
            write: vec!["/srv/x".into()],
            network: true,
            variables: ["LANGUAGE".to_owned()].into(),
            hosts: [("example.org".to_owned(), 443)].into(),
            preload: ["numpy".to_owned()].into(),
            harness: Some("/home/user/.cache/verify/harness-1.marshal".into()),
            changed: vec!["/srv/x".into()],
            scratch_size: Some(1 << 20),
            host_scratch: Some("/tmp/verify-1".into()),
            circumstances: Circumstances::Other { number: 3, crowded: false },
            no_sandbox: true,
            without: vec![Layer::Pid, Layer::Landlock],
            probe: true,
        };
        assert_eq!(ServerArgs::parse(args.to_arguments().into_iter().map(OsString::from)), Ok(args));
    }

    #[test]
    fn wrong_arguments_are_named() {
        let parse = |arguments: &[&str]| ServerArgs::parse(arguments.iter().map(OsString::from));
        for (arguments, named) in [
            (["--read", "/"].as_slice(), "/: not"),
            (&["--file", "x=/"], "/: not"),
            (&["--file", "/srv"], "not NAME=PATH"),
            (&["--write", "/srv"], "no --file"),
            (&["--scratch-size", "much"], "much"),
            (&["--host", "example.org"], "not NAME:PORT"),
            (&["--read", "relative"], "relative"),
            (&["--read"], "--read needs a value"),
            (&["--circumstances", "odd"], "odd"),
            (&["--without", "belts"], "belts"),
            (&["--environment", "/srv/venv"], "go together"),
            (&["--help"], "--help"),
        ] {
            let error = parse(arguments).unwrap_err();
            assert!(error.contains(named), "{arguments:?}: {error}");
        }
    }
}
