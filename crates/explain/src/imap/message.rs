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

fn section(octets: &[u8]) -> Cow<'static, str> {
    let text = String::from_utf8_lossy(octets).to_uppercase();
    let meaning = match text.as_str() {
        "" => "the whole message",
        "HEADER" => "the header of the message",
        "TEXT" => "everything behind the header",
        text if text.starts_with("HEADER.FIELDS.NOT") => "the header without these fields",
        text if text.starts_with("HEADER.FIELDS") => "these fields of the header",
        text if text.ends_with(".MIME") => "the MIME header of a part",
        text if text.ends_with(".HEADER") => "the header of a message within the message",
        text if text.ends_with(".TEXT") => "the text of a message within the message",
        text if text.starts_with(|first: char| first.is_ascii_digit()) => {
            return format!("part {text} of the message, counted from 1 on every level").into();
        }
        _ => "which part of the message",
    };
    meaning.into()
}

fn content(context: Context<'_>) -> Term {
    let meaning = if context.by_server {
        "octets of a message, exactly as the server keeps them"
    } else {
        "the message that the client wants to be kept"
    };
    Term::new("content", meaning, 9051, "4.3")
}
