//! NOTIFY: RFC 5465. What a client asks to be told, and when.
//!
//! Offered are the events of messages, names and subscriptions, for every kind of mailbox. Where
//! the client wants none of the open mailbox's, it still hears of them when a command ends, as
//! without NOTIFY.

use porthole_imap::types::{
    command::{EventGroup, Notify},
    fetch::FetchItem,
    mailbox::MailboxName,
};

use super::{Awaiting, ImapSession, fetch::is_announced, reply::Completion, watch::Told};
use crate::{
    mailboxes::{Account, DELIMITER},
    session::World,
};

/// What a client wants to be told without asking each time.
#[derive(Debug, Default)]
pub(super) struct Watch {
    selected: Option<SelectedEvents>,
    others: Vec<(Filter, Events)>,
    pub(super) told: Told,
}

/// What is wanted of the open mailbox: new messages and those that go, and perhaps more.
#[derive(Debug, Clone)]
pub(super) struct SelectedEvents {
    /// Messages that go are told only when their numbers are in no command.
    delayed: bool,
    pub(super) flags: bool,
    /// What of each new message.
    pub(super) items: Vec<FetchItem>,
}

/// Mailboxes other than the open one (RFC 5465 section 6).
#[derive(Debug)]
enum Filter {
    Personal,
    Inboxes,
    Subscribed,
    Subtree(Vec<MailboxName>),
    Named(Vec<MailboxName>),
}

/// Events of such mailboxes (RFC 5465 section 5).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Events {
    pub(super) messages: bool,
    pub(super) flags: bool,
    pub(super) names: bool,
    pub(super) subscriptions: bool,
}

impl ImapSession {
    pub(super) fn notify(&mut self, notify: &Notify, world: &mut World) -> Completion {
        let mut watch = Watch::default();
        let Notify::Set { status, groups } = notify else {
            self.watch = Some(watch);
            return Completion::ok("nothing is told unasked");
        };
        for group in groups {
            if let Err(refusal) = watch.add(group) {
                return refusal;
            }
        }
        let (mut out, open) = (self.encoder(), self.open_mailbox());
        let limit = world.options.max_message;
        if let Some(account) = self.account(world) {
            watch.told = Told::of(account);
            if *status {
                watch.tell_status(account, open, limit, &mut out);
            }
        }
        self.outbox.bytes.extend(out.into_bytes());
        self.watch = Some(watch);
        Completion::ok("noted")
    }

    /// Tells what may be told without being asked.
    pub(super) fn tell(&mut self, world: &mut World) {
        let idle = match self.awaiting {
            Awaiting::Command => false,
            Awaiting::Done { .. } => true,
            Awaiting::Exchange { .. } => return,
        };
        let expunges = match &self.watch {
            None => idle.then_some(true),
            Some(watch) => watch
                .selected
                .as_ref()
                .map(|events| idle || !events.delayed),
        };
        if let Some(expunges) = expunges {
            self.sync(world, expunges);
        }
        let (mut out, open) = (self.encoder(), self.open_mailbox());
        let limit = world.options.max_message;
        if let Some(mut watch) = self.watch.take() {
            if let Some(account) = self.account(world) {
                watch.tell(account, open, limit, &mut out);
            }
            self.watch = Some(watch);
        }
        self.outbox.bytes.extend(out.into_bytes());
    }
}

impl Watch {
    /// What is wanted of the open mailbox.
    pub(super) fn selected(&self) -> Option<&SelectedEvents> {
        self.selected.as_ref()
    }

    /// What is wanted of another mailbox: several groups may name it.
    pub(super) fn events(&self, name: &str, account: &Account) -> Events {
        let mut wanted = Events::default();
        for (filter, events) in &self.others {
            if filter.matches(name, account) {
                wanted.messages |= events.messages;
                wanted.flags |= events.flags;
                wanted.names |= events.names;
                wanted.subscriptions |= events.subscriptions;
            }
        }
        wanted
    }

    fn add(&mut self, group: &EventGroup) -> Result<(), Completion> {
        let events = events(group)?;
        let filter = match group.filter.as_str() {
            filter @ ("SELECTED" | "SELECTED-DELAYED") => {
                if self.selected.is_some() || events.names || events.subscriptions {
                    return Err(Completion::bad("not for the open mailbox"));
                }
                let mut items = group.items.clone();
                if !items.iter().all(is_announced) {
                    return Err(Completion::bad("an item that is not announced"));
                }
                if !items.is_empty() && !items.contains(&FetchItem::Uid) {
                    items.insert(0, FetchItem::Uid);
                }
                self.selected = events.messages.then_some(SelectedEvents {
                    delayed: filter == "SELECTED-DELAYED",
                    flags: events.flags,
                    items,
                });
                return Ok(());
            }
            "PERSONAL" => Filter::Personal,
            "INBOXES" => Filter::Inboxes,
            "SUBSCRIBED" => Filter::Subscribed,
            "SUBTREE" => Filter::Subtree(group.mailboxes.clone()),
            "MAILBOXES" => Filter::Named(group.mailboxes.clone()),
            _ => return Err(Completion::bad("no such mailboxes")),
        };
        self.others.push((filter, events));
        Ok(())
    }
}

impl Filter {
    fn matches(&self, name: &str, account: &Account) -> bool {
        match self {
            Self::Personal => true,
            Self::Inboxes => name == "INBOX",
            Self::Subscribed => account.is_subscribed(name),
            Self::Named(names) => names.iter().any(|known| known.as_str() == name),
            Self::Subtree(roots) => roots.iter().any(|root| {
                let below = name.strip_prefix(root.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with(DELIMITER))
            }),
        }
    }
}

fn events(group: &EventGroup) -> Result<Events, Completion> {
    let mut events = Events::default();
    let mut expunges = false;
    for event in &group.events {
        match event.as_str() {
            "MESSAGENEW" => events.messages = true,
            "MESSAGEEXPUNGE" => expunges = true,
            "FLAGCHANGE" => events.flags = true,
            "MAILBOXNAME" => events.names = true,
            "SUBSCRIPTIONCHANGE" => events.subscriptions = true,
            _ => {
                return Err(Completion::no("no such event").code(format!("BADEVENT ({EVENTS})")));
            }
        }
    }
    // RFC 5465 section 5: neither without the other, and flags only with both.
    if events.messages != expunges || (events.flags && !expunges) {
        return Err(Completion::bad("MessageNew and MessageExpunge go together"));
    }
    Ok(events)
}

/// The events that are offered.
const EVENTS: &str = "FlagChange MailboxName MessageExpunge MessageNew SubscriptionChange";
