//! PostgreSQL: a new cluster in memory that trusts everybody on the loopback.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::run::protocol::Service;

use super::{
    NotProvided, Site,
    confined::{Running, command, find_program},
    service::{ended, lacks},
};

/// The user that owns the cluster; a database of this name is there as well.
const USER: &str = "postgres";
/// How long the server may take to answer that it's ready.
const ANSWER: Duration = Duration::from_secs(2);

/// Makes a cluster and starts its server.
pub fn start(name: &str, service: &Service, folder: &Path, site: &Site<'_>) -> Result<Running, NotProvided> {
    let programs = programs().ok_or_else(|| lacks("postgres", Some("postgresql")))?;
    let data = folder.join("data");
    let mut initdb = command(programs.join("initdb"), folder);
    // It's gone with the example: nothing has to survive a power failure.
    initdb.arg("-D").arg(&data).args(["-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"]);
    let mut running = Running::start(&format!("{name} (`initdb`)"), &mut initdb, &folder.join("initdb.log"), site)?;
    let status = running.wait(service.wait, site)?;
    if !status.success() {
        return Err(running.failed(&ended(status)));
    }
    let mut postgres = command(programs.join("postgres"), folder);
    postgres.arg("-D").arg(&data).args(["-p", &service.port.to_string()]);
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "shared_buffers=16MB",
        "max_connections=40",
    ] {
        postgres.args(["-c", setting]);
    }
    Running::start(name, &mut postgres, &folder.join("log"), site)
}

/// Whether the server takes clients: it listens before it does.
pub fn is_ready(mut stream: TcpStream) -> bool {
    let mut parameters = Vec::new();
    for (name, value) in [("user", USER), ("database", USER)] {
        parameters.extend([name.as_bytes(), b"\0", value.as_bytes(), b"\0"].concat());
    }
    parameters.push(0);
    // Version 3.0 of its protocol; the length counts itself.
    let length = u32::try_from(8 + parameters.len()).unwrap_or(u32::MAX);
    let message = [&length.to_be_bytes()[..], &196_608_u32.to_be_bytes(), &parameters].concat();
    let mut kind = [0];
    // It answers by `R` (authentication) or `E` (an error: it's still starting up).
    let answered =
        stream.set_read_timeout(Some(ANSWER)).and_then(|()| stream.write_all(&message)).and_then(|()| stream.read_exact(&mut kind));
    answered.is_ok() && kind == *b"R"
}

/// Runs statements in the database.
pub fn run(sql: &str, service: &Service, folder: &Path, site: &Site<'_>) -> Result<(), NotProvided> {
    let psql = programs().map(|folder| folder.join("psql")).filter(|path| path.exists()).or_else(|| find_program("psql"));
    let psql = psql.ok_or_else(|| lacks("psql", Some("postgresql-client")))?;
    let script = folder.join("setup.sql");
    fs::write(&script, sql).map_err(NotProvided::at(script.display()))?;
    let mut client = command(psql, folder);
    client
        .args(["-X", "-q", "-h", "127.0.0.1", "-p", &service.port.to_string(), "-U", USER, "-d", USER, "-v", "ON_ERROR_STOP=1", "-f"])
        .arg(&script);
    let mut running = Running::start(&format!("`sql` of service `{}`", service.name), &mut client, &folder.join("setup.log"), site)?;
    let status = running.wait(service.wait, site)?;
    if status.success() { Ok(()) } else { Err(running.failed(&ended(status))) }
}

/// The folder of its programs: that of `PATH`, or the newest of those in which the systems' packages put them.
fn programs() -> Option<PathBuf> {
    let complete = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).exists());
    let on_path = find_program("postgres").and_then(|program| program.parent().map(Path::to_path_buf)).filter(complete);
    let mut versions: Vec<(u32, PathBuf)> = Vec::new();
    // Debian: /usr/lib/postgresql/15/bin. Fedora's and Red Hat's own packages put them on `PATH`, PostgreSQL's own in /usr/pgsql-15/bin.
    for (parent, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")] {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let version = entry.file_name().to_str().and_then(|name| name.strip_prefix(prefix)?.parse().ok());
            let folder = entry.path().join("bin");
            versions.extend(version.filter(|_| complete(&folder)).map(|version| (version, folder)));
        }
    }
    let newest = versions.into_iter().max().map(|(_, folder)| folder);
    on_path.or(newest)
}
