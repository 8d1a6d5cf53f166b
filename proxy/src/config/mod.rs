//! What the proxy runs on: settings that were checked, before anything is bound.

mod settings;
mod terms;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use self::settings::Settings;
pub(crate) use self::terms::{Source, Terms};
use crate::demo::Demo;

/// Everything that was decided before the start.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    /// The folder of the page, if there is one.
    pub(crate) web: Option<PathBuf>,
    /// The demo mail server, if it is wanted.
    pub(crate) demo: Option<Demo>,
    pub(crate) max_connections: usize,
    pub(crate) max_per_client: usize,
    pub(crate) max_per_server: usize,
    pub(crate) drain_timeout: Duration,
    pub(crate) terms: Terms,
    /// Where other terms come from later.
    pub(crate) source: Source,
}

impl Config {
    /// Checks the settings, and reads the files that they name.
    ///
    /// # Errors
    /// One line for the operator, beginning with the setting at fault.
    pub(crate) fn new(given: Settings) -> Result<Self, String> {
        let settings = given.clone().with_file()?;
        let listen = match &settings.listen {
            Some(text) => text
                .parse()
                .map_err(|_| format!("listen: {text:?} is not ADDRESS:PORT"))?,
            None => SocketAddr::from((Ipv4Addr::LOCALHOST, DEFAULT_PORT)),
        };
        let demo = demo(settings.demo.unwrap_or(false))?;
        let open_files = rlimit::increase_nofile_limit(u64::MAX)
            .map_err(|error| format!("the limit on open files cannot be read: {error}"))?;
        let certificate = demo.as_ref().map(Demo::certificate);
        let source = Source::new(given, settings.clone(), listen, certificate);
        let max_connections = max_connections(settings.max_connections, open_files)?;
        Ok(Self {
            listen,
            web: page_folder(settings.web)?,
            demo,
            max_connections,
            max_per_client: at_least_one("max-per-client", settings.max_per_client, 64)?,
            // Everybody whom this proxy is for may have their mail on one server.
            max_per_server: at_least_one(
                "max-per-server",
                settings.max_per_server,
                max_connections,
            )?,
            drain_timeout: seconds("drain-timeout", settings.drain_timeout, 10)?,
            terms: source.first()?,
            source,
        })
    }
}

fn demo(wanted: bool) -> Result<Option<Demo>, String> {
    let made = wanted.then(Demo::new).transpose();
    made.map_err(|error| format!("demo: {error}"))
}

fn each<T, E: std::fmt::Display>(
    key: &str,
    values: Option<Vec<String>>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, String> {
    let values = values.unwrap_or_default();
    values
        .iter()
        .map(|text| parse(text).map_err(|error| format!("{key}: {text:?}: {error}")))
        .collect()
}

fn in_file<T, E: std::fmt::Display>(
    key: &str,
    path: &Path,
    outcome: Result<T, E>,
) -> Result<T, String> {
    outcome.map_err(|error| format!("{key}: {}: {error}", path.display()))
}

fn at_least_one(key: &str, value: Option<usize>, default: usize) -> Result<usize, String> {
    match value {
        Some(0) => Err(format!("{key}: 0 lets nobody in")),
        value => Ok(value.unwrap_or(default)),
    }
}

fn seconds(key: &str, value: Option<u64>, default: u64) -> Result<Duration, String> {
    match value.unwrap_or(default) {
        0 => Err(format!("{key}: 0 seconds is no time at all")),
        value if value > MOST_SECONDS => Err(format!("{key}: more than a year")),
        value => Ok(Duration::from_secs(value)),
    }
}

/// A folder that was named has to hold a page; the one that is looked for need not be there.
fn page_folder(named: Option<PathBuf>) -> Result<Option<PathBuf>, String> {
    let path = named.clone().unwrap_or_else(|| DEFAULT_WEB.into());
    let folder = path
        .join("index.html")
        .metadata()
        .and_then(|_| path.canonicalize());
    match (folder, named) {
        (Ok(folder), _) => Ok(Some(folder)),
        (Err(_), None) => Ok(None),
        (Err(error), Some(path)) => Err(format!("web: {}/index.html: {error}", path.display())),
    }
}

/// A tunnel has two sockets, and some files are needed for all else.
fn max_connections(named: Option<usize>, open_files: u64) -> Result<usize, String> {
    let room = usize::try_from(open_files.saturating_sub(OTHER_FILES) / 2).unwrap_or(usize::MAX);
    let most = at_least_one("max-connections", named, room.clamp(1, DEFAULT_CONNECTIONS))?;
    match most <= room {
        true => Ok(most),
        false => Err(format!(
            "max-connections: {most} tunnels need more open files than the limit of {open_files} \
             allows (ulimit -n)"
        )),
    }
}

const DEFAULT_PORT: u16 = 8080;
const DEFAULT_WEB: &str = "dist";
const DEFAULT_CONNECTIONS: usize = 4096;
/// Connections that are no tunnels yet or no more, or wait for it, and what the runtime holds.
const OTHER_FILES: u64 = 660;
const MOST_SECONDS: u64 = 365 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use clap::Parser;
    use porthole_tunnel::Host;

    use super::*;
    use crate::policy::Reach;

    fn read(flags: &str) -> Result<Config, String> {
        let flags = std::iter::once("porthole-proxy").chain(flags.split_whitespace());
        Config::new(Settings::try_parse_from(flags).map_err(|error| error.to_string())?)
    }

    fn reach(config: &Config) -> Option<Reach> {
        config
            .terms
            .policy
            .check(&Host::parse("a.example").unwrap(), 993)
    }

    #[test]
    fn a_loopback_listener_reaches_public_hosts_and_another_nothing() {
        assert_eq!(reach(&read("").unwrap()), Some(Reach::Public));
        assert_eq!(
            reach(&read("--listen [::1]:1").unwrap()),
            Some(Reach::Public)
        );
        assert_eq!(reach(&read("--deny-public").unwrap()), None);
        assert_eq!(reach(&read("--listen 0.0.0.0:1").unwrap()), None);
        let more = read("--allow b.example:993").unwrap();
        assert_eq!(reach(&more), Some(Reach::Public), "--allow adds");
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_name() {
        for (flags, start) in [
            ("--listen 8080", "listen: "),
            ("--listen example.com:8080", "listen: "),
            ("--web /nowhere", "web: /nowhere/index.html: "),
            ("--allow imap.example.com", "allow: \"imap.example.com\": "),
            ("--allow smtp.example.com:25", "allow: "),
            ("--origin example.com", "origin: "),
            ("--origin https://example.com/page", "origin: "),
            ("--other-proxy https://example.com", "other-proxy: "),
            ("--ca /nowhere.pem", "ca: /nowhere.pem: "),
            ("--ca Cargo.toml", "ca: Cargo.toml: "),
            ("--tls-cert Cargo.toml", "tls-cert: "),
            ("--tls-key Cargo.toml", "tls-key: "),
            ("--trusted-proxy 10.0.0.0/33", "trusted-proxy: "),
            ("--max-connections 0", "max-connections: "),
            ("--max-connections 999999999999", "max-connections: "),
            ("--max-per-client 0", "max-per-client: "),
            ("--max-per-server 0", "max-per-server: "),
            ("--idle-timeout 0", "idle-timeout: "),
            ("--connect-timeout 99999999999", "connect-timeout: "),
            ("--config /nowhere.toml", "/nowhere.toml: "),
        ] {
            let error = read(flags).unwrap_err();
            assert!(error.starts_with(start), "{flags}: {error}");
            assert!(!error.trim_end().contains('\n'), "{flags}: {error}");
        }
    }
}
