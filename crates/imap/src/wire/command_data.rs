//! The arguments that several commands share or that are long: message sets, data items, search
//! keys, flags, event groups.

use super::{
    fetch::{date, section},
    mark::Role,
    parser::{Parser, Result, is_astring_char, lossy},
    response::{flag, flags, number_set},
};
use crate::types::{
    command::{EventGroup, Messages, Notify, StoreAction},
    fetch::FetchItem,
    flag::Flag,
    number::{ModSeq, Numbering},
    search::{
        ENTRY_KINDS, FIELD_KEYS, FLAG_ENTRY, FLAG_KEYS, ModSeqEntry, SORT_KEYS, SearchKey, SortKey,
    },
    section::Partial,
};

/// `sequence-set`, of the kind that the command uses.
pub(super) fn messages(p: &mut Parser<'_>, numbering: Numbering) -> Result<Messages> {
    match numbering {
        Numbering::Seq => number_set(p, Role::SeqSet).map(Messages::Seq),
        Numbering::Uid => number_set(p, Role::UidSet).map(Messages::Uid),
    }
}

/// `"ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")"`
pub(super) fn fetch_items(p: &mut Parser<'_>) -> Result<Vec<FetchItem>> {
    use FetchItem::{Body, Envelope, Flags, InternalDate, Rfc822Size};
    if p.peek() == Some(b'(') {
        return p.list(fetch_item);
    }
    let start = p.checkpoint();
    match p.keyword(Role::ItemName)?.as_str() {
        "FAST" => Ok(vec![Flags, InternalDate, Rfc822Size]),
        "ALL" => Ok(vec![Flags, InternalDate, Rfc822Size, Envelope]),
        "FULL" => Ok(vec![Flags, InternalDate, Rfc822Size, Envelope, Body]),
        _ => {
            p.restore(&start);
            Ok(vec![fetch_item(p)?])
        }
    }
}

/// `fetch-att`
fn fetch_item(p: &mut Parser<'_>) -> Result<FetchItem> {
    let belongs = |byte| is_astring_char(byte) && !matches!(byte, b'[' | b']' | b'<' | b'>');
    let name = p
        .take_while(Role::ItemName, "a data item", belongs)?
        .to_ascii_uppercase();
    if p.peek() == Some(b'[') {
        let section = section(p)?;
        if name == b"BINARY.SIZE" {
            return Ok(FetchItem::BinarySize(section.part));
        }
        let partial = partial(p)?;
        return Ok(match name.as_slice() {
            b"BODY" => FetchItem::Section {
                section,
                peek: false,
                partial,
            },
            b"BODY.PEEK" => FetchItem::Section {
                section,
                peek: true,
                partial,
            },
            b"BINARY" => FetchItem::Binary {
                part: section.part,
                peek: false,
                partial,
            },
            b"BINARY.PEEK" => FetchItem::Binary {
                part: section.part,
                peek: true,
                partial,
            },
            _ => return p.fail("BODY or BINARY"),
        });
    }
    Ok(match name.as_slice() {
        b"FLAGS" => FetchItem::Flags,
        b"UID" => FetchItem::Uid,
        b"INTERNALDATE" => FetchItem::InternalDate,
        b"RFC822.SIZE" => FetchItem::Rfc822Size,
        b"ENVELOPE" => FetchItem::Envelope,
        b"BODY" => FetchItem::Body,
        b"BODYSTRUCTURE" => FetchItem::BodyStructure,
        b"RFC822" => FetchItem::Rfc822,
        b"RFC822.HEADER" => FetchItem::Rfc822Header,
        b"RFC822.TEXT" => FetchItem::Rfc822Text,
        b"MODSEQ" => FetchItem::ModSeq,
        b"PREVIEW" => {
            let lazy = p.looking_at(b" (LAZY)");
            if lazy {
                p.space()?;
                p.list(|p| p.keyword(Role::OptionName))?;
            }
            FetchItem::Preview { lazy }
        }
        b"EMAILID" => FetchItem::EmailId,
        b"THREADID" => FetchItem::ThreadId,
        b"SAVEDATE" => FetchItem::SaveDate,
        _ => return p.fail("a known data item"),
    })
}

/// `partial = "<" number "." nz-number ">"`
fn partial(p: &mut Parser<'_>) -> Result<Option<Partial>> {
    if !p.eat(b'<', Role::PartialMark) {
        return Ok(None);
    }
    let offset = p.number(Role::Offset)?;
    p.expect(b'.', Role::PartialMark, "'.'")?;
    let length = p.number(Role::Octets)?;
    p.expect(b'>', Role::PartialMark, "'>'")?;
    Ok(Some(Partial { offset, length }))
}

/// `store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))`
pub(super) fn store_flags(p: &mut Parser<'_>) -> Result<(StoreAction, bool, Vec<Flag>)> {
    let name = p.keyword(Role::ItemName)?;
    let (action, rest) = match name.split_at_checked(1) {
        Some(("+", rest)) => (StoreAction::Add, rest),
        Some(("-", rest)) => (StoreAction::Remove, rest),
        _ => (StoreAction::Replace, name.as_str()),
    };
    let silent = match rest {
        "FLAGS" => false,
        "FLAGS.SILENT" => true,
        _ => return p.fail("FLAGS"),
    };
    p.space()?;
    if p.peek() == Some(b'(') {
        return Ok((action, silent, flags(p)?));
    }
    let mut bare = vec![flag(p)?];
    while p.skip_spaces() {
        bare.push(flag(p)?);
    }
    Ok((action, silent, bare))
}

/// `search-key *(SP search-key)`
pub(super) fn search_keys(p: &mut Parser<'_>) -> Result<Vec<SearchKey>> {
    let mut keys = vec![search_key(p)?];
    while p.skip_spaces() && !p.at_end() {
        keys.push(search_key(p)?);
    }
    Ok(keys)
}

/// `search-key`
fn search_key(p: &mut Parser<'_>) -> Result<SearchKey> {
    match p.peek() {
        Some(b'(') => return p.list(search_key).map(SearchKey::And),
        Some(b'0'..=b'9' | b'*') => return number_set(p, Role::SeqSet).map(SearchKey::Seq),
        Some(b'$') => {
            p.eat(b'$', Role::SearchKey);
            return Ok(SearchKey::Saved);
        }
        _ => {}
    }
    let name = p.keyword(Role::SearchKey)?;
    let flag_key = |&&(set, unset, _): &&(&str, &str, Flag)| set == name || unset == name;
    if let Some((set, _, flag)) = FLAG_KEYS.iter().find(flag_key) {
        let has = *set == name;
        let key = if has {
            SearchKey::Has
        } else {
            SearchKey::Lacks
        };
        return Ok(key(flag.clone()));
    }
    match name.as_str() {
        "ALL" => return Ok(SearchKey::All),
        "NEW" => return Ok(SearchKey::New),
        _ => p.space()?,
    }
    if FIELD_KEYS.contains(&name.as_str()) {
        return Ok(SearchKey::Header {
            name,
            text: p.astring(Role::SearchText)?,
        });
    }
    Ok(match name.as_str() {
        "UID" => SearchKey::Uid(number_set(p, Role::UidSet)?),
        "KEYWORD" => SearchKey::Has(flag(p)?),
        "UNKEYWORD" => SearchKey::Lacks(flag(p)?),
        "HEADER" => {
            let name = p.astring_text(Role::FieldName)?;
            p.space()?;
            SearchKey::Header {
                name,
                text: p.astring(Role::SearchText)?,
            }
        }
        "BODY" => SearchKey::Body(p.astring(Role::SearchText)?),
        "TEXT" => SearchKey::Text(p.astring(Role::SearchText)?),
        "BEFORE" => SearchKey::Before(date(p)?),
        "ON" => SearchKey::On(date(p)?),
        "SINCE" => SearchKey::Since(date(p)?),
        "SENTBEFORE" => SearchKey::SentBefore(date(p)?),
        "SENTON" => SearchKey::SentOn(date(p)?),
        "SENTSINCE" => SearchKey::SentSince(date(p)?),
        "LARGER" => SearchKey::Larger(p.number(Role::Octets)?),
        "SMALLER" => SearchKey::Smaller(p.number(Role::Octets)?),
        "MODSEQ" => {
            let quoted = p.peek() == Some(b'"');
            SearchKey::ModSeq {
                entry: if quoted { Some(entry(p)?) } else { None },
                since: ModSeq(p.number(Role::ModSeq)?),
            }
        }
        "EMAILID" => SearchKey::EmailId(p.astring_text(Role::ObjectId)?),
        "THREADID" => SearchKey::ThreadId(p.astring_text(Role::ObjectId)?),
        "NOT" => SearchKey::Not(Box::new(nested(p)?)),
        "OR" => {
            let first = nested(p)?;
            p.space()?;
            SearchKey::Or(Box::new(first), Box::new(nested(p)?))
        }
        _ => return p.fail("a known search key"),
    })
}

/// `entry-name SP entry-type-req SP` (RFC 7162 section 7)
fn entry(p: &mut Parser<'_>) -> Result<ModSeqEntry> {
    let name = lossy(p.string(Role::EntryName)?);
    let flag = name.strip_prefix(FLAG_ENTRY).filter(|flag| {
        let atom = flag.strip_prefix('\\').unwrap_or(flag);
        !atom.is_empty() && atom.is_ascii() && atom.bytes().all(is_astring_char)
    });
    let Some(flag) = flag else {
        return p.fail("the entry of a flag");
    };
    p.space()?;
    let kind = p.keyword(Role::OptionName)?;
    let Some((_, kind)) = ENTRY_KINDS.iter().find(|(known, _)| *known == kind) else {
        return p.fail("PRIV, SHARED or ALL");
    };
    p.space()?;
    Ok(ModSeqEntry {
        flag: Flag::from_wire(flag),
        kind: *kind,
    })
}

/// A search key one level down: NOT NOT NOT .. must not exhaust the stack.
fn nested(p: &mut Parser<'_>) -> Result<SearchKey> {
    p.descend()?;
    let key = search_key(p)?;
    p.ascend();
    Ok(key)
}

/// `"(" sort-criterion *(SP sort-criterion) ")"` (RFC 5256): whether reversed, and by what.
pub(super) fn sort_keys(p: &mut Parser<'_>) -> Result<Vec<(bool, SortKey)>> {
    p.list(|p| {
        let mut name = p.keyword(Role::SortKey)?;
        let reverse = name == "REVERSE";
        if reverse {
            p.space()?;
            name = p.keyword(Role::SortKey)?;
        }
        match SORT_KEYS.iter().find(|(known, _)| *known == name) {
            Some((_, key)) => Ok((reverse, *key)),
            None => p.fail("a known sort key"),
        }
    })
}

/// `"NONE" / "SET" [SP "STATUS"] SP event-group *(SP event-group)` (RFC 5465 section 8)
pub(super) fn notify(p: &mut Parser<'_>) -> Result<Notify> {
    if p.keyword(Role::OptionName)? == "NONE" {
        return Ok(Notify::None);
    }
    p.space()?;
    let status = p.looking_at(b"STATUS ");
    if status {
        p.keyword(Role::OptionName)?;
        p.space()?;
    }
    let mut groups = vec![event_group(p)?];
    while p.skip_spaces() && p.peek() == Some(b'(') {
        groups.push(event_group(p)?);
    }
    Ok(Notify::Set { status, groups })
}

/// `"(" filter-mailboxes SP events ")"`
fn event_group(p: &mut Parser<'_>) -> Result<EventGroup> {
    p.open()?;
    let filter = p.keyword(Role::OptionName)?;
    p.space()?;
    let (mut mailboxes, mut events, mut items) = (Vec::new(), Vec::new(), Vec::new());
    if matches!(filter.as_str(), "MAILBOXES" | "SUBTREE") {
        mailboxes = match p.peek() {
            Some(b'(') => p.list(Parser::mailbox)?,
            _ => vec![p.mailbox()?],
        };
        p.space()?;
    }
    if p.peek() == Some(b'(') {
        p.open()?;
        while p.peek() != Some(b')') {
            match events.last().map(String::as_str) {
                Some("MESSAGENEW") if p.peek() == Some(b'(') => items = fetch_items(p)?,
                _ => events.push(p.keyword(Role::OptionName)?),
            }
            p.skip_spaces();
        }
        p.close()?;
    } else {
        p.keyword(Role::OptionName)?;
    }
    p.close()?;
    Ok(EventGroup {
        filter,
        mailboxes,
        events,
        items,
    })
}
