//! The tunnel's URL: which server the page wants to reach, and how.

use std::fmt;

use crate::host::{Host, HostError};
use crate::limits::MAX_QUERY;

/// The version of everything in this crate; `v` in the query.
pub const VERSION: u32 = 1;

/// Where the proxy answers.
pub const PATH: &str = "/tunnel";

/// What the page asks the proxy to dial: `/tunnel?v=1&host=H&port=P&tls=T`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a destination is these three; more would be another version"
)]
pub struct Request {
    /// The mail server.
    pub host: Host,
    /// Its port; never 0.
    pub port: u16,
    /// Who starts TLS, and when.
    pub tls: Security,
}

/// When TLS starts; `tls` in the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth way")]
pub enum Security {
    /// Before the first byte (RFC 8314 section 3).
    Implicit,
    /// When the page says so, after the server agreed to it.
    StartTls,
    /// Never.
    None,
}

impl Request {
    /// Reads what the user typed.
    ///
    /// # Errors
    /// When the host is none, or the port is 0.
    pub fn new(host: &str, port: u16, tls: Security) -> Result<Self, RequestError> {
        if port == 0 {
            return Err(RequestError::Port);
        }
        let host = Host::parse(host)?;
        Ok(Self { host, port, tls })
    }

    /// Path and query, as they follow the proxy's `ws://` or `wss://` authority.
    pub fn target(&self) -> String {
        format!("{PATH}?{}", self.query())
    }

    /// The query alone, without `?`.
    pub fn query(&self) -> String {
        // Nothing that a host can hold needs an escape in a query (RFC 3986 section 3.4).
        let Self { host, port, tls } = self;
        format!("v={VERSION}&host={}&port={port}&tls={tls}", host.as_str())
    }

    /// Reads a query, strictly: each key once, none that is not known.
    ///
    /// # Errors
    /// [`RequestError`] names the key that is at fault.
    pub fn from_query(query: &str) -> Result<Self, RequestError> {
        if query.len() > MAX_QUERY {
            return Err(RequestError::TooLong);
        }
        let mut values: [Option<String>; KEYS.len()] = [const { None }; KEYS.len()];
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').ok_or(RequestError::Syntax)?;
            let at = KEYS.iter().position(|known| *known == key);
            let slot = at.map(|at| &mut values[at]).ok_or(RequestError::Syntax)?;
            if slot.replace(unescape(value)?).is_some() {
                return Err(RequestError::Syntax);
            }
        }
        let [version, host, port, tls] = values;
        if version.as_deref() != Some("1") {
            return Err(RequestError::Version);
        }
        let port = port
            .filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|port| port.parse().ok())
            .ok_or(RequestError::Port)?;
        let tls = match tls.as_deref() {
            Some("implicit") => Security::Implicit,
            Some("starttls") => Security::StartTls,
            Some("none") => Security::None,
            _ => return Err(RequestError::Tls),
        };
        Self::new(&host.unwrap_or_default(), port, tls)
    }
}

impl fmt::Display for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Implicit => "implicit",
            Self::StartTls => "starttls",
            Self::None => "none",
        })
    }
}

/// Why a query is not a [`Request`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// More than [`MAX_QUERY`].
    #[error("the query is too long")]
    TooLong,
    /// Not `key=value` pairs, an unknown key, a key twice, or a broken escape.
    #[error("the query is not v, host, port and tls, once each")]
    Syntax,
    /// `v` is missing or not 1.
    #[error("this end speaks version {VERSION} of the tunnel only")]
    Version,
    /// `host` is missing or no host.
    #[error(transparent)]
    Host(#[from] HostError),
    /// `port` is missing or not 1 to 65535.
    #[error("the port is not a number from 1 to 65535")]
    Port,
    /// `tls` is missing or not one of the three.
    #[error("tls is not implicit, starttls or none")]
    Tls,
}

/// RFC 3986 section 2.1: a browser escapes the colons of an IPv6 address.
fn unescape(value: &str) -> Result<String, RequestError> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let code = digit().and_then(|high| Some(high << 4 | digit()?));
                u8::try_from(code.ok_or(RequestError::Syntax)?).map_err(|_| RequestError::Syntax)?
            }
            byte => byte,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).map_err(|_| RequestError::Syntax)
}

const KEYS: [&str; 4] = ["v", "host", "port", "tls"];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Result<(&str, u16, Security), RequestError>) {
        let expected = expected.map(|(host, port, tls)| Request::new(host, port, tls).unwrap());
        let got = Request::from_query(query);
        assert_eq!(got, expected, "{query}");
        if let Ok(request) = got {
            assert_eq!(Request::from_query(&request.query()), Ok(request));
        }
    }

    #[test]
    fn what_is_asked_for_is_read() {
        let imaps = ("imap.example.com", 993, Security::Implicit);
        check("v=1&host=imap.example.com&port=993&tls=implicit", Ok(imaps));
        check(
            "tls=implicit&port=993&host=IMAP.example.com.&v=1",
            Ok(imaps),
        );
        let local = ("::1", 143, Security::StartTls);
        check("v=1&host=%3A%3a1&port=143&tls=starttls", Ok(local));
        check("v=1&host=[::1]&port=143&tls=starttls", Ok(local));
        let plain = ("127.0.0.1", 110, Security::None);
        check("v=1&host=127.0.0.1&port=110&tls=none", Ok(plain));
    }

    #[test]
    fn what_is_not_exactly_that_is_refused() {
        use RequestError as E;
        let good = "v=1&host=a.example&port=993&tls=implicit";
        for (query, error) in [
            ("", E::Syntax),
            ("v", E::Syntax),
            (&format!("{good}&v=1"), E::Syntax),
            (&format!("{good}&x=1"), E::Syntax),
            (&format!("{good}&"), E::Syntax),
            ("v=%", E::Syntax),
            ("v=%3", E::Syntax),
            ("v=%+1", E::Syntax),
            ("v=1&host=%ff", E::Syntax),
            ("host=a.example&port=993&tls=implicit", E::Version),
            ("v=2&host=a.example&port=993&tls=implicit", E::Version),
            ("v=1&port=993&tls=implicit", E::Host(HostError::Empty)),
            (
                "v=1&host=a%00&port=993&tls=implicit",
                E::Host(HostError::Forbidden('\0')),
            ),
            (
                "v=1&host=a%0d%0a&port=993&tls=implicit",
                E::Host(HostError::Forbidden('\r')),
            ),
            ("v=1&host=a.example&tls=implicit", E::Port),
            ("v=1&host=a.example&port=0&tls=implicit", E::Port),
            ("v=1&host=a.example&port=65536&tls=implicit", E::Port),
            ("v=1&host=a.example&port=%2B993&tls=implicit", E::Port),
            ("v=1&host=a.example&port=993", E::Tls),
            ("v=1&host=a.example&port=993&tls=IMPLICIT", E::Tls),
            (&format!("{good}&{}", "x".repeat(MAX_QUERY)), E::TooLong),
        ] {
            check(query, Err(error));
        }
    }

    #[test]
    fn the_target_is_a_path_and_its_query() {
        let request = Request::new("2001:db8::1", 995, Security::Implicit).unwrap();
        assert_eq!(
            request.target(),
            "/tunnel?v=1&host=2001:db8::1&port=995&tls=implicit"
        );
        assert_eq!(
            Request::new("a.example", 0, Security::None),
            Err(RequestError::Port)
        );
    }
}
