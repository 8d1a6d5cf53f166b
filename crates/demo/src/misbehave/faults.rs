//! The faults that are ordered, and those that have happened.

use std::collections::VecDeque;

use super::{ANY, Misbehaviour, Misdeed, Order, Refusal, Times, spoil};
use crate::{
    server::{Protocol, SessionId},
    session::Outbox,
};

/// What is to go wrong, and what has.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    orders: Vec<Order>,
    happened: VecDeque<Misdeed>,
}

/// A command that a session was given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) session: SessionId,
    pub(crate) protocol: Protocol,
    pub(crate) command: &'a str,
}

impl Faults {
    pub(crate) fn order(&mut self, order: Order) {
        self.orders.push(order);
    }

    pub(crate) fn clear(&mut self) {
        self.orders.clear();
    }

    pub(crate) fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// The oldest fault that happened and was not taken yet.
    pub(crate) fn next_misdeed(&mut self) -> Option<Misdeed> {
        self.happened.pop_front()
    }

    /// A session has ended: what was meant for it cannot happen any more.
    pub(crate) fn forget(&mut self, session: SessionId) {
        self.orders.retain(|order| order.session != Some(session));
    }

    /// How a command is refused, if it is.
    pub(crate) fn refusal(&mut self, asked: Asked<'_>) -> Option<Refusal> {
        let mut refusal = None;
        self.happen(asked, |misbehaviour| {
            let found = match misbehaviour {
                Misbehaviour::Refuse { command, with } => asked.is(command).then_some(*with),
                Misbehaviour::Strip { capability } => {
                    asked.is_named(capability).then_some(Refusal::Bad)
                }
                _ => None,
            };
            // One refusal is enough, and the others are kept for later.
            let first = refusal.is_none() && found.is_some();
            refusal = refusal.or(found);
            first
        });
        refusal
    }

    /// Whether a mailbox begins a new generation as it is opened.
    pub(crate) fn renews(&mut self, asked: Asked<'_>, name: &str) -> bool {
        self.happen(asked, |misbehaviour| {
            matches!(misbehaviour, Misbehaviour::NewUidValidity { mailbox }
                if mailbox == name || (name == "INBOX" && mailbox.eq_ignore_ascii_case(name)))
        })
    }

    /// Whether a maildrop's unique-ids are made of the messages' places.
    pub(crate) fn reuses_unique_ids(&mut self, asked: Asked<'_>) -> bool {
        self.happen(asked, |m| matches!(m, Misbehaviour::ReusedUniqueIds))
    }

    /// Spoils an answer, which begins at `from`.
    pub(crate) fn spoil(&mut self, asked: Asked<'_>, outbox: &mut Outbox, from: usize) {
        if outbox.bytes.len() <= from {
            return;
        }
        self.happen(asked, |misbehaviour| match misbehaviour {
            Misbehaviour::Cut { command, after } => {
                asked.is(command) && outbox.end_after(from, *after)
            }
            Misbehaviour::LiteralLength { by } => {
                asked.protocol == Protocol::Imap
                    && spoil::literal_length(&mut outbox.bytes, from, *by)
            }
            Misbehaviour::UnstuffedDot => {
                let tells_message = asked.is_named("RETR") || asked.is_named("TOP");
                asked.protocol == Protocol::Pop3
                    && tells_message
                    && spoil::unstuff(&mut outbox.bytes, from)
            }
            Misbehaviour::Strip { capability } => {
                spoil::strip(asked, &mut outbox.bytes, from, capability)
            }
            Misbehaviour::Refuse { .. }
            | Misbehaviour::NewUidValidity { .. }
            | Misbehaviour::ReusedUniqueIds => false,
        });
    }

    /// Lets everything happen that can; `happens` does it and says whether it could be done. Tells
    /// whether anything did.
    fn happen(&mut self, asked: Asked<'_>, mut happens: impl FnMut(&Misbehaviour) -> bool) -> bool {
        let (session, mut any) = (asked.session, false);
        let happened = &mut self.happened;
        self.orders.retain_mut(|order| {
            let concerns = order.session.is_none_or(|only| only == session);
            if !concerns || !happens(&order.misbehaviour) {
                return true;
            }
            any = true;
            if happened.len() == MAX_MISDEEDS {
                happened.pop_front();
            }
            happened.push_back(Misdeed {
                session,
                command: asked.command.to_owned(),
                misbehaviour: order.misbehaviour.clone(),
            });
            // What a session was once not offered, it must not see later.
            if let Misbehaviour::Strip { .. } = order.misbehaviour
                && order.times == Times::Once
            {
                order.session = Some(session);
                return true;
            }
            order.times == Times::Always
        });
        any
    }
}

impl Asked<'_> {
    /// Whether the command is meant by this name.
    fn is(&self, name: &str) -> bool {
        // The end of IDLE answers nothing that a client waits for.
        self.is_named(name) || name == ANY && !self.is_named("IDLE")
    }

    fn is_named(&self, name: &str) -> bool {
        let plain = self.command.strip_prefix("UID ");
        self.command.eq_ignore_ascii_case(name)
            || plain.is_some_and(|plain| plain.eq_ignore_ascii_case(name))
    }
}

/// How many are kept for a driver that does not ask.
const MAX_MISDEEDS: usize = 100;
