//! The proxy: with its demo mail server, or with the built page for a server of the test's own.

use std::{
    fs,
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    dovecot::{Dovecot, free_port},
    program::{root, run},
};

/// A running proxy. It ends when this is dropped.
#[derive(Debug)]
struct Proxy(Child);

impl Proxy {
    /// Builds it, if need be, starts it, and waits for these ports.
    ///
    /// # Panics
    /// When it cannot be built or ends at once, as it does when one of its ports is taken.
    fn start(arguments: &[&str], ports: &[u16]) -> Self {
        let child = Command::new(executable())
            .args(arguments)
            .env("PORTHOLE_LOG", "warn")
            .current_dir(root())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut proxy = Self(child);
        for _ in 0..600 {
            let ended = proxy.0.try_wait().unwrap();
            assert!(ended.is_none(), "the proxy ended: {ended:?}");
            let up = |port: &u16| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok();
            if ports.iter().all(up) {
                return proxy;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the proxy does not come up");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The proxy with its demo mail server. The demo's ports are fixed, so there is one at a time.
#[derive(Debug)]
pub struct DemoProxy {
    _proxy: Proxy,
}

impl DemoProxy {
    /// IMAP without TLS.
    pub const IMAP: u16 = 3143;
    /// POP3 without TLS.
    pub const POP3: u16 = 3110;
    /// IMAP over TLS.
    pub const IMAPS: u16 = 3993;
    /// POP3 over TLS.
    pub const POP3S: u16 = 3995;

    /// Starts it.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start() -> Self {
        let ports = [Self::IMAP, Self::IMAPS, Self::POP3, Self::POP3S];
        let arguments = ["--demo", "--listen", "127.0.0.1:0"];
        Self {
            _proxy: Proxy::start(&arguments, &ports),
        }
    }
}

/// The proxy that serves the built page.
#[derive(Debug)]
pub struct Site {
    proxy: Proxy,
    port: u16,
}

impl Site {
    /// One that reaches no mail server.
    ///
    /// # Panics
    /// When the page is not built, or the proxy does not come up.
    pub fn start() -> Self {
        Self::with(&["--deny-public".to_owned()])
    }

    /// One that reaches this Dovecot and trusts its certificate.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn of(dovecot: &Dovecot) -> Self {
        let file = dovecot.certificate_file();
        let mut arguments = vec!["--ca".to_owned(), file.to_str().unwrap().to_owned()];
        for port in dovecot.ports() {
            arguments.push(format!("--allow=localhost:{port}"));
        }
        Self::with(&arguments)
    }

    /// One that reaches this port of this machine.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn reaching(port: u16) -> Self {
        Self::with(&[format!("--allow=localhost:{port}")])
    }

    fn with(arguments: &[String]) -> Self {
        let page: &Path = &root().join("dist");
        let index = page.join("index.html");
        assert!(
            index.is_file(),
            "there is no page in dist; type: trunk build --release"
        );
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let mut all = vec!["--web", page.to_str().unwrap(), "--listen", &listen];
        all.extend(arguments.iter().map(String::as_str));
        Self {
            proxy: Proxy::start(&all, &[port]),
            port,
        }
    }

    /// The octets of memory that the proxy has in use (`VmRSS`).
    ///
    /// # Panics
    /// Where there is no `/proc`.
    pub fn memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.proxy.0.id());
        let status = fs::read_to_string(path).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap() << 10
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
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
