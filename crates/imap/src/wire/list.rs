//! What a server says of mailboxes: LIST, STATUS, NAMESPACE, QUOTA.

use super::{
    mark::Role,
    parser::{Parser, Result, is_astring_char},
};
use crate::types::{
    mailbox::{ListItem, MailboxAttribute, MailboxStatus, Namespace},
    response::Untagged,
    status::StatusItem,
};

/// `mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox
/// [SP mbox-list-extended]`
pub(super) fn list_item(p: &mut Parser<'_>) -> Result<ListItem> {
    let attributes = p.list(attribute)?;
    p.space()?;
    let delimiter = delimiter(p)?;
    p.space()?;
    let mailbox = p.mailbox()?;
    let (mut old_name, mut child_info) = (None, Vec::new());
    if p.skip_spaces() && p.peek() == Some(b'(') {
        p.open()?;
        while p.peek() != Some(b')') {
            let name = p.astring_text(Role::OptionName)?;
            p.space()?;
            match name.to_ascii_uppercase().as_str() {
                "OLDNAME" => old_name = p.list(Parser::mailbox)?.into_iter().next(),
                "CHILDINFO" => child_info = p.list(|p| p.astring_text(Role::OptionName))?,
                _ => p.skip_value()?,
            }
            p.skip_spaces();
        }
        p.close()?;
    }
    Ok(ListItem {
        attributes,
        delimiter,
        mailbox,
        old_name,
        child_info,
    })
}

/// `mbx-list-sflag / mbx-list-oflag`, and `use-attr` of RFC 6154
pub(super) fn attribute(p: &mut Parser<'_>) -> Result<MailboxAttribute> {
    let belongs = |byte| byte == b'\\' || is_astring_char(byte);
    let name = p.take_while(Role::MailboxAttribute, "an attribute", belongs)?;
    Ok(MailboxAttribute::from_wire(&String::from_utf8_lossy(name)))
}

fn delimiter(p: &mut Parser<'_>) -> Result<Option<char>> {
    let delimiter = p.nstring(Role::Delimiter)?;
    Ok(delimiter
        .and_then(|octets| octets.first().copied())
        .map(char::from))
}

/// `mailbox SP "(" [status-att-list] ")"`
pub(super) fn status(p: &mut Parser<'_>) -> Result<MailboxStatus> {
    let mailbox = p.mailbox()?;
    p.space()?;
    let mut id = None;
    let items = p.list(|p| {
        let name = p.keyword(Role::ItemName)?;
        p.space()?;
        match StatusItem::from_wire(&name) {
            Some(StatusItem::MailboxId) => {
                id = Some(object_id(p)?);
                Ok(None)
            }
            // An APPENDLIMIT that does not exist (RFC 7889 section 3.1).
            Some(StatusItem::AppendLimit) if p.nil() => Ok(None),
            Some(item) if p.peek().is_some_and(|byte| byte.is_ascii_digit()) => {
                let role = match item {
                    StatusItem::UidNext => Role::Uid,
                    StatusItem::UidValidity => Role::UidValidity,
                    StatusItem::HighestModSeq => Role::ModSeq,
                    StatusItem::Size | StatusItem::AppendLimit | StatusItem::DeletedStorage => {
                        Role::Octets
                    }
                    _ => Role::Count,
                };
                Ok(Some((item, p.number(role)?)))
            }
            _ => p.skip_value().map(|()| None),
        }
    })?;
    Ok(MailboxStatus {
        mailbox,
        items: items.into_iter().flatten().collect(),
        id,
    })
}

/// `namespace SP namespace SP namespace`
pub(super) fn namespace(p: &mut Parser<'_>) -> Result<Untagged> {
    let personal = namespaces(p)?;
    p.space()?;
    let other = namespaces(p)?;
    p.space()?;
    Ok(Untagged::Namespace {
        personal,
        other,
        shared: namespaces(p)?,
    })
}

/// `namespace = nil / "(" 1*namespace-descr ")"`
fn namespaces(p: &mut Parser<'_>) -> Result<Vec<Namespace>> {
    if p.nil() {
        return Ok(Vec::new());
    }
    p.list(|p| {
        p.open()?;
        let prefix = p.mailbox()?;
        p.space()?;
        let delimiter = delimiter(p)?;
        while p.skip_spaces() {
            p.skip_value()?;
        }
        p.close()?;
        Ok(Namespace { prefix, delimiter })
    })
}

/// `"QUOTA" SP quota-root-name SP "(" *(resource SP usage SP limit) ")"` (RFC 9208 section 4.2.1)
pub(super) fn quota(p: &mut Parser<'_>) -> Result<Untagged> {
    let root = p.astring_text(Role::QuotaRoot)?;
    p.space()?;
    let resources = p.list(|p| {
        let name = p.keyword(Role::QuotaResource)?;
        p.space()?;
        let usage = p.number(Role::Number)?;
        p.space()?;
        Ok((name, usage, p.number(Role::Number)?))
    })?;
    Ok(Untagged::Quota { root, resources })
}

/// `"(" objectid ")"` (RFC 8474 section 7)
pub(super) fn object_id(p: &mut Parser<'_>) -> Result<String> {
    let ids = p.list(|p| p.atom(Role::ObjectId).map(str::to_owned))?;
    Ok(ids.into_iter().next().unwrap_or_default())
}

/// `"QUOTAROOT" SP mailbox *(SP quota-root-name)` (RFC 9208 section 4.2.2)
pub(super) fn quota_root(p: &mut Parser<'_>) -> Result<Untagged> {
    let mailbox = p.mailbox()?;
    let mut roots = Vec::new();
    while p.skip_spaces() {
        roots.push(p.astring_text(Role::QuotaRoot)?);
    }
    Ok(Untagged::QuotaRoot { mailbox, roots })
}
