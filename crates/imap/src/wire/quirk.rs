//! Deviations from the grammar that are tolerated, each by its name.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! quirks {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)?) => {
        /// A deviation from the RFCs that is tolerated. Each has a dialogue in `dialogues/`.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Quirk {
            $($(#[$doc])* $variant,)+
        }

        impl Quirk {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];
        }

        impl fmt::Display for Quirk {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $text,)+
                })
            }
        }
    };
}

quirks! {
    /// More than one space between two tokens; DavMail in front of Exchange.
    ExtraSpace = "there are more spaces than belong there",
    /// Spaces before the line ends or a list closes: Yahoo and GreenMail after SEARCH, QQ after
    /// CAPABILITY and in FETCH.
    TrailingSpace = "a space stands before the end of a line or list",
    /// A list that begins with a space.
    LeadingSpace = "a list begins with a space",
    /// A line that ends in LF alone: what stands behind a rewriting middlebox.
    BareLineFeed = "a line ends without a carriage return",
    /// A status response with neither code nor text, not even the space before them.
    MissingText = "a status response has no text",
    /// An atom where a string belongs.
    AtomForString = "an atom stands where a string belongs",
    /// NIL where a string must be: a parameter's value at mail.ru, an encoding.
    NilForString = "NIL stands where a string belongs",
    /// NIL where a number must be.
    NilForNumber = "NIL stands where a number belongs",
    /// `()` for an address list that is empty.
    EmptyAddressList = "an empty address list is written as parentheses",
    /// Octets past ASCII in a quoted string without UTF8=ACCEPT: headers as they are.
    EightBitString = "a quoted string is not ASCII",
    /// A mailbox name that is not modified UTF-7 (RFC 3501 section 5.1.3); it is sent back as it
    /// came.
    UnencodedName = "a mailbox name is not encoded",
    /// A flag with characters that none may have: `[Gmail]/Spam` as a keyword, `\*` on a message.
    InvalidFlag = "a flag has characters that no flag may have",
    /// A flag in quotes: InterMail.
    QuotedFlag = "a flag stands in quotes",
    /// A response code whose argument cannot be read, or whose bracket does not close.
    MalformedCode = "a response code cannot be read",
    /// A known data item whose value cannot be read: it costs itself.
    UnreadableItem = "a data item cannot be read",
    /// `("alternative")`: a multipart without parts, at Gmail.
    EmptyMultipart = "a multipart has no parts",
    /// A part with one word for its media type.
    MissingSubtype = "a media type has no subtype",
    /// message/rfc822 without the message's envelope and structure.
    MissingMessage = "the structure of a message within a message is missing",
    /// Content-Disposition as a bare string: Exchange.
    BareDisposition = "a disposition has no parentheses",
    /// ESEARCH with parentheses around MODSEQ.
    WrappedSearchItem = "a search result stands in parentheses",
    /// A message's data came before the EXISTS that announces it.
    UnannouncedMessage = "a message was not announced",
    /// EXPUNGE of a message that is not there.
    ExpungeOfNothing = "a message was expunged that is not there",
    /// EXISTS with a smaller number than before (RFC 9051 section 7.4.1).
    ShrinkingMailbox = "a mailbox has fewer messages without an EXPUNGE",
    /// A tag in another case than it was sent in.
    ChangedTag = "a tag came back in another case",
    /// A completion of a command that nobody issued.
    UnknownTag = "an answer belongs to no command",
}

/// Which quirks there were.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Quirks(u32);

impl Quirks {
    /// Adds one.
    pub fn insert(&mut self, quirk: Quirk) {
        self.0 |= 1 << quirk as u32;
    }

    /// Adds all of these.
    pub fn extend(&mut self, others: Self) {
        self.0 |= others.0;
    }

    /// Whether it is among them.
    pub fn contains(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u32) != 0
    }

    /// Whether there was none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL
            .iter()
            .copied()
            .filter(move |quirk| self.contains(*quirk))
    }
}

impl fmt::Debug for Quirks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
