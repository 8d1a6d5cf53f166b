//! The demo server as a step wants it.

use std::sync::Arc;

use porthole_demo::{Account, Content, misbehave::Times, rfc5322, sample};
use porthole_imap::types::{datetime::DateTime, flag::Flag, number::Uid};

use crate::{
    judge::USER,
    lesson::{Deed, Letter, Server},
};

impl Server {
    /// Makes a server that has no mail yet what the step wants. `unix` is the time in seconds since
    /// 1970.
    pub fn set_up(&self, server: &mut porthole_demo::Server, unix: i64) {
        if self.messages.is_empty() {
            sample::fill(server.mailboxes_mut(), unix);
        } else if let Some(alice) = server.mailboxes_mut().account_mut(USER) {
            let count = i64::try_from(self.messages.len()).unwrap_or(i64::MAX);
            for (letter, at) in self.messages.iter().zip(1i64..) {
                // An hour apart, the last of them an hour ago.
                letter.deliver(alice, unix - 3600 * (count + 1 - at));
            }
        }
        let times = match self.always {
            true => Times::Always,
            false => Times::Once,
        };
        for misbehaviour in &self.misbehaves {
            server.misbehave(misbehaviour.clone(), times);
        }
    }

    /// Lets happen what the step has prepared.
    pub fn happen(&self, server: &mut porthole_demo::Server, unix: i64) {
        let Some(alice) = server.mailboxes_mut().account_mut(USER) else {
            return;
        };
        for deed in self.event.iter().flat_map(|event| &event.deeds) {
            match deed {
                Deed::Delete(subject) => {
                    let inbox = alice.inbox_mut();
                    inbox.expunge(|message| message.content.subject() == subject);
                }
                Deed::Read(subject) => {
                    if let Some(uid) = uid(alice, subject) {
                        let inbox = alice.inbox_mut();
                        let known = inbox.message(uid).map(|m| m.flags.clone());
                        let mut flags = known.unwrap_or_default();
                        flags.insert(Flag::Seen);
                        inbox.set_flags(uid, flags);
                    }
                }
                Deed::Deliver(letter) => letter.deliver(alice, unix),
            }
        }
    }
}

impl Letter {
    fn deliver(&self, account: &mut Account, unix: i64) {
        let date = DateTime::from_unix(unix);
        let flags = self.flags.iter().map(|flag| Flag::from_wire(flag));
        let content = Arc::new(Content::new(self.raw(date)));
        account.inbox_mut().append(content, flags.collect(), date);
    }

    /// As it crosses, but for stuffing.
    fn raw(&self, date: DateTime) -> Vec<u8> {
        let mut raw = format!(
            "From: {}\r\nTo: alice@example.com\r\nSubject: {}\r\nDate: {}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n",
            self.from,
            self.subject,
            rfc5322(date)
        );
        for line in self.text.lines() {
            raw.push_str(line);
            raw.push_str("\r\n");
        }
        for line in 0..self.padding {
            let letter = char::from(b'a' + (line % 26) as u8);
            raw.extend(std::iter::repeat_n(letter, 76));
            raw.push_str("\r\n");
        }
        raw.into_bytes()
    }
}

fn uid(account: &mut Account, subject: &str) -> Option<Uid> {
    let messages = account.inbox_mut().messages();
    let found = messages.iter().find(|m| m.content.subject() == subject);
    found.map(|message| message.uid)
}
