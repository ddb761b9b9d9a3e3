//! What the sandbox lacks on this system, and what that means for those whose system it is.
//!
//! What a missing layer means depends on the others: most things are kept by two of them.

use super::Layer;
use crate::run::protocol::Protection;

/// Something that isn't in force, and why.
#[derive(Debug)]
pub struct Missing {
    /// What.
    pub what: What,
    /// Why, in few words.
    pub why: String,
}

/// What may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A layer.
    Layer(Layer),
    /// Another user than root for the examples, where root calls.
    OtherUser,
    /// The list of a server's children, where there is no process namespace.
    Children,
    /// A scratch folder of a size, apart from the host's tree.
    Scratch,
    /// Anything that keeps signals in.
    Signals,
    /// Anything in Landlock that keeps the lengths of files.
    Truncation,
    /// Sockets of the machine itself, which are refused altogether.
    UnixSockets,
}

/// All that is missing, each in a sentence: `no …(why): what it means`.
pub fn in_words(missing: &[Missing], protection: &Protection) -> Vec<String> {
    let sentence = |Missing { what, why }: &Missing| format!("no {} ({why}): {}", name(*what), means(*what, protection));
    missing.iter().map(sentence).collect()
}

fn name(what: What) -> &'static str {
    match what {
        What::Layer(Layer::User) => "user namespace",
        What::Layer(Layer::Mount) => "mount namespace with a private root",
        What::Layer(Layer::Pid) => "process (pid) namespace",
        What::Layer(Layer::Net) => "network (net) namespace",
        What::Layer(Layer::Ipc) => "ipc namespace",
        What::Layer(Layer::Uts) => "host-name (uts) namespace",
        What::Layer(Layer::Proc) => "/proc of its own",
        What::Layer(Layer::Landlock) => "Landlock",
        What::Layer(Layer::Seccomp) => "filter of system calls (seccomp)",
        What::OtherUser => "other user than root",
        What::Children => "list of child processes",
        What::Scratch => "scratch apart from the machine's files",
        What::Signals => "bounds for signals",
        What::Truncation => "lock on the lengths of files",
        What::UnixSockets => "way to tell the machine's own sockets (AF_UNIX) apart",
    }
}

fn means(what: What, protection: &Protection) -> String {
    let filtered = protection.seccomp;
    let landlock = protection.landlock.is_some();
    let means = match what {
        What::Layer(Layer::User) if nix::unistd::geteuid().is_root() => "examples keep root's number, though none of root's rights",
        What::Layer(Layer::User) => "the other namespaces aren't to be had, and a mistake in another layer would have your user's rights",
        What::Layer(Layer::Mount) if landlock => "Landlock alone keeps your files from examples, and they can see which files there are",
        What::Layer(Layer::Mount) => "nothing keeps your files from examples",
        What::Layer(Layer::Pid) => "examples can see the list of your processes",
        What::Layer(Layer::Net) if filtered => "sockets are refused to examples, their own loopback interface included",
        What::Layer(Layer::Net) => match protection.network.as_str() {
            "filtered" => "Landlock refuses TCP alone: an example can send what it likes in other ways",
            _ => "examples can reach the network and the services of this machine",
        },
        What::Layer(Layer::Ipc) if filtered => "System V shared memory is refused to examples",
        What::Layer(Layer::Ipc) => "examples can reach System V shared memory of your processes, and what they make of it stays",
        What::Layer(Layer::Uts) => "examples can see the name of this machine",
        What::Layer(Layer::Proc) => "examples that look at processes fail, and their memory is bounded for each process only",
        What::Layer(Layer::Landlock) => "the private root alone keeps your files from examples",
        What::Layer(Layer::Seccomp) => "all of the kernel's calls are open to examples: a mistake of the kernel's is easier to use",
        What::OtherUser => {
            "root's files are the examples' own where another layer shows them, and the number of their processes isn't limited"
        }
        What::Children => "what an example leaves running may go on running",
        What::Scratch => "its size isn't limited, and locks of `multiprocessing` and sockets with a path aren't to be had",
        What::Signals => "examples can end your other processes",
        What::Truncation if filtered => "the calls that shorten a file by its name are refused to examples",
        What::Truncation => "examples can empty your files where they can read them",
        What::UnixSockets if filtered => "none but pairs are given to examples",
        What::UnixSockets => "examples can talk to your services by abstract sockets",
    };
    means.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_layer_means_depends_on_the_others() {
        let missing = |what, why: &str| Missing { what, why: why.to_owned() };
        let all = [missing(What::Layer(Layer::Net), "EPERM"), missing(What::Layer(Layer::Mount), "EPERM")];
        let strong = Protection { landlock: Some(7), seccomp: true, network: "filtered".to_owned(), ..Protection::default() };
        let weak = Protection { network: "open".to_owned(), ..Protection::default() };
        assert_eq!(
            in_words(&all, &strong),
            [
                "no network (net) namespace (EPERM): sockets are refused to examples, their own loopback interface included",
                "no mount namespace with a private root (EPERM): Landlock alone keeps your files from examples, and they can see which files there are",
            ]
        );
        assert_eq!(
            in_words(&all, &weak),
            [
                "no network (net) namespace (EPERM): examples can reach the network and the services of this machine",
                "no mount namespace with a private root (EPERM): nothing keeps your files from examples",
            ]
        );
    }
}
