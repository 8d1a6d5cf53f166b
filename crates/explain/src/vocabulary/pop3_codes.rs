//! The response codes of POP3.

use super::{Words, word};

pub(crate) const POP3_CODES: Words = &[
    word(
        "IN-USE",
        "another session holds the maildrop; the password may well be right",
        2449,
        "8.1.2",
    ),
    word(
        "LOGIN-DELAY",
        "the last sign-in was too short ago; the client is to wait and try again",
        2449,
        "8.1.1",
    ),
    word(
        "SYS/TEMP",
        "something on the server failed that will pass; later it may work",
        3206,
        "4",
    ),
    word(
        "SYS/PERM",
        "something on the server failed that somebody must mend first",
        3206,
        "4",
    ),
    word(
        "AUTH",
        "the name or the password is wrong; the same again will fail again",
        3206,
        "5",
    ),
    word(
        "UTF8",
        "the message needs UTF-8, which the client did not ask for",
        6856,
        "5",
    ),
];
