//! The proxy: with its demo mail server, or with the built page for a server of the test's own.

use std::path::Path;

use crate::{daemon::Daemon, dovecot::Dovecot, packed::pack, program::root};

/// The proxy with its demo mail server. The demo's ports are fixed, so there is one at a time.
#[derive(Debug)]
pub struct DemoProxy {
    _proxy: Daemon,
}

impl DemoProxy {
    /// IMAP without TLS.
    pub const IMAP: u16 = 3143;
    /// POP3 without TLS.
    pub const POP3: u16 = 3110;
    /// Submission without TLS.
    pub const SMTP: u16 = 3587;
    /// IMAP over TLS.
    pub const IMAPS: u16 = 3993;
    /// POP3 over TLS.
    pub const POP3S: u16 = 3995;

    /// Starts it.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn start() -> Self {
        Self {
            _proxy: Daemon::start(&["--demo"]),
        }
    }
}

/// The proxy that serves the built page.
#[derive(Debug)]
pub struct Site {
    proxy: Daemon,
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
        Self::with(&reaching(dovecot))
    }

    /// The same, for a page of this origin as well.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn of_page(dovecot: &Dovecot, origin: &str) -> Self {
        let mut arguments = reaching(dovecot);
        arguments.push(format!("--origin={origin}"));
        Self::with(&arguments)
    }

    /// The same over TLS, by the certificate of this Dovecot.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn over_tls(dovecot: &Dovecot, origin: &str) -> Self {
        let certificate = dovecot.certificate_file();
        let key = dovecot.key_file();
        let mut arguments = reaching(dovecot);
        arguments.extend([
            format!("--origin={origin}"),
            format!("--tls-cert={}", certificate.display()),
            format!("--tls-key={}", key.display()),
        ]);
        Self::with(&arguments)
    }

    /// One that reaches these ports of this machine.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn reaching(ports: &[u16]) -> Self {
        let allow = ports.iter().map(|port| format!("--allow=localhost:{port}"));
        Self::with(&allow.collect::<Vec<_>>())
    }

    /// One with these flags.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn with(arguments: &[String]) -> Self {
        let page = root().join("dist");
        assert!(
            page.join("index.html").is_file(),
            "there is no page in dist; type: trunk build --release"
        );
        pack(&page);
        Self::serving(&page, arguments)
    }

    /// One of another page, with these flags.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn serving(page: &Path, arguments: &[String]) -> Self {
        let mut all = vec!["--web", page.to_str().unwrap()];
        all.extend(arguments.iter().map(String::as_str));
        Self {
            proxy: Daemon::start(&all),
        }
    }

    /// The proxy that serves it.
    pub fn proxy(&self) -> &Daemon {
        &self.proxy
    }

    /// Where the page is.
    pub fn url(&self) -> String {
        format!("http://{}/", self.proxy.address())
    }
}

/// What a proxy must be told to reach this Dovecot.
fn reaching(dovecot: &Dovecot) -> Vec<String> {
    let allow = dovecot
        .ports()
        .map(|port| format!("--allow=localhost:{port}"));
    let ca = format!("--ca={}", dovecot.certificate_file().display());
    [ca].into_iter().chain(allow).collect()
}
