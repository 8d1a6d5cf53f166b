//! Values to bytes, of either side.
//!
//! An [`Encoder`] collects fragments: text, and literals that may have to wait for the peer. It
//! remembers where secrets are, so that a transcript never shows them.

use std::{fmt::Write as _, ops::Range};

use super::{Frame, FrameLimits, Literal, Mark, Peer, Role, marks, utf7};
use crate::types::{
    body::{BodyStructure, Extension, Parameters, Single},
    command::Command,
    envelope::{Address, Envelope},
    flag::Flag,
    mailbox::MailboxName,
};

/// A piece that is sent in one go.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fragment {
    /// The octets.
    pub bytes: Vec<u8>,
    /// Where in them a secret stands.
    pub secrets: Vec<Range<usize>>,
    /// Whether a continuation request must come before the next fragment.
    pub awaits_continuation: bool,
    /// Whether this is a literal's octets and not text.
    pub literal: bool,
}

/// What the fragments of a command are to the parser that reads commands, fragment by fragment.
pub fn mark_fragments(fragments: &[Fragment], utf8: bool) -> Vec<Vec<Mark>> {
    let mut frame = Frame::default();
    for fragment in fragments {
        if fragment.literal {
            let octets = fragment.bytes.len() as u64;
            frame.literals.push(Literal {
                at: frame.text.len(),
                octets,
                data: (octets <= FrameLimits::default().inline).then(|| fragment.bytes.clone()),
            });
        } else {
            frame.text.extend_from_slice(&fragment.bytes);
        }
    }
    let marks = marks(&frame, Peer::Client, utf8);
    let (mut at, mut literals) = (0, marks.literals.iter());
    fragments
        .iter()
        .map(|fragment| {
            let octets = fragment.bytes.len();
            if fragment.literal {
                let role = literals.next().copied().unwrap_or(Role::Unknown);
                let range = 0..octets;
                return vec![Mark { range, role }];
            }
            at += octets;
            marks.within(&(at - octets..at)).into_owned()
        })
        .collect()
}

/// Writes IMAP syntax.
#[derive(Debug, Default)]
pub struct Encoder {
    pub(super) fragments: Vec<Fragment>,
    /// How long a literal may be that is not asked for first, in octets.
    non_synchronizing: Option<u64>,
    pub(super) utf8: bool,
    server: bool,
}

impl Encoder {
    /// For a client. `non_synchronizing` is how long a literal may be that is sent without asking
    /// (see `Capabilities::non_synchronizing_literal`); with `utf8`, names are UTF-8.
    pub fn for_client(non_synchronizing: Option<u64>, utf8: bool) -> Self {
        Self {
            fragments: vec![Fragment::default()],
            non_synchronizing,
            utf8,
            server: false,
        }
    }

    /// For a server: literals are never asked for.
    pub fn for_server(utf8: bool) -> Self {
        Self {
            fragments: vec![Fragment::default()],
            non_synchronizing: None,
            utf8,
            server: true,
        }
    }

    /// What was written, in the order in which it is to be sent.
    pub fn finish(self) -> Vec<Fragment> {
        self.fragments
            .into_iter()
            .filter(|fragment| !fragment.bytes.is_empty())
            .collect()
    }

    /// What was written, in one piece: for a server, which never waits.
    pub fn into_bytes(self) -> Vec<u8> {
        self.fragments
            .into_iter()
            .flat_map(|fragment| fragment.bytes)
            .collect()
    }

    /// A whole command with its tag and line ending.
    pub fn command(&mut self, tag: &str, command: &Command) {
        self.raw(tag).raw(" ").raw(command.name());
        self.arguments(command);
        self.raw("\r\n");
    }

    /// Syntax as it is.
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.bytes().extend_from_slice(text.as_bytes());
        self
    }

    /// `string`: quoted where it can be, a literal otherwise.
    pub fn string(&mut self, octets: &[u8]) -> &mut Self {
        let quotable = octets.len() <= MAX_QUOTED
            && octets
                .iter()
                .all(|&byte| byte >= b' ' && byte != 0x7f && (byte.is_ascii() || self.utf8));
        if !quotable {
            return self.literal(octets);
        }
        let bytes = self.bytes();
        bytes.push(b'"');
        for &byte in octets {
            if matches!(byte, b'"' | b'\\') {
                bytes.push(b'\\');
            }
            bytes.push(byte);
        }
        bytes.push(b'"');
        self
    }

    /// `nstring`
    pub fn nstring(&mut self, octets: Option<&[u8]>) -> &mut Self {
        match octets {
            Some(octets) => self.string(octets),
            None => self.raw("NIL"),
        }
    }

    /// `astring`: bare where it can be.
    pub fn astring(&mut self, octets: &[u8]) -> &mut Self {
        let bare = !octets.is_empty()
            && octets.is_ascii()
            && octets
                .iter()
                .all(|&byte| super::parser::is_astring_char(byte))
            && !octets.eq_ignore_ascii_case(b"NIL");
        if bare {
            self.bytes().extend_from_slice(octets);
            self
        } else {
            self.string(octets)
        }
    }

    /// `literal`
    pub fn literal(&mut self, octets: &[u8]) -> &mut Self {
        self.literal_after("", octets)
    }

    /// `literal8` (RFC 3516)
    pub fn literal8(&mut self, octets: &[u8]) -> &mut Self {
        self.literal_after("~", octets)
    }

    fn literal_after(&mut self, mark: &str, octets: &[u8]) -> &mut Self {
        let length = octets.len() as u64;
        let at_once = self.server || self.non_synchronizing.is_some_and(|limit| length <= limit);
        let plus = if at_once && !self.server { "+" } else { "" };
        let _ = write!(Text(self.bytes()), "{mark}{{{length}{plus}}}\r\n");
        if let Some(fragment) = self.fragments.last_mut() {
            fragment.awaits_continuation = !at_once;
        }
        self.fragments.push(Fragment {
            bytes: octets.to_vec(),
            literal: true,
            ..Fragment::default()
        });
        self.fragments.push(Fragment::default());
        self
    }

    /// A mailbox name.
    pub fn mailbox(&mut self, name: &MailboxName) -> &mut Self {
        let wire = utf7::encode_name(name, self.utf8);
        self.astring(&wire)
    }

    /// `(a b c)`
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.raw("(");
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.raw(" ");
            }
            write(self, item);
        }
        self.raw(")")
    }

    /// Anything that prints as its wire form.
    pub fn display(&mut self, value: impl std::fmt::Display) -> &mut Self {
        let _ = write!(Text(self.bytes()), "{value}");
        self
    }

    /// `flag-list`
    pub fn flags(&mut self, flags: &[Flag]) -> &mut Self {
        self.list(flags, |encoder, flag| {
            encoder.display(flag);
        })
    }

    /// `envelope`
    pub fn envelope(&mut self, envelope: &Envelope) -> &mut Self {
        self.raw("(").nstring(envelope.date.as_deref()).raw(" ");
        self.nstring(envelope.subject.as_deref());
        for list in [
            &envelope.from,
            &envelope.sender,
            &envelope.reply_to,
            &envelope.to,
            &envelope.cc,
            &envelope.bcc,
        ] {
            self.raw(" ").addresses(list);
        }
        self.raw(" ").nstring(envelope.in_reply_to.as_deref());
        self.raw(" ")
            .nstring(envelope.message_id.as_deref())
            .raw(")")
    }

    fn addresses(&mut self, addresses: &[Address]) {
        if addresses.is_empty() {
            self.raw("NIL");
            return;
        }
        self.raw("(");
        for address in addresses {
            self.raw("(").nstring(address.name.as_deref()).raw(" ");
            self.nstring(address.adl.as_deref()).raw(" ");
            self.nstring(address.mailbox.as_deref()).raw(" ");
            self.nstring(address.host.as_deref()).raw(")");
        }
        self.raw(")");
    }

    /// `body`, with extension data where `extended`.
    pub fn body(&mut self, body: &BodyStructure, extended: bool) -> &mut Self {
        self.raw("(");
        match body {
            BodyStructure::Multipart(multipart) => {
                for part in &multipart.parts {
                    self.body(part, extended);
                }
                // The grammar has none without parts: an empty text stands for them.
                if multipart.parts.is_empty() {
                    self.body(&BodyStructure::Single(Single::empty_text()), extended);
                }
                self.raw(" ").string(&multipart.media_subtype);
                if extended {
                    self.raw(" ").parameters(&multipart.parameters);
                    self.extension(&multipart.extension);
                }
            }
            BodyStructure::Single(single) => {
                self.string(&single.media_type)
                    .raw(" ")
                    .string(&single.media_subtype);
                self.raw(" ").parameters(&single.parameters);
                self.raw(" ").nstring(single.id.as_deref());
                self.raw(" ").nstring(single.description.as_deref());
                self.raw(" ")
                    .string(&single.encoding)
                    .raw(" ")
                    .display(single.octets);
                if let Some(message) = &single.message {
                    self.raw(" ")
                        .envelope(&message.0)
                        .raw(" ")
                        .body(&message.1, extended);
                }
                if let Some(lines) = single.lines {
                    self.raw(" ").display(lines);
                }
                if extended {
                    self.raw(" ").nstring(single.md5.as_deref());
                    self.extension(&single.extension);
                }
            }
        }
        self.raw(")")
    }

    fn parameters(&mut self, parameters: &Parameters) {
        if parameters.is_empty() {
            self.raw("NIL");
            return;
        }
        self.list(parameters, |encoder, (name, value)| {
            encoder.string(name).raw(" ").string(value);
        });
    }

    fn extension(&mut self, extension: &Extension) {
        match &extension.disposition {
            Some((kind, parameters)) => {
                self.raw(" (").string(kind).raw(" ").parameters(parameters);
                self.raw(")");
            }
            None => {
                self.raw(" NIL");
            }
        }
        match extension.language.as_slice() {
            [] => self.raw(" NIL"),
            [one] => self.raw(" ").string(one),
            many => self.raw(" ").list(many, |encoder, language| {
                encoder.string(language);
            }),
        };
        self.raw(" ").nstring(extension.location.as_deref());
    }

    pub(super) fn bytes(&mut self) -> &mut Vec<u8> {
        if self
            .fragments
            .last()
            .is_none_or(|fragment| fragment.literal)
        {
            self.fragments.push(Fragment::default());
        }
        let last = self.fragments.len() - 1;
        &mut self.fragments[last].bytes
    }
}

/// Longer strings go as literals: RFC 9051 section 4.3 has no limit for quoted ones, servers have.
const MAX_QUOTED: usize = 1000;

/// `fmt::Write` on bytes, which cannot fail.
struct Text<'a>(&'a mut Vec<u8>);

impl std::fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
