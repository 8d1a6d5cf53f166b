//! Addresses: RFC 5322 section 3.4.

use mail_parser::{Addr, HeaderValue, parsers::MessageStream};
use serde::{Deserialize, Serialize};

use crate::{Header, charset, encoded_word, header::HeaderField};

/// Who a message is from or to.
///
/// A group is flattened into its members; one without members (`undisclosed-recipients:;`) is an
/// address with a name only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Address {
    /// The display name, decoded.
    pub name: Option<String>,
    /// The addr-spec, such as `ines@example.com`; empty where there is none.
    pub email: String,
}

impl Address {
    /// From the strings of an IMAP ENVELOPE (RFC 9051 section 7.5.2): display name, mailbox, host.
    pub fn from_envelope(name: Option<&[u8]>, mailbox: Option<&[u8]>, host: Option<&[u8]>) -> Self {
        let name = name
            .map(encoded_word::decode)
            .filter(|name| !name.is_empty());
        let mailbox = charset::guess(mailbox.unwrap_or_default());
        let host = charset::guess(host.unwrap_or_default());
        let email = match (mailbox.is_empty(), host.is_empty()) {
            (false, false) => format!("{mailbox}@{host}"),
            _ => mailbox.into_owned(),
        };
        Self {
            name,
            email: one_line(&email),
        }
    }

    /// The addresses of a field's body.
    pub(crate) fn parse(header: &Header<'_>, field: HeaderField<'_>) -> Vec<Self> {
        let text = header.structured(field);
        let value = MessageStream::new(text.as_bytes()).parse_address();
        match value {
            HeaderValue::Address(mail_parser::Address::List(list)) => {
                list.into_iter().map(Self::from).collect()
            }
            HeaderValue::Address(mail_parser::Address::Group(groups)) => {
                let mut all = Vec::new();
                for group in groups {
                    if group.addresses.is_empty() {
                        let name = group.name.map(|name| one_line(&name));
                        all.push(Self {
                            name,
                            email: String::new(),
                        });
                    }
                    all.extend(group.addresses.into_iter().map(Self::from));
                }
                all
            }
            _ => Vec::new(),
        }
    }

    /// What to call the person: the name, or else the address.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.email)
    }
}

impl From<Addr<'_>> for Address {
    fn from(address: Addr<'_>) -> Self {
        let email = one_line(&address.address.unwrap_or_default());
        let name = address
            .name
            .map(|name| one_line(&name))
            .filter(|name| !name.is_empty());
        // A lone word such as `postmaster` is an address without a host, not a name.
        match name {
            Some(name) if email.is_empty() && !name.contains(char::is_whitespace) => Self {
                name: None,
                email: name,
            },
            name => Self { name, email },
        }
    }
}

fn one_line(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn check(body: impl AsRef<[u8]>, expected: &[(&str, &str)]) {
        let mut raw = b"To: ".to_vec();
        raw.extend_from_slice(body.as_ref());
        raw.extend_from_slice(b"\r\n\r\n");
        let header = Header::parse(&raw, &Limits::default());
        let addresses = Address::parse(&header, header.first("to").unwrap());
        let found: Vec<_> = addresses
            .iter()
            .map(|a| (a.name.as_deref().unwrap_or("-"), a.email.as_str()))
            .collect();
        assert_eq!(found, expected, "{}", body.as_ref().escape_ascii());
    }

    #[test]
    fn lists() {
        check("ines@example.com", &[("-", "ines@example.com")]);
        check(
            "Ines Haddad <ines@example.com>",
            &[("Ines Haddad", "ines@example.com")],
        );
        check(
            "\"Haddad, Ines\" <i@example.com>, o@example.com",
            &[("Haddad, Ines", "i@example.com"), ("-", "o@example.com")],
        );
        check(
            "<a@example.com>,\r\n\t<b@example.com>",
            &[("-", "a@example.com"), ("-", "b@example.com")],
        );
        check("", &[]);
    }

    #[test]
    fn groups() {
        check(
            "undisclosed-recipients:;",
            &[("undisclosed-recipients", "")],
        );
        check(
            "Crew: a@example.com, b@example.com;",
            &[("-", "a@example.com"), ("-", "b@example.com")],
        );
    }

    #[test]
    fn names_in_every_disguise() {
        check(
            "=?utf-8?q?S=C3?= =?utf-8?q?=B8ren?= <s@example.com>",
            &[("Søren", "s@example.com")],
        );
        check(b"S\xf8ren <s@example.com>", &[("Søren", "s@example.com")]);
        check("Søren <s@example.com>", &[("Søren", "s@example.com")]);
        check("s@example.com (Søren)", &[("Søren", "s@example.com")]);
        check("postmaster", &[("-", "postmaster")]);
    }

    #[test]
    fn envelopes() {
        let address = Address::from_envelope(
            Some(b"=?iso-8859-1?q?S=F8ren?="),
            Some(b"soren"),
            Some(b"example.com"),
        );
        assert_eq!(address.name.as_deref(), Some("Søren"));
        assert_eq!(address.email, "soren@example.com");
        assert_eq!(address.label(), "Søren");
        assert_eq!(
            Address::from_envelope(None, Some(b"root"), None).label(),
            "root"
        );
    }
}
