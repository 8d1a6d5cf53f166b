//! Which pages may use the proxy (RFC 6455 section 10.2).
//!
//! A browser says which page opened a WebSocket, in `Origin`, and which name it thinks the proxy
//! has, in `Host`. The two being equal proves nothing by itself: an attacker's name can be made to
//! lead here (DNS rebinding), and then both are the attacker's. So `Host` has to be one that an
//! attacker cannot have: an IP address, `localhost` on a loopback listener, or a named one.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use porthole_tunnel::Host;

/// Scheme, host and port of a page (RFC 6454 section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: &'static str,
    authority: Authority,
}

/// Host and port; `None` where the text has no port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authority {
    host: Host,
    port: Option<u16>,
}

/// The pages that may.
#[derive(Debug)]
pub(crate) struct Origins {
    loopback: bool,
    named: Vec<Origin>,
}

impl Origins {
    /// The page that is served, and the named ones.
    pub(crate) fn new(loopback: bool, named: Vec<Origin>) -> Self {
        Self { loopback, named }
    }

    /// Whether the proxy answers to this name at all.
    pub(crate) fn knows(&self, host: &Authority) -> bool {
        match (self.loopback, host.host.address()) {
            (true, _) if host.is_loopback() => true,
            (false, Some(_)) => true,
            _ => self.named.iter().any(|origin| origin.authority == *host),
        }
    }

    /// Whether a page of this origin may open a tunnel at this host.
    pub(crate) fn allows(&self, origin: &Origin, host: &Authority) -> bool {
        if self.named.contains(origin) {
            return true;
        }
        if self.loopback {
            // Trunk's development server has the page on another port and forwards to this one.
            return host.is_loopback() && origin.authority.is_loopback();
        }
        host.host.address().is_some()
            && origin.authority.host == host.host
            && origin.port() == host.port.unwrap_or_else(|| origin.default_port())
    }
}

impl Origin {
    /// Reads the address of another proxy: `ws://` or `wss://`.
    ///
    /// # Errors
    /// When it is not just scheme, host and port.
    pub(crate) fn parse_proxy(text: &str) -> Result<Self, OriginError> {
        Self::parse(text, &["ws", "wss"])
    }

    fn parse(text: &str, schemes: &[&'static str]) -> Result<Self, OriginError> {
        let (scheme, authority) = text.split_once("://").ok_or(OriginError)?;
        let scheme = schemes.iter().find(|known| **known == scheme);
        let mut origin = Self {
            scheme: scheme.ok_or(OriginError)?,
            authority: authority.parse()?,
        };
        let port = origin.authority.port;
        origin.authority.port = port.filter(|port| *port != origin.default_port());
        Ok(origin)
    }

    fn port(&self) -> u16 {
        self.authority.port.unwrap_or_else(|| self.default_port())
    }

    fn default_port(&self) -> u16 {
        match self.scheme {
            "https" | "wss" => 443,
            _ => 80,
        }
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        Self::parse(text, &["http", "https"])
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl Authority {
    fn is_loopback(&self) -> bool {
        self.host.as_str() == "localhost" || self.host.address().is_some_and(|ip| ip.is_loopback())
    }
}

impl FromStr for Authority {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = match port {
            Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(port.parse().map_err(|_| OriginError)?)
            }
            Some(_) => return Err(OriginError),
            None => None,
        };
        let host = Host::parse(host).map_err(|_| OriginError)?;
        match host.address() {
            Some(IpAddr::V6(_)) if !text.starts_with('[') => Err(OriginError),
            _ => Ok(Self { host, port }),
        }
    }
}

impl fmt::Display for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

/// Text that is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected SCHEME://HOST or SCHEME://HOST:PORT, and nothing behind it")]
pub(crate) struct OriginError;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(origins: &Origins, origin: &str, host: &str, expected: bool) {
        let allowed = match (origin.parse(), host.parse()) {
            (Ok(origin), Ok(host)) => origins.allows(&origin, &host),
            _ => false,
        };
        assert_eq!(allowed, expected, "{origin} at {host}");
    }

    fn origins(loopback: bool, named: &[&str]) -> Origins {
        let named = named.iter().map(|text| text.parse().unwrap()).collect();
        Origins::new(loopback, named)
    }

    #[test]
    fn a_loopback_listener_serves_pages_of_this_machine() {
        let own = origins(true, &[]);
        check(&own, "http://127.0.0.1:8080", "127.0.0.1:8080", true);
        check(&own, "http://localhost:8080", "localhost:8080", true);
        check(&own, "http://[::1]:8080", "[::1]:8080", true);
        check(&own, "http://localhost:8081", "127.0.0.1", true);
        check(&own, "https://localhost:8080", "localhost:8080", true);
        check(&own, "http://evil.example:8080", "127.0.0.1:8080", false);
        check(&own, "http://evil.example:8080", "evil.example:8080", false);
        check(
            &own,
            "http://localhost.evil.example",
            "localhost:8080",
            false,
        );
        check(&own, "http://192.0.2.1:8080", "127.0.0.1:8080", false);
        check(&own, "http://192.0.2.1:8080", "192.0.2.1:8080", false);
        check(&own, "null", "127.0.0.1:8080", false);
        check(&own, "file://", "127.0.0.1:8080", false);
    }

    #[test]
    fn another_listener_serves_its_address_and_what_is_named() {
        let bare = origins(false, &[]);
        check(&bare, "http://192.0.2.1:8080", "192.0.2.1:8080", true);
        check(&bare, "https://192.0.2.1", "192.0.2.1", true);
        check(&bare, "http://192.0.2.1:8081", "192.0.2.1:8080", false);
        check(&bare, "http://localhost:8080", "192.0.2.1:8080", false);
        check(&bare, "https://mail.example", "mail.example", false);
        let named = origins(
            false,
            &["https://mail.example", "https://other.example:8443"],
        );
        check(&named, "https://mail.example", "mail.example", true);
        check(&named, "https://mail.example:443", "mail.example", true);
        check(&named, "https://mail.example", "192.0.2.1:8080", true);
        check(&named, "http://mail.example", "mail.example", false);
        check(&named, "https://other.example:8443", "mail.example", true);
        check(&named, "https://other.example", "mail.example", false);
        check(&named, "https://evil.example", "mail.example", false);
    }

    #[test]
    fn only_known_names_are_answered() {
        for (loopback, host, expected) in [
            (true, "localhost:1", true),
            (true, "127.0.0.1", true),
            (true, "[::1]:8080", true),
            (true, "192.0.2.1", false),
            (true, "evil.example", false),
            (true, "mail.example", true),
            (false, "192.0.2.1:1", true),
            (false, "mail.example", true),
            (false, "mail.example:8443", false),
            (false, "localhost", false),
        ] {
            let origins = origins(loopback, &["https://mail.example"]);
            assert_eq!(origins.knows(&host.parse().unwrap()), expected, "{host}");
        }
    }

    #[test]
    fn origins_are_read_strictly() {
        for (text, printed) in [
            ("https://Mail.Example:443", "https://mail.example"),
            ("http://mail.example:8080", "http://mail.example:8080"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), printed);
        }
        for bad in [
            "",
            "mail.example",
            "ftp://mail.example",
            "https://",
            "https://mail.example/",
            "https://mail.example:",
            "https://mail.example:+1",
            "https://mail.example:65536",
            "https://user@mail.example",
            "https://::1",
            "https://*.example",
            "HTTPS://mail.example",
        ] {
            assert_eq!(bad.parse::<Origin>(), Err(OriginError), "{bad}");
        }
    }
}
