//! `command` of RFC 9051 section 9: what a client says.

use porthole_wire::Secret;

use super::{
    command_data::{fetch_items, messages, notify, search_keys, sort_keys, store_flags},
    fetch::date_time,
    frame::Frame,
    list::attribute,
    mark::{Marks, Role},
    parser::{ParseError, Parser, Result, lossy},
    response::{flags, id, number_set},
};
use crate::types::{
    command::{AppendForm, Command, List, Messages, Secret64, SelectParameter},
    mailbox::MailboxAttribute,
    number::{ModSeq, Numbering, UidValidity},
    search::RETURN_OPTIONS,
    status::StatusItem,
};

/// Reads one command and its tag. With `utf8`, mailbox names are UTF-8.
///
/// # Errors
/// The octet that could not be understood.
pub fn parse_command(
    frame: &Frame,
    utf8: bool,
) -> std::result::Result<(String, Command), ParseError> {
    tagged(&mut Parser::new(frame, utf8))
}

/// What [`parse_command`] takes each octet for.
pub(super) fn mark_command(frame: &Frame, utf8: bool) -> Marks {
    let mut parser = Parser::marking(frame, utf8);
    // Where it fails, the rest is marked as unknown.
    let _ = tagged(&mut parser);
    parser.into_marks()
}

/// `command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF`
fn tagged(p: &mut Parser<'_>) -> Result<(String, Command)> {
    let tag = p.atom(Role::Tag)?.to_owned();
    p.space()?;
    let command = command(p)?;
    p.end()?;
    Ok((tag, command))
}

fn command(p: &mut Parser<'_>) -> Result<Command> {
    let start = p.checkpoint();
    let mut name = p.keyword(Role::CommandName)?;
    let uid = name == "UID";
    if uid {
        p.numbering = Numbering::Uid;
        p.mark_whole(&start, Role::UidPrefix);
        p.space()?;
        name = p.keyword(Role::CommandName)?;
    }
    match (uid, name.as_str()) {
        (_, "FETCH") => fetch(p),
        (_, "STORE") => store(p),
        (_, "COPY") => {
            p.space()?;
            let messages = messages(p, p.numbering)?;
            p.space()?;
            Ok(Command::Copy {
                messages,
                mailbox: p.mailbox()?,
            })
        }
        (_, "MOVE") => {
            p.space()?;
            let messages = messages(p, p.numbering)?;
            p.space()?;
            Ok(Command::Move {
                messages,
                mailbox: p.mailbox()?,
            })
        }
        (_, "SEARCH") => search(p, uid),
        (_, "SORT") => sort(p, uid),
        (_, "THREAD") => thread(p, uid),
        (true, "EXPUNGE") => {
            p.space()?;
            Ok(Command::Expunge {
                uids: Some(number_set(p, Role::UidSet)?),
            })
        }
        (true, _) => p.fail("a command that has a UID form"),
        (false, name) => plain(p, name),
    }
}

/// The commands without a UID form.
fn plain(p: &mut Parser<'_>, name: &str) -> Result<Command> {
    Ok(match name {
        "CAPABILITY" => Command::Capability,
        "NOOP" => Command::Noop,
        "LOGOUT" => Command::Logout,
        "STARTTLS" => Command::StartTls,
        "NAMESPACE" => Command::Namespace,
        "IDLE" => Command::Idle,
        "CHECK" => Command::Check,
        "CLOSE" => Command::Close,
        "UNSELECT" => Command::Unselect,
        "EXPUNGE" => Command::Expunge { uids: None },
        _ => {
            p.space()?;
            return with_arguments(p, name);
        }
    })
}

fn with_arguments(p: &mut Parser<'_>, name: &str) -> Result<Command> {
    Ok(match name {
        "AUTHENTICATE" => {
            let mechanism = p.keyword(Role::Mechanism)?;
            let initial_response = p.skip_spaces().then(|| p.rest_of_line(Role::SaslData));
            // The frame goes on where the line ends as if a literal came.
            if initial_response.is_some_and(|response| response.contains(&b'\n')) {
                return p.fail("base64 on one line");
            }
            let initial_response = initial_response.map(|response| Secret64(response.to_vec()));
            Command::Authenticate {
                mechanism,
                initial_response,
            }
        }
        "LOGIN" => {
            let user = p.astring(Role::UserName)?;
            p.space()?;
            Command::Login {
                user,
                password: Secret::new(lossy(p.astring(Role::Password)?)),
            }
        }
        "ENABLE" => {
            let mut names = vec![p.keyword(Role::Capability)?];
            while p.skip_spaces() && !p.at_end() {
                names.push(p.keyword(Role::Capability)?);
            }
            Command::Enable(names)
        }
        "SELECT" | "EXAMINE" => select(p, name == "EXAMINE")?,
        "CREATE" => {
            let mailbox = p.mailbox()?;
            let uses = if p.skip_spaces() && p.peek() == Some(b'(') {
                uses(p)?
            } else {
                Vec::new()
            };
            Command::Create { mailbox, uses }
        }
        "DELETE" => Command::Delete {
            mailbox: p.mailbox()?,
        },
        "RENAME" => {
            let from = p.mailbox()?;
            p.space()?;
            Command::Rename {
                from,
                to: p.mailbox()?,
            }
        }
        "SUBSCRIBE" => Command::Subscribe {
            mailbox: p.mailbox()?,
        },
        "UNSUBSCRIBE" => Command::Unsubscribe {
            mailbox: p.mailbox()?,
        },
        "LIST" => Command::List(list(p)?),
        "LSUB" => {
            let reference = p.mailbox()?;
            p.space()?;
            Command::Lsub {
                reference,
                pattern: pattern(p)?,
            }
        }
        "STATUS" => {
            let mailbox = p.mailbox()?;
            p.space()?;
            Command::Status {
                mailbox,
                items: p.list(status_item)?,
            }
        }
        "APPEND" => append(p)?,
        "ID" => Command::Id(id(p)?),
        "GETQUOTA" => Command::GetQuota {
            root: p.astring_text(Role::QuotaRoot)?,
        },
        "GETQUOTAROOT" => Command::GetQuotaRoot {
            mailbox: p.mailbox()?,
        },
        "SETQUOTA" => {
            let root = p.astring_text(Role::QuotaRoot)?;
            p.space()?;
            let limits = p.list(|p| {
                let name = p.keyword(Role::QuotaResource)?;
                p.space()?;
                Ok((name, p.number(Role::Number)?))
            })?;
            Command::SetQuota { root, limits }
        }
        "COMPRESS" => match p.keyword(Role::OptionName)?.as_str() {
            "DEFLATE" => Command::Compress,
            _ => return p.fail("DEFLATE"),
        },
        "NOTIFY" => Command::Notify(notify(p)?),
        _ => return p.fail("a known command"),
    })
}

/// `("SELECT" / "EXAMINE") SP mailbox [SP "(" select-param *(SP select-param) ")"]`
fn select(p: &mut Parser<'_>, read_only: bool) -> Result<Command> {
    let mailbox = p.mailbox()?;
    let mut parameters = Vec::new();
    if p.skip_spaces() && p.peek() == Some(b'(') {
        parameters = p.list(|p| match p.keyword(Role::OptionName)?.as_str() {
            "CONDSTORE" => Ok(SelectParameter::CondStore),
            "QRESYNC" => {
                p.space()?;
                qresync(p)
            }
            _ => p.fail("CONDSTORE or QRESYNC"),
        })?;
    }
    Ok(Command::Select {
        mailbox,
        read_only,
        parameters,
    })
}

/// `"(" "USE" SP "(" [use-attr *(SP use-attr)] ")" ")"` (RFC 6154 section 6)
fn uses(p: &mut Parser<'_>) -> Result<Vec<MailboxAttribute>> {
    p.open()?;
    if p.keyword(Role::OptionName)? != "USE" {
        return p.fail("USE");
    }
    p.space()?;
    let uses = p.list(attribute)?;
    p.close()?;
    Ok(uses)
}

/// `"(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"`
/// (RFC 7162 section 7)
fn qresync(p: &mut Parser<'_>) -> Result<SelectParameter> {
    p.open()?;
    let validity = UidValidity(p.number32(Role::UidValidity)?);
    p.space()?;
    let mod_seq = ModSeq(p.number(Role::ModSeq)?);
    let (mut known, mut matches) = (None, None);
    if p.skip_spaces() && p.peek() != Some(b'(') {
        known = Some(number_set(p, Role::UidSet)?);
        p.skip_spaces();
    }
    if p.peek() == Some(b'(') {
        p.open()?;
        let numbers = number_set(p, Role::SeqSet)?;
        p.space()?;
        matches = Some((numbers, number_set(p, Role::UidSet)?));
        p.close()?;
    }
    p.close()?;
    Ok(SelectParameter::QResync {
        validity,
        mod_seq,
        known,
        matches,
    })
}

/// `"LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]`
fn list(p: &mut Parser<'_>) -> Result<List> {
    let mut list = List::default();
    if p.peek() == Some(b'(') {
        list.selection = p.list(|p| p.keyword(Role::OptionName))?;
        p.space()?;
    }
    let reference = p.astring(Role::MailboxName)?;
    list.reference = p.decode(&reference);
    p.space()?;
    list.patterns = if p.peek() == Some(b'(') {
        p.list(pattern)?
    } else {
        vec![pattern(p)?]
    };
    if p.skip_spaces() {
        if p.keyword(Role::OptionName)? != "RETURN" {
            return p.fail("RETURN");
        }
        p.space()?;
        let options = p.list(|p| {
            let name = p.keyword(Role::OptionName)?;
            if name == "STATUS" {
                p.space()?;
                return Ok((name, p.list(status_item)?));
            }
            Ok((name, Vec::new()))
        })?;
        for (name, items) in options {
            if name == "STATUS" {
                list.status = items;
            } else {
                list.returns.push(name);
            }
        }
    }
    Ok(list)
}

/// `list-mailbox = 1*list-char / string`
fn pattern(p: &mut Parser<'_>) -> Result<String> {
    let wire = if matches!(p.peek(), Some(b'"' | b'{')) {
        p.string(Role::Pattern)?
    } else {
        let belongs = |byte| !matches!(byte, 0..=b' ' | 0x7f | b'(' | b')' | b'{' | b'"' | b'\\');
        p.take_while(Role::Pattern, "a pattern", belongs)?.to_vec()
    };
    Ok(p.decode(&wire))
}

fn status_item(p: &mut Parser<'_>) -> Result<StatusItem> {
    let name = p.keyword(Role::ItemName)?;
    match StatusItem::from_wire(&name) {
        Some(item) => Ok(item),
        None => p.fail("a known status item"),
    }
}

/// `"APPEND" SP mailbox [SP flag-list] [SP date-time] SP (literal / literal8 / UTF8 data)`
fn append(p: &mut Parser<'_>) -> Result<Command> {
    let mailbox = p.mailbox()?;
    p.space()?;
    let mut message_flags = Vec::new();
    if p.peek() == Some(b'(') {
        message_flags = flags(p)?;
        p.space()?;
    }
    let mut internal_date = None;
    if p.peek() == Some(b'"') {
        internal_date = Some(date_time(p)?);
        p.space()?;
    }
    let form = match p.peek() {
        Some(b'~') => AppendForm::Literal8,
        _ if p.looking_at(b"UTF8 (") => AppendForm::Utf8,
        _ => AppendForm::Literal,
    };
    if form == AppendForm::Utf8 {
        p.keyword(Role::OptionName)?;
        p.space()?;
        p.open()?;
    }
    let message = p.string(Role::Content)?;
    if form == AppendForm::Utf8 {
        p.close()?;
    }
    Ok(Command::Append {
        mailbox,
        flags: message_flags,
        internal_date,
        message,
        form,
    })
}

/// `SP messages SP items [SP "(" modifier *(SP modifier) ")"]`
fn fetch(p: &mut Parser<'_>) -> Result<Command> {
    p.space()?;
    let messages = messages(p, p.numbering)?;
    p.space()?;
    let items = fetch_items(p)?;
    let (mut changed_since, mut vanished) = (None, false);
    if p.skip_spaces() && p.peek() == Some(b'(') {
        p.open()?;
        while p.peek() != Some(b')') {
            match p.keyword(Role::OptionName)?.as_str() {
                "CHANGEDSINCE" => {
                    p.space()?;
                    changed_since = Some(ModSeq(p.number(Role::ModSeq)?));
                }
                "VANISHED" => vanished = true,
                _ => return p.fail("CHANGEDSINCE or VANISHED"),
            }
            p.skip_spaces();
        }
        p.close()?;
    }
    Ok(Command::Fetch {
        messages,
        items,
        changed_since,
        vanished,
    })
}

/// `SP messages [SP "(" "UNCHANGEDSINCE" SP mod-sequence ")"] SP store-att-flags`
fn store(p: &mut Parser<'_>) -> Result<Command> {
    p.space()?;
    let messages: Messages = messages(p, p.numbering)?;
    p.space()?;
    let mut unchanged_since = None;
    if p.peek() == Some(b'(') {
        p.open()?;
        if p.keyword(Role::OptionName)? != "UNCHANGEDSINCE" {
            return p.fail("UNCHANGEDSINCE");
        }
        p.space()?;
        unchanged_since = Some(ModSeq(p.number(Role::ModSeq)?));
        p.close()?;
        p.space()?;
    }
    let (action, silent, flags) = store_flags(p)?;
    Ok(Command::Store {
        messages,
        unchanged_since,
        action,
        silent,
        flags,
    })
}

/// `SP ["RETURN" SP "(" .. ")" SP] ["CHARSET" SP charset SP] search-key *(SP search-key)`
fn search(p: &mut Parser<'_>, uid: bool) -> Result<Command> {
    p.space()?;
    let mut returns = None;
    if p.looking_at(b"RETURN (") {
        p.keyword(Role::OptionName)?;
        p.space()?;
        returns = Some(p.list(|p| {
            let name = p.keyword(Role::OptionName)?;
            match RETURN_OPTIONS.iter().find(|(known, _)| *known == name) {
                Some((_, option)) => Ok(*option),
                None => p.fail("a search return option"),
            }
        })?);
        p.space()?;
    }
    let mut charset = None;
    if p.looking_at(b"CHARSET ") {
        p.keyword(Role::OptionName)?;
        p.space()?;
        charset = Some(p.astring_text(Role::Charset)?.to_ascii_uppercase());
        p.space()?;
    }
    Ok(Command::Search {
        uid,
        returns,
        charset,
        keys: search_keys(p)?,
    })
}

/// `SP "(" sort-key *(SP sort-key) ")" SP charset SP search-key *(SP search-key)`
fn sort(p: &mut Parser<'_>, uid: bool) -> Result<Command> {
    p.space()?;
    let order = sort_keys(p)?;
    p.space()?;
    let charset = p.astring_text(Role::Charset)?.to_ascii_uppercase();
    p.space()?;
    Ok(Command::Sort {
        uid,
        order,
        charset,
        keys: search_keys(p)?,
    })
}

/// `SP algorithm SP charset SP search-key *(SP search-key)`
fn thread(p: &mut Parser<'_>, uid: bool) -> Result<Command> {
    p.space()?;
    let algorithm = p.keyword(Role::SortKey)?;
    p.space()?;
    let charset = p.astring_text(Role::Charset)?.to_ascii_uppercase();
    p.space()?;
    Ok(Command::Thread {
        uid,
        algorithm,
        charset,
        keys: search_keys(p)?,
    })
}
