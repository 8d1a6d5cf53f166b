//! Drop, scan and unique-id listings: RFC 1939 sections 5 and 7.

use super::{
    cursor::{Cursor, ParseError},
    notes::{Quirk, Role},
};
use crate::types::{DropListing, MessageNumber, ScanListing, UniqueId, UniqueIdListing};

/// `drop-listing = nn SP mm`, where servers add words.
pub(super) fn drop_listing(cursor: &mut Cursor<'_, '_>) -> Result<DropListing, ParseError> {
    let messages = cursor.number(Role::MessageCount, "a count of messages")?;
    cursor.space()?;
    let octets = cursor.number(Role::Octets, "a count of octets")?;
    Ok(DropListing { messages, octets })
}

/// `scan-listing = message-number SP octets`
pub(super) fn scan_listing(cursor: &mut Cursor<'_, '_>) -> Result<ScanListing, ParseError> {
    let number = message_number(cursor)?;
    cursor.space()?;
    let octets = cursor.number(Role::Octets, "a count of octets")?;
    Ok(ScanListing { number, octets })
}

/// `unique-id-listing = message-number SP unique-id`
pub(super) fn unique_id_listing(
    cursor: &mut Cursor<'_, '_>,
) -> Result<UniqueIdListing, ParseError> {
    let number = message_number(cursor)?;
    cursor.space()?;
    let failure = cursor.fail("a unique-id");
    let unique_id = UniqueId::try_from(cursor.word(Role::UniqueId));
    let Ok(unique_id) = unique_id else {
        return failure;
    };
    if unique_id.as_str().len() > UniqueId::MAX_STANDARD {
        cursor.notes.quirk(Quirk::LongUniqueId);
    }
    Ok(UniqueIdListing { number, unique_id })
}

/// `message-number = nz-number`
pub(super) fn message_number(cursor: &mut Cursor<'_, '_>) -> Result<MessageNumber, ParseError> {
    let failure = cursor.fail("a message-number");
    let number = cursor.number(Role::MessageNumber, "a message-number")?;
    MessageNumber::new(number).map_or(failure, Ok)
}
