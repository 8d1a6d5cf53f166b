//! Tokens of signing in, which the protocols share (RFC 4422).

use crate::{decode, token::Term, vocabulary};

/// The name of a mechanism.
pub(crate) fn mechanism(octets: &[u8]) -> Term {
    let generic = "a way to sign in";
    let words = vocabulary::MECHANISMS;
    vocabulary::term("SASL mechanism", words, octets, generic, (4422, "3.1"))
}

/// A challenge, or the response to one.
pub(crate) fn step(octets: &[u8], rfc: u16, section: &'static str) -> Term {
    let meaning = "a step of signing in, in base64; only the mechanism knows what it means";
    Term::new("SASL step", meaning, rfc, section).decoded(octets, decode::base64(octets))
}

/// A client that gives up.
pub(crate) fn cancel(rfc: u16, section: &'static str) -> Term {
    Term::new("cancel", "the client gives the exchange up", rfc, section)
}
