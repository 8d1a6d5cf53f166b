//! The commands of SMTP.

use super::{Words, vendor, word};

pub(crate) const SMTP_COMMANDS: Words = &[
    word(
        "EHLO",
        "says who the client is and asks what the server can do",
        5321,
        "4.1.1.1",
    ),
    word(
        "HELO",
        "says who the client is, without asking what the server can do",
        5321,
        "4.1.1.1",
    ),
    word(
        "LHLO",
        "says who the client is to a server that delivers at once and answers for each recipient",
        2033,
        "4.1",
    ),
    word(
        "STARTTLS",
        "asks to encrypt everything from here on; EHLO comes once more after it",
        3207,
        "4",
    ),
    word(
        "AUTH",
        "signs in by a SASL mechanism, in steps of base64",
        4954,
        "4",
    ),
    word(
        "MAIL",
        "begins a message and names who is told when it cannot be delivered",
        5321,
        "4.1.1.2",
    ),
    word(
        "RCPT",
        "names one recipient of the message, whoever its header names",
        5321,
        "4.1.1.3",
    ),
    word(
        "DATA",
        "announces the message itself, which ends with a dot alone on a line",
        5321,
        "4.1.1.4",
    ),
    word(
        "BDAT",
        "sends so many octets of the message at once, dots and all as they are",
        3030,
        "2",
    ),
    word(
        "BURL",
        "lets the server fetch the message from an IMAP server, so that it crosses once",
        4468,
        "",
    ),
    word(
        "RSET",
        "forgets the message that was begun and keeps the connection",
        5321,
        "4.1.1.5",
    ),
    word(
        "VRFY",
        "asks whether there is such a user; most servers do not say",
        5321,
        "4.1.1.6",
    ),
    word(
        "EXPN",
        "asks who is on a mailing list; most servers do not say",
        5321,
        "4.1.1.7",
    ),
    word(
        "HELP",
        "asks for words that people can read, mostly a list of commands",
        5321,
        "4.1.1.8",
    ),
    word(
        "NOOP",
        "does nothing but show that the client is still there",
        5321,
        "4.1.1.9",
    ),
    word(
        "QUIT",
        "ends the session; what was accepted before stays accepted",
        5321,
        "4.1.1.10",
    ),
    word(
        "ETRN",
        "asks the server to deliver now what waits for a host",
        1985,
        "",
    ),
    word(
        "TURN",
        "asked to change roles; given up, since anybody could take another's mail",
        5321,
        "F.1",
    ),
    vendor(
        "XCLIENT",
        "tells the server who is behind a proxy; only proxies that it trusts may",
    ),
    vendor(
        "XFORWARD",
        "tells where a message came from, for the log; only proxies that it trusts may",
    ),
];
