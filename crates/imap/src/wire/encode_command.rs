//! The arguments of each command: what follows its name.

use super::{Encoder, utf7};
use crate::types::{
    command::{
        AppendForm, Command, EventGroup, List, Messages, Notify, SelectParameter, StoreAction,
    },
    fetch::FetchItem,
    search::{
        ENTRY_KINDS, FIELD_KEYS, FLAG_ENTRY, FLAG_KEYS, ModSeqEntry, RETURN_OPTIONS, SORT_KEYS,
        SearchKey,
    },
    section::{Partial, Section},
};

impl Encoder {
    /// Marks what `write` writes as a secret.
    fn secret(&mut self, write: impl FnOnce(&mut Self)) {
        let (first, start) = (self.fragments.len() - 1, self.bytes().len());
        write(self);
        for at in first..self.fragments.len() {
            let fragment = &mut self.fragments[at];
            let from = if at == first { start } else { 0 };
            // The header of a literal tells the secret's length.
            if from < fragment.bytes.len() {
                let header = fragment.bytes[from..].ends_with(b"}\r\n");
                let end = fragment.bytes.len() - if header { 3 } else { 0 };
                let from = if header { from + 1 } else { from };
                fragment.secrets.push(from..end);
            }
        }
    }

    pub(super) fn arguments(&mut self, command: &Command) {
        match command {
            Command::Capability
            | Command::Noop
            | Command::Logout
            | Command::StartTls
            | Command::Namespace
            | Command::Idle
            | Command::Check
            | Command::Close
            | Command::Unselect
            | Command::Expunge { uids: None } => {}
            Command::Authenticate {
                mechanism,
                initial_response,
            } => {
                self.raw(" ").raw(mechanism);
                if let Some(response) = initial_response {
                    self.raw(" ");
                    self.secret(|encoder| encoder.bytes().extend_from_slice(&response.0));
                }
            }
            Command::Login { user, password } => {
                self.raw(" ").astring(user).raw(" ");
                self.secret(|encoder| {
                    encoder.string(password.expose().as_bytes());
                });
            }
            Command::Enable(names) => {
                self.raw(" ").raw(&names.join(" "));
            }
            Command::Select {
                mailbox,
                parameters,
                ..
            } => {
                self.raw(" ").mailbox(mailbox);
                if !parameters.is_empty() {
                    self.raw(" ").list(parameters, Self::select_parameter);
                }
            }
            Command::Create { mailbox, uses } => {
                self.raw(" ").mailbox(mailbox);
                if !uses.is_empty() {
                    self.raw(" (USE ").list(uses, |encoder, attribute| {
                        encoder.display(attribute);
                    });
                    self.raw(")");
                }
            }
            Command::Delete { mailbox }
            | Command::Subscribe { mailbox }
            | Command::Unsubscribe { mailbox }
            | Command::GetQuotaRoot { mailbox } => {
                self.raw(" ").mailbox(mailbox);
            }
            Command::Rename { from, to } => {
                self.raw(" ").mailbox(from).raw(" ").mailbox(to);
            }
            Command::List(list) => self.list_arguments(list),
            Command::Lsub { reference, pattern } => {
                let reference = utf7::encode_name(reference, self.utf8);
                self.raw(" ").string(&reference);
                let pattern = utf7::encode_text(pattern, self.utf8);
                self.raw(" ").string(&pattern);
            }
            Command::Status { mailbox, items } => {
                self.raw(" ")
                    .mailbox(mailbox)
                    .raw(" ")
                    .list(items, |encoder, item| {
                        encoder.display(item);
                    });
            }
            Command::Append {
                mailbox,
                flags,
                internal_date,
                message,
                form,
            } => {
                self.raw(" ").mailbox(mailbox).raw(" ");
                if !flags.is_empty() {
                    self.flags(flags).raw(" ");
                }
                if let Some(date) = internal_date {
                    self.raw("\"").display(date).raw("\" ");
                }
                match form {
                    AppendForm::Literal => self.literal(message),
                    AppendForm::Literal8 => self.literal8(message),
                    AppendForm::Utf8 => self.raw("UTF8 (").literal8(message).raw(")"),
                };
            }
            Command::Expunge { uids: Some(uids) } => {
                self.raw(" ").display(uids);
            }
            Command::Search {
                returns,
                charset,
                keys,
                ..
            } => {
                if let Some(options) = returns {
                    self.raw(" RETURN ").list(options, |encoder, option| {
                        let name = RETURN_OPTIONS.iter().find(|(_, known)| known == option);
                        encoder.raw(name.map_or("", |(name, _)| name));
                    });
                }
                if let Some(charset) = charset {
                    self.raw(" CHARSET ").astring(charset.as_bytes());
                }
                self.search_keys(keys);
            }
            Command::Sort {
                order,
                charset,
                keys,
                ..
            } => {
                self.raw(" ").list(order, |encoder, (reverse, key)| {
                    let name = SORT_KEYS.iter().find(|(_, known)| known == key);
                    encoder.raw(if *reverse { "REVERSE " } else { "" });
                    encoder.raw(name.map_or("", |(name, _)| name));
                });
                self.raw(" ").astring(charset.as_bytes()).search_keys(keys);
            }
            Command::Thread {
                algorithm,
                charset,
                keys,
                ..
            } => {
                self.raw(" ")
                    .raw(algorithm)
                    .raw(" ")
                    .astring(charset.as_bytes());
                self.search_keys(keys);
            }
            Command::Fetch {
                messages,
                items,
                changed_since,
                vanished,
            } => {
                self.messages(messages)
                    .raw(" ")
                    .list(items, Self::fetch_item);
                if let Some(mod_seq) = changed_since {
                    self.raw(" (CHANGEDSINCE ").display(mod_seq);
                    self.raw(if *vanished { " VANISHED)" } else { ")" });
                }
            }
            Command::Store {
                messages,
                unchanged_since,
                action,
                silent,
                flags,
            } => {
                self.messages(messages);
                if let Some(mod_seq) = unchanged_since {
                    self.raw(" (UNCHANGEDSINCE ").display(mod_seq).raw(")");
                }
                self.raw(match action {
                    StoreAction::Replace => " FLAGS",
                    StoreAction::Add => " +FLAGS",
                    StoreAction::Remove => " -FLAGS",
                });
                self.raw(if *silent { ".SILENT " } else { " " })
                    .flags(flags);
            }
            Command::Copy { messages, mailbox } | Command::Move { messages, mailbox } => {
                self.messages(messages).raw(" ").mailbox(mailbox);
            }
            Command::Id(fields) if fields.is_empty() => {
                self.raw(" NIL");
            }
            Command::Id(fields) => {
                self.raw(" ").list(fields, |encoder, (name, value)| {
                    encoder.string(name.as_bytes()).raw(" ");
                    encoder.nstring(value.as_deref().map(str::as_bytes));
                });
            }
            Command::GetQuota { root } => {
                self.raw(" ").string(root.as_bytes());
            }
            Command::SetQuota { root, limits } => {
                self.raw(" ").string(root.as_bytes()).raw(" ");
                self.list(limits, |encoder, (name, limit)| {
                    encoder.raw(name).raw(" ").display(limit);
                });
            }
            Command::Compress => {
                self.raw(" DEFLATE");
            }
            Command::Notify(Notify::None) => {
                self.raw(" NONE");
            }
            Command::Notify(Notify::Set { status, groups }) => {
                self.raw(if *status { " SET STATUS" } else { " SET" });
                for group in groups {
                    self.event_group(group);
                }
            }
        }
    }

    fn event_group(&mut self, group: &EventGroup) {
        self.raw(" (").raw(&group.filter).raw(" ");
        if !group.mailboxes.is_empty() {
            self.list(&group.mailboxes, |encoder, name| {
                encoder.mailbox(name);
            });
            self.raw(" ");
        }
        if group.events.is_empty() {
            self.raw("NONE)");
            return;
        }
        let mut items = Some(&group.items).filter(|items| !items.is_empty());
        self.list(&group.events, |encoder, event| {
            encoder.raw(event);
            if event.eq_ignore_ascii_case("MESSAGENEW")
                && let Some(items) = items.take()
            {
                encoder.raw(" ").list(items, Self::fetch_item);
            }
        });
        self.raw(")");
    }

    fn messages(&mut self, messages: &Messages) -> &mut Self {
        match messages {
            Messages::Seq(set) => self.raw(" ").display(set),
            Messages::Uid(set) => self.raw(" ").display(set),
        }
    }

    fn select_parameter(&mut self, parameter: &SelectParameter) {
        match parameter {
            SelectParameter::CondStore => self.raw("CONDSTORE"),
            SelectParameter::QResync {
                validity,
                mod_seq,
                known,
                matches,
            } => {
                self.raw("QRESYNC (")
                    .display(validity)
                    .raw(" ")
                    .display(mod_seq);
                if let Some(known) = known {
                    self.raw(" ").display(known);
                }
                if let Some((numbers, uids)) = matches {
                    self.raw(" (").display(numbers);
                    self.raw(" ").display(uids).raw(")");
                }
                self.raw(")")
            }
        };
    }

    fn list_arguments(&mut self, list: &List) {
        if !list.selection.is_empty() {
            self.raw(" (").raw(&list.selection.join(" ")).raw(")");
        }
        let (utf8, pattern) = (self.utf8, |encoder: &mut Self, pattern: &String| {
            let wire = utf7::encode_text(pattern, encoder.utf8);
            encoder.string(&wire);
        });
        self.raw(" ")
            .string(&utf7::encode_text(&list.reference, utf8))
            .raw(" ");
        match list.patterns.as_slice() {
            [one] => pattern(self, one),
            many => {
                self.list(many, pattern);
            }
        }
        if list.returns.is_empty() && list.status.is_empty() {
            return;
        }
        self.raw(" RETURN (").raw(&list.returns.join(" "));
        if !list.status.is_empty() {
            self.raw(if list.returns.is_empty() {
                "STATUS "
            } else {
                " STATUS "
            });
            self.list(&list.status, |encoder, item| {
                encoder.display(item);
            });
        }
        self.raw(")");
    }

    fn fetch_item(&mut self, item: &FetchItem) {
        match item {
            FetchItem::Flags => self.raw("FLAGS"),
            FetchItem::Uid => self.raw("UID"),
            FetchItem::InternalDate => self.raw("INTERNALDATE"),
            FetchItem::Rfc822Size => self.raw("RFC822.SIZE"),
            FetchItem::Envelope => self.raw("ENVELOPE"),
            FetchItem::Body => self.raw("BODY"),
            FetchItem::BodyStructure => self.raw("BODYSTRUCTURE"),
            FetchItem::Section {
                section,
                peek,
                partial,
            } => {
                self.raw(if *peek { "BODY.PEEK[" } else { "BODY[" });
                self.display(section).raw("]").partial(*partial)
            }
            FetchItem::Binary {
                part,
                peek,
                partial,
            } => {
                self.raw(if *peek { "BINARY.PEEK[" } else { "BINARY[" });
                self.display(Section::part(part.clone()))
                    .raw("]")
                    .partial(*partial)
            }
            FetchItem::BinarySize(part) => self
                .raw("BINARY.SIZE[")
                .display(Section::part(part.clone()))
                .raw("]"),
            FetchItem::Rfc822 => self.raw("RFC822"),
            FetchItem::Rfc822Header => self.raw("RFC822.HEADER"),
            FetchItem::Rfc822Text => self.raw("RFC822.TEXT"),
            FetchItem::ModSeq => self.raw("MODSEQ"),
            FetchItem::Preview { lazy: false } => self.raw("PREVIEW"),
            FetchItem::Preview { lazy: true } => self.raw("PREVIEW (LAZY)"),
            FetchItem::EmailId => self.raw("EMAILID"),
            FetchItem::ThreadId => self.raw("THREADID"),
            FetchItem::SaveDate => self.raw("SAVEDATE"),
        };
    }

    fn partial(&mut self, partial: Option<Partial>) -> &mut Self {
        if let Some(Partial { offset, length }) = partial {
            self.raw("<")
                .display(offset)
                .raw(".")
                .display(length)
                .raw(">");
        }
        self
    }

    fn search_keys(&mut self, keys: &[SearchKey]) {
        for key in keys {
            self.raw(" ").search_key(key);
        }
    }

    fn search_key(&mut self, key: &SearchKey) {
        match key {
            SearchKey::All => self.raw("ALL"),
            SearchKey::Seq(set) => self.display(set),
            SearchKey::Uid(set) => self.raw("UID ").display(set),
            SearchKey::Saved => self.raw("$"),
            SearchKey::New => self.raw("NEW"),
            SearchKey::Has(flag) => match FLAG_KEYS.iter().find(|(_, _, known)| known == flag) {
                Some((set, _, _)) => self.raw(set),
                None => self.raw("KEYWORD ").display(flag),
            },
            SearchKey::Lacks(flag) => match FLAG_KEYS.iter().find(|(_, _, known)| known == flag) {
                Some((_, unset, _)) => self.raw(unset),
                None => self.raw("UNKEYWORD ").display(flag),
            },
            SearchKey::Header { name, text } if FIELD_KEYS.contains(&name.as_str()) => {
                self.raw(name).raw(" ").string(text)
            }
            SearchKey::Header { name, text } => self
                .raw("HEADER ")
                .astring(name.as_bytes())
                .raw(" ")
                .string(text),
            SearchKey::Body(text) => self.raw("BODY ").string(text),
            SearchKey::Text(text) => self.raw("TEXT ").string(text),
            SearchKey::Before(date) => self.raw("BEFORE ").display(date),
            SearchKey::On(date) => self.raw("ON ").display(date),
            SearchKey::Since(date) => self.raw("SINCE ").display(date),
            SearchKey::SentBefore(date) => self.raw("SENTBEFORE ").display(date),
            SearchKey::SentOn(date) => self.raw("SENTON ").display(date),
            SearchKey::SentSince(date) => self.raw("SENTSINCE ").display(date),
            SearchKey::Larger(octets) => self.raw("LARGER ").display(octets),
            SearchKey::Smaller(octets) => self.raw("SMALLER ").display(octets),
            SearchKey::ModSeq { entry, since } => {
                self.raw("MODSEQ ");
                if let Some(ModSeqEntry { flag, kind }) = entry {
                    let name = ENTRY_KINDS.iter().find(|(_, known)| known == kind);
                    self.string(format!("{FLAG_ENTRY}{flag}").as_bytes());
                    self.raw(" ").raw(name.map_or("", |(name, _)| name));
                    self.raw(" ");
                }
                self.display(since)
            }
            SearchKey::EmailId(id) => self.raw("EMAILID ").astring(id.as_bytes()),
            SearchKey::ThreadId(id) => self.raw("THREADID ").astring(id.as_bytes()),
            SearchKey::Not(key) => {
                self.raw("NOT ").search_key(key);
                self
            }
            SearchKey::Or(first, second) => {
                self.raw("OR ").search_key(first);
                self.raw(" ").search_key(second);
                self
            }
            SearchKey::And(keys) => self.list(keys, Self::search_key),
        };
    }
}
