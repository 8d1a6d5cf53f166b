//! Replies: RFC 5321 section 4.2, RFC 3463.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Three digits, the first of them 2 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReplyCode(u16);

impl ReplyCode {
    /// 220: the greeting, or go ahead with TLS.
    pub const READY: Self = Self(220);
    /// 221: goodbye.
    pub const CLOSING: Self = Self(221);
    /// 235: signed in (RFC 4954 section 6).
    pub const AUTHENTICATED: Self = Self(235);
    /// 250: done.
    pub const OK: Self = Self(250);
    /// 252: cannot verify, but would take mail for it.
    pub const CANNOT_VERIFY: Self = Self(252);
    /// 334: a SASL challenge (RFC 4954 section 4).
    pub const CHALLENGE: Self = Self(334);
    /// 354: send the mail data.
    pub const START_MAIL_INPUT: Self = Self(354);
    /// 421: the server is closing the connection.
    pub const SERVICE_NOT_AVAILABLE: Self = Self(421);
    /// 500: unknown command, or too long a line.
    pub const SYNTAX_ERROR: Self = Self(500);
    /// 501: wrong arguments.
    pub const ARGUMENT_ERROR: Self = Self(501);
    /// 503: not at this moment.
    pub const BAD_SEQUENCE: Self = Self(503);
    /// 504: a parameter that is not known.
    pub const PARAMETER_NOT_IMPLEMENTED: Self = Self(504);
    /// 530: sign in first (RFC 4954 section 6).
    pub const AUTHENTICATION_REQUIRED: Self = Self(530);
    /// 535: the credentials are wrong (RFC 4954 section 6).
    pub const CREDENTIALS_INVALID: Self = Self(535);
    /// 550: no such mailbox.
    pub const MAILBOX_UNAVAILABLE: Self = Self(550);
    /// 552: too much.
    pub const EXCEEDED_STORAGE: Self = Self(552);
    /// 452: too many recipients.
    pub const TOO_MANY_RECIPIENTS: Self = Self(452);
    /// 554: failed.
    pub const TRANSACTION_FAILED: Self = Self(554);
    /// 555: a parameter of MAIL or RCPT that is not known.
    pub const PARAMETERS_NOT_RECOGNIZED: Self = Self(555);

    /// The code, if it is one.
    pub const fn new(code: u16) -> Option<Self> {
        match code {
            200..=599 => Some(Self(code)),
            _ => None,
        }
    }

    /// The number.
    pub const fn value(self) -> u16 {
        self.0
    }

    /// 2yz: done.
    pub const fn is_completion(self) -> bool {
        self.0 / 100 == 2
    }

    /// 3yz: go on.
    pub const fn is_intermediate(self) -> bool {
        self.0 / 100 == 3
    }

    /// 4yz: may succeed later.
    pub const fn is_transient(self) -> bool {
        self.0 / 100 == 4
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

/// `class "." subject "." detail` (RFC 3463 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EnhancedStatusCode {
    /// 2 success, 4 transient failure, 5 permanent failure.
    pub class: u8,
    /// What it is about: 1 addressing, 2 mailbox, 5 protocol, 7 security, ...
    pub subject: u16,
    /// What exactly.
    pub detail: u16,
}

impl EnhancedStatusCode {
    /// The code of those three numbers.
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self {
            class,
            subject,
            detail,
        }
    }
}

impl fmt::Display for EnhancedStatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What a server says to a command, in one line or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// For programs.
    pub code: ReplyCode,
    /// For programs, in detail.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The text of each line; at least one.
    pub lines: Vec<String>,
}

impl Reply {
    /// A reply of one line.
    pub fn new(code: ReplyCode, text: impl Into<String>) -> Self {
        Self {
            code,
            enhanced: None,
            lines: vec![text.into()],
        }
    }

    /// The same with an enhanced status code.
    pub fn with_enhanced(mut self, class: u8, subject: u16, detail: u16) -> Self {
        self.enhanced = Some(EnhancedStatusCode::new(class, subject, detail));
        self
    }
}
