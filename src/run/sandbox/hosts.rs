//! Names of hosts that lead to the sandbox's own loopback, and sockets at the ports where they are asked.
//!
//! A server that is asked for none has none: then `/etc/hosts` is the same for everybody, and nothing listens.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, TcpListener},
};

/// Sockets that listen at the hosts' ports of the loopback. To be called in a network namespace of one's own, and with the right to take any port,
/// which is given up later.
pub fn listen(hosts: &BTreeSet<(String, u16)>) -> io::Result<Vec<(u16, TcpListener)>> {
    let ports: BTreeSet<u16> = hosts.iter().map(|(_, port)| *port).collect();
    ports.into_iter().map(|port| Ok((port, TcpListener::bind((Ipv4Addr::LOCALHOST, port))?))).collect()
}

/// The hosts file.
pub fn file(hosts: &BTreeSet<(String, u16)>) -> String {
    let names: BTreeSet<&str> = hosts.iter().map(|(name, _)| name.as_str()).filter(|name| *name != "localhost").collect();
    let lines = names.into_iter().map(|name| format!("127.0.0.1 {name}\n"));
    ["127.0.0.1 localhost\n::1 localhost\n".to_owned()].into_iter().chain(lines).collect()
}
