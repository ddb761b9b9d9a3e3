//! A service: found, started, and waited for until it listens.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::PathBuf,
    process::ExitStatus,
    time::{Duration, Instant},
};

use nix::unistd::Pid;

use crate::run::protocol::{Service, ServiceKind};

use super::{
    NotProvided, Site,
    confined::{Running, command, find_program, rest},
    postgresql,
};

/// How often a service is asked whether it listens.
const STEP: Duration = Duration::from_millis(20);
/// How long it may take to accept a connection, once the kernel knows of its port.
const CONNECT: Duration = Duration::from_millis(500);

/// A service that was started.
pub struct Starting<'a> {
    service: &'a Service,
    running: Running,
    begin: Instant,
    folder: PathBuf,
}

/// Starts a service in a folder of its own.
pub fn start<'a>(service: &'a Service, site: &Site<'_>) -> Result<Starting<'a>, NotProvided> {
    let name = format!("service `{}`", service.name);
    let begin = Instant::now();
    if TcpStream::connect_timeout(&address(service.port), CONNECT).is_ok() {
        return Err(NotProvided::Failed(format!("{name} can't have port {}: another one listens there already", service.port)));
    }
    let folder = site.folder().join(&service.name);
    fs::create_dir(&folder).map_err(NotProvided::at(folder.display()))?;
    let log = folder.join("log");
    let running = match &service.kind {
        ServiceKind::Redis => {
            let program = find_program("redis-server").ok_or_else(|| lacks("redis-server", Some("redis-server")))?;
            let mut redis = command(program, &folder);
            // Nothing is kept: neither snapshots nor a log of changes.
            redis.args([
                "--port",
                &service.port.to_string(),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no",
                "--daemonize",
                "no",
            ]);
            Running::start(&name, &mut redis, &log, site)?
        }
        ServiceKind::Postgresql { .. } => postgresql::start(&name, service, &folder, site)?,
        ServiceKind::Command { command: words, package } => {
            let (program, arguments) = words.split_first().ok_or_else(|| NotProvided::Failed(format!("{name} has no command")))?;
            let found = find_program(program).ok_or_else(|| lacks(program, package.as_deref()))?;
            Running::start(&name, command(found, &folder).args(arguments), &log, site)?
        }
    };
    Ok(Starting { service, running, begin, folder })
}

impl Starting<'_> {
    /// Its process.
    pub fn process(&self) -> Pid {
        self.running.process()
    }

    /// Waits until it listens and is ready.
    pub fn wait(mut self, site: &Site<'_>) -> Result<(), NotProvided> {
        let port = self.service.port;
        loop {
            if let Some(status) = self.running.ended()? {
                let taken = self.running.said().contains("ddress already in use");
                let why = if taken { " (a port that it wants is taken: another service or `web` has it)" } else { "" };
                return Err(self.running.failed(&format!("{} before it listened at port {port}{why}", ended(status))));
            }
            if self.is_ready() {
                break;
            }
            if self.begin.elapsed() > self.service.wait {
                let seconds = self.service.wait.as_secs_f64();
                return Err(self.running.failed(&format!("doesn't listen at port {port} of 127.0.0.1 after {seconds} s")));
            }
            rest(STEP, site)?;
        }
        match &self.service.kind {
            ServiceKind::Postgresql { sql } if !sql.trim().is_empty() => postgresql::run(sql, self.service, &self.folder, site),
            _ => Ok(()),
        }
    }

    fn is_ready(&self) -> bool {
        let Ok(stream) = TcpStream::connect_timeout(&address(self.service.port), CONNECT) else { return false };
        match self.service.kind {
            ServiceKind::Postgresql { .. } => postgresql::is_ready(stream),
            ServiceKind::Redis | ServiceKind::Command { .. } => true,
        }
    }
}

fn address(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

/// `ended with exit status 1`
pub fn ended(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("ended with exit status {code}"),
        (None, Some(signal)) => format!("was ended by signal {signal}"),
        (None, None) => "ended".to_owned(),
    }
}

/// That a program isn't there, and what to do about it.
pub fn lacks(program: &str, package: Option<&str>) -> NotProvided {
    NotProvided::Lacks(match package {
        Some(package) => format!("needs {program}: install the package {package}"),
        None => format!("needs {program}: install it where the sandbox sees it (`/usr/bin`, …)"),
    })
}
