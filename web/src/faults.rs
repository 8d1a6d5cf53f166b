//! What the demo server can be told to do wrong, in words: what happens, and what Porthole makes of
//! it and why.

use porthole_demo::misbehave::{ANY, Misbehaviour, Refusal};
use porthole_interface::account::Protocol;

/// A fault that can be ordered.
pub struct Fault {
    /// The value of its option.
    pub key: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What happens.
    pub what: &'static str,
    /// What the client does about it, and why.
    pub answer: &'static str,
    order: fn(Protocol, u64) -> Vec<Misbehaviour>,
    only: Option<Protocol>,
}

impl Fault {
    /// What the server is told; a connection is cut after so many octets of an answer.
    pub fn order(&self, protocol: Protocol, after: u64) -> Vec<Misbehaviour> {
        (self.order)(protocol, after)
    }
}

/// The faults that this protocol can have.
pub fn faults(protocol: Protocol) -> impl Iterator<Item = &'static Fault> {
    let fits = move |fault: &&Fault| fault.only.is_none_or(|only| only == protocol);
    FAULTS.iter().filter(fits)
}

/// The fault of that key.
pub fn fault(key: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|fault| fault.key == key)
}

fn refuse(command: &str, with: Refusal) -> Vec<Misbehaviour> {
    let command = command.to_owned();
    vec![Misbehaviour::Refuse { command, with }]
}

fn strip(capabilities: &[&str]) -> Vec<Misbehaviour> {
    let strip = |capability: &&str| Misbehaviour::Strip {
        capability: (*capability).to_owned(),
    };
    capabilities.iter().map(strip).collect()
}

const FAULTS: [Fault; 14] = [
    Fault {
        key: "cut",
        name: "Cut the connection",
        what: "The connection ends so many octets into an answer, without a word.",
        answer: "Nothing counts as done that was not answered. What was asked for is asked again on a new connection, after a wait that grows.",
        order: |_, after| {
            vec![Misbehaviour::Cut {
                command: ANY.to_owned(),
                after,
            }]
        },
        only: None,
    },
    Fault {
        key: "no",
        name: "Refuse a command",
        what: "The next command gets NO or -ERR.",
        answer: "The server's words are shown. The command is not repeated by itself: the answer would be the same.",
        order: |_, _| refuse(ANY, Refusal::No),
        only: None,
    },
    Fault {
        key: "bad",
        name: "Not understand a command",
        what: "The next command gets BAD, or -ERR over POP3.",
        answer: "It is taken as refused, and the connection goes on: the server has said where the next answer begins.",
        order: |_, _| refuse(ANY, Refusal::Bad),
        only: None,
    },
    Fault {
        key: "bye",
        name: "Say goodbye",
        what: "Instead of an answer the server takes its leave, as when it is restarted.",
        answer: "The mail that is here stays readable, and a new connection is made after a wait that grows.",
        order: |_, _| refuse(ANY, Refusal::Bye),
        only: None,
    },
    Fault {
        key: "in-use",
        name: "Say that it is in use",
        what: "In the next session the maildrop is said to be held by somebody else.",
        answer: "The password was right, so it is not asked for again. The other session may be one of ours that was cut off: it is tried again after a wait that grows.",
        order: |_, _| {
            let ways = ["PASS", "APOP", "AUTH"].into_iter();
            ways.flat_map(|way| refuse(way, Refusal::InUse)).collect()
        },
        only: Some(Protocol::Pop3),
    },
    Fault {
        key: "select-in-use",
        name: "Say that it is in use",
        what: "The mailbox that is opened next is said to be held by somebody else.",
        answer: "The server's words are shown, and the mailbox is not opened. The connection is as good as before, so nothing is dialled again: whoever wants to can open it once more.",
        order: |_, _| refuse("SELECT", Refusal::InUse),
        only: Some(Protocol::Imap),
    },
    Fault {
        key: "literal",
        name: "Announce a wrong literal length",
        what: "A literal is announced with ten octets more than come.",
        answer: "What follows is taken for the rest of the literal, as it must be. Looking for the closing parenthesis would not help, since a message may contain one; the client waits, gives up, and connects anew.",
        order: |_, _| vec![Misbehaviour::LiteralLength { by: 10 }],
        only: Some(Protocol::Imap),
    },
    Fault {
        key: "dot",
        name: "Forget to stuff dots",
        what: "A message crosses without its stuffing: a line that begins with a dot loses it, and a dot alone ends the message early.",
        answer: "A client cannot know. What comes after the early end is no answer to anything, and LIST has announced more octets than came: so the message is never deleted from the server, which has the only whole copy.",
        order: |_, _| vec![Misbehaviour::UnstuffedDot],
        only: Some(Protocol::Pop3),
    },
    Fault {
        key: "uid-validity",
        name: "Change UIDVALIDITY",
        what: "INBOX begins a new generation when it is opened next: all UIDs are given anew.",
        answer: "What was kept of the mailbox is thrown away before anything is done by UID: the same number may name another message now.",
        order: |_, _| {
            vec![Misbehaviour::NewUidValidity {
                mailbox: "INBOX".to_owned(),
            }]
        },
        only: Some(Protocol::Imap),
    },
    Fault {
        key: "unique-ids",
        name: "Use unique-ids again",
        what: "Unique-ids are made of the messages' places: once one is deleted, the next has its unique-id.",
        answer: "By the unique-id alone the new message looks like the old one. No message is removed because of what is remembered of its unique-id.",
        order: |_, _| vec![Misbehaviour::ReusedUniqueIds],
        only: Some(Protocol::Pop3),
    },
    Fault {
        key: "no-idle",
        name: "Hide IDLE",
        what: "In the next session the capability IDLE is not announced, nor IMAP4rev2, which includes it.",
        answer: "New mail is looked for now and then instead, which costs a turn each time and comes late.",
        order: |_, _| strip(&["IDLE", "IMAP4rev2"]),
        only: Some(Protocol::Imap),
    },
    Fault {
        key: "no-pipelining",
        name: "Hide PIPELINING",
        what: "In the next session the capability PIPELINING is not announced.",
        answer: "Each command waits for the answer to the one before: rows appear one by one.",
        order: |_, _| strip(&["PIPELINING"]),
        only: Some(Protocol::Pop3),
    },
    Fault {
        key: "bare",
        name: "Hide UIDL and TOP",
        what: "In the next session neither is announced nor understood: RFC 1939 leaves both to the server.",
        answer: "Each message is fetched whole to show its row, and nothing is kept from one session to the next: which messages are new cannot be told.",
        order: |_, _| strip(&["UIDL", "TOP"]),
        only: Some(Protocol::Pop3),
    },
    Fault {
        key: "no-tls",
        name: "Strip STARTTLS",
        what: "The capability STARTTLS, or STLS, is taken out of what the server announces, as an attacker on the way would do. Sign in over STARTTLS to see it.",
        answer: "The client hangs up before it sends a password: whoever was told to use TLS does not go on without.",
        order: |protocol, _| match protocol {
            Protocol::Imap => strip(&["STARTTLS"]),
            Protocol::Pop3 => strip(&["STLS"]),
        },
        only: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_is_found_by_its_key_and_offered() {
        for protocol in [Protocol::Imap, Protocol::Pop3] {
            assert!(faults(protocol).count() >= 8);
        }
        for known in &FAULTS {
            assert_eq!(fault(known.key).map(|found| found.name), Some(known.name));
        }
    }
}
