//! Server and port from an address, and what the large providers want.

use porthole_interface::account::{Protocol, Security};

/// A provider whose servers have names of their own.
struct Provider {
    domains: &'static [&'static str],
    imap: &'static str,
    pop3: &'static str,
    hint: &'static str,
}

const PROVIDERS: [Provider; 8] = [
    Provider {
        domains: &["gmail.com", "googlemail.com"],
        imap: "imap.gmail.com",
        pop3: "pop.gmail.com",
        hint: "Google wants an app password here, not the one of your account. POP and IMAP may \
               have to be switched on in Gmail's settings first.",
    },
    Provider {
        domains: &["outlook.com", "hotmail.com", "live.com", "msn.com"],
        imap: "outlook.office365.com",
        pop3: "outlook.office365.com",
        hint: "Microsoft no longer takes passwords from mail programs; it wants OAuth.",
    },
    Provider {
        domains: &["yahoo.com", "ymail.com", "rocketmail.com"],
        imap: "imap.mail.yahoo.com",
        pop3: "pop.mail.yahoo.com",
        hint: "Yahoo wants an app password here, not the one of your account.",
    },
    Provider {
        domains: &["aol.com"],
        imap: "imap.aol.com",
        pop3: "pop.aol.com",
        hint: "AOL wants an app password here, not the one of your account.",
    },
    Provider {
        domains: &["icloud.com", "me.com", "mac.com"],
        imap: "imap.mail.me.com",
        pop3: "",
        hint: "Apple wants an app-specific password here, and offers no POP3.",
    },
    Provider {
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        imap: "imap.gmx.net",
        pop3: "pop.gmx.net",
        hint: "GMX wants POP3 and IMAP switched on in its settings first.",
    },
    Provider {
        domains: &["fastmail.com", "fastmail.fm"],
        imap: "imap.fastmail.com",
        pop3: "pop.fastmail.com",
        hint: "Fastmail wants an app password here, not the one of your account.",
    },
    Provider {
        domains: &["web.de"],
        imap: "imap.web.de",
        pop3: "pop3.web.de",
        hint: "WEB.DE wants POP3 and IMAP switched on in its settings first.",
    },
];

/// The server for an address; nothing while it is not one.
pub fn server(address: &str, protocol: Protocol) -> Option<String> {
    let domain = domain(address)?;
    let known = provider(&domain).map(|provider| match protocol {
        Protocol::Imap => provider.imap,
        Protocol::Pop3 => provider.pop3,
    });
    Some(match known {
        Some(known) => known.to_owned(),
        None => match protocol {
            Protocol::Imap => format!("imap.{domain}"),
            Protocol::Pop3 => format!("pop.{domain}"),
        },
    })
}

/// What the provider of an address wants besides a password.
pub fn hint(address: &str) -> Option<&'static str> {
    Some(provider(&domain(address)?)?.hint)
}

/// The port, unless the user chose one.
pub fn port(protocol: Protocol, security: Security) -> u16 {
    protocol.default_port(security)
}

fn domain(address: &str) -> Option<String> {
    let (_, domain) = address.trim().rsplit_once('@')?;
    let plausible = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    plausible.then(|| domain.to_lowercase())
}

fn provider(domain: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.domains.contains(&domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_guessed() {
        for (address, protocol, expected) in [
            ("ann@example.com", Protocol::Imap, Some("imap.example.com")),
            ("ann@Example.Com ", Protocol::Pop3, Some("pop.example.com")),
            ("ann@gmail.com", Protocol::Imap, Some("imap.gmail.com")),
            ("ann@ymail.com", Protocol::Pop3, Some("pop.mail.yahoo.com")),
            ("ann@aol.com", Protocol::Imap, Some("imap.aol.com")),
            ("ann@aol.com", Protocol::Pop3, Some("pop.aol.com")),
            ("ann@me.com", Protocol::Imap, Some("imap.mail.me.com")),
            // There is none, and a guess would send the password astray.
            ("ann@me.com", Protocol::Pop3, Some("")),
            ("ann@", Protocol::Imap, None),
            ("ann@example", Protocol::Imap, None),
            ("ann@example.", Protocol::Imap, None),
            ("alice", Protocol::Pop3, None),
        ] {
            assert_eq!(server(address, protocol).as_deref(), expected, "{address}");
        }
        assert!(hint("ann@gmail.com").is_some());
        assert_eq!(hint("ann@example.com"), None);
    }
}
