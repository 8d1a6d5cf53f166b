//! The proxy with its demo mail server, as `cargo xtask serve` starts it.

use std::{
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::program::{root, run};

/// Runs until it is dropped. The demo's ports are fixed, so there is one at a time.
#[derive(Debug)]
pub struct DemoProxy(Child);

impl DemoProxy {
    /// IMAP without TLS.
    pub const IMAP: u16 = 3143;
    /// POP3 without TLS.
    pub const POP3: u16 = 3110;
    /// IMAP over TLS.
    pub const IMAPS: u16 = 3993;
    /// POP3 over TLS.
    pub const POP3S: u16 = 3995;

    /// Builds it, if need be, and starts it.
    ///
    /// # Panics
    /// When it cannot be built or ends at once, as it does when one of the demo's ports is taken.
    pub fn start() -> Self {
        let child = Command::new(executable())
            .args(["--demo", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut proxy = Self(child);
        let ports = [Self::IMAP, Self::IMAPS, Self::POP3, Self::POP3S];
        for _ in 0..600 {
            let ended = proxy.0.try_wait().unwrap();
            assert!(ended.is_none(), "the proxy ended: {ended:?}");
            let up = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
            if ports.into_iter().all(up) {
                return proxy;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the proxy does not come up");
    }
}

impl Drop for DemoProxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where Cargo puts the program.
fn executable() -> String {
    let messages = run(Command::new(env!("CARGO"))
        .args(["build", "--locked", "--package", "porthole-proxy"])
        .arg("--message-format=json")
        .current_dir(root()));
    let found = messages.lines().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(message["executable"].as_str()?.to_owned())
    });
    found.unwrap()
}
