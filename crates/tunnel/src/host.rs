//! The name or address of a mail server, in one spelling only.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// A host name in lower-case ASCII without a trailing dot, or an IP address as Rust prints it.
///
/// There is one spelling for each host, so that comparing two is comparing strings. What a
/// resolver would take for an address in disguise (`127.1`, `0x7f000001`, `2130706433`) is
/// refused, as are names that are not ASCII: whoever asks the user turns them into A-labels
/// (RFC 5890 section 2.3.2.1) first; in a page, `new URL("https://" + name).hostname` does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Host {
    text: String,
    address: Option<IpAddr>,
}

impl Host {
    /// Reads a host name, or an IP address with or without the brackets of a URL.
    ///
    /// # Errors
    /// [`HostError`] says what is wrong with it.
    pub fn parse(input: &str) -> Result<Self, HostError> {
        let bare = input
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .filter(|rest| rest.contains(':'))
            .unwrap_or(input);
        if let Ok(address) = IpAddr::from_str(bare) {
            return Ok(Self {
                text: address.to_string(),
                address: Some(address),
            });
        }
        let name = input.strip_suffix('.').unwrap_or(input);
        if name.is_empty() {
            return Err(HostError::Empty);
        }
        if name.len() > MAX_NAME {
            return Err(HostError::TooLong);
        }
        let mut last = "";
        for label in name.split('.') {
            check_label(label)?;
            last = label;
        }
        if is_number(last) {
            return Err(HostError::NotAnAddress);
        }
        Ok(Self {
            text: name.to_ascii_lowercase(),
            address: None,
        })
    }

    /// The name, or the address without brackets.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The address, where it is one and not a name.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }
}

impl fmt::Display for Host {
    /// As it stands in `host:port`: an IPv6 address in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(IpAddr::V6(address)) => write!(f, "[{address}]"),
            _ => f.write_str(&self.text),
        }
    }
}

impl FromStr for Host {
    type Err = HostError;

    fn from_str(input: &str) -> Result<Self, HostError> {
        Self::parse(input)
    }
}

impl From<Ipv4Addr> for Host {
    fn from(address: Ipv4Addr) -> Self {
        Self {
            text: address.to_string(),
            address: Some(address.into()),
        }
    }
}

/// Why text is not a [`Host`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// Nothing there, or a label between two dots is empty.
    #[error("the host name has an empty part")]
    Empty,
    /// More than 253 octets, or a label of more than 63 (RFC 1035 section 2.3.4).
    #[error("the host name is too long")]
    TooLong,
    /// A byte that no host name has.
    #[error("the host name holds {0:?}, which host names cannot")]
    Forbidden(char),
    /// The last label is a number, and the whole is not an IP address in its usual spelling.
    #[error("the address is not in its usual spelling")]
    NotAnAddress,
}

/// A label of letters, digits, `-` and `_`; the last is no host name's by RFC 952, and some
/// private mail servers have it nevertheless.
fn check_label(label: &str) -> Result<(), HostError> {
    if label.is_empty() {
        return Err(HostError::Empty);
    }
    if label.len() > MAX_LABEL {
        return Err(HostError::TooLong);
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if let Some(wrong) = label.chars().find(|&c| !fits(c)) {
        return Err(HostError::Forbidden(wrong));
    }
    if label.starts_with('-') || label.ends_with('-') {
        return Err(HostError::Forbidden('-'));
    }
    Ok(())
}

/// Whether a resolver may take the name ending in this label for an IPv4 address: decimal, octal
/// or hexadecimal digits (WHATWG URL, "ends in a number checker").
fn is_number(label: &str) -> bool {
    let hexadecimal = label
        .strip_prefix("0x")
        .or_else(|| label.strip_prefix("0X"))
        .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()));
    hexadecimal || label.chars().all(|c| c.is_ascii_digit())
}

/// RFC 1035 section 2.3.4, as text without the last dot.
const MAX_NAME: usize = 253;
/// RFC 1035 section 2.3.4.
const MAX_LABEL: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, HostError>) {
        let got = Host::parse(input);
        assert_eq!(
            got.as_ref().map(Host::as_str).map_err(|error| *error),
            expected,
            "{input:?}"
        );
        if let Ok(host) = got {
            assert_eq!(Host::parse(&host.to_string()), Ok(host), "{input:?} again");
        }
    }

    #[test]
    fn names_have_one_spelling() {
        check("imap.example.com", Ok("imap.example.com"));
        check("IMAP.Example.COM.", Ok("imap.example.com"));
        check("localhost", Ok("localhost"));
        check("xn--bcher-kva.example", Ok("xn--bcher-kva.example"));
        check("_mail.example.org", Ok("_mail.example.org"));
        check("7.example", Ok("7.example"));
        check("0xcafe.example", Ok("0xcafe.example"));
    }

    #[test]
    fn addresses_are_taken_in_their_usual_spelling_only() {
        check("192.0.2.1", Ok("192.0.2.1"));
        check("2001:DB8:0::1", Ok("2001:db8::1"));
        check("[2001:db8::1]", Ok("2001:db8::1"));
        check("[::ffff:127.0.0.1]", Ok("::ffff:127.0.0.1"));
        for disguised in [
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "1.2.3.4.5",
            "256.0.0.1",
            "name.0x",
        ] {
            check(disguised, Err(HostError::NotAnAddress));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        check("", Err(HostError::Empty));
        check(".", Err(HostError::Empty));
        check("a..b", Err(HostError::Empty));
        check("a.b..", Err(HostError::Empty));
        check("b\u{fc}cher.example", Err(HostError::Forbidden('\u{fc}')));
        check("user@example.com", Err(HostError::Forbidden('@')));
        check("example.com:993", Err(HostError::Forbidden(':')));
        check("example.com/", Err(HostError::Forbidden('/')));
        check("exam ple", Err(HostError::Forbidden(' ')));
        check("a\0b", Err(HostError::Forbidden('\0')));
        check("*.example.com", Err(HostError::Forbidden('*')));
        check("-a.example", Err(HostError::Forbidden('-')));
        check("[example]", Err(HostError::Forbidden('[')));
        check("fe80::1%eth0", Err(HostError::Forbidden(':')));
        check(&"a".repeat(64), Err(HostError::TooLong));
        check(&"abcdefghi.".repeat(26), Err(HostError::TooLong));
    }

    #[test]
    fn an_ipv6_address_prints_in_brackets() {
        assert_eq!(Host::parse("::1").unwrap().to_string(), "[::1]");
        assert_eq!(Host::from(Ipv4Addr::LOCALHOST).to_string(), "127.0.0.1");
    }
}
