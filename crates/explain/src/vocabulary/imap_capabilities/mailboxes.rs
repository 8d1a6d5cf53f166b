//! Capabilities about mailboxes: finding them, what they are for, who may use them and how much.

use crate::vocabulary::{Words, word};

pub(super) const MAILBOXES: Words = &[
    word(
        "NAMESPACE",
        "tells where one's own mailboxes, those of others and the shared ones begin",
        9051,
        "6.3.10",
    ),
    word(
        "CHILDREN",
        "tells with each mailbox whether there are others below it",
        3348,
        "3",
    ),
    word(
        "LIST-EXTENDED",
        "takes options with LIST, such as only subscribed mailboxes",
        5258,
        "3",
    ),
    word(
        "LIST-STATUS",
        "tells the figures of all mailboxes in the answer to one LIST, which saves many turns",
        5819,
        "2",
    ),
    word(
        "LIST-MYRIGHTS",
        "tells in the answer to LIST what the user may do with each mailbox",
        8440,
        "3",
    ),
    word(
        "LIST-METADATA",
        "tells in the answer to LIST the notes kept with each mailbox",
        9590,
        "",
    ),
    word(
        "SPECIAL-USE",
        "tells which mailbox is for sent mail, drafts, trash and so on",
        6154,
        "2",
    ),
    word(
        "CREATE-SPECIAL-USE",
        "can be told at CREATE what the new mailbox is for",
        6154,
        "3",
    ),
    word(
        "STATUS=SIZE",
        "can tell how many octets a mailbox has, without telling of each message",
        8438,
        "3",
    ),
    word(
        "OBJECTID",
        "names messages, conversations and mailboxes for good, wherever they move",
        8474,
        "3",
    ),
    word(
        "APPENDLIMIT",
        "has a limit for the size of new messages, which each mailbox can tell",
        7889,
        "2",
    ),
    word(
        "APPENDLIMIT=",
        "takes no new message with more octets than this",
        7889,
        "2",
    ),
    word(
        "ACL",
        "can tell and change who may do what with a mailbox",
        4314,
        "3",
    ),
    word(
        "RIGHTS=",
        "which rights it knows besides those that all servers with ACL have",
        4314,
        "2.1",
    ),
    word(
        "QUOTA",
        "can tell how much room is used and how much there may be",
        9208,
        "4.1",
    ),
    word(
        "QUOTASET",
        "lets administrators change limits by SETQUOTA",
        9208,
        "4.1.3",
    ),
    word(
        "QUOTA=",
        "has a limit on one more kind of thing, which is named here",
        9208,
        "5",
    ),
    word(
        "QUOTA=RES-STORAGE",
        "may limit how much room all messages take together",
        9208,
        "5.1",
    ),
    word(
        "QUOTA=RES-MESSAGE",
        "may limit how many messages there are in all",
        9208,
        "5.2",
    ),
    word(
        "QUOTA=RES-MAILBOX",
        "may limit how many mailboxes there are in all",
        9208,
        "5.3",
    ),
    word(
        "QUOTA=RES-ANNOTATION-STORAGE",
        "may limit how much room notes take that are kept with messages",
        9208,
        "5.4",
    ),
    word(
        "METADATA",
        "keeps notes with mailboxes and with the server, such as a colour",
        5464,
        "4",
    ),
    word(
        "METADATA-SERVER",
        "keeps notes with the server, but none with mailboxes",
        5464,
        "4",
    ),
    word(
        "FILTERS",
        "keeps searches under a name, to be used in other searches",
        5466,
        "3",
    ),
    word(
        "IMAPSIEVE=",
        "can run a script when something in a mailbox changes",
        6785,
        "",
    ),
];
