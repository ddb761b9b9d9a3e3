//! How a server is started, and with what.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::TempDir;

use crate::{
    environment::{EnvironmentError, Interpreter},
    grant::Grants,
    run::{
        circumstances::Circumstances,
        compiled,
        protocol::{Job, Limits},
        server::ServerArgs,
    },
};

/// How a server is started.
#[derive(Debug)]
pub struct ServerCommand {
    /// Arguments of this program's own binary, but for what differs by example.
    arguments: ServerArgs,
    /// Its whole environment: nothing of the caller's.
    pub(super) environment: Vec<(String, String)>,
    /// Holds the link by which a server finds the interpreter's library, where the user's cache can't; stays as long as servers may be
    /// started.
    _library: Option<TempDir>,
}

impl ServerCommand {
    /// A command that starts a server of this interpreter, in the sandbox or (as the user's own word is) without, that imports the modules of
    /// `preload` before the examples that name them; where it's `None`, those that the jobs say, but none from the trees in `changed`.
    pub fn new(
        interpreter: &Interpreter,
        no_sandbox: bool,
        preload: Option<&BTreeSet<String>>,
        changed: &[Utf8PathBuf],
    ) -> Result<ServerCommand, EnvironmentError> {
        let cached = interpreter.library_folder().and_then(|folder| interpreter.server_environment(&folder).ok());
        let (environment, library) = match cached {
            Some(environment) => (environment, None),
            None => {
                let library = temporary_folder()?;
                let folder = Utf8PathBuf::from(library.path().to_string_lossy().into_owned());
                (interpreter.server_environment(&folder)?, Some(library))
            }
        };
        let arguments = ServerArgs {
            python: Some(interpreter.executable.clone()),
            environment: interpreter.site_packages().map(|_| interpreter.prefix.clone()),
            site_packages: interpreter.site_packages(),
            system_site_packages: interpreter.system_site_packages,
            read: interpreter.folders(),
            no_sandbox,
            preload: preload.cloned().unwrap_or_default(),
            changed: changed.to_vec(),
            harness: compiled::file(interpreter),
            ..ServerArgs::default()
        };
        Ok(ServerCommand { arguments, environment, _library: library })
    }

    /// The modules that the configuration chooses to be imported before the examples.
    pub(super) fn chosen(&self) -> &BTreeSet<String> {
        &self.arguments.preload
    }

    pub(super) fn arguments(&self, setting: &Setting, host_scratch: Option<&Utf8Path>) -> Vec<String> {
        let mut changed = self.arguments.changed.clone();
        if setting.grants.foreign {
            changed.extend(setting.grants.files.values().cloned());
        }
        let arguments = ServerArgs {
            changed,
            files: setting.grants.files.clone(),
            write: setting.grants.writable.iter().cloned().collect(),
            network: setting.grants.network(),
            variables: setting.grants.variables.keys().chain(setting.variables.keys()).cloned().collect(),
            hosts: setting.hosts.clone(),
            scratch_size: Some(setting.scratch_size),
            host_scratch: host_scratch.map(Utf8Path::to_owned),
            circumstances: setting.circumstances,
            ..self.arguments.clone()
        };
        arguments.to_arguments()
    }
}

fn temporary_folder() -> Result<TempDir, EnvironmentError> {
    TempDir::with_prefix("verify-library-").map_err(|source| {
        let folder = std::env::temp_dir();
        let folder = Utf8PathBuf::from_path_buf(folder).unwrap_or_else(|folder| folder.to_string_lossy().into_owned().into());
        EnvironmentError::Folder { folder, source }
    })
}

/// What a server is started with for its examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) grants: Grants,
    pub(super) scratch_size: u64,
    /// Names and ports that the sandbox answers.
    pub(super) hosts: BTreeSet<(String, u16)>,
    /// Environment variables besides the granted ones.
    pub(super) variables: BTreeMap<String, String>,
    pub(super) circumstances: Circumstances,
    /// It imports no packages for its examples.
    pub(super) imports_none: bool,
}

impl Setting {
    /// That of an example that asks for nothing.
    pub(super) fn usual() -> Setting {
        Setting { scratch_size: Limits::default().scratch_size, ..Setting::default() }
    }

    pub(super) fn of(job: &Job, grants: &Grants) -> Setting {
        let mut setting = Setting { grants: grants.clone(), scratch_size: job.limits.scratch_size, ..Setting::default() };
        if let Some(provisions) = &job.provisions {
            setting.scratch_size = setting.scratch_size.saturating_add(provisions.scratch_bytes());
            setting.hosts = provisions.hosts();
            setting.variables = provisions.variables();
        }
        setting
    }
}
