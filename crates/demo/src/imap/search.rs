//! SEARCH: RFC 9051 section 6.4.4, RFC 4731, RFC 5182, RFC 7162 section 3.1.5.

use porthole_imap::types::{
    datetime::Date,
    flag::Flag,
    number::{ModSeq, SeqNum, Uid},
    search::{SearchKey, SearchReturn},
    set::UidSet,
};
use porthole_message::{DateTime, decode_text};

use super::{ImapSession, Selected, fetch::text_of, reply::Completion};
use crate::{
    mailboxes::{Mailbox, Message},
    mime::header,
    session::World,
};

/// How the answer to a SEARCH is to look.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) tag: &'a str,
    pub(super) uid: bool,
    pub(super) returns: Option<Vec<SearchReturn>>,
}

impl ImapSession {
    pub(super) fn search(
        &mut self,
        question: &Question<'_>,
        charset: Option<&str>,
        keys: &[SearchKey],
        world: &mut World,
    ) -> Completion {
        if let Some(refusal) = refusal(charset, keys) {
            return refusal;
        }
        let tells_mod_seq = keys.iter().any(|key| asks(key, is_mod_seq));
        self.enabled.cond_store |= tells_mod_seq;
        let rev2 = self.enabled.rev2;
        let Some((selected, mailbox)) = self.open(world) else {
            return Completion::gone();
        };
        let found = selected.matching(mailbox, keys);
        let mod_seq = if tells_mod_seq {
            let mod_seqs = found.iter().filter_map(|&(_, uid)| mailbox.message(uid));
            mod_seqs.map(|message| message.mod_seq).max()
        } else {
            None
        };
        let numbers: Vec<u32> = found
            .iter()
            .map(|&(seq, uid)| if question.uid { uid.0 } else { seq.0 })
            .collect();
        let returns = match &question.returns {
            Some(returns) if returns.is_empty() => Some(vec![SearchReturn::All]),
            Some(returns) => Some(returns.clone()),
            // An IMAP4rev2 client is answered with ESEARCH always (RFC 9051 section 6.4.4).
            None => rev2.then(|| vec![SearchReturn::All]),
        };
        let Some(returns) = returns else {
            self.write_search("SEARCH", &numbers, mod_seq);
            return Completion::ok("that is all");
        };
        if returns.contains(&SearchReturn::Save) {
            selected.saved = to_save(&returns, &found);
        }
        if returns != [SearchReturn::Save] {
            self.write_extended(question, &returns, &numbers, mod_seq);
        }
        Completion::ok("that is all")
    }

    /// `* SEARCH 2 3 (MODSEQ 917162500)`, or SORT.
    pub(super) fn write_search(&mut self, name: &str, numbers: &[u32], mod_seq: Option<ModSeq>) {
        self.write(|out| {
            out.raw("* ").raw(name);
            for number in numbers {
                out.raw(" ").display(number);
            }
            if let Some(mod_seq) = mod_seq {
                out.raw(" (MODSEQ ").display(mod_seq).raw(")");
            }
            out.raw("\r\n");
        });
    }

    fn write_extended(
        &mut self,
        question: &Question<'_>,
        returns: &[SearchReturn],
        numbers: &[u32],
        mod_seq: Option<ModSeq>,
    ) {
        self.write(|out| {
            out.raw("* ESEARCH (TAG ")
                .string(question.tag.as_bytes())
                .raw(")");
            if question.uid {
                out.raw(" UID");
            }
            for option in returns {
                match (option, numbers) {
                    (SearchReturn::Count, _) => {
                        out.raw(" COUNT ").display(numbers.len());
                    }
                    (SearchReturn::Min, [first, ..]) => {
                        out.raw(" MIN ").display(first);
                    }
                    (SearchReturn::Max, [.., last]) => {
                        out.raw(" MAX ").display(last);
                    }
                    (SearchReturn::All, [_, ..]) => {
                        let all: UidSet = numbers.iter().copied().map(Uid).collect();
                        out.raw(" ALL ").display(all);
                    }
                    _ => {}
                }
            }
            if let Some(mod_seq) = mod_seq {
                out.raw(" MODSEQ ").display(mod_seq);
            }
            out.raw("\r\n");
        });
    }
}

impl Selected {
    /// The messages that all of `keys` mean, in ascending order.
    pub(super) fn matching(&self, mailbox: &Mailbox, keys: &[SearchKey]) -> Vec<(SeqNum, Uid)> {
        let is_found = |&(seq, uid): &(SeqNum, Uid)| {
            mailbox
                .message(uid)
                .is_some_and(|message| keys.iter().all(|key| self.is_meant(key, seq, message)))
        };
        self.view.iter().filter(is_found).collect()
    }

    fn is_meant(&self, key: &SearchKey, seq: SeqNum, message: &Message) -> bool {
        let content = &*message.content;
        let size = content.octets().len() as u64;
        let day = message.internal_date.date;
        match key {
            SearchKey::All => true,
            SearchKey::Seq(seqs) => seqs.contains(seq, SeqNum(self.view.len())),
            SearchKey::Uid(uids) => uids.contains(message.uid, self.view.last_uid()),
            SearchKey::Saved => self.saved.contains(&message.uid),
            SearchKey::Has(flag) => self.has(message, flag),
            SearchKey::Lacks(flag) => !self.has(message, flag),
            SearchKey::New => {
                self.has(message, &Flag::Recent) && !message.flags.contains(&Flag::Seen)
            }
            SearchKey::Header { name, text } => in_header(message, name, text),
            SearchKey::Body(text) => in_body(message, &folded(text)),
            SearchKey::Text(text) => {
                in_body(message, &folded(text)) || in_any_header(message, &folded(text))
            }
            SearchKey::Before(date) => day < *date,
            SearchKey::On(date) => day == *date,
            SearchKey::Since(date) => day >= *date,
            SearchKey::SentBefore(date) => sent(message).is_some_and(|day| day < *date),
            SearchKey::SentOn(date) => sent(message).is_some_and(|day| day == *date),
            SearchKey::SentSince(date) => sent(message).is_some_and(|day| day >= *date),
            SearchKey::Larger(octets) => size > *octets,
            SearchKey::Smaller(octets) => size < *octets,
            // One count for all that changes of a message (RFC 7162 section 3.1.5).
            SearchKey::ModSeq { since, .. } => message.mod_seq >= *since,
            // Refused before.
            SearchKey::EmailId(_) | SearchKey::ThreadId(_) => false,
            SearchKey::Not(key) => !self.is_meant(key, seq, message),
            SearchKey::Or(one, other) => {
                self.is_meant(one, seq, message) || self.is_meant(other, seq, message)
            }
            SearchKey::And(keys) => keys.iter().all(|key| self.is_meant(key, seq, message)),
        }
    }

    fn has(&self, message: &Message, flag: &Flag) -> bool {
        match flag {
            Flag::Recent => self.view.is_recent(message.uid),
            Flag::Keyword(name) => message.flags.iter().any(
                |flag| matches!(flag, Flag::Keyword(known) if known.eq_ignore_ascii_case(name)),
            ),
            flag => message.flags.contains(flag),
        }
    }
}

/// What `$` stands for: with MIN, MAX or both and nothing else, only these (RFC 9051 section
/// 6.4.4.1, RFC 5182 section 2.4).
fn to_save(returns: &[SearchReturn], found: &[(SeqNum, Uid)]) -> Vec<Uid> {
    let asks = |option| returns.contains(&option);
    let (min, max) = (asks(SearchReturn::Min), asks(SearchReturn::Max));
    let every = asks(SearchReturn::All) || asks(SearchReturn::Count) || !(min || max);
    let last = found.len().saturating_sub(1);
    let is_meant = |at| every || (min && at == 0) || (max && at == last);
    let meant = (0..).zip(found).filter(|&(at, _)| is_meant(at));
    meant.map(|(_, &(_, uid))| uid).collect()
}

/// Whether `is` holds for a key or for one within it.
fn asks(key: &SearchKey, is: fn(&SearchKey) -> bool) -> bool {
    match key {
        SearchKey::Not(key) => asks(key, is),
        SearchKey::Or(one, other) => asks(one, is) || asks(other, is),
        SearchKey::And(keys) => keys.iter().any(|key| asks(key, is)),
        key => is(key),
    }
}

fn is_mod_seq(key: &SearchKey) -> bool {
    matches!(key, SearchKey::ModSeq { .. })
}

/// Whether a key needs OBJECTID, which is not announced.
fn is_object_id(key: &SearchKey) -> bool {
    matches!(key, SearchKey::EmailId(_) | SearchKey::ThreadId(_))
}

/// Why a search cannot be answered, if it cannot.
pub(super) fn refusal(charset: Option<&str>, keys: &[SearchKey]) -> Option<Completion> {
    if !is_known_charset(charset) {
        return Some(bad_charset());
    }
    let asks_id = keys.iter().any(|key| asks(key, is_object_id));
    asks_id.then(|| Completion::bad("a search key that is not announced"))
}

fn is_known_charset(charset: Option<&str>) -> bool {
    charset.is_none_or(|name| {
        name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("US-ASCII")
    })
}

fn bad_charset() -> Completion {
    Completion::no("only these charsets").code("BADCHARSET (US-ASCII UTF-8)")
}

/// What is searched for, without regard to case.
fn folded(text: &[u8]) -> String {
    String::from_utf8_lossy(text).to_lowercase()
}

/// Whether a field of that name contains the text; any does if the text is empty.
fn in_header(message: &Message, name: &str, text: &[u8]) -> bool {
    let content = &*message.content;
    let header = header(&content.octets()[content.structure().header.clone()]);
    let wanted = folded(text);
    header
        .all(name)
        .any(|field| decode_text(field.body).to_lowercase().contains(&wanted))
}

fn in_any_header(message: &Message, wanted: &str) -> bool {
    let content = &*message.content;
    let header = header(&content.octets()[content.structure().header.clone()]);
    header.fields().iter().any(|field| {
        let name = String::from_utf8_lossy(field.name).to_lowercase();
        let body = decode_text(field.body).to_lowercase();
        format!("{name}: {}", body.trim_start()).contains(wanted)
    })
}

fn in_body(message: &Message, wanted: &str) -> bool {
    let raw = message.content.octets();
    message
        .content
        .structure()
        .leaves()
        .iter()
        .filter(|leaf| leaf.content_type.kind.eq_ignore_ascii_case(b"text"))
        .any(|leaf| text_of(leaf, raw).to_lowercase().contains(wanted))
}

/// The day of the Date field in its own zone.
fn sent(message: &Message) -> Option<Date> {
    let content = &*message.content;
    let header = header(&content.octets()[content.structure().header.clone()]);
    let date = DateTime::parse(header.first("date")?.body)?;
    let local = date.unix + i64::from(date.offset) * 60;
    Some(Date::from_days(local.div_euclid(86_400)))
}
