//! LIST and LSUB: RFC 9051 section 6.3.9, RFC 5258, RFC 5819, RFC 6154, RFC 3501 section 6.3.9.

use std::collections::BTreeMap;

use porthole_imap::types::{
    command::List,
    mailbox::{MailboxAttribute, MailboxName},
};

use super::{
    ImapSession,
    reply::Completion,
    status::{self, is_announced},
};
use crate::{
    mailboxes::{Account, DELIMITER, Mailbox},
    session::World,
};

impl ImapSession {
    pub(super) fn list(&mut self, list: &List, world: &mut World) -> Completion {
        let mut out = self.encoder();
        if list.patterns.iter().all(String::is_empty) {
            // An empty pattern asks for the delimiter only.
            out.raw("* LIST (\\Noselect) \"/\" \"\"\r\n");
            self.outbox.bytes.extend(out.into_bytes());
            return Completion::ok("that is all");
        }
        let limit = world.options.max_message;
        if !list.status.iter().all(is_announced) {
            return Completion::bad("an item that is not announced");
        }
        let Some(account) = self.account(world) else {
            return Completion::nonexistent();
        };
        let asks = |options: &[String], name: &str| {
            options
                .iter()
                .any(|option| option.eq_ignore_ascii_case(name))
        };
        let only_subscribed = asks(&list.selection, "SUBSCRIBED");
        let only_special = asks(&list.selection, "SPECIAL-USE");
        let tells_subscribed = only_subscribed || asks(&list.returns, "SUBSCRIBED");
        for (name, mailbox) in names(account, only_subscribed) {
            let patterns = list.patterns.iter();
            let mut patterns = patterns.map(|pattern| format!("{}{pattern}", list.reference));
            let special = mailbox.and_then(Mailbox::special_use);
            if (only_special && special.is_none())
                || (only_subscribed && !account.is_subscribed(name))
                || !patterns.any(|pattern| matches(&pattern, name))
            {
                continue;
            }
            let mut attributes = attributes(account, name, mailbox);
            if tells_subscribed && account.is_subscribed(name) {
                attributes.push(MailboxAttribute::Subscribed);
            }
            let wire_name = MailboxName::new(name);
            out.raw("* LIST ")
                .list(&attributes, |out, attribute| {
                    out.display(attribute);
                })
                .raw(" \"/\" ")
                .mailbox(&wire_name)
                .raw("\r\n");
            if let Some(mailbox) = mailbox
                && !list.status.is_empty()
            {
                status::write(&mut out, &wire_name, mailbox, &list.status, limit);
            }
        }
        self.outbox.bytes.extend(out.into_bytes());
        Completion::ok("that is all")
    }

    pub(super) fn lsub(&mut self, reference: &str, pattern: &str, world: &mut World) -> Completion {
        let mut out = self.encoder();
        let Some(account) = self.account(world) else {
            return Completion::nonexistent();
        };
        let pattern = format!("{reference}{pattern}");
        for name in account
            .subscriptions()
            .filter(|name| matches(&pattern, name))
        {
            let attributes = attributes(account, name, account.mailbox(name));
            out.raw("* LSUB ")
                .list(&attributes, |out, attribute| {
                    out.display(attribute);
                })
                .raw(" \"/\" ")
                .mailbox(&MailboxName::new(name))
                .raw("\r\n");
        }
        self.outbox.bytes.extend(out.into_bytes());
        Completion::ok("that is all")
    }
}

/// Every name: of mailboxes, of the levels above them, and where asked for of subscriptions.
fn names(account: &Account, subscriptions: bool) -> BTreeMap<&str, Option<&Mailbox>> {
    let mut names = BTreeMap::new();
    for (name, mailbox) in account.mailboxes() {
        for (at, _) in name.match_indices(DELIMITER) {
            names.entry(&name[..at]).or_insert(None);
        }
        names.insert(name, Some(mailbox));
    }
    if subscriptions {
        for name in account.subscriptions() {
            names.entry(name).or_insert(None);
        }
    }
    names
}

pub(super) fn attributes(
    account: &Account,
    name: &str,
    mailbox: Option<&Mailbox>,
) -> Vec<MailboxAttribute> {
    let is_parent = account.mailboxes().any(|(other, _)| {
        other
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with(DELIMITER))
    });
    let mut attributes = Vec::new();
    match mailbox {
        None if is_parent => attributes.push(MailboxAttribute::NoSelect),
        None => attributes.push(MailboxAttribute::NonExistent),
        Some(_) => {}
    }
    attributes.push(if is_parent {
        MailboxAttribute::HasChildren
    } else {
        MailboxAttribute::HasNoChildren
    });
    let special = mailbox.and_then(Mailbox::special_use);
    attributes.extend(special.map(MailboxAttribute::SpecialUse));
    attributes
}

/// Whether a name fits a pattern: `*` is anything, `%` anything within a level. Without going back
/// more than once to each wildcard, so that no pattern takes long.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // reachable[i]: the pattern so far can stand for the first i characters of the name.
    let mut reachable = vec![false; name.len() + 1];
    reachable[0] = true;
    let inbox = name.iter().collect::<String>() == "INBOX";
    for wanted in pattern {
        let mut next = vec![false; name.len() + 1];
        match wanted {
            '*' | '%' => {
                let mut open = false;
                for at in 0..=name.len() {
                    let crosses = at > 0 && wanted == '%' && name[at - 1] == DELIMITER;
                    open = (open && !crosses) || reachable[at];
                    next[at] = open;
                }
            }
            letter => {
                for at in 0..name.len() {
                    let same =
                        letter == name[at] || (inbox && letter.eq_ignore_ascii_case(&name[at]));
                    next[at + 1] = reachable[at] && same;
                }
            }
        }
        reachable = next;
    }
    reachable[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
    }

    #[test]
    fn patterns() {
        check("*", "a/b", true);
        check("%", "a", true);
        check("%", "a/b", false);
        check("%/%", "a/b", true);
        check("a/%", "a/b/c", false);
        check("a*c", "a/b/c", true);
        check("*b%", "a/b", true);
        check("inbox", "INBOX", true);
        check("sent", "Sent", false);
        check("Sent", "Sent", true);
        check("", "Sent", false);
        check("a", "ab", false);
    }
}
