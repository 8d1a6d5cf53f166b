//! What a server says that it can do: RFC 2449 section 6 and the RFCs that add to it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One line of CAPA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Capability {
    /// TOP works (RFC 2449 section 6.1).
    Top,
    /// USER and PASS work (section 6.2).
    User,
    /// AUTH works with these mechanisms (section 6.3, RFC 5034).
    Sasl(Vec<String>),
    /// `[..]` behind a status indicator is a response code (section 6.4).
    RespCodes,
    /// How long to wait between sign-ins (section 6.5).
    LoginDelay {
        /// Seconds.
        seconds: u32,
        /// It may differ by user: ask again after signing in.
        per_user: bool,
    },
    /// Commands may be sent before the last was answered (section 6.6).
    Pipelining,
    /// How long messages are kept (section 6.7).
    Expire {
        /// The policy.
        policy: Expire,
        /// It may differ by user: ask again after signing in.
        per_user: bool,
    },
    /// UIDL works (section 6.8).
    Uidl,
    /// What software it is (section 6.9).
    Implementation(String),
    /// STLS works (RFC 2595 section 4).
    Stls,
    /// AUTH and SYS response codes are used (RFC 3206 section 6).
    AuthRespCode,
    /// UTF8 works (RFC 6856 section 2).
    Utf8 {
        /// User names may be in UTF-8.
        user: bool,
    },
    /// LANG works (RFC 6856 section 3).
    Lang,
    /// Any other, as it crossed.
    Other(String),
}

/// How long messages are kept on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Expire {
    /// For good.
    Never,
    /// For at least this many days; 0 means that a message goes once it was read.
    Days(u32),
}

impl Capability {
    /// The capability that a name and its arguments make; `None` where the arguments are wrong.
    pub(crate) fn from_words(name: &str, arguments: &[&str], line: &str) -> Option<Self> {
        let per_user = || {
            arguments
                .get(1)
                .is_some_and(|word| word.eq_ignore_ascii_case("USER"))
        };
        Some(match name.to_ascii_uppercase().as_str() {
            "TOP" => Self::Top,
            "USER" => Self::User,
            "SASL" => Self::Sasl(arguments.iter().map(|&word| word.to_owned()).collect()),
            "RESP-CODES" => Self::RespCodes,
            "LOGIN-DELAY" => Self::LoginDelay {
                seconds: arguments.first()?.parse().ok()?,
                per_user: per_user(),
            },
            "PIPELINING" => Self::Pipelining,
            "EXPIRE" => {
                let argument = arguments.first()?;
                let policy = if argument.eq_ignore_ascii_case("NEVER") {
                    Expire::Never
                } else {
                    Expire::Days(argument.parse().ok()?)
                };
                Self::Expire {
                    policy,
                    per_user: per_user(),
                }
            }
            "UIDL" => Self::Uidl,
            "IMPLEMENTATION" => Self::Implementation(arguments.join(" ")),
            "STLS" => Self::Stls,
            "AUTH-RESP-CODE" => Self::AuthRespCode,
            "UTF8" => Self::Utf8 {
                user: arguments
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case("USER")),
            },
            "LANG" => Self::Lang,
            _ => Self::Other(line.to_owned()),
        })
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = |per_user| if per_user { " USER" } else { "" };
        match self {
            Self::Top => f.write_str("TOP"),
            Self::User => f.write_str("USER"),
            Self::Sasl(mechanisms) => write!(f, "SASL {}", mechanisms.join(" ")),
            Self::RespCodes => f.write_str("RESP-CODES"),
            Self::LoginDelay { seconds, per_user } => {
                write!(f, "LOGIN-DELAY {seconds}{}", suffix(*per_user))
            }
            Self::Pipelining => f.write_str("PIPELINING"),
            Self::Expire { policy, per_user } => match policy {
                Expire::Never => write!(f, "EXPIRE NEVER{}", suffix(*per_user)),
                Expire::Days(days) => write!(f, "EXPIRE {days}{}", suffix(*per_user)),
            },
            Self::Uidl => f.write_str("UIDL"),
            Self::Implementation(text) => write!(f, "IMPLEMENTATION {text}"),
            Self::Stls => f.write_str("STLS"),
            Self::AuthRespCode => f.write_str("AUTH-RESP-CODE"),
            Self::Utf8 { user } => write!(f, "UTF8{}", suffix(*user)),
            Self::Lang => f.write_str("LANG"),
            Self::Other(line) => f.write_str(line),
        }
    }
}

/// All that CAPA said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Adds one.
    pub fn push(&mut self, capability: Capability) {
        self.0.push(capability);
    }

    /// Each of them in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = &Capability> {
        self.0.iter()
    }

    /// Whether this very one is there.
    pub fn has(&self, capability: &Capability) -> bool {
        self.0.contains(capability)
    }

    /// The SASL mechanisms.
    pub fn mechanisms(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .flat_map(|capability| match capability {
                Capability::Sasl(mechanisms) => mechanisms.as_slice(),
                _ => &[],
            })
            .map(String::as_str)
    }

    /// Seconds to wait between sign-ins.
    pub fn login_delay(&self) -> Option<u32> {
        self.0.iter().find_map(|capability| match capability {
            Capability::LoginDelay { seconds, .. } => Some(*seconds),
            _ => None,
        })
    }

    /// How long messages are kept.
    pub fn expire(&self) -> Option<Expire> {
        self.0.iter().find_map(|capability| match capability {
            Capability::Expire { policy, .. } => Some(*policy),
            _ => None,
        })
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<I: IntoIterator<Item = Capability>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}
