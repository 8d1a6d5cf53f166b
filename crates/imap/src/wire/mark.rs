//! What each octet of a frame is: the parser's own account of what it read.

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};

/// A stretch of a frame's text and what the parser took it for.
pub type Mark = porthole_wire::Mark<Role>;

/// The marks of one frame.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Marks {
    /// In the text, in order, not overlapping.
    pub text: Vec<Mark>,
    /// What each literal is, in order.
    pub literals: Vec<Role>,
}

impl Marks {
    /// Says of what was taken for one thing that it is another.
    pub(crate) fn relabel(&mut self, from: Role, to: Role) {
        for mark in &mut self.text {
            if mark.role == from {
                mark.role = to;
            }
        }
    }

    /// Those of a stretch of the text, counted from its beginning.
    pub fn within(&self, stretch: &Range<usize>) -> Cow<'_, [Mark]> {
        if self
            .text
            .last()
            .is_none_or(|last| last.range.end <= stretch.end)
            && stretch.start == 0
        {
            return Cow::Borrowed(&self.text);
        }
        let first = self
            .text
            .partition_point(|mark| mark.range.end <= stretch.start);
        let marks = self.text[first..].iter();
        marks
            .take_while(|mark| mark.range.start < stretch.end)
            .map(|mark| Mark {
                range: mark.range.start.max(stretch.start) - stretch.start
                    ..mark.range.end.min(stretch.end) - stretch.start,
                role: mark.role,
            })
            .collect()
    }
}

/// How many octets are marked as not understood.
pub fn unknown(marks: &[Mark]) -> u64 {
    let unknown = marks.iter().filter(|mark| mark.role == Role::Unknown);
    unknown.map(|mark| mark.range.len() as u64).sum()
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Role {
    /// The tag of a command or of its completion.
    Tag,
    /// `*`
    UntaggedMark,
    /// `+`
    ContinuationMark,
    /// A space.
    Space,
    /// The line ending.
    LineEnd,
    /// `(` or `)`
    Parenthesis,
    /// `[` or `]`
    Bracket,
    /// `<` or `>` around an origin octet, and the dot within.
    PartialMark,
    /// The name of a command.
    CommandName,
    /// `UID` before a command.
    UidPrefix,
    /// The name of a response.
    ResponseName,
    /// OK, NO, BAD, BYE, PREAUTH.
    Status,
    /// The name of a response code.
    CodeName,
    /// The argument of a response code that is not known.
    CodeText,
    /// Human-readable text.
    Text,
    /// The name of a data item.
    ItemName,
    /// The name of a parameter, option or modifier.
    OptionName,
    /// `{n}` and its line ending.
    LiteralHeader,
    /// A capability.
    Capability,
    /// A SASL mechanism.
    Mechanism,
    /// Base64 of an authentication exchange.
    SaslData,
    /// A user name.
    UserName,
    /// A password.
    Password,
    /// A mailbox name.
    MailboxName,
    /// A LIST pattern.
    Pattern,
    /// A hierarchy delimiter.
    Delimiter,
    /// A mailbox attribute.
    MailboxAttribute,
    /// A flag.
    Flag,
    /// A message sequence number.
    SeqNum,
    /// A unique identifier.
    Uid,
    /// A set of sequence numbers.
    SeqSet,
    /// A set of UIDs.
    UidSet,
    /// UIDVALIDITY.
    UidValidity,
    /// A modification sequence.
    ModSeq,
    /// A count of messages.
    Count,
    /// A count of octets.
    Octets,
    /// A count of lines.
    Lines,
    /// An offset in octets.
    Offset,
    /// Any other number.
    Number,
    /// NIL where a value could be.
    Nil,
    /// A date.
    Date,
    /// A date with time and zone.
    DateTime,
    /// A section between brackets.
    Section,
    /// A header field name.
    FieldName,
    /// The Date header field.
    HeaderDate,
    /// The subject.
    Subject,
    /// A display name.
    DisplayName,
    /// A source route.
    SourceRoute,
    /// The part of an address before the `@`.
    LocalPart,
    /// The part after it.
    Domain,
    /// A Message-ID or In-Reply-To.
    MessageId,
    /// A media type.
    MediaType,
    /// A media subtype.
    MediaSubtype,
    /// A parameter's name.
    ParameterName,
    /// A parameter's value.
    ParameterValue,
    /// Content-ID.
    ContentId,
    /// Content-Description.
    Description,
    /// Content-Transfer-Encoding.
    TransferEncoding,
    /// Content-MD5.
    Md5,
    /// Content-Disposition.
    Disposition,
    /// Content-Language.
    Language,
    /// Content-Location.
    Location,
    /// Octets of a message or of a part.
    Content,
    /// A preview.
    Preview,
    /// An object identifier (RFC 8474).
    ObjectId,
    /// The name of an entry of metadata.
    EntryName,
    /// A search key.
    SearchKey,
    /// Text searched for.
    SearchText,
    /// A sort key or a threading algorithm.
    SortKey,
    /// A charset.
    Charset,
    /// The name of an ID field.
    IdField,
    /// The value of an ID field.
    IdValue,
    /// A quota root.
    QuotaRoot,
    /// A quota resource.
    QuotaResource,
    /// Something that was skipped since it is not known.
    Unknown,
}
