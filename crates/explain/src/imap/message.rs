//! What is told of messages: their envelope, their structure, their octets.

use std::borrow::Cow;

use porthole_imap::wire::Role;

use super::Context;
use crate::{decode, token::Term, vocabulary};

pub(super) fn term(role: Role, octets: &[u8], context: Context<'_>) -> Option<Term> {
    let term = |name, meaning: Cow<'static, str>, section| Term::new(name, meaning, 9051, section);
    let words = |term: Term| term.decoded(octets, decode::encoded_words(octets));
    let envelope = "7.5.2";
    let term = match role {
        Role::Section => term("section", section(octets), "6.4.5"),
        Role::FieldName => vocabulary::term(
            "header field",
            vocabulary::HEADER_FIELDS,
            octets,
            "a field of the message's header",
            (9051, "6.4.5"),
        ),
        Role::HeaderDate => term(
            "date",
            "what the sender's clock said: the Date field".into(),
            envelope,
        )
        .decoded(octets, decode::date(octets)),
        Role::Subject => words(term(
            "subject",
            "the Subject field as it stands in the message".into(),
            envelope,
        )),
        Role::DisplayName => words(term(
            "display name",
            "how somebody is called beside the address".into(),
            envelope,
        )),
        Role::SourceRoute => term(
            "source route",
            "hosts that mail should go through; obsolete, nearly always NIL".into(),
            envelope,
        ),
        Role::LocalPart => term("local part", "the address before the @".into(), envelope),
        Role::Domain => term("domain", "the address after the @".into(), envelope),
        Role::MessageId => Term::new(
            "message identifier",
            "names the message for good, so that answers can name it",
            5322,
            "3.6.4",
        ),
        Role::MediaType => Term::new(
            "media type",
            "what kind of content the part has",
            2045,
            "5.1",
        ),
        Role::MediaSubtype => Term::new(
            "subtype",
            "which format of that kind; of a multipart, how its parts belong together",
            2045,
            "5.1",
        ),
        Role::ParameterName => Term::new(
            "parameter",
            "something more about the type or the disposition",
            2045,
            "5.1",
        ),
        Role::ParameterValue => {
            Term::new("parameter's value", "what the parameter says", 2045, "5.1")
                .decoded(octets, decode::encoded_words(octets))
        }
        Role::ContentId => Term::new(
            "Content-ID",
            "names the part, so that another part can show it",
            2045,
            "7",
        ),
        Role::Description => words(Term::new(
            "Content-Description",
            "a few words about the part",
            2045,
            "8",
        )),
        Role::TransferEncoding => Term::new(
            "transfer encoding",
            "how the content became lines that may cross",
            2045,
            "6",
        ),
        Role::Md5 => Term::new("Content-MD5", "a checksum of the content", 1864, "2"),
        Role::Disposition => Term::new(
            "disposition",
            "whether the part is shown with the text or saved",
            2183,
            "2",
        ),
        Role::Language => Term::new("language", "in which the content is written", 3282, "2"),
        Role::Location => Term::new(
            "Content-Location",
            "where the content can also be found",
            2557,
            "4.2",
        ),
        Role::Content => content(context),
        Role::Preview => Term::new(
            "preview",
            "the first words of the text, made by the server",
            8970,
            "3",
        ),
        Role::ObjectId => Term::new(
            "object identifier",
            "names a message, a thread or a mailbox for good, wherever it moves",
            8474,
            "4",
        ),
        Role::Unknown => Term::unknown(),
        _ => return None,
    };
    Some(term)
}

/// `section-spec`, without the names of fields (RFC 9051 section 6.4.5.1).
fn section(octets: &[u8]) -> Cow<'static, str> {
    let text = String::from_utf8_lossy(octets).to_uppercase();
    let name = text.find(|letter: char| letter.is_ascii_alphabetic());
    let (part, name) = text.split_at(name.unwrap_or(text.len()));
    let part = part.trim_end_matches('.');
    // Only MIME is asked of every part; the others of one that is a message itself.
    let message = match part {
        "" => "the message".to_owned(),
        part => format!("the message that is part {part}"),
    };
    match (part, name) {
        ("", "") => "the whole message".into(),
        (part, "") => format!("part {part} of the message, counted from 1 on every level").into(),
        (_, "HEADER") => format!("the header of {message}").into(),
        (_, "HEADER.FIELDS") => format!("these fields of the header of {message}").into(),
        (_, "HEADER.FIELDS.NOT") => format!("the header of {message} without these fields").into(),
        (_, "TEXT") => format!("everything behind the header of {message}").into(),
        (part, "MIME") if !part.is_empty() => format!("the MIME header of part {part}").into(),
        _ => "which part of the message".into(),
    }
}

/// Octets of a message. A literal crosses apart from the line that names its item.
fn content(context: Context<'_>) -> Term {
    let (meaning, rfc) = if !context.by_server {
        ("the message that the client wants to be kept", 9051)
    } else if context.item.eq_ignore_ascii_case(b"BINARY") {
        (
            "octets of a part, its transfer encoding undone by the server",
            3516,
        )
    } else if context.item.is_empty() {
        (
            "octets of a message as the server keeps them; where BINARY asked, with their transfer \
             encoding undone",
            9051,
        )
    } else {
        (
            "octets of a message, exactly as the server keeps them",
            9051,
        )
    };
    Term::new("content", meaning, rfc, "4.3")
}
