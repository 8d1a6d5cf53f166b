//! The commands of the Transaction state: RFC 1939 sections 5 and 7.

use std::collections::BTreeSet;

use porthole_imap::types::number::Uid;
use porthole_pop3::{MessageNumber, ScanListing, UniqueIdListing, types::Command};
use porthole_wire::dot;

use super::{Answer, Entry, Transaction};
use crate::{server::SessionId, session::World};

impl Transaction {
    pub(super) fn handle(&mut self, command: &Command, world: &World) -> Answer {
        match command {
            Command::Stat => Ok((self.drop_listing().to_string(), None)),
            Command::List(None) => {
                let lines = self.kept().map(|(number, entry)| {
                    let octets = entry.octets();
                    ScanListing { number, octets }.to_string()
                });
                Ok((self.summary(), Some(listing(lines))))
            }
            Command::List(Some(number)) => {
                let octets = self.entry(*number)?.octets();
                let listing = ScanListing {
                    number: *number,
                    octets,
                };
                Ok((listing.to_string(), None))
            }
            Command::Uidl(None) => {
                let lines = self.kept().map(|(number, entry)| {
                    let unique_id = entry.unique_id.clone();
                    UniqueIdListing { number, unique_id }.to_string()
                });
                Ok(("unique-ids follow".to_owned(), Some(listing(lines))))
            }
            Command::Uidl(Some(number)) => {
                let unique_id = self.entry(*number)?.unique_id.clone();
                let number = *number;
                let listing = UniqueIdListing { number, unique_id };
                Ok((listing.to_string(), None))
            }
            Command::Retr(number) => {
                let entry = self.existing(*number, world)?;
                let octets = entry.content.octets();
                Ok((format!("{} octets", octets.len()), Some(stuffed(octets))))
            }
            Command::Top { number, lines } => {
                let entry = self.existing(*number, world)?;
                let octets = entry.content.octets();
                let end = top_end(octets, entry.content.body_start(), *lines);
                Ok((
                    "top of message follows".to_owned(),
                    Some(stuffed(&octets[..end])),
                ))
            }
            Command::Dele(number) => {
                self.entry(*number)?;
                self.deleted.insert(number.value() as usize - 1);
                Ok((format!("message {number} goes at QUIT"), None))
            }
            Command::Rset => {
                self.deleted.clear();
                Ok((self.summary(), None))
            }
            Command::Noop => Ok((String::new(), None)),
            _ => Err((None, "not while a maildrop is open")),
        }
    }

    /// RFC 1939 section 6: removes what is marked and gives the maildrop back.
    pub(super) fn update(self, session: SessionId, world: &mut World) -> String {
        let uids: BTreeSet<Uid> = self
            .deleted
            .iter()
            .filter_map(|&at| self.messages.get(at))
            .map(|entry| entry.uid)
            .collect();
        let mut left = 0;
        if let Some(account) = world.mailboxes.account_mut(&self.user) {
            let inbox = account.inbox_mut();
            inbox.expunge(|message| uids.contains(&message.uid));
            left = inbox.messages().len();
            account.unlock_maildrop(session);
        }
        format!("goodbye, {left} messages left")
    }

    fn summary(&self) -> String {
        let listing = self.drop_listing();
        format!("{} messages ({} octets)", listing.messages, listing.octets)
    }

    /// The message of that number, unless it is marked.
    fn entry(&self, number: MessageNumber) -> Result<&Entry, super::Refusal> {
        let at = number.value() as usize - 1;
        self.messages
            .get(at)
            .filter(|_| !self.deleted.contains(&at))
            .ok_or((None, "no such message"))
    }

    /// As `entry`, if no other client has removed the message meanwhile.
    fn existing(&self, number: MessageNumber, world: &World) -> Result<&Entry, super::Refusal> {
        let entry = self.entry(number)?;
        let account = world.mailboxes.account(&self.user);
        account
            .and_then(|account| account.mailbox("INBOX")?.message(entry.uid))
            .map(|_| entry)
            .ok_or((None, "another client has removed this message"))
    }
}

fn listing(lines: impl Iterator<Item = String>) -> Vec<u8> {
    let mut payload: Vec<u8> = lines
        .flat_map(|line| (line + "\r\n").into_bytes())
        .collect();
    payload.extend_from_slice(b".\r\n");
    payload
}

fn stuffed(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    dot::stuff(octets, &mut out);
    out
}

/// Where the header section and so many lines of the body end.
fn top_end(octets: &[u8], body: usize, lines: u32) -> usize {
    let Some(last) = (lines as usize).checked_sub(1) else {
        return body;
    };
    memchr::memchr_iter(b'\n', &octets[body..])
        .nth(last)
        .map_or(octets.len(), |at| body + at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn tops_end_at_lines() {
        let octets = b"H: x\r\n\r\n1\r\n2\r\n3";
        for (lines, expected) in [
            (0, "H: x\r\n\r\n"),
            (1, "H: x\r\n\r\n1\r\n"),
            (2, "H: x\r\n\r\n1\r\n2\r\n"),
            (3, "H: x\r\n\r\n1\r\n2\r\n3"),
            (u32::MAX, "H: x\r\n\r\n1\r\n2\r\n3"),
        ] {
            let end = top_end(octets, 8, lines);
            assert_eq!(&octets[..end], expected.as_bytes());
        }
    }
}
