//! ENVELOPE: RFC 9051 section 7.5.2.

use porthole_imap::types::envelope::{Address, Envelope, NString};
use porthole_message::Header;

use super::address::addresses;

/// The envelope of a message with this header section.
pub(crate) fn envelope(header: &Header<'_>) -> Envelope {
    let text = |name| header.first(name).map(|field| unfolded(field.body));
    let from = list(header, "from");
    // An absent or empty Sender or Reply-To is From.
    let or_from = |name| {
        let found = list(header, name);
        if found.is_empty() {
            from.clone()
        } else {
            found
        }
    };
    Envelope {
        date: text("date"),
        subject: text("subject"),
        sender: or_from("sender"),
        reply_to: or_from("reply-to"),
        to: list(header, "to"),
        cc: list(header, "cc"),
        bcc: list(header, "bcc"),
        in_reply_to: text("in-reply-to"),
        message_id: text("message-id"),
        from,
    }
}

/// The addresses of every field of that name.
fn list(header: &Header<'_>, name: &str) -> Vec<Address> {
    header
        .all(name)
        .flat_map(|field| addresses(field.body))
        .collect()
}

/// A field's body on one line, without the white space around it.
pub(super) fn unfolded(body: &[u8]) -> Vec<u8> {
    let keep = |octet: &u8| !matches!(octet, b'\r' | b'\n' | 0);
    let line: Vec<u8> = body.iter().copied().filter(keep).collect();
    line.trim_ascii().to_vec()
}

/// The same for a field that may be absent.
pub(super) fn field(header: &Header<'_>, name: &str) -> NString {
    header.first(name).map(|field| unfolded(field.body))
}
