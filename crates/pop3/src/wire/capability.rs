//! Capabilities: RFC 2449 section 3, `capability = capa-tag *(SP param)`.

use super::{
    cursor::{Cursor, ParseError},
    notes::Role,
};
use crate::types::{Capabilities, Capability};

/// One line of CAPA.
pub(super) fn capability(cursor: &mut Cursor<'_, '_>) -> Result<Capability, ParseError> {
    let failure = cursor.fail("a capability");
    let line = String::from_utf8_lossy(cursor.rest()).into_owned();
    cursor.word(Role::CapabilityName);
    while !cursor.is_at_end() {
        cursor.space()?;
        cursor.word(Role::CapabilityArgument);
    }
    let mut words = line.split_ascii_whitespace();
    let Some(name) = words.next() else {
        return failure;
    };
    let arguments: Vec<_> = words.collect();
    Capability::from_words(name, &arguments, &line).map_or(failure, Ok)
}

/// The capabilities on a `+OK` line, where some servers put them all: only if every word is one
/// that is known, since "Capability list follows" stands there as well.
pub(super) fn single_line(text: &str) -> Option<Capabilities> {
    let capabilities: Option<Capabilities> = text
        .split_ascii_whitespace()
        .map(|word| {
            Capability::from_words(word, &[], word)
                .filter(|capability| !matches!(capability, Capability::Other(_)))
        })
        .collect::<Option<Vec<_>>>()
        .map(Capabilities::from_iter);
    capabilities.filter(|capabilities| capabilities.iter().next().is_some())
}
