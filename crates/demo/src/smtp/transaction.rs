//! MAIL, RCPT and DATA: RFC 5321 section 3.3.

use std::{collections::BTreeSet, sync::Arc};

use porthole_smtp::types::{ForwardPath, MailParameters, Reply, ReplyCode, ReversePath};
use porthole_wire::{Instant, dot::Unstuffer};

use super::{SmtpSession, State};
use crate::{clock::rfc5322, mailboxes::Content, session::World};

/// Who a message is from and who gets it.
#[derive(Debug)]
pub(super) struct MailTransaction {
    from: ReversePath,
    recipients: BTreeSet<String>,
}

impl MailTransaction {
    /// The users who get the message.
    pub(super) fn recipients(&self) -> impl Iterator<Item = &str> {
        self.recipients.iter().map(String::as_str)
    }
}

/// The message as it arrives.
#[derive(Debug, Default)]
pub(super) struct MailData {
    octets: Vec<u8>,
    unstuffer: Unstuffer,
    too_large: bool,
}

impl MailData {
    /// Takes what belongs to the message and says how much that was.
    pub(super) fn push(&mut self, bytes: &[u8], limit: usize) -> usize {
        let taken = self.unstuffer.unstuff(bytes, &mut self.octets);
        if self.octets.len() > limit {
            self.too_large = true;
            self.octets.clear();
        }
        taken
    }

    pub(super) fn is_ended(&self) -> bool {
        self.unstuffer.is_ended()
    }
}

impl SmtpSession {
    pub(super) fn mail(
        &mut self,
        from: ReversePath,
        parameters: MailParameters,
        world: &World,
    ) -> Reply {
        match &self.state {
            State::Ready if self.user.is_none() => {
                return Reply::new(ReplyCode::AUTHENTICATION_REQUIRED, "sign in first")
                    .with_enhanced(5, 7, 0);
            }
            State::Ready => {}
            _ => return bad_sequence("EHLO, or the end of the transaction, comes first"),
        }
        let limit = world.options.max_message as u64;
        if parameters.size.is_some_and(|size| size > limit) {
            return too_large();
        }
        self.state = State::Transaction(MailTransaction {
            from,
            recipients: BTreeSet::new(),
        });
        Reply::new(ReplyCode::OK, "sender taken").with_enhanced(2, 1, 0)
    }

    pub(super) fn rcpt(&mut self, to: &ForwardPath, world: &World) -> Reply {
        let State::Transaction(transaction) = &mut self.state else {
            return bad_sequence("MAIL comes first");
        };
        // The domain does not matter: nothing leaves this server, and its users have every one.
        let Some(user) = world.mailboxes.recipient(to.local_part()) else {
            return Reply::new(
                ReplyCode::MAILBOX_UNAVAILABLE,
                "no such user here, and this demo sends nothing out",
            )
            .with_enhanced(5, 1, 1);
        };
        transaction.recipients.insert(user.to_owned());
        Reply::new(ReplyCode::OK, "recipient taken").with_enhanced(2, 1, 5)
    }

    pub(super) fn data(&mut self) -> Reply {
        match std::mem::replace(&mut self.state, State::Ready) {
            State::Transaction(transaction) if !transaction.recipients.is_empty() => {
                self.state = State::Data(transaction, MailData::default());
                Reply::new(ReplyCode::START_MAIL_INPUT, "go ahead, end with a dot")
            }
            State::Transaction(transaction) => {
                self.state = State::Transaction(transaction);
                Reply::new(ReplyCode::TRANSACTION_FAILED, "no valid recipients")
                    .with_enhanced(5, 5, 1)
            }
            other => {
                self.state = other;
                bad_sequence("MAIL and RCPT come first")
            }
        }
    }

    /// The end of mail data: delivers to every recipient's INBOX.
    pub(super) fn end_data(&mut self, now: Instant, world: &mut World) {
        let state = std::mem::replace(&mut self.state, State::Ready);
        let State::Data(transaction, data) = state else {
            self.state = state;
            return;
        };
        let reply = if data.too_large {
            too_large()
        } else {
            self.deliver(&transaction, &data.octets, now, world);
            Reply::new(ReplyCode::OK, "delivered").with_enhanced(2, 0, 0)
        };
        self.reply(&reply);
    }

    fn deliver(
        &self,
        transaction: &MailTransaction,
        octets: &[u8],
        now: Instant,
        world: &mut World,
    ) {
        let at = world.date_time(now);
        // RFC 5321 section 4.4: the trace fields go on top.
        let mut message = format!(
            "Return-Path: {}\r\nReceived: from {} by demo.example with ESMTPA;\r\n\t{}\r\n",
            transaction.from,
            self.client_name,
            rfc5322(at)
        )
        .into_bytes();
        message.extend_from_slice(octets);
        let content = Arc::new(Content::new(message));
        for user in &transaction.recipients {
            if let Some(account) = world.mailboxes.account_mut(user) {
                account
                    .inbox_mut()
                    .append(content.clone(), BTreeSet::new(), at);
            }
        }
    }
}

fn bad_sequence(text: &str) -> Reply {
    Reply::new(ReplyCode::BAD_SEQUENCE, text).with_enhanced(5, 5, 1)
}

fn too_large() -> Reply {
    Reply::new(
        ReplyCode::EXCEEDED_STORAGE,
        "the message is larger than SIZE",
    )
    .with_enhanced(5, 3, 4)
}
