//! Capabilities about messages: bringing, moving, changing and showing them.

use crate::vocabulary::{Words, word};

pub(super) const MESSAGES: Words = &[
    word(
        "UIDPLUS",
        "tells the UIDs of copies and new messages, and can remove messages by UID",
        4315,
        "3",
    ),
    word(
        "MOVE",
        "can move messages in one step, where others copy, mark and remove",
        9051,
        "6.4.8",
    ),
    word(
        "UNSELECT",
        "can leave a mailbox without removing what is marked \\Deleted",
        9051,
        "6.4.2",
    ),
    word(
        "CONDSTORE",
        "counts the changes of a mailbox, so that one can ask what changed since",
        7162,
        "3.1.1",
    ),
    word(
        "QRESYNC",
        "tells at SELECT all that changed since last time, even what is gone",
        7162,
        "3.2.2",
    ),
    word(
        "BINARY",
        "can undo the transfer encoding of a part, which saves a quarter of the octets",
        3516,
        "4.1",
    ),
    word(
        "MULTIAPPEND",
        "takes several new messages in one APPEND, all of them or none",
        3502,
        "6.3.11",
    ),
    word(
        "CATENATE",
        "can put a new message together from parts that it has already",
        4469,
        "2",
    ),
    word(
        "REPLACE",
        "can put a new message in the place of an old one in one step",
        8508,
        "3.1",
    ),
    word(
        "URLAUTH",
        "can make links by which somebody else may read one message",
        4467,
        "",
    ),
    word(
        "URLAUTH=BINARY",
        "can undo the transfer encoding of what such a link leads to",
        5524,
        "",
    ),
    word(
        "URL-PARTIAL",
        "takes links that lead to a stretch of a part",
        5550,
        "",
    ),
    word(
        "PREVIEW",
        "can tell the first words of a message, for the list",
        8970,
        "3",
    ),
    word(
        "SAVEDATE",
        "knows when each message came into its mailbox",
        8514,
        "4.1",
    ),
    word(
        "PARTIAL",
        "can give a search or a FETCH in windows, such as a hundred at a time",
        9394,
        "3",
    ),
    word(
        "ANNOTATE-EXPERIMENT-1",
        "keeps notes with messages; an experiment that few took up",
        5257,
        "4.1",
    ),
    word(
        "CONVERT",
        "can turn a part into another format, such as a smaller picture",
        5259,
        "3.1",
    ),
];
