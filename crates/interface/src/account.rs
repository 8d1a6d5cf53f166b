//! Whose mail, and where it is.

use serde::{Deserialize, Serialize};

/// What the form asks for, except for the password.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    /// IMAP or POP3.
    pub protocol: Protocol,
    /// Over the network, or to the demo server in the page.
    pub via: Via,
    /// The server, its port and how it is secured.
    pub destination: Destination,
    /// The user name.
    pub user: String,
    /// Where there is no TLS: the user said that the password may cross in the clear all the same.
    pub cleartext_allowed: bool,
}

/// How mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Protocol {
    /// Mail stays on the server; devices see the same.
    Imap,
    /// Mail is fetched to the device.
    Pop3,
}

/// What carries the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Via {
    /// A proxy that relays to the server.
    Tunnel,
    /// The demo server within the page: the same bytes, no network.
    Demo,
}

/// What is to be dialled.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// The host's name.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it is secured.
    pub security: Security,
}

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Security {
    /// TLS from the first octet (RFC 8314).
    Tls,
    /// TLS after the server agreed to STARTTLS or STLS (RFC 2595).
    StartTls,
    /// None: everybody on the way can read along.
    None,
}

impl Protocol {
    /// The standard port.
    pub fn default_port(self, security: Security) -> u16 {
        match (self, security) {
            (Self::Imap, Security::Tls) => 993,
            (Self::Imap, _) => 143,
            (Self::Pop3, Security::Tls) => 995,
            (Self::Pop3, _) => 110,
        }
    }
}

impl Account {
    /// The account of the demo server in the page.
    pub fn demo(protocol: Protocol) -> Self {
        let security = Security::None;
        Self {
            protocol,
            via: Via::Demo,
            destination: Destination {
                host: "demo.example.com".to_owned(),
                port: protocol.default_port(security),
                security,
            },
            user: "alice".to_owned(),
            cleartext_allowed: true,
        }
    }
}
