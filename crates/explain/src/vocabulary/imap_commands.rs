//! The commands of IMAP.

use super::{Words, word};

pub(crate) const IMAP_COMMANDS: Words = &[
    word(
        "CAPABILITY",
        "asks what the server can do beyond the base protocol",
        9051,
        "6.1.1",
    ),
    word(
        "NOOP",
        "does nothing, and so gives the server an occasion to tell what is new",
        9051,
        "6.1.2",
    ),
    word(
        "LOGOUT",
        "says goodbye; the server answers BYE and closes the connection",
        9051,
        "6.1.3",
    ),
    word(
        "STARTTLS",
        "asks to encrypt everything from here on",
        9051,
        "6.2.1",
    ),
    word(
        "AUTHENTICATE",
        "signs in by a SASL mechanism, in steps of base64",
        9051,
        "6.2.2",
    ),
    word(
        "LOGIN",
        "signs in with name and password as they are",
        9051,
        "6.2.3",
    ),
];
