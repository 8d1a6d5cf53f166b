//! Something that a user does, broken at every step in every way: it comes to what was wanted, or it
//! is said that it does not. Nothing waits for ever, and what is shown is what is there.

use std::time::Duration;

use porthole_engine::{
    Account, Change, Intent,
    account::{Protocol, Security},
    change::{Body, Connection, Failure, FailureKind, Searched},
    intent::MessageId,
};

use crate::{
    faults::FAULTS,
    world::{World, numbers},
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const BOTH: &[Protocol] = &[Protocol::Imap, Protocol::Pop3];
pub(crate) const IMAP: &[Protocol] = &[Protocol::Imap];
pub(crate) const POP3: &[Protocol] = &[Protocol::Pop3];

/// Something that a user does.
pub(crate) struct Script<Begin> {
    /// As it is before anything breaks.
    pub(crate) begin: Begin,
    pub(crate) act: fn(&mut World, Protocol),
    /// Whether it has come to what was wanted.
    pub(crate) is_done: fn(&World) -> bool,
}

impl<Begin: Fn(Protocol) -> World> Script<Begin> {
    /// Breaks it at every step in every way.
    pub(crate) fn check(&self, protocols: &[Protocol]) {
        for &protocol in protocols {
            let mut calm = (self.begin)(protocol);
            let (answers, asked) = (calm.transmissions, calm.sent.len());
            (self.act)(&mut calm, protocol);
            let steps = calm.transmissions - answers;
            assert!(steps > 0, "{protocol:?}: the server has no part in it");
            let sends = calm.sent.len() - asked;
            assert!(
                (self.is_done)(&calm),
                "{protocol:?}: not even when it is calm"
            );
            self.judge(&mut calm, &format!("{protocol:?}, calm"));
            assert_eq!(calm.failures(), [], "{protocol:?}: calm");
            for at in 0..steps {
                for fault in FAULTS {
                    let mut world = (self.begin)(protocol);
                    world.fault = Some((world.transmissions + at, fault));
                    (self.act)(&mut world, protocol);
                    self.judge(
                        &mut world,
                        &format!("{protocol:?}, {fault:?} at {at} of {steps}"),
                    );
                }
            }
            for at in 0..sends {
                let mut world = (self.begin)(protocol);
                world.lost = Some(world.sent.len() + at);
                (self.act)(&mut world, protocol);
                self.judge(
                    &mut world,
                    &format!("{protocol:?}, {at} of {sends} is not heard"),
                );
            }
        }
    }

    /// Time passes, and then it has come to something.
    fn judge(&self, world: &mut World, what: &str) {
        world.run(200 * SECOND);
        is_at_rest(world, what);
        let done = (self.is_done)(world);
        assert!(done || is_told(world), "{what}: neither done nor told");
        let is_searching = world.changes.iter().rev().find_map(|change| match change {
            Change::Search(state) => Some(state.is_some()),
            _ => None,
        });
        if is_searching == Some(true) {
            world.intent(Intent::Search(String::new()));
        }
        world.intent(Intent::CheckNow);
        world.run(70 * SECOND);
        shows_what_is_there(world, what);
    }
}

/// Whether the user knows that something did not come.
fn is_told(world: &World) -> bool {
    let told = |change: &Change| match change {
        Change::Failed(_) | Change::Stopped { .. } => true,
        Change::Message(message) => message.body == Body::Unavailable,
        // It says over what it searched.
        Change::Search(Some(state)) => state.done && state.searched != Searched::Server,
        _ => false,
    };
    world.changes.iter().any(told)
}

/// Nothing waits for what does not come.
fn is_at_rest(world: &World, what: &str) {
    match world.connection() {
        Connection::Online | Connection::Resting => {}
        Connection::SignedOut | Connection::SignInNeeded => {
            assert!(!world.failures().is_empty(), "{what}: ended without a word");
        }
        state => panic!("{what}: stuck in {state:?}"),
    }
    let (mut under_way, mut searching, mut loading) = (Vec::new(), false, false);
    for change in &world.changes {
        let over = match change {
            Change::Progress { message, part, .. } => {
                under_way.push((*message, part.clone()));
                continue;
            }
            Change::Stopped { message, part } => (*message, part.clone()),
            Change::Part { message, part, .. } => (*message, Some(part.clone())),
            Change::Source { message, .. } => (*message, None),
            Change::Search(state) => {
                searching = state.as_ref().is_some_and(|state| !state.done);
                continue;
            }
            Change::Message(message) => {
                loading = message.body == Body::Loading;
                if loading {
                    continue;
                }
                (message.id, None)
            }
            _ => continue,
        };
        under_way.retain(|known| *known != over);
    }
    assert_eq!(under_way, [], "{what}: still under way");
    assert!(!searching, "{what}: still searching");
    assert!(!loading, "{what}: still loading");
}

/// The rows are those of the server, in its order.
pub(crate) fn shows_what_is_there(world: &World, what: &str) {
    if !matches!(world.connection(), Connection::Online | Connection::Resting) {
        return;
    }
    let (shown, there) = (world.subjects(), there(world));
    let refused = |failure: &Failure| failure.kind == FailureKind::NoMailbox;
    // A mailbox that cannot be opened shows what is on this device of it.
    if shown.is_empty() && world.failures().iter().any(refused) {
        return;
    }
    assert_eq!(shown, there[..there.len().min(50)], "{what}: what is shown");
    assert_eq!(world.total(), Some(there.len() as u32), "{what}");
}

/// The subjects in the mailbox that is shown, as the server has them.
fn there(world: &World) -> Vec<String> {
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::List { mailbox, .. } => Some(mailbox.as_str()),
        _ => None,
    });
    subjects(world, shown.unwrap_or("INBOX"))
}

/// The subjects in one of alice's mailboxes, the newest first.
pub(crate) fn subjects(world: &World, mailbox: &str) -> Vec<String> {
    let alice = world.server.mailboxes().account("alice").unwrap();
    let messages = alice.mailbox(mailbox).unwrap().messages().iter().rev();
    let subject = |raw: &[u8]| {
        let raw = String::from_utf8_lossy(raw);
        let subject = raw.lines().find_map(|line| line.strip_prefix("Subject: "));
        subject.unwrap().to_owned()
    };
    messages
        .map(|message| subject(message.content.octets()))
        .collect()
}

/// Five messages, on the way to being shown.
pub(crate) fn fresh(_: Protocol) -> World {
    World::with_mail(5)
}

/// Five messages, shown.
pub(crate) fn open(protocol: Protocol) -> World {
    let mut world = fresh(protocol);
    world.connect(protocol);
    world.run(5 * SECOND);
    world
}

pub(crate) fn sign_in(world: &mut World, protocol: Protocol, security: Security) {
    let mut account = Account::demo(protocol);
    account.destination.security = security;
    world.connect_as(account, "wonderland");
    world.run(5 * SECOND);
}

pub(crate) fn all_are_shown(world: &World) -> bool {
    world.subjects() == numbers(5, 1)
}

/// The newest message, if it is there by now.
pub(crate) fn first(world: &World) -> Option<MessageId> {
    let first = world.rows().into_iter().flatten().next();
    first.map(|row| row.id)
}

pub(crate) fn read(world: &mut World, _: Protocol) {
    if let Some(id) = first(world) {
        world.intent(Intent::OpenMessage(id));
        world.run(5 * SECOND);
    }
}

/// Whether the text was shown, and never another.
pub(crate) fn is_read(world: &World) -> bool {
    let shown = world.changes.iter().rev().find_map(|change| match change {
        Change::Message(message) => Some(&message.body),
        _ => None,
    });
    let Some(Body::Text(text)) = shown else {
        return false;
    };
    let text = &text.blocks[0].lines[0][0].text;
    assert!(
        text == "See below." || text == "This is number 5.",
        "{text}"
    );
    true
}
