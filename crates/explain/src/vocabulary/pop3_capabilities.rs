//! The capabilities of POP3 servers.

use super::{Words, vendor, word};

pub(crate) const POP3_CAPABILITIES: Words = &[
    word(
        "CAPA",
        "the server can tell what it can do, as it does just now",
        2449,
        "5",
    ),
    word(
        "TOP",
        "the server can send a header and some lines, which makes a list of subjects cheap",
        2449,
        "6.1",
    ),
    word(
        "USER",
        "one can sign in by USER and PASS, which send the password itself",
        2449,
        "6.2",
    ),
    word(
        "SASL",
        "one can sign in by AUTH with these mechanisms",
        5034,
        "3",
    ),
    word(
        "RESP-CODES",
        "brackets at the beginning of a text are codes for programs",
        2449,
        "6.4",
    ),
    word(
        "LOGIN-DELAY",
        "so many seconds must pass between one sign-in and the next",
        2449,
        "6.5",
    ),
    word(
        "PIPELINING",
        "several commands may be sent before the first is answered, which saves turns",
        2449,
        "6.6",
    ),
    word(
        "EXPIRE",
        "for how many days the server keeps messages; 0 deletes what was read, NEVER nothing",
        2449,
        "6.7",
    ),
    word(
        "UIDL",
        "messages have names that last, so that a client knows what it has fetched",
        2449,
        "6.8",
    ),
    word(
        "IMPLEMENTATION",
        "what software the server is, as far as it likes to say",
        2449,
        "6.9",
    ),
    word(
        "STLS",
        "the server can switch to encryption on this connection",
        2595,
        "4",
    ),
    word(
        "AUTH-RESP-CODE",
        "a failed sign-in says whether the password was wrong or the server in trouble",
        3206,
        "6",
    ),
    word(
        "UTF8",
        "messages and names can be in UTF-8, once the client asks for it",
        6856,
        "2",
    ),
    word(
        "LANG",
        "the server can write its texts in other languages",
        6856,
        "3",
    ),
    vendor(
        "APOP",
        "one can sign in by a digest; standard servers show that by the greeting alone",
    ),
    vendor(
        "XOIP",
        "the server wants to be told the client's address; only proxies do",
    ),
];
