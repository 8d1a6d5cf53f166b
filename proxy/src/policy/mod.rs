//! Who may be dialled.
//!
//! Two questions, asked in this order: is this host and port allowed at all, and if so, may it
//! lead to an address that is not public? The second is answered with yes only for hosts that the
//! operator named in full.

mod address;

use std::fmt;
use std::str::FromStr;

use porthole_tunnel::{Host, HostError};

pub(crate) use self::address::is_public;

/// The allow-list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    /// Any public host on [`MAIL_PORTS`].
    public: bool,
    rules: Vec<Rule>,
}

/// Where a destination may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To public addresses only.
    Public,
    /// To any address: the operator named the host.
    Anywhere,
}

impl Policy {
    /// Allows what the rules say, and with `public` any public host on the ports of mail.
    pub(crate) fn new(public: bool, rules: Vec<Rule>) -> Self {
        Self { public, rules }
    }

    /// Whether anything is allowed at all.
    pub(crate) fn is_empty(&self) -> bool {
        !self.public && self.rules.is_empty()
    }

    /// Where this destination may lead, if it may be dialled.
    pub(crate) fn check(&self, host: &Host, port: u16) -> Option<Reach> {
        if NEVER.contains(&port) {
            return None;
        }
        let by_rule = self.rules.iter().filter_map(|rule| rule.reach(host, port));
        let by_default = (self.public && MAIL_PORTS.contains(&port)).then_some(Reach::Public);
        by_rule.chain(by_default).max_by_key(|reach| *reach as u8)
    }
}

/// One `--allow`: `imap.example.com:993`, `*.example.com:993` or `*:993`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    hosts: Hosts,
    port: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    /// This one.
    Named(Host),
    /// Every name that ends in a dot and this, and not this itself.
    Below(Host),
    /// All.
    All,
}

impl Rule {
    fn reach(&self, host: &Host, port: u16) -> Option<Reach> {
        if port != self.port {
            return None;
        }
        match &self.hosts {
            Hosts::Named(named) => (named == host).then_some(Reach::Anywhere),
            Hosts::Below(domain) => {
                let above = host.as_str().strip_suffix(domain.as_str())?;
                above.ends_with('.').then_some(Reach::Public)
            }
            Hosts::All => Some(Reach::Public),
        }
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let (host, port) = text.rsplit_once(':').ok_or(RuleError::Syntax)?;
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = match port.parse() {
            Ok(port) if digits && port > 0 => port,
            _ => return Err(RuleError::Port),
        };
        if NEVER.contains(&port) {
            return Err(RuleError::Never(port));
        }
        let hosts = if host == "*" {
            Hosts::All
        } else if let Some(domain) = host.strip_prefix("*.") {
            match Host::parse(domain)? {
                domain if domain.address().is_none() => Hosts::Below(domain),
                _ => return Err(RuleError::Syntax),
            }
        } else if host.contains(':') && !host.starts_with('[') {
            return Err(RuleError::Syntax);
        } else {
            Hosts::Named(Host::parse(host)?)
        };
        Ok(Self { hosts, port })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hosts {
            Hosts::Named(host) => write!(f, "{host}:{}", self.port),
            Hosts::Below(domain) => write!(f, "*.{domain}:{}", self.port),
            Hosts::All => write!(f, "*:{}", self.port),
        }
    }
}

/// Why text is not a [`Rule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("expected HOST:PORT, *.DOMAIN:PORT or *:PORT")]
    Syntax,
    #[error("the port is not a number from 1 to 65535")]
    Port,
    #[error("port {0} is never dialled: a proxy that does is used for spam")]
    Never(u16),
    #[error(transparent)]
    Host(#[from] HostError),
}

/// IMAP, POP3 and submission, with STARTTLS and with TLS from the start (RFC 8314 section 3).
const MAIL_PORTS: [u16; 6] = [143, 993, 110, 995, 587, 465];

/// Mail between servers; submission has its own ports (RFC 6409 section 3.1, RFC 5068 section 3).
const NEVER: [u16; 1] = [25];

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(public: bool, rules: &[&str]) -> Policy {
        let rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
        Policy::new(public, rules)
    }

    fn check(policy: &Policy, destination: &str, expected: Option<Reach>) {
        let (host, port) = destination.rsplit_once(':').unwrap();
        let host = Host::parse(host).unwrap();
        let reach = policy.check(&host, port.parse().unwrap());
        assert_eq!(reach, expected, "{destination} by {policy:?}");
    }

    #[test]
    fn by_default_public_hosts_on_the_ports_of_mail() {
        let policy = policy(true, &[]);
        for port in [143, 993, 110, 995, 587, 465] {
            check(&policy, &format!("a.example:{port}"), Some(Reach::Public));
        }
        for port in [25, 22, 80, 443, 3143, 4190, 6379] {
            check(&policy, &format!("a.example:{port}"), None);
        }
        check(&policy, "127.0.0.1:993", Some(Reach::Public));
    }

    #[test]
    fn nothing_is_allowed_that_is_not_named() {
        check(&policy(false, &[]), "a.example:993", None);
        let policy = policy(
            false,
            &[
                "imap.example.com:993",
                "*.example.org:993",
                "*:995",
                "127.0.0.1:3143",
                "[::1]:3143",
            ],
        );
        check(&policy, "imap.example.com:993", Some(Reach::Anywhere));
        check(&policy, "IMAP.EXAMPLE.COM.:993", Some(Reach::Anywhere));
        check(&policy, "imap.example.com:143", None);
        check(&policy, "ximap.example.com:993", None);
        check(&policy, "x.imap.example.com:993", None);
        check(&policy, "imap.example.org:993", Some(Reach::Public));
        check(&policy, "a.b.example.org:993", Some(Reach::Public));
        check(&policy, "example.org:993", None);
        check(&policy, "notexample.org:993", None);
        check(&policy, "example.org.example.net:993", None);
        check(&policy, "anything.example:995", Some(Reach::Public));
        check(&policy, "127.0.0.1:3143", Some(Reach::Anywhere));
        check(&policy, "localhost:3143", None);
        check(&policy, "::1:3143", Some(Reach::Anywhere));
        check(&policy, "::ffff:127.0.0.1:3143", None);
    }

    #[test]
    fn a_name_counts_more_than_a_pattern() {
        for rules in [["*:993", "mail.test:993"], ["mail.test:993", "*:993"]] {
            check(
                &policy(true, &rules),
                "mail.test:993",
                Some(Reach::Anywhere),
            );
        }
    }

    #[test]
    fn rules_are_read_strictly() {
        for good in [
            "imap.example.com:993",
            "*.example.com:993",
            "*:993",
            "192.0.2.1:143",
            "[2001:db8::1]:143",
        ] {
            assert_eq!(good.parse::<Rule>().unwrap().to_string(), good);
        }
        for (bad, error) in [
            ("", RuleError::Syntax),
            ("imap.example.com", RuleError::Syntax),
            ("imap.example.com:", RuleError::Port),
            ("imap.example.com:0", RuleError::Port),
            ("imap.example.com:*", RuleError::Port),
            ("imap.example.com:+993", RuleError::Port),
            ("imap.example.com:65536", RuleError::Port),
            ("imap.example.com:25", RuleError::Never(25)),
            ("*:25", RuleError::Never(25)),
            ("2001:db8::1:143", RuleError::Syntax),
            ("*.192.0.2.1:143", RuleError::Syntax),
            (":993", RuleError::Host(HostError::Empty)),
            ("*.:993", RuleError::Host(HostError::Empty)),
            (
                "im*p.example.com:993",
                RuleError::Host(HostError::Forbidden('*')),
            ),
            (
                "*.*.example.com:993",
                RuleError::Host(HostError::Forbidden('*')),
            ),
            ("127.1:993", RuleError::Host(HostError::NotAnAddress)),
        ] {
            assert_eq!(bad.parse::<Rule>(), Err(error), "{bad:?}");
        }
    }
}
