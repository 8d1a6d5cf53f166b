//! `resp-text-code` of RFC 9051 section 9 and of the extensions.

use super::{
    command_data::messages,
    list::object_id,
    mark::Role,
    parser::{Parser, Result, lossy},
    quirk::Quirk,
    response::{flags, number_set},
};
use crate::types::{
    code::{Named, ResponseCode},
    number::{ModSeq, SeqNum, Uid, UidValidity},
};

/// `"[" resp-text-code "]"`; `None` where the bracket turns out to begin plain text.
pub(super) fn code(p: &mut Parser<'_>) -> Result<Option<ResponseCode>> {
    let start = p.checkpoint();
    p.expect(b'[', Role::Bracket, "'['")?;
    let code = known(p);
    let is_unknown = code.as_ref().is_err_and(|error| error.expected == UNKNOWN);
    if let Ok(code) = code
        && p.eat(b']', Role::Bracket)
    {
        return Ok(Some(code));
    }
    // Unknown, or known and malformed: its text up to the bracket.
    p.restore(&start);
    if !is_unknown {
        p.quirk(Quirk::MalformedCode);
    }
    p.expect(b'[', Role::Bracket, "'['")?;
    let belongs = |byte| !matches!(byte, b']' | b' ' | b'\r' | b'\n');
    let Ok(name) = p.take_while(Role::CodeName, "a code", belongs) else {
        p.restore(&start);
        p.quirk(Quirk::MalformedCode);
        return Ok(None);
    };
    p.skip_spaces();
    let text = p
        .take_while(Role::CodeText, "text", |byte| {
            !matches!(byte, b']' | b'\r' | b'\n')
        })
        .unwrap_or_default();
    if !p.eat(b']', Role::Bracket) {
        p.restore(&start);
        p.quirk(Quirk::MalformedCode);
        return Ok(None);
    }
    let name = lossy(name.to_ascii_uppercase());
    Ok(Some(ResponseCode::Other {
        name,
        text: lossy(text.to_vec()),
    }))
}

/// What is expected where a code has a name that is not known.
const UNKNOWN: &str = "a known code";

fn known(p: &mut Parser<'_>) -> Result<ResponseCode> {
    let name = p.take_while(Role::CodeName, "a code", |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')
    })?;
    let name = lossy(name.to_ascii_uppercase());
    p.skip_spaces();
    Ok(match name.as_str() {
        "ALERT" => ResponseCode::Alert,
        "CLOSED" => ResponseCode::Closed,
        "NOMODSEQ" => ResponseCode::NoModSeq,
        "READ-ONLY" => ResponseCode::ReadOnly,
        "READ-WRITE" => ResponseCode::ReadWrite,
        "UIDNEXT" => ResponseCode::UidNext(Uid(p.number32(Role::Uid)?)),
        "UIDVALIDITY" => ResponseCode::UidValidity(validity(p)?),
        "UNSEEN" => ResponseCode::Unseen(SeqNum(p.number32(Role::SeqNum)?)),
        "HIGHESTMODSEQ" => ResponseCode::HighestModSeq(ModSeq(p.number(Role::ModSeq)?)),
        "PERMANENTFLAGS" => ResponseCode::PermanentFlags(flags(p)?),
        "MODIFIED" => ResponseCode::Modified(messages(p, p.numbering)?),
        "CAPABILITY" => {
            let mut names = Vec::new();
            while p.peek() != Some(b']') {
                names.push(p.take_while(Role::Capability, "a capability", |byte| {
                    byte > b' ' && byte != b']'
                })?);
                p.skip_spaces();
            }
            let names = names.into_iter().map(String::from_utf8_lossy);
            ResponseCode::Capability(names.collect())
        }
        "APPENDUID" => {
            let validity = validity(p)?;
            p.space()?;
            ResponseCode::AppendUid {
                validity,
                uids: number_set(p, Role::UidSet)?,
            }
        }
        "COPYUID" => {
            let validity = validity(p)?;
            p.space()?;
            let source = number_set(p, Role::UidSet)?;
            p.space()?;
            ResponseCode::CopyUid {
                validity,
                source,
                target: number_set(p, Role::UidSet)?,
            }
        }
        "BADEVENT" => ResponseCode::BadEvent(p.list(|p| p.keyword(Role::OptionName))?),
        "BADCHARSET" if p.peek() == Some(b'(') => {
            ResponseCode::BadCharset(p.list(|p| p.astring_text(Role::Charset))?)
        }
        "BADCHARSET" => ResponseCode::BadCharset(Vec::new()),
        "MAILBOXID" => ResponseCode::MailboxId(object_id(p)?),
        other => match Named::from_wire(other) {
            Some(named) => ResponseCode::Named(named),
            None => return p.fail(UNKNOWN),
        },
    })
}

fn validity(p: &mut Parser<'_>) -> Result<UidValidity> {
    p.number32(Role::UidValidity).map(UidValidity)
}
