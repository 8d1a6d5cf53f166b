//! The commands of POP3.

use super::{Words, vendor, word};

pub(crate) const POP3_COMMANDS: Words = &[
    word(
        "CAPA",
        "asks what the server can do beyond the base protocol",
        2449,
        "5",
    ),
    word(
        "STLS",
        "asks to encrypt everything from here on; what was learnt before counts no more",
        2595,
        "4",
    ),
    word(
        "USER",
        "says who signs in; the password follows with PASS",
        1939,
        "7",
    ),
    word(
        "PASS",
        "says the password as it is, hidden only by TLS, and locks the maildrop",
        1939,
        "7",
    ),
    word(
        "APOP",
        "signs in by a digest of the greeting's timestamp and the password, which does not cross",
        1939,
        "7",
    ),
    word(
        "AUTH",
        "signs in by a SASL mechanism, in steps of base64",
        5034,
        "4",
    ),
    word(
        "UTF8",
        "lets messages and names be in UTF-8 from here on",
        6856,
        "2.1",
    ),
    word(
        "LANG",
        "asks in which languages the server can write its texts, or chooses one",
        6856,
        "3.1",
    ),
    word(
        "STAT",
        "asks how many messages there are and how large they are together",
        1939,
        "5",
    ),
    word(
        "LIST",
        "asks how large each message is, or a single one",
        1939,
        "5",
    ),
    word(
        "UIDL",
        "asks for the names that messages keep from session to session, so that none is fetched twice",
        1939,
        "7",
    ),
    word(
        "TOP",
        "asks for the header of a message and so many lines of its text",
        1939,
        "7",
    ),
    word(
        "RETR",
        "asks for a whole message; the server still keeps it",
        1939,
        "5",
    ),
    word(
        "DELE",
        "marks a message to be deleted; it goes only when QUIT is answered",
        1939,
        "5",
    ),
    word(
        "RSET",
        "takes back all marks of this session, so that nothing is deleted",
        1939,
        "5",
    ),
    word(
        "NOOP",
        "does nothing but show that the client is still there",
        1939,
        "5",
    ),
    word(
        "QUIT",
        "ends the session; only now the server deletes what was marked",
        1939,
        "6",
    ),
    vendor(
        "XCLIENT",
        "tells the server who is behind a proxy; only proxies that it trusts may",
    ),
];
