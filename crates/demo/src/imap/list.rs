//! LIST and LSUB: RFC 9051 section 6.3.9, RFC 5258, RFC 5819, RFC 6154, RFC 3501 section 6.3.9.

use std::{collections::BTreeMap, ops::Bound};

use porthole_imap::{
    types::{
        command::List,
        mailbox::{MailboxAttribute, MailboxName},
    },
    wire::Encoder,
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
        let asks = |options: &[String], name: &str| {
            options
                .iter()
                .any(|option| option.eq_ignore_ascii_case(name))
        };
        let only_subscribed = asks(&list.selection, "SUBSCRIBED");
        let only_special = asks(&list.selection, "SPECIAL-USE");
        let recursive = asks(&list.selection, "RECURSIVEMATCH");
        let mut criteria = vec!["SUBSCRIBED", "SPECIAL-USE"];
        criteria.retain(|criterion| asks(&list.selection, criterion));
        let tells_subscribed = only_subscribed || asks(&list.returns, "SUBSCRIBED");
        if recursive && criteria.is_empty() {
            return Completion::bad("RECURSIVEMATCH needs another option");
        }
        let Some(account) = self.account(world) else {
            return Completion::nonexistent();
        };
        let patterns = list.patterns.iter();
        let patterns = patterns.map(|pattern| format!("{}{pattern}", list.reference));
        let patterns: Vec<String> = patterns.collect();
        let fits = |name: &str| patterns.iter().any(|pattern| matches(pattern, name));
        let is_wanted = |name: &str, mailbox: Option<&Mailbox>| {
            (!only_special || mailbox.and_then(Mailbox::special_use).is_some())
                && (!only_subscribed || account.is_subscribed(name))
        };
        let names = names(account, only_subscribed);
        for (&name, &mailbox) in &names {
            let wanted = is_wanted(name, mailbox);
            if !(wanted || recursive) || !fits(name) {
                continue;
            }
            // What is not wanted itself comes for what is below it and does not come.
            let has_wanted = recursive
                && below(&names, name)
                    .any(|(below, mailbox)| is_wanted(below, mailbox) && (wanted || !fits(below)));
            if !wanted && !has_wanted {
                continue;
            }
            let mut attributes = attributes(account, name, mailbox);
            if tells_subscribed && account.is_subscribed(name) {
                attributes.push(MailboxAttribute::Subscribed);
            }
            let child_info = if has_wanted { &criteria[..] } else { &[] };
            let wire_name = MailboxName::new(name);
            write_name(&mut out, "LIST", &attributes, &wire_name, child_info);
            // RFC 5819 section 2: not for what comes only for others.
            if let Some(mailbox) = mailbox
                && wanted
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
        let mut names = BTreeMap::new();
        for name in account.subscriptions() {
            if matches(&pattern, name) {
                names.insert(name, attributes(account, name, account.mailbox(name)));
            } else if pattern.contains('%') {
                // A level comes for what is subscribed below it and does not come.
                for level in levels(name).filter(|level| matches(&pattern, level)) {
                    let no_select = || vec![MailboxAttribute::NoSelect];
                    names.entry(level).or_insert_with(no_select);
                }
            }
        }
        for (name, attributes) in names {
            write_name(&mut out, "LSUB", &attributes, &MailboxName::new(name), &[]);
        }
        self.outbox.bytes.extend(out.into_bytes());
        Completion::ok("that is all")
    }
}

/// `* LIST () "/" Lists ("CHILDINFO" ("SUBSCRIBED"))`, or LSUB.
fn write_name(
    out: &mut Encoder,
    response: &str,
    attributes: &[MailboxAttribute],
    name: &MailboxName,
    child_info: &[&str],
) {
    out.raw("* ").raw(response).raw(" ");
    out.list(attributes, |out, attribute| {
        out.display(attribute);
    });
    out.raw(" \"/\" ").mailbox(name);
    if !child_info.is_empty() {
        out.raw(" (\"CHILDINFO\" ");
        out.list(child_info, |out, criterion| {
            out.string(criterion.as_bytes());
        });
        out.raw(")");
    }
    out.raw("\r\n");
}

/// Every name: of mailboxes, where asked for of subscriptions, and of the levels above them.
fn names(account: &Account, subscriptions: bool) -> Names<'_> {
    let mut names: Names<'_> = account
        .mailboxes()
        .map(|(name, mailbox)| (name, Some(mailbox)))
        .collect();
    for (name, _) in account.mailboxes() {
        for level in levels(name) {
            names.entry(level).or_insert(None);
        }
    }
    if subscriptions {
        for name in account.subscriptions() {
            for name in levels(name).chain([name]) {
                names.entry(name).or_insert(None);
            }
        }
    }
    names
}

type Names<'a> = BTreeMap<&'a str, Option<&'a Mailbox>>;

/// The names of the levels above a name.
fn levels(name: &str) -> impl Iterator<Item = &str> {
    let levels = name.match_indices(DELIMITER).map(|(at, _)| &name[..at]);
    levels.take(MAX_LEVELS)
}

/// The names below a name, in order.
fn below<'n, 'a>(
    names: &'n Names<'a>,
    name: &str,
) -> impl Iterator<Item = (&'a str, Option<&'a Mailbox>)> + use<'n, 'a> {
    let above = format!("{name}{DELIMITER}");
    names
        .range::<str, _>((Bound::Included(above.as_str()), Bound::Unbounded))
        .map(|(&name, &mailbox)| (name, mailbox))
        .take_while(move |(name, _)| name.starts_with(&above))
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

/// More than the longest name of a mailbox has; what is subscribed may be of any length.
const MAX_LEVELS: usize = 256;

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
