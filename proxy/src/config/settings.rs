//! The settings as they are written: flags, `PORTHOLE_*` in the environment, and TOML.
//!
//! The same keys everywhere. A flag counts more than the environment, and that more than the file.

use std::path::{Path, PathBuf};

use clap::Parser;
use serde::Deserialize;

/// Carries bytes between a web page and mail servers, and serves the page.
#[derive(Debug, Clone, Default, Parser, Deserialize)]
#[command(name = "porthole-proxy", version, max_term_width = 100)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "PORTHOLE_LISTEN")]
    pub(super) listen: Option<String>,

    /// Folder with the built page [default: dist, if it is there]
    #[arg(long, value_name = "DIR", env = "PORTHOLE_WEB")]
    pub(super) web: Option<PathBuf>,

    /// Mail server that may be dialled: imap.example.com:993, *.example.com:993 or *:993. A host
    /// that is named in full may have a private address
    #[arg(
        long,
        value_name = "HOST:PORT",
        env = "PORTHOLE_ALLOW",
        value_delimiter = ','
    )]
    pub(super) allow: Option<Vec<String>>,

    /// Allow only what --allow names. Without this, a loopback listener also dials any public host
    /// on the ports of IMAP, POP3 and submission
    #[arg(
        long, value_name = "BOOL", env = "PORTHOLE_DENY_PUBLIC",
        num_args = 0..=1, require_equals = true, default_missing_value = "true"
    )]
    pub(super) deny_public: Option<bool>,

    /// Origin of a page that may use this proxy, besides the page it serves itself:
    /// https://mail.example.com
    #[arg(
        long,
        value_name = "URL",
        env = "PORTHOLE_ORIGIN",
        value_delimiter = ','
    )]
    pub(super) origin: Option<Vec<String>>,

    /// Other proxies that the served page may connect to: wss://proxy.example.com
    #[arg(
        long,
        value_name = "URL",
        env = "PORTHOLE_OTHER_PROXY",
        value_delimiter = ','
    )]
    pub(super) other_proxy: Option<Vec<String>>,

    /// PEM file of certificates to trust for mail servers, besides the platform's
    #[arg(long, value_name = "FILE", env = "PORTHOLE_CA", value_delimiter = ',')]
    pub(super) ca: Option<Vec<PathBuf>>,

    /// PEM file with the certificate chain of this listener, which then speaks https and wss
    #[arg(long, value_name = "FILE", env = "PORTHOLE_TLS_CERT")]
    pub(super) tls_cert: Option<PathBuf>,

    /// PEM file with the private key of --tls-cert
    #[arg(long, value_name = "FILE", env = "PORTHOLE_TLS_KEY")]
    pub(super) tls_key: Option<PathBuf>,

    /// Network of reverse proxies whose X-Forwarded-For is believed
    #[arg(
        long,
        value_name = "CIDR",
        env = "PORTHOLE_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub(super) trusted_proxy: Option<Vec<String>>,

    /// Serve the demo mail server on loopback too: IMAP 3143 and 3993, POP3 3110 and 3995,
    /// submission 3587
    #[arg(
        long, value_name = "BOOL", env = "PORTHOLE_DEMO",
        num_args = 0..=1, require_equals = true, default_missing_value = "true"
    )]
    pub(super) demo: Option<bool>,

    /// Most tunnels at one time [default: 4096, or what the limit on open files leaves]
    #[arg(long, value_name = "N", env = "PORTHOLE_MAX_CONNECTIONS")]
    pub(super) max_connections: Option<usize>,

    /// Most tunnels of one client at one time [default: 64]
    #[arg(long, value_name = "N", env = "PORTHOLE_MAX_PER_CLIENT")]
    pub(super) max_per_client: Option<usize>,

    /// Most tunnels to one host and port at one time [default: as many as there may be in all]
    #[arg(long, value_name = "N", env = "PORTHOLE_MAX_PER_SERVER")]
    pub(super) max_per_server: Option<usize>,

    /// Seconds without a byte of mail after which a tunnel is closed [default: 2100]
    #[arg(long, value_name = "S", env = "PORTHOLE_IDLE_TIMEOUT")]
    pub(super) idle_timeout: Option<u64>,

    /// Seconds for each of looking up a name, connecting, and the TLS handshake [default: 10]
    #[arg(long, value_name = "S", env = "PORTHOLE_CONNECT_TIMEOUT")]
    pub(super) connect_timeout: Option<u64>,

    /// Seconds for which bytes may wait for a side that does not take them [default: 60]
    #[arg(long, value_name = "S", env = "PORTHOLE_STALL_TIMEOUT")]
    pub(super) stall_timeout: Option<u64>,

    /// Seconds of a page's silence after which it is sent a ping [default: 30]
    #[arg(long, value_name = "S", env = "PORTHOLE_PING_INTERVAL")]
    pub(super) ping_interval: Option<u64>,

    /// Seconds that tunnels have to finish after SIGTERM [default: 10]
    #[arg(long, value_name = "S", env = "PORTHOLE_DRAIN_TIMEOUT")]
    pub(super) drain_timeout: Option<u64>,

    /// TOML file with any of these settings. SIGHUP has it, and every file that it names, read again
    #[arg(long, value_name = "FILE", env = "PORTHOLE_CONFIG")]
    #[serde(skip)]
    pub(super) config: Option<PathBuf>,
}

impl Settings {
    /// Reads the file that these name, if they do, and fills in what they leave open.
    ///
    /// # Errors
    /// One line: what is wrong with the file.
    pub(super) fn with_file(self) -> Result<Self, String> {
        let file = self.config.as_deref().map(read).transpose()?;
        Ok(match file {
            Some(file) => self.over(file),
            None => self,
        })
    }

    /// A setting that differs from the other's, of those that a running proxy cannot change.
    pub(super) fn needs_restart(&self, other: &Self) -> Option<&'static str> {
        let same = [
            ("listen", self.listen == other.listen),
            ("web", self.web == other.web),
            ("demo", self.demo == other.demo),
            (
                "max-connections",
                self.max_connections == other.max_connections,
            ),
            (
                "max-per-client",
                self.max_per_client == other.max_per_client,
            ),
            (
                "max-per-server",
                self.max_per_server == other.max_per_server,
            ),
            ("drain-timeout", self.drain_timeout == other.drain_timeout),
        ];
        same.into_iter()
            .find_map(|(key, same)| (!same).then_some(key))
    }

    fn over(self, file: Self) -> Self {
        Self {
            listen: self.listen.or(file.listen),
            web: self.web.or(file.web),
            allow: self.allow.or(file.allow),
            deny_public: self.deny_public.or(file.deny_public),
            origin: self.origin.or(file.origin),
            other_proxy: self.other_proxy.or(file.other_proxy),
            ca: self.ca.or(file.ca),
            tls_cert: self.tls_cert.or(file.tls_cert),
            tls_key: self.tls_key.or(file.tls_key),
            trusted_proxy: self.trusted_proxy.or(file.trusted_proxy),
            demo: self.demo.or(file.demo),
            max_connections: self.max_connections.or(file.max_connections),
            max_per_client: self.max_per_client.or(file.max_per_client),
            max_per_server: self.max_per_server.or(file.max_per_server),
            idle_timeout: self.idle_timeout.or(file.idle_timeout),
            connect_timeout: self.connect_timeout.or(file.connect_timeout),
            stall_timeout: self.stall_timeout.or(file.stall_timeout),
            ping_interval: self.ping_interval.or(file.ping_interval),
            drain_timeout: self.drain_timeout.or(file.drain_timeout),
            config: self.config,
        }
    }
}

fn read(path: &Path) -> Result<Settings, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_counts_more_than_the_file() {
        let file: Settings = toml::from_str(
            r#"
            listen = "127.0.0.1:1"
            allow = ["a.example:993"]
            deny-public = true
            max-per-client = 3
            "#,
        )
        .unwrap();
        let flags = [
            "x",
            "--listen",
            "127.0.0.1:2",
            "--allow=b.example:993,c.example:993",
        ];
        let merged = Settings::parse_from(flags).over(file);
        assert_eq!(merged.listen.as_deref(), Some("127.0.0.1:2"));
        assert_eq!(merged.allow.unwrap(), ["b.example:993", "c.example:993"]);
        assert_eq!(merged.deny_public, Some(true));
        assert_eq!(merged.max_per_client, Some(3));
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(toml::from_str::<Settings>("alow = []").is_err());
        assert!(toml::from_str::<Settings>("config = \"x\"").is_err());
    }

    #[test]
    fn where_it_listens_is_not_changed_while_it_runs() {
        let read = |text: &str| toml::from_str::<Settings>(text).unwrap();
        let before = read("listen = \"127.0.0.1:1\"\nallow = [\"a.example:993\"]");
        let other = read("listen = \"127.0.0.1:1\"\nallow = []\nidle-timeout = 1");
        assert_eq!(other.needs_restart(&before), None);
        // What is allowed by default depends on it: a loopback listener reaches every public host.
        let moved = read("listen = \"0.0.0.0:1\"");
        assert_eq!(moved.needs_restart(&before), Some("listen"));
    }

    #[test]
    fn a_switch_can_be_switched_off() {
        let read = |flag: &str| Settings::parse_from(["x", flag]).deny_public;
        assert_eq!(read("--deny-public"), Some(true));
        assert_eq!(read("--deny-public=false"), Some(false));
    }
}
