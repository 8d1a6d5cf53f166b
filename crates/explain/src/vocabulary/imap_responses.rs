//! The responses of IMAP.

use super::{Words, find, vendor, word};

pub(crate) const IMAP_RESPONSES: Words = &[
    word(
        "OK",
        "says that all is well: what was asked is done, or something is to be known",
        9051,
        "7.1.1",
    ),
    word(
        "NO",
        "says that the command was understood and could not be done",
        9051,
        "7.1.2",
    ),
    word(
        "BAD",
        "says that the command was not understood, or may not come now",
        9051,
        "7.1.3",
    ),
    word(
        "PREAUTH",
        "greets a client that the server knows already: there is no need to sign in",
        9051,
        "7.1.4",
    ),
    word(
        "BYE",
        "says goodbye: the server closes the connection, after LOGOUT or on its own account",
        9051,
        "7.1.5",
    ),
    word(
        "ENABLED",
        "tells which extensions are on from now on",
        9051,
        "7.2.1",
    ),
    word(
        "CAPABILITY",
        "tells what the server can do in this state; after sign-in it may be more",
        9051,
        "7.2.2",
    ),
    word(
        "ID",
        "tells what program the server is, as far as it likes to say",
        2971,
        "3.2",
    ),
    word(
        "LIST",
        "names one mailbox, what is so of it, and how its levels are parted",
        9051,
        "7.3.1",
    ),
    word(
        "LSUB",
        "names one mailbox that is subscribed, whether it still exists or not",
        3501,
        "7.2.3",
    ),
    word(
        "NAMESPACE",
        "tells how names of one's own mailboxes, those of others and the shared ones begin",
        9051,
        "7.3.2",
    ),
    word(
        "STATUS",
        "tells figures of a mailbox as they were at that moment",
        9051,
        "7.3.3",
    ),
    word(
        "SEARCH",
        "tells which messages were found, each by its number",
        3501,
        "7.2.5",
    ),
    word(
        "ESEARCH",
        "tells what was found in short: ranges, a count, the first or the last",
        9051,
        "7.3.4",
    ),
    word(
        "SORT",
        "tells which messages were found, in the order that was asked for",
        5256,
        "4",
    ),
    word(
        "THREAD",
        "tells which messages belong to which conversation, answers nested in parentheses",
        5256,
        "4",
    ),
    word(
        "FLAGS",
        "tells which flags messages of this mailbox can have",
        9051,
        "7.3.5",
    ),
    word(
        "EXISTS",
        "tells how many messages the mailbox has now",
        9051,
        "7.4.1",
    ),
    word(
        "RECENT",
        "tells how many messages are new since somebody opened the mailbox last",
        3501,
        "7.3.2",
    ),
    word(
        "EXPUNGE",
        "tells that a message is gone; every one behind it has moved down by one",
        9051,
        "7.5.1",
    ),
    word(
        "VANISHED",
        "tells which messages are gone, by their UIDs",
        7162,
        "3.2.10",
    ),
    word(
        "FETCH",
        "tells of one message what was asked for, or what somebody else has changed",
        9051,
        "7.5.2",
    ),
    word(
        "UIDFETCH",
        "tells of one message as FETCH does, but names it by its UID",
        9586,
        "",
    ),
    word(
        "QUOTA",
        "tells how much of each resource is used and how much there may be",
        9208,
        "4.2.1",
    ),
    word(
        "QUOTAROOT",
        "tells which quota roots count for a mailbox",
        9208,
        "4.2.2",
    ),
    word(
        "ACL",
        "tells who may do what with a mailbox, a letter for each right",
        4314,
        "3.6",
    ),
    word(
        "LISTRIGHTS",
        "tells which rights somebody always has on a mailbox and which could be granted",
        4314,
        "3.7",
    ),
    word(
        "MYRIGHTS",
        "tells what the user who signed in may do with a mailbox",
        4314,
        "3.8",
    ),
    word(
        "METADATA",
        "tells notes kept with a mailbox or with the server, or that they changed",
        5464,
        "4.4",
    ),
    word(
        "LANGUAGE",
        "tells in which language the server's texts are from now on",
        5255,
        "3.3",
    ),
    word(
        "COMPARATOR",
        "tells which rules text is compared by, and which could be chosen",
        5255,
        "4.8",
    ),
    word(
        "JMAPACCESS",
        "tells where the same mail can be read by JMAP, a younger protocol",
        9698,
        "",
    ),
    word(
        "GENURLAUTH",
        "tells a link by which somebody else may read one message",
        4467,
        "",
    ),
    word(
        "URLFETCH",
        "tells what such links lead to, or NIL where they lead nowhere",
        4467,
        "",
    ),
    vendor(
        "XLIST",
        "names one mailbox as Gmail's XLIST did, with its special use",
    ),
];

/// The table that a status is in; without a tag it completes no command.
pub(crate) fn statuses(status: &[u8], tagged: bool) -> Words {
    match find(UNTAGGED_STATUSES, status) {
        Some(_) if !tagged => UNTAGGED_STATUSES,
        _ => IMAP_RESPONSES,
    }
}

/// Statuses that mean something else without a tag.
pub(super) const UNTAGGED_STATUSES: Words = &[
    word(
        "NO",
        "warns of something: a command that is under way may still be done",
        9051,
        "7.1.2",
    ),
    word(
        "BAD",
        "reports an error that the server can lay to no command, or a failure of its own",
        9051,
        "7.1.3",
    ),
];
