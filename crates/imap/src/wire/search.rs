//! What a server found: SEARCH, ESEARCH, SORT, THREAD.

use super::{
    mark::Role,
    parser::{Parser, Result, lossy},
    quirk::Quirk,
    response::number_set,
};
use crate::types::{
    number::{ModSeq, Numbering},
    response::Untagged,
    search::{ExtendedSearch, Found, Summary, Thread, Threads},
};

/// `"SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`
pub(super) fn search(p: &mut Parser<'_>) -> Result<Untagged> {
    Ok(Untagged::Search {
        found: found(p)?,
        mod_seq: mod_seq(p)?,
    })
}

/// `"SORT" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]` (RFC 5256, RFC 7162)
pub(super) fn sort(p: &mut Parser<'_>) -> Result<Untagged> {
    Ok(Untagged::Sort {
        found: found(p)?,
        mod_seq: mod_seq(p)?,
    })
}

fn found(p: &mut Parser<'_>) -> Result<Found> {
    match p.numbering {
        Numbering::Seq => numbers(p, Role::SeqNum).map(Found::Seq),
        Numbering::Uid => numbers(p, Role::Uid).map(Found::Uid),
    }
}

fn numbers<T: From<u32>>(p: &mut Parser<'_>, role: Role) -> Result<Vec<T>> {
    let mut numbers = Vec::new();
    while !p.at_end() && p.peek() != Some(b'(') {
        numbers.push(p.number32(role)?.into());
        p.skip_spaces();
    }
    Ok(numbers)
}

fn mod_seq(p: &mut Parser<'_>) -> Result<Option<ModSeq>> {
    if p.peek() != Some(b'(') {
        return Ok(None);
    }
    p.open()?;
    p.keyword(Role::ItemName)?;
    p.space()?;
    let mod_seq = ModSeq(p.number(Role::ModSeq)?);
    p.close()?;
    Ok(Some(mod_seq))
}

/// `"ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`
pub(super) fn extended_search(p: &mut Parser<'_>) -> Result<ExtendedSearch> {
    let mut tag = None;
    if p.peek() == Some(b'(') {
        p.open()?;
        p.keyword(Role::ItemName)?;
        p.space()?;
        tag = Some(lossy(p.astring(Role::Tag)?));
        p.close()?;
        p.skip_spaces();
    }
    let start = p.checkpoint();
    if p.keyword(Role::ItemName).is_ok_and(|name| name == "UID") {
        p.skip_spaces();
        return summary(p, tag, (Role::Uid, Role::UidSet)).map(ExtendedSearch::Uid);
    }
    p.restore(&start);
    summary(p, tag, (Role::SeqNum, Role::SeqSet)).map(ExtendedSearch::Seq)
}

/// `*(SP search-return-data)`; the roles are those of one number and of a set.
fn summary<T>(
    p: &mut Parser<'_>,
    tag: Option<String>,
    (one, set): (Role, Role),
) -> Result<Summary<T>>
where
    T: Copy + Into<u32> + From<u32>,
{
    let mut found = Summary {
        tag,
        min: None,
        max: None,
        all: None,
        count: None,
        mod_seq: None,
    };
    while !p.at_end() {
        let wrapped = p.peek() == Some(b'(');
        if wrapped {
            p.open()?;
            p.quirk(Quirk::WrappedSearchItem);
        }
        let name = p.keyword(Role::ItemName)?;
        p.skip_spaces();
        match name.as_str() {
            "MIN" => found.min = Some(p.number32(one)?.into()),
            "MAX" => found.max = Some(p.number32(one)?.into()),
            "COUNT" => found.count = Some(p.number(Role::Count)?),
            "MODSEQ" => found.mod_seq = Some(ModSeq(p.number(Role::ModSeq)?)),
            "ALL" => found.all = Some(number_set(p, set)?),
            _ => p.skip_value()?,
        }
        if wrapped {
            p.close()?;
        }
        p.skip_spaces();
    }
    Ok(found)
}

/// `"THREAD" [SP 1*thread-list]` (RFC 5256)
pub(super) fn threads(p: &mut Parser<'_>) -> Result<Threads> {
    match p.numbering {
        Numbering::Seq => thread_list(p, Role::SeqNum).map(Threads::Seq),
        Numbering::Uid => thread_list(p, Role::Uid).map(Threads::Uid),
    }
}

fn thread_list<T: From<u32>>(p: &mut Parser<'_>, role: Role) -> Result<Vec<Thread<T>>> {
    let mut threads = Vec::new();
    while !p.at_end() {
        threads.push(thread(p, role)?);
        p.skip_spaces();
    }
    Ok(threads)
}

/// `thread-list = "(" (thread-members / thread-nested) ")"`
fn thread<T: From<u32>>(p: &mut Parser<'_>, role: Role) -> Result<Thread<T>> {
    p.open()?;
    let (mut chain, mut branches) = (Vec::new(), Vec::new());
    while p.peek() != Some(b')') {
        if p.peek() == Some(b'(') {
            branches.push(thread(p, role)?);
        } else {
            chain.push(p.number32(role)?.into());
        }
        p.skip_spaces();
    }
    p.close()?;
    Ok(Thread { chain, branches })
}
