//! Lines within a multi-line response: RFC 1939 section 3.

use porthole_wire::dot;

use super::{
    capability::capability,
    cursor::{Cursor, ParseError},
    listing::{scan_listing, unique_id_listing},
    notes::{Notes, Role},
};
use crate::types::{Capability, Payload, ScanListing, UniqueIdListing};

/// One line of a payload, its byte-stuffing removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadLine {
    /// Of CAPA.
    Capability(Capability),
    /// Of LIST.
    ScanListing(ScanListing),
    /// Of UIDL.
    UniqueIdListing(UniqueIdListing),
    /// Of RETR or TOP.
    Content,
}

/// Reads one line of a payload.
///
/// # Errors
/// [`ParseError`]: that line is lost, the others are not.
pub fn parse_payload_line(
    payload: Payload,
    line: &[u8],
    notes: &mut Notes,
) -> Result<PayloadLine, ParseError> {
    let mut cursor = Cursor::new(line, notes);
    if payload == Payload::Content {
        cursor.take_rest(Role::Content);
        cursor.finish();
        return Ok(PayloadLine::Content);
    }
    cursor.extra_spaces();
    let parsed = match payload {
        Payload::Capabilities => capability(&mut cursor).map(PayloadLine::Capability),
        Payload::ScanListings => scan_listing(&mut cursor).map(PayloadLine::ScanListing),
        Payload::UniqueIdListings => {
            unique_id_listing(&mut cursor).map(PayloadLine::UniqueIdListing)
        }
        Payload::Content => Ok(PayloadLine::Content),
    };
    if parsed.is_ok() {
        cursor.end_of_listing();
    } else {
        cursor.finish();
    }
    parsed
}

/// Marks a payload, or the beginning of one, as it crossed: with its stuffing and termination.
pub fn mark_payload(payload: Payload, octets: &[u8], notes: &mut Notes) {
    let mut base = 0;
    for line in dot::lines(octets) {
        notes.set_base(base);
        base += line.len();
        if matches!(line, b".\r\n" | b".\n") {
            let mut cursor = Cursor::new(line, notes);
            cursor.take(1, Role::Termination);
            cursor.finish();
            continue;
        }
        let mut rest = line;
        if let Some(after) = line.strip_prefix(b".") {
            notes.mark(0..1, Role::StuffedDot);
            notes.set_base(base - after.len());
            rest = after;
        }
        // A line that cannot be read has its marks up to where it could be, and `Unknown` behind.
        let _ = parse_payload_line(payload, rest, notes);
    }
    notes.set_base(0);
}
