//! What keeps an example from the rest of the machine.
//!
//! Layers, each of which may be refused by the system without breaking the others: namespaces ([`namespaces`]), a private root
//! of the file system ([`root`]), no capabilities and nobody's ids ([`privileges`]), Landlock ([`landlock`]), a filter of system
//! calls ([`seccomp`]). What could not be had is said in [`Protection::missing`]. Files must be protected by the private
//! root or by Landlock, else no example is run.
//!
//! Limits: memory, processes and files are bounded for each example, not for all together (that would take control groups, which
//! need a delegated one). Memory of all processes of one example is only looked at from time to time. The kernel itself is trusted.

mod hosts;
mod landlock;
mod missing;
mod namespaces;
mod privileges;
mod root;
mod scratch;
mod seccomp;
mod trees;

use std::{
    fmt,
    fs::File,
    io::{Read, Seek, SeekFrom},
    net::TcpListener,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
    str::FromStr,
};

use missing::{Missing, What};
use namespaces::Identity;
use nix::unistd::Pid;
pub use scratch::{Scratch, remove_system_v_objects};
pub use trees::Trees;

use super::protocol::Protection;

/// A layer of the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// The user namespace; without it the others below are to be had by root only.
    User,
    /// The mount namespace and the private root in it.
    Mount,
    /// The process namespace.
    Pid,
    /// The network namespace.
    Net,
    /// The namespace of System V objects and message queues.
    Ipc,
    /// The namespace of the host's name.
    Uts,
    /// A `/proc` of the process namespace.
    Proc,
    /// Landlock.
    Landlock,
    /// The filter of system calls.
    Seccomp,
}

const LAYERS: [(Layer, &str); 9] = [
    (Layer::User, "user"),
    (Layer::Mount, "mount"),
    (Layer::Pid, "pid"),
    (Layer::Net, "net"),
    (Layer::Ipc, "ipc"),
    (Layer::Uts, "uts"),
    (Layer::Proc, "proc"),
    (Layer::Landlock, "landlock"),
    (Layer::Seccomp, "seccomp"),
];

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = LAYERS.iter().find(|(layer, _)| layer == self).map_or("", |(_, name)| name);
        formatter.write_str(name)
    }
}

impl FromStr for Layer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        LAYERS.iter().find(|(_, name)| *name == text).map(|(layer, _)| *layer).ok_or_else(|| format!("no layer is called `{text}`"))
    }
}

/// The sandbox, as far as it is in force.
#[derive(Debug)]
pub struct Sandbox {
    /// What is in force and what isn't; the latter only once all has been tried.
    pub protection: Protection,
    missing: Vec<Missing>,
    identity: Identity,
    without: Vec<Layer>,
    /// Examples live in a process namespace of which the server is the first process.
    pub own_processes: bool,
    /// `/proc` shows the processes of the server's own process namespace.
    pub proc_shows_own: bool,
    /// Examples see a private root.
    own_root: bool,
    /// The kernel's list of the server's children, where there is no process namespace.
    children: Option<File>,
    /// Sockets at the ports that are to be answered; why there are none, where they can't be.
    pub listeners: Result<Vec<(u16, TcpListener)>, String>,
}

impl Sandbox {
    /// The first half, in the process that the parent started: the user namespace, and the process namespace for its next child.
    /// Layers in `without` are left out, as if the system refused them. The process must have one thread.
    pub fn leave_host(without: &[Layer]) -> Sandbox {
        let mut sandbox = Sandbox {
            protection: Protection { network: "open".to_owned(), ..Protection::default() },
            missing: Vec::new(),
            identity: Identity::Caller,
            without: without.to_vec(),
            own_processes: false,
            proc_shows_own: true,
            own_root: false,
            children: None,
            listeners: Ok(Vec::new()),
        };
        let root = nix::unistd::geteuid().is_root();
        let user = match sandbox.wants(Layer::User) {
            Ok(()) => namespaces::enter_user(),
            Err(left_out) => Err(left_out),
        };
        match user {
            Ok(identity) => {
                sandbox.identity = identity;
                sandbox.protection.namespaces.push(Layer::User.to_string());
            }
            Err(why) => sandbox.lacks(What::Layer(Layer::User), why),
        }
        if root && sandbox.identity != Identity::RootUntilSetUp {
            sandbox.lacks(What::OtherUser, "the system maps no other".to_owned());
        }
        sandbox.own_processes = sandbox.enter(Layer::Pid);
        sandbox
    }

    /// No sandbox, as the caller asked for.
    pub fn none() -> Sandbox {
        Sandbox {
            protection: Protection {
                network: "open".to_owned(),
                missing: vec!["everything, as --no-sandbox asks for".to_owned()],
                ..Protection::default()
            },
            missing: Vec::new(),
            identity: Identity::Caller,
            without: LAYERS.iter().map(|(layer, _)| *layer).collect(),
            own_processes: false,
            proc_shows_own: true,
            own_root: false,
            children: None,
            listeners: Ok(Vec::new()),
        }
    }

    /// To be called first in the server: opens what a private root may hide.
    pub fn watch_children(&mut self) {
        if self.own_processes {
            return;
        }
        match File::open("/proc/thread-self/children") {
            Ok(children) => self.children = Some(children),
            Err(error) => self.lacks(What::Children, error.to_string()),
        }
    }

    /// The server's children: of an example that is over, all that it left, as orphans come to the server.
    pub fn children(&self) -> Vec<Pid> {
        let Some(mut file) = self.children.as_ref() else { return Vec::new() };
        let mut list = String::new();
        // A list that can't be read is as good as none: the caller waits for its children in vain, and says so.
        let _ = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_string(&mut list));
        list.split_whitespace().filter_map(|number| number.parse().ok()).map(Pid::from_raw).collect()
    }

    /// The second half, in the server: everything else. `host_scratch` is
    /// a folder of the host's that may be made where there is no private root. With `network`, examples were granted the host's. Returns
    /// the examples' folders.
    pub fn enter_all(&mut self, trees: &Trees, network: bool, host_scratch: &Path) -> Result<Scratch, String> {
        let own_network = !network && self.enter(Layer::Net);
        if own_network && !trees.hosts.is_empty() {
            self.listeners = hosts::listen(&trees.hosts).map_err(|error| format!("the ports of the web can't be taken: {error}"));
        }
        let own_ipc = self.enter(Layer::Ipc);
        self.enter(Layer::Uts);
        self.change_root(trees, network)?;
        if !self.own_root {
            self.listeners = Ok(Vec::new());
        }
        // As the first process of a namespace it's number 1 there, and another in the host's.
        let number = std::fs::read_link("/proc/self").ok();
        self.proc_shows_own = number == Some(nix::unistd::getpid().to_string().into());
        if self.own_processes && !self.own_root {
            self.lacks(What::Layer(Layer::Proc), "it needs a private root".to_owned());
        }
        if self.identity == Identity::RootUntilSetUp
            && let Some(why) = trees.only_for_root()
        {
            self.identity = Identity::Caller;
            self.lacks(What::OtherUser, why);
        }
        privileges::drop_all(self.identity).map_err(|error| format!("privileges could not be dropped: {error}"))?;
        let scratch = if self.own_root {
            Scratch::private(&trees.all())
        } else {
            self.lacks(What::Scratch, "it needs a private root".to_owned());
            Scratch::on_host(host_scratch).map_err(|error| format!("no scratch folder {}: {error}", host_scratch.display()))?
        };
        self.landlock(trees, &scratch, own_network || network, network)?;
        self.seccomp(own_network, own_ipc, network);
        self.protection.network = match (own_network, self.protection.seccomp, self.protection.landlock) {
            (true, ..) => "isolated",
            _ if network => "granted",
            (false, true, _) => "filtered",
            (false, false, Some(abi)) if abi >= 4 => "filtered",
            _ => "open",
        }
        .to_owned();
        self.protection.missing = missing::in_words(&self.missing, &self.protection);
        Ok(scratch)
    }

    /// Why no example may be run; `None` where files are protected.
    pub fn refusal(&self) -> Option<String> {
        let told = || {
            format!(
                "examples would not be kept from this machine's files, as the system allows neither Landlock nor a private root: {}. Allow user \
                 namespaces or use a kernel with Landlock (5.13 or later); `--no-sandbox` runs them unprotected",
                self.protection.missing.join("; ")
            )
        };
        (!self.protection.keeps_files()).then(told)
    }

    fn lacks(&mut self, what: What, why: String) {
        self.missing.push(Missing { what, why });
    }

    /// The layer that keeps an example from its server, which has its uid; for the example's process. A kernel without it leaves
    /// the server in reach; then the parent sees that the server died.
    pub fn keep_from_server(&self) -> Result<(), String> {
        self.keeper()()
    }

    /// The same, to be done later.
    pub fn keeper(&self) -> impl Fn() -> Result<(), String> + Send + Sync + 'static {
        let keeps = self.protection.landlock.is_some_and(|abi| abi >= landlock::KEEPS_INSIDE);
        move || if keeps { landlock::isolate_signals() } else { Ok(()) }
    }

    /// Whether a namespace is in force.
    pub fn has_own(&self, layer: Layer) -> bool {
        self.protection.namespaces.contains(&layer.to_string())
    }

    /// Whether the layer is asked for; else the reason why it's missing.
    fn wants(&self, layer: Layer) -> Result<(), String> {
        if self.without.contains(&layer) { Err("left out as asked".to_owned()) } else { Ok(()) }
    }

    /// Enters a namespace and writes down whether it's in force.
    fn enter(&mut self, layer: Layer) -> bool {
        match self.wants(layer).and_then(|()| namespaces::enter(layer)) {
            Ok(()) => {
                self.protection.namespaces.push(layer.to_string());
                true
            }
            Err(why) => {
                self.lacks(What::Layer(layer), why);
                false
            }
        }
    }

    fn change_root(&mut self, trees: &Trees, network: bool) -> Result<(), String> {
        if !self.enter(Layer::Mount) {
            return Ok(());
        }
        let proc = self.own_processes && self.wants(Layer::Proc).is_ok();
        match root::change(trees, proc, network) {
            Ok(no_proc) => {
                self.own_root = true;
                self.missing.extend(no_proc.map(|why| Missing { what: What::Layer(Layer::Proc), why }));
                Ok(())
            }
            Err(root::RootError::Refused(why)) => {
                self.protection.namespaces.retain(|name| *name != Layer::Mount.to_string());
                self.lacks(What::Layer(Layer::Mount), why);
                Ok(())
            }
            Err(root::RootError::Broken(why)) => Err(why),
        }
    }

    /// Whether a fork of the server can be the server as well as the first process of the namespace: no example reaches it.
    pub fn keeps_forks_of_server(&self) -> bool {
        self.own_processes && self.protection.landlock.is_some_and(|abi| abi >= landlock::KEEPS_INSIDE)
    }

    /// How many processes the examples' user has besides the examples', as the kernel counts them against a limit; `None` where
    /// it can't be known.
    pub fn processes_besides(&self) -> Option<u64> {
        // The first process of the namespace, where a fork of it is the server now.
        let first = u64::from(self.own_processes && std::process::id() != 1);
        match self.identity {
            // Only the server's own; the kernel counts by namespace, from Linux 5.14 on. A guard that is root isn't of that user.
            Identity::RootUntilSetUp if namespaces::count_processes_alone() => Some(1 + first),
            Identity::Mapped if namespaces::count_processes_alone() => Some(2 + first),
            Identity::Caller => namespaces::processes_of_caller(),
            _ => None,
        }
    }

    fn landlock(&mut self, trees: &Trees, scratch: &Scratch, network: bool, resolves: bool) -> Result<(), String> {
        let mut reach = landlock::Reach { network, ..landlock::Reach::default() };
        // Kept open until the rules are made.
        let mut held = Vec::new();
        if self.own_root {
            // Whatever there is may be read: it was chosen. What may be changed is a mount, which no link can replace.
            reach.read.push("/".into());
            reach.write.extend(trees.written.iter().cloned());
        } else {
            reach.read.extend(["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/nix/store", "/proc"].map(PathBuf::from));
            reach.read.extend(root::ETC.map(PathBuf::from));
            reach.read.extend(["passwd", "group", "hosts", "nsswitch.conf", "localtime"].map(|name| Path::new("/etc").join(name)));
            reach.read.extend(resolves.then(|| PathBuf::from("/etc/resolv.conf")));
            reach.read.extend(trees.read.iter().cloned());
            for (paths, rules) in [(&trees.granted, &mut reach.read), (&trees.written, &mut reach.write)] {
                for path in paths {
                    let file = trees::open_as_it_is(Path::new("/"), path).map_err(|error| format!("{}: {error}", path.display()))?;
                    rules.push(format!("/proc/self/fd/{}", file.as_raw_fd()).into());
                    held.push(file);
                }
            }
        }
        reach.write.extend(root::DEVICES.map(PathBuf::from));
        reach.write.extend(scratch.roots.iter().cloned());
        match self.wants(Layer::Landlock).and_then(|()| landlock::restrict(&reach)) {
            Ok(Some(abi)) => {
                self.protection.landlock = Some(abi);
                if !self.own_processes && abi < landlock::KEEPS_INSIDE {
                    self.lacks(What::Signals, format!("Landlock {abi}, not {}", landlock::KEEPS_INSIDE));
                }
                if self.empties_files() {
                    self.lacks(What::Truncation, format!("Landlock {abi}, not {}", landlock::KEEPS_LENGTHS));
                }
            }
            Ok(None) => self.lacks(What::Layer(Layer::Landlock), "the kernel has none, or it's switched off".to_owned()),
            Err(why) => self.lacks(What::Layer(Layer::Landlock), why),
        }
        if self.protection.landlock.is_none() && !self.own_processes {
            self.lacks(What::Signals, "no Landlock".to_owned());
        }
        Ok(())
    }

    /// Whether Landlock is alone in keeping files, and too old to keep their lengths.
    fn empties_files(&self) -> bool {
        !self.own_root && self.protection.landlock.is_some_and(|abi| abi < landlock::KEEPS_LENGTHS)
    }

    fn seccomp(&mut self, own_network: bool, own_ipc: bool, network: bool) {
        // Sockets with a name but no path belong to the network: those of the host are kept away by Landlock alone, where it's new enough.
        let named = network && self.protection.landlock.is_none_or(|abi| abi < landlock::KEEPS_INSIDE);
        if named && self.own_root {
            self.lacks(What::UnixSockets, "the network is granted, and only Landlock 6 tells whose they are".to_owned());
        }
        let gaps = seccomp::Gaps {
            network: !own_network && !network,
            unix: !self.own_root || named,
            ipc: !own_ipc,
            processes: !self.own_processes,
            lengths: self.empties_files(),
        };
        match self.wants(Layer::Seccomp).and_then(|()| seccomp::restrict(gaps)) {
            Ok(()) => self.protection.seccomp = true,
            Err(why) => self.lacks(What::Layer(Layer::Seccomp), why),
        }
    }
}
