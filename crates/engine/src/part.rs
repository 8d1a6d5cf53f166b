//! Attachments out of what was kept, whichever protocol fetched it.

use porthole_message::{Layout, Limits, Message as Parsed, PartNumber};

use crate::{change::Change, core::Core, intent::MessageId};

/// A message of up to so many octets is fetched whole, in one round trip, and before it is asked for
/// where it is likely to be.
pub(crate) const WHOLE: u64 = 192 << 10;

/// Gives an attachment whose octets were kept; `false` where they were not.
pub(crate) fn give_stored_part(core: &mut Core, id: MessageId, part: &str) -> bool {
    let Some(stored) = core.message(id) else {
        return false;
    };
    let Ok(number) = part.parse::<PartNumber>() else {
        return false;
    };
    let whole = core.store.content(stored.id, "");
    let (root, bytes) = match core.stored(whole) {
        Some(raw) => {
            let parsed = Parsed::parse(&raw, &Limits::default());
            let bytes = parsed.decode(&raw, &number);
            (Some(parsed.root), bytes)
        }
        None => {
            let encoded = core.store.content(stored.id, part);
            let encoded = core.stored(encoded);
            let found = stored
                .structure
                .as_ref()
                .and_then(|root| root.find(&number));
            let bytes = found
                .zip(encoded)
                .map(|(found, encoded)| found.decode(&encoded));
            (stored.structure, bytes)
        }
    };
    let (Some(root), Some(bytes)) = (root, bytes) else {
        return false;
    };
    let listed = Layout::of(&root).attachments;
    let named = listed
        .into_iter()
        .find(|attachment| attachment.number == number);
    let (name, media_type) = match named {
        Some(attachment) => (attachment.name, attachment.media_type),
        None => ("part".to_owned(), "application/octet-stream".to_owned()),
    };
    core.change(Change::Part {
        message: id,
        part: part.to_owned(),
        name,
        media_type,
        bytes,
    });
    true
}
