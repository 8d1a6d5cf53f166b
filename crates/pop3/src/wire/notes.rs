//! What a parse leaves behind besides its value: marks on the octets, and tolerated deviations.

use std::{fmt, ops::Range};

use serde::{Deserialize, Serialize};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The word that a command begins with.
    Keyword,
    /// A space between two tokens.
    Space,
    /// CR LF, or a bare LF.
    LineEnd,
    /// The user's name in USER or APOP.
    UserName,
    /// The password in PASS.
    Password,
    /// The proof in APOP.
    Digest,
    /// A SASL mechanism's name.
    Mechanism,
    /// A step of a SASL exchange in base64, either way.
    SaslData,
    /// `*`, which cancels a SASL exchange.
    SaslCancel,
    /// A message-number.
    MessageNumber,
    /// How many lines of the body TOP asks for.
    LineCount,
    /// `+OK` or `-ERR`.
    StatusIndicator,
    /// The `+` before a SASL challenge.
    ContinuationMark,
    /// `[` or `]` around a response code.
    Bracket,
    /// A response code.
    ResponseCode,
    /// Words for people.
    Text,
    /// The timestamp in the greeting that APOP needs.
    Timestamp,
    /// How many messages there are.
    MessageCount,
    /// A size.
    Octets,
    /// A unique-id.
    UniqueId,
    /// A capability's name.
    CapabilityName,
    /// An argument of a capability.
    CapabilityArgument,
    /// The dot put before a line that begins with a dot.
    StuffedDot,
    /// The dot that ends a multi-line response.
    Termination,
    /// A line of a message.
    Content,
    /// What stands where nothing was expected.
    Unknown,
}

/// A stretch of a line and what the parser took it for.
pub type Mark = porthole_wire::Mark<Role>;

/// A deviation from the RFCs that is tolerated. Each has a dialogue in `dialogues/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Quirk {
    /// `+ok`: the indicators must be in upper case (RFC 1939 section 3).
    LowerCaseStatus,
    /// `+OKtext`: a space is missing.
    GluedText,
    /// A line that ends in LF alone.
    BareLineFeed,
    /// An empty line where a status indicator must be.
    BlankLine,
    /// Spaces around or between tokens beyond the one that belongs there.
    ExtraSpace,
    /// Words after a listing: RFC 1939 section 5 discourages them.
    ExtraText,
    /// `<>` in the greeting, which is no timestamp.
    EmptyTimestamp,
    /// A unique-id of more than 70 octets (RFC 1939 section 7).
    LongUniqueId,
    /// Two messages with one unique-id: it names neither.
    DuplicateUniqueId,
    /// LIST or UIDL has not as many lines as STAT counts messages.
    CountMismatch,
    /// CAPA is not known.
    NoCapa,
    /// The capabilities stand on the `+OK` line and nothing follows.
    SingleLineCapa,
    /// Lines that belong to no response, as after an unstuffed dot.
    StrayLine,
}

impl Quirk {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::LowerCaseStatus,
        Self::GluedText,
        Self::BareLineFeed,
        Self::BlankLine,
        Self::ExtraSpace,
        Self::ExtraText,
        Self::EmptyTimestamp,
        Self::LongUniqueId,
        Self::DuplicateUniqueId,
        Self::CountMismatch,
        Self::NoCapa,
        Self::SingleLineCapa,
        Self::StrayLine,
    ];
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LowerCaseStatus => "a status indicator is in lower case",
            Self::GluedText => "a space is missing after a status indicator",
            Self::BareLineFeed => "a line ends without a carriage return",
            Self::BlankLine => "a line is empty where an answer must be",
            Self::ExtraSpace => "there are more spaces than belong there",
            Self::ExtraText => "words stand behind a listing",
            Self::EmptyTimestamp => "the timestamp in the greeting is empty",
            Self::LongUniqueId => "a unique-id is longer than 70 octets",
            Self::DuplicateUniqueId => "two messages have the same unique-id",
            Self::CountMismatch => "a listing has not as many lines as there are messages",
            Self::NoCapa => "the server does not know CAPA",
            Self::SingleLineCapa => "the capabilities stand on a single line",
            Self::StrayLine => "lines belong to no answer",
        })
    }
}

/// Collects marks (if asked) and quirks while something is parsed.
#[derive(Debug, Default)]
pub struct Notes {
    marks: Option<Vec<Mark>>,
    quirks: Vec<Quirk>,
    /// Added to every range: where the parsed line begins in what is being explained.
    base: usize,
}

impl Notes {
    /// Notes that keep marks, for an explanation; the default keeps none.
    pub fn with_marks() -> Self {
        Self {
            marks: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// The marks so far, in order, not overlapping.
    pub fn marks(&self) -> &[Mark] {
        self.marks.as_deref().unwrap_or_default()
    }

    /// How many of so many octets were not understood.
    pub fn unknown(&self, octets: usize) -> u64 {
        let known = self.marks().iter().filter(|m| m.role != Role::Unknown);
        let known: usize = known.map(|mark| mark.range.len()).sum();
        octets.saturating_sub(known) as u64
    }

    /// What was tolerated so far, each once.
    pub fn quirks(&self) -> &[Quirk] {
        &self.quirks
    }

    pub(super) fn mark(&mut self, range: Range<usize>, role: Role) {
        if let Some(marks) = self.marks.as_mut().filter(|_| !range.is_empty()) {
            marks.push(Mark {
                range: range.start + self.base..range.end + self.base,
                role,
            });
        }
    }

    pub(crate) fn quirk(&mut self, quirk: Quirk) {
        if !self.quirks.contains(&quirk) {
            self.quirks.push(quirk);
        }
    }

    pub(super) fn set_base(&mut self, base: usize) {
        self.base = base;
    }
}
