//! The data items of IMAP: what FETCH, STORE, STATUS and the results of a search are made of.

use super::{Words, vendor, word};

pub(crate) const IMAP_ITEMS: Words = &[
    // Of a message.
    word(
        "FLAGS",
        "what is marked of the message; in STORE, the flags that are to be the only ones",
        9051,
        "6.4.5",
    ),
    word(
        "UID",
        "the number that names a message for good; of a search, that the numbers are UIDs",
        9051,
        "6.4.5",
    ),
    word(
        "INTERNALDATE",
        "when the server got the message, which need not be its Date",
        9051,
        "6.4.5",
    ),
    word(
        "RFC822.SIZE",
        "how many octets the whole message has, header and attachments included",
        9051,
        "6.4.5",
    ),
    word(
        "ENVELOPE",
        "the header in short, read by the server: date, subject, addresses, identifiers",
        9051,
        "6.4.5",
    ),
    word(
        "BODY",
        "with brackets, octets of the message, which marks it read; without, its structure",
        9051,
        "6.4.5",
    ),
    word(
        "BODY.PEEK",
        "octets of the message, as BODY gives them, but without marking it read",
        9051,
        "6.4.5",
    ),
    word(
        "BODYSTRUCTURE",
        "the tree of parts with types, encodings and sizes, without their contents",
        9051,
        "6.4.5",
    ),
    word(
        "BINARY",
        "a part with its transfer encoding undone by the server; marks the message read",
        9051,
        "6.4.5",
    ),
    word(
        "BINARY.PEEK",
        "a part with its transfer encoding undone, without marking the message read",
        9051,
        "6.4.5",
    ),
    word(
        "BINARY.SIZE",
        "how many octets a part has once its transfer encoding is undone",
        9051,
        "6.4.5",
    ),
    word(
        "RFC822",
        "the whole message, which marks it read; an old word for BODY[]",
        3501,
        "6.4.5",
    ),
    word(
        "RFC822.HEADER",
        "the header of the message; an old word for BODY.PEEK[HEADER]",
        3501,
        "6.4.5",
    ),
    word(
        "RFC822.TEXT",
        "all behind the header, which marks it read; an old word for BODY[TEXT]",
        3501,
        "6.4.5",
    ),
    word(
        "FAST",
        "short for FLAGS, INTERNALDATE and RFC822.SIZE",
        9051,
        "6.4.5",
    ),
    word(
        "ALL",
        "of FETCH, short for FAST and ENVELOPE; of a search, every message that was found",
        9051,
        "6.4.5",
    ),
    word(
        "FULL",
        "short for FAST, ENVELOPE and BODY, the structure without its details",
        9051,
        "6.4.5",
    ),
    word(
        "MODSEQ",
        "when the message changed last, in the count that the mailbox keeps of its changes",
        7162,
        "3.1.4.2",
    ),
    word(
        "PREVIEW",
        "the first words of the text, made by the server, for the list of messages",
        8970,
        "3.1",
    ),
    word(
        "EMAILID",
        "the same for every copy of this message, in whatever mailbox",
        8474,
        "5.1",
    ),
    word(
        "THREADID",
        "the same for every message of this conversation",
        8474,
        "5.2",
    ),
    word(
        "SAVEDATE",
        "when the message came into this mailbox, be it by a copy or a move",
        8514,
        "4.2",
    ),
    word(
        "ANNOTATION",
        "notes that are kept with the message, such as a comment",
        5257,
        "4.3",
    ),
    vendor(
        "SNIPPET",
        "the first words of the text, as some servers called PREVIEW before it was a standard",
    ),
    vendor(
        "X-GM-MSGID",
        "Gmail's number for the message, the same in every mailbox",
    ),
    vendor(
        "X-GM-THRID",
        "Gmail's number for the conversation that the message belongs to",
    ),
    vendor(
        "X-GM-LABELS",
        "Gmail's labels on the message; each is a mailbox that it appears in",
    ),
    // Of a change.
    word(
        "+FLAGS",
        "adds these flags to those that the message has",
        9051,
        "6.4.6",
    ),
    word(
        "-FLAGS",
        "takes these flags away and leaves the others",
        9051,
        "6.4.6",
    ),
    word(
        "FLAGS.SILENT",
        "sets exactly these flags; the server need not tell what came of it",
        9051,
        "6.4.6",
    ),
    word(
        "+FLAGS.SILENT",
        "adds these flags; the server need not tell what came of it",
        9051,
        "6.4.6",
    ),
    word(
        "-FLAGS.SILENT",
        "takes these flags away; the server need not tell what came of it",
        9051,
        "6.4.6",
    ),
    vendor(
        "+X-GM-LABELS",
        "adds these of Gmail's labels to the message",
    ),
    vendor(
        "-X-GM-LABELS",
        "takes these of Gmail's labels off the message",
    ),
    // Of a mailbox.
    word(
        "MESSAGES",
        "how many messages there are in the mailbox, read or not",
        9051,
        "6.3.11",
    ),
    word(
        "RECENT",
        "how many are new since somebody opened the mailbox last",
        3501,
        "6.3.10",
    ),
    word(
        "UIDNEXT",
        "the UID that the next message will get at least; when it grew, something came",
        9051,
        "6.3.11",
    ),
    word(
        "UIDVALIDITY",
        "while it is the same, UIDs mean the same messages",
        9051,
        "6.3.11",
    ),
    word(
        "UNSEEN",
        "how many messages are unread; mostly shown beside the name",
        9051,
        "6.3.11",
    ),
    word(
        "DELETED",
        "how many messages are marked \\Deleted and will go at EXPUNGE",
        9051,
        "6.3.11",
    ),
    word(
        "SIZE",
        "how many octets all messages have together",
        9051,
        "6.3.11",
    ),
    word(
        "HIGHESTMODSEQ",
        "how far the changes have been counted; when it grew, something changed",
        7162,
        "3.1.7",
    ),
    word(
        "APPENDLIMIT",
        "how many octets a new message may have at most",
        7889,
        "3.1",
    ),
    word(
        "MAILBOXID",
        "names the mailbox for good, even when it gets another name",
        8474,
        "4.3",
    ),
    word(
        "DELETED-STORAGE",
        "how much room deleting what is marked \\Deleted would give back",
        9208,
        "4.1.4",
    ),
    // Of a result.
    word(
        "TAG",
        "which command the result is of, by its tag",
        9051,
        "7.3.4",
    ),
    word(
        "MAILBOX",
        "which mailbox the result is of, where several were searched",
        7377,
        "2.1",
    ),
    word(
        "MIN",
        "the lowest number of those that were found",
        9051,
        "6.4.4",
    ),
    word(
        "MAX",
        "the highest number of those that were found",
        9051,
        "6.4.4",
    ),
    word(
        "COUNT",
        "how many messages were found, without saying which",
        9051,
        "6.4.4",
    ),
    word(
        "PARTIAL",
        "a window of the result: which places of it, and what stands there",
        9394,
        "3.1",
    ),
    word(
        "RELEVANCY",
        "how well each message fits what was searched for, from 1 to 100",
        6203,
        "4",
    ),
    word(
        "ADDTO",
        "messages that have come into a result since it was told, and where",
        5267,
        "4.3.3",
    ),
    word(
        "REMOVEFROM",
        "messages that have left a result since it was told",
        5267,
        "4.3.4",
    ),
];
