//! A real load balancer on loopback: Debian's HAProxy, which hands connections on as they are and says
//! whose they are.

use std::{
    fs,
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::Result;
use warifu_platform::port;

use crate::{
    process::{Output, Process},
    wait,
};

/// Where the balancer's own connections come from: one of this machine's addresses that nobody else uses.
pub const ADDRESS: [u8; 4] = [127, 9, 9, 9];

/// A version of the PROXY protocol (HAProxy's proxy-protocol.txt).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// A line of text.
    One,
    /// Binary.
    Two,
}

/// A running HAProxy in front of some ports.
#[derive(Debug)]
pub struct Balancer {
    ports: Vec<u16>,
    _process: Process,
}

impl Balancer {
    /// Starts one in a folder, with a port of its own for each of the backend's on this machine.
    ///
    /// # Errors
    ///
    /// When HAProxy (Debian package haproxy) is missing or does not start.
    pub fn start(dir: &Path, behind: &[(u16, Version)]) -> Result<Self> {
        let mut config = String::from(
            "global\n  maxconn 400\ndefaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  \
             timeout server 60s\n",
        );
        let mut ports = Vec::new();
        for (number, (backend, version)) in behind.iter().enumerate() {
            let [port] = port::reserve()?;
            let send = if *version == Version::One { "send-proxy" } else { "send-proxy-v2" };
            let from = Ipv4Addr::from(ADDRESS);
            config.push_str(&format!(
                "frontend f{number}\n  bind 127.0.0.1:{port}\n  default_backend b{number}\n\
                 backend b{number}\n  server s 127.0.0.1:{backend} source {from} {send} check \
                 inter 200\n"
            ));
            ports.push(port);
        }
        let file = dir.join("haproxy.cfg");
        fs::write(&file, config)?;
        let mut command = Command::new("/usr/sbin/haproxy");
        command.args(["-db", "-f"]).arg(&file).stdin(Stdio::null());
        let mut process = Process::spawn("haproxy", &mut command, dir, Output::Logged)?;
        wait::until("HAProxy listens", || {
            process.check()?;
            let open = |port: &u16| TcpStream::connect(("127.0.0.1", *port)).is_ok();
            Ok(ports.iter().all(open).then_some(()))
        })?;
        Ok(Self { ports, _process: process })
    }

    /// Its ports, in the order of the backend's.
    #[must_use]
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }
}
