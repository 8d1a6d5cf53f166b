//! What a server found: SEARCH, ESEARCH, SORT, THREAD.

use super::{
    mark::Role,
    parser::{Parser, Result, lossy},
    quirk::Quirk,
    response::number_set,
};
use crate::types::{
    number::{ModSeq, Uid},
    response::Untagged,
    search::{ExtendedSearch, Thread},
};

/// `"SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"]`
pub(super) fn search(p: &mut Parser<'_>) -> Result<Untagged> {
    let mut numbers = Vec::new();
    let mut mod_seq = None;
    while !p.at_end() {
        if p.peek() == Some(b'(') {
            p.open()?;
            p.keyword(Role::ItemName)?;
            p.space()?;
            mod_seq = Some(ModSeq(p.number(Role::ModSeq)?));
            p.close()?;
        } else {
            numbers.push(p.number32(Role::Number)?);
        }
        p.skip_spaces();
    }
    Ok(Untagged::Search { numbers, mod_seq })
}

/// `"ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)`
pub(super) fn extended_search(p: &mut Parser<'_>) -> Result<ExtendedSearch> {
    let mut found = ExtendedSearch::default();
    if p.peek() == Some(b'(') {
        p.open()?;
        p.keyword(Role::ItemName)?;
        p.space()?;
        found.tag = Some(lossy(p.astring(Role::Tag)?));
        p.close()?;
        p.skip_spaces();
    }
    while !p.at_end() {
        let wrapped = p.peek() == Some(b'(');
        if wrapped {
            p.open()?;
            p.quirk(Quirk::WrappedSearchItem);
        }
        let name = p.keyword(Role::ItemName)?;
        p.skip_spaces();
        match name.as_str() {
            "UID" => found.uid = true,
            "MIN" => found.min = Some(p.number32(Role::Number)?),
            "MAX" => found.max = Some(p.number32(Role::Number)?),
            "COUNT" => found.count = Some(p.number(Role::Count)?),
            "MODSEQ" => found.mod_seq = Some(ModSeq(p.number(Role::ModSeq)?)),
            "ALL" => found.all = Some(number_set::<Uid>(p, Role::UidSet)?),
            _ => p.skip_value()?,
        }
        if wrapped {
            p.close()?;
        }
        p.skip_spaces();
    }
    Ok(found)
}

/// `"SORT" *(SP nz-number)` (RFC 5256)
pub(super) fn sort(p: &mut Parser<'_>) -> Result<Vec<u32>> {
    let mut numbers = Vec::new();
    while !p.at_end() && p.peek() != Some(b'(') {
        numbers.push(p.number32(Role::Number)?);
        p.skip_spaces();
    }
    if p.peek() == Some(b'(') {
        p.skip_value()?;
    }
    Ok(numbers)
}

/// `"THREAD" [SP 1*thread-list]` (RFC 5256)
pub(super) fn threads(p: &mut Parser<'_>) -> Result<Vec<Thread>> {
    let mut threads = Vec::new();
    while !p.at_end() {
        threads.push(thread(p)?);
        p.skip_spaces();
    }
    Ok(threads)
}

/// `thread-list = "(" (thread-members / thread-nested) ")"`
fn thread(p: &mut Parser<'_>) -> Result<Thread> {
    p.open()?;
    let mut thread = Thread::default();
    while p.peek() != Some(b')') {
        if p.peek() == Some(b'(') {
            thread.branches.push(self::thread(p)?);
        } else {
            thread.chain.push(Uid(p.number32(Role::Number)?));
        }
        p.skip_spaces();
    }
    p.close()?;
    Ok(thread)
}
