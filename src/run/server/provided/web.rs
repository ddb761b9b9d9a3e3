//! The web that an example may ask: names of hosts that lead to the sandbox's own loopback, answered by a small server.
//!
//! The names stand in the private root's hosts file, so they are the server's for as long as it lives, as are the sockets (ports 80 and 443
//! can only be had before the privileges are given up) and the certificates. The answers are each example's own.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write},
    net::TcpListener,
    os::{
        fd::{AsFd, AsRawFd},
        unix::fs::OpenOptionsExt,
    },
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    poll::{PollFd, PollFlags, PollTimeout, poll},
    unistd::{Pid, pipe},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use serde::Serialize;

use crate::run::{
    protocol::{SERVICE_WAIT, WebAnswer},
    python::{self, Fork},
};

use super::{super::given::write, NotProvided, Site, confined};

/// What the web of a server's examples needs, whatever it answers.
pub struct Web {
    listeners: Vec<(u16, TcpListener)>,
    /// Certificate of the authority that signed the hosts' (PEM).
    authority: String,
    /// Certificate and key of the hosts (PEM).
    hosts: String,
}

/// An answer, and the file of its body.
#[derive(Serialize)]
struct Answer<'a> {
    answer: &'a WebAnswer,
    body: String,
}

/// What the Python side is given.
#[derive(Serialize)]
struct Serving<'a> {
    answers: Vec<Answer<'a>>,
    listeners: Vec<(u16, i32)>,
    certificate: String,
}

impl Web {
    /// Makes the certificates for the hosts.
    pub fn new(hosts: &BTreeSet<(String, u16)>, listeners: Vec<(u16, TcpListener)>) -> Result<Web, rcgen::Error> {
        let mut authority = CertificateParams::new([])?;
        authority.distinguished_name.push(DnType::CommonName, "verify: the web of an example");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let authority_key = KeyPair::generate()?;
        let certificate = authority.self_signed(&authority_key)?;
        let issuer = Issuer::new(authority, authority_key);

        let names: BTreeSet<&String> = hosts.iter().map(|(name, _)| name).collect();
        let mut leaf = CertificateParams::new(names.into_iter().cloned().collect::<Vec<_>>())?;
        leaf.distinguished_name.push(DnType::CommonName, "verify: the hosts of an example");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let leaf = leaf.signed_by(&key, &issuer)?;
        Ok(Web { listeners, authority: certificate.pem(), hosts: leaf.pem() + &key.serialize_pem() })
    }

    /// Starts the process that answers, and waits until it does.
    pub fn start(&self, answers: &[WebAnswer], site: &Site<'_>) -> Result<Pid, NotProvided> {
        let failed = |error: io::Error| NotProvided::Failed(format!("the web's server can't be started: {error}"));
        let folder = site.folder();
        fs::write(folder.join("authority.pem"), &self.authority).map_err(failed)?;
        let bodies = answers.iter().enumerate().map(|(number, answer)| {
            let path = folder.join(format!("body-{number}"));
            fs::File::create_new(&path).and_then(|file| write(file, &answer.body)).map(|()| path.display().to_string())
        });
        let bodies: Vec<String> = bodies.collect::<io::Result<_>>().map_err(failed)?;
        let certificate = folder.join("hosts.pem");
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&certificate);
        file.and_then(|mut file| file.write_all(self.hosts.as_bytes())).map_err(failed)?;
        let serving = Serving {
            answers: answers.iter().zip(bodies).map(|(answer, body)| Answer { answer, body }).collect(),
            listeners: self.listeners.iter().map(|(port, listener)| (*port, listener.as_raw_fd())).collect(),
            certificate: certificate.display().to_string(),
        };
        let serving = serde_json::to_vec(&serving).map_err(io::Error::other).map_err(failed)?;
        let (ready, ready_end) = pipe().map_err(|error| failed(error.into()))?;
        fcntl(&ready, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).map_err(|error| failed(error.into()))?;
        let limits = confined::limits(site);
        let log_path = folder.join("web.log");
        let log = fs::OpenOptions::new().append(true).create_new(true).open(&log_path).map_err(failed)?;
        let process = match python::fork().map_err(failed)? {
            Fork::Parent(process) => Pid::from_raw(process),
            Fork::Child => {
                let serve = || {
                    let set_up = || -> io::Result<()> {
                        nix::unistd::dup2_stdout(&log)?;
                        nix::unistd::dup2_stderr(&log)?;
                        let kept = self.listeners.iter().map(|(_, listener)| listener.as_raw_fd()).chain([ready_end.as_raw_fd()]);
                        confined::close_all_but(kept.collect());
                        confined::isolate(&limits)?;
                        site.sandbox.keep_from_server().map_err(io::Error::other)
                    };
                    set_up().map_or(1, |()| python::serve_web(&serving, ready_end.as_raw_fd()))
                };
                // A panic must not unwind into the server's loop, of which this process is a copy.
                let status = catch_unwind(AssertUnwindSafe(serve)).unwrap_or(1);
                // SAFETY: ends this copy of the server at once, without running what belongs to the server.
                unsafe { libc::_exit(status) }
            }
        };
        drop(ready_end);
        let begin = Instant::now();
        loop {
            let mut watched = [PollFd::new(ready.as_fd(), PollFlags::POLLIN)];
            let is_there = poll(&mut watched, PollTimeout::ZERO).is_ok_and(|count| count > 0);
            if is_there {
                let mut line = [0; 8];
                let read = nix::unistd::read(&ready, &mut line).unwrap_or(0);
                if read > 0 {
                    return Ok(process);
                }
            }
            if is_there || begin.elapsed() > SERVICE_WAIT {
                let said = fs::read_to_string(&log_path).unwrap_or_default();
                let said = said.trim().lines().last().unwrap_or("it said nothing").to_owned();
                return Err(NotProvided::Failed(format!("the web's server didn't come up: {said}")));
            }
            confined::rest(std::time::Duration::from_millis(5), site)?;
        }
    }
}
