//! What a parse leaves behind besides its value.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The word that a command begins with.
    Keyword,
    /// `FROM:` or `TO:`
    PathKeyword,
    /// A space between two tokens.
    Space,
    /// CR LF, or a bare LF.
    LineEnd,
    /// How the client names itself.
    ClientName,
    /// A SASL mechanism's name.
    Mechanism,
    /// A step of a SASL exchange in base64, either way.
    SaslData,
    /// `*`, which cancels a SASL exchange.
    SaslCancel,
    /// `<` or `>` around a path.
    AngleBracket,
    /// `@host,@host:` before an address, which is ignored (RFC 5321 appendix C).
    SourceRoute,
    /// An address.
    Address,
    /// A parameter of MAIL or RCPT: its name and, if it has one, its value.
    Parameter,
    /// A reply code.
    ReplyCode,
    /// `-` where more lines follow.
    MoreLines,
    /// An enhanced status code.
    EnhancedStatusCode,
    /// Words for people, or an EHLO keyword.
    Text,
    /// What stands where nothing was expected.
    Unknown,
}

/// A stretch of a line and what the parser took it for.
pub type Mark = porthole_wire::Mark<Role>;

/// Collects marks, if asked, while something is parsed.
#[derive(Debug, Default)]
pub struct Notes {
    marks: Option<Vec<Mark>>,
}

impl Notes {
    /// Notes that keep marks, for an explanation; the default keeps none.
    pub fn with_marks() -> Self {
        Self {
            marks: Some(Vec::new()),
        }
    }

    /// The marks so far, in order, not overlapping.
    pub fn marks(&self) -> &[Mark] {
        self.marks.as_deref().unwrap_or_default()
    }

    pub(super) fn mark(&mut self, range: Range<usize>, role: Role) {
        if let Some(marks) = self.marks.as_mut().filter(|_| !range.is_empty()) {
            marks.push(Mark { range, role });
        }
    }
}
