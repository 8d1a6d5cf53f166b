//! Capabilities that no RFC has: of single servers, or from drafts that went elsewhere.

use crate::vocabulary::{Words, vendor};

pub(super) const VENDORS: Words = &[
    vendor(
        "AUTH=LOGIN",
        "one can sign in by LOGIN, which sends the password itself",
    ),
    vendor(
        "AUTH=XOAUTH2",
        "one can sign in by a token that the provider's web page gave out",
    ),
    vendor(
        "X-GM-EXT-1",
        "is Gmail: labels, conversations and its own search can be used",
    ),
    vendor("XLIST", "is or was like Gmail: tells special uses by XLIST"),
    vendor(
        "PREVIEW=FUZZY",
        "tells the first words of a message, by a draft of PREVIEW",
    ),
    vendor(
        "SNIPPET=FUZZY",
        "tells the first words of a message, by the first draft of PREVIEW",
    ),
    vendor(
        "XAPPLEPUSHSERVICE",
        "can wake Apple's devices when something is new",
    ),
    vendor(
        "XAPPLELITERAL",
        "takes literals in a way of Apple's own, which nobody else uses",
    ),
    vendor(
        "XSNIPPET=FUZZY",
        "tells the first words of a message, in Apple's way",
    ),
    vendor(
        "XUM1",
        "is Apple's mail service; what it stands for was never told",
    ),
    vendor(
        "XYMHIGHESTMODSEQ",
        "is Yahoo: counts the changes of a mailbox in its own way",
    ),
    vendor(
        "X-UIDONLY",
        "is Yahoo: can do without sequence numbers, before there was a standard",
    ),
    vendor(
        "CLIENTACCESSRULES",
        "is Outlook or Exchange: a mark among its own servers",
    ),
    vendor(
        "CLIENTNETWORKPRESENCELOCATION",
        "is Outlook or Exchange: a mark among its own servers",
    ),
    vendor(
        "BACKENDAUTHENTICATE",
        "is Outlook or Exchange: a mark among its own servers",
    ),
    vendor(
        "X-NETSCAPE",
        "has an address for settings, which only Netscape asked for",
    ),
    vendor(
        "NO_ATOMIC_RENAME",
        "is Cyrus: moving a mailbox with all below it happens one by one",
    ),
    vendor(
        "SCAN",
        "is Cyrus: can list only mailboxes in which a text occurs",
    ),
    vendor(
        "LIST-SUBSCRIBED",
        "is an old Cyrus: can list only subscribed mailboxes",
    ),
    vendor(
        "X-REPLICATION",
        "is Cyrus: can be kept as a copy of another server",
    ),
    vendor(
        "X-SIEVE-MAILBOX",
        "is Cyrus: keeps its scripts for sorting mail in mailboxes",
    ),
    vendor(
        "X-CREATEDMODSEQ",
        "is Cyrus: knows at which count of changes a message came",
    ),
    vendor(
        "XMOVE",
        "is Cyrus: could move messages before there was a standard",
    ),
    vendor(
        "XCONVERSATIONS",
        "is Cyrus or Fastmail: keeps track of conversations over all mailboxes",
    ),
    vendor("DIGEST=", "is Cyrus: can tell a checksum of each message"),
    vendor(
        "XDOVECOT",
        "is Dovecot in front of Dovecot: takes what a proxy has to say",
    ),
];
