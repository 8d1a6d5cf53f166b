//! Capabilities about searching, sorting and threading.

use crate::vocabulary::{Words, vendor, word};

pub(super) const SEARCH: Words = &[
    word(
        "ESEARCH",
        "can tell the result of a search in short, such as only how many",
        4731,
        "3.1",
    ),
    word(
        "SEARCHRES",
        "can keep the result of a search for the next command, which then says $",
        5182,
        "2.1",
    ),
    word(
        "SEARCH=FUZZY",
        "can find what nearly fits, and tell how well",
        6203,
        "3",
    ),
    word(
        "MULTISEARCH",
        "can search several mailboxes in one command",
        7377,
        "2",
    ),
    word(
        "WITHIN",
        "can search for messages younger or older than so many seconds",
        5032,
        "2",
    ),
    word(
        "SORT",
        "can put messages in order, so that the client need not have all headers",
        5256,
        "3",
    ),
    word(
        "SORT=DISPLAY",
        "can sort by how people are called instead of by their addresses",
        5957,
        "4",
    ),
    word(
        "ESORT",
        "can tell a sorted result in short, such as only the first",
        5267,
        "3.1",
    ),
    word(
        "CONTEXT=SEARCH",
        "can keep a search up to date while the mailbox changes",
        5267,
        "4",
    ),
    word(
        "CONTEXT=SORT",
        "can keep a sorted result up to date while the mailbox changes",
        5267,
        "4",
    ),
    word(
        "THREAD=",
        "can put messages together into conversations, in the way that is named",
        5256,
        "3",
    ),
    word(
        "THREAD=ORDEREDSUBJECT",
        "can put messages of one subject together",
        5256,
        "3",
    ),
    word(
        "THREAD=REFERENCES",
        "can make a tree of messages and their answers, by References",
        5256,
        "3",
    ),
    vendor(
        "THREAD=REFS",
        "can make a tree of answers without looking at subjects",
    ),
];
