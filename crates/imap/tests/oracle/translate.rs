//! What imap-codec read, as our values.

use std::num::NonZeroU32;

use imap_codec::imap_types::{
    body::{self, BodyExtension, Disposition, SpecificFields},
    core::{IString, NString, QuotedChar},
    envelope, extensions,
    fetch::{self, MessageDataItem as TheirItem},
    flag::{FlagFetch, FlagPerm},
    mailbox::Mailbox,
    response::{self, Code, Data as TheirData, StatusKind},
    sequence::{SeqOrUid, Sequence, SequenceSet},
    status::StatusDataItem,
};
use porthole_imap::{
    types::{
        body::{BodyStructure, Extension, Multipart, Parameters, Single},
        code::{Named, ResponseCode},
        command::Messages,
        datetime::DateTime,
        envelope::{Address, Envelope},
        fetch::{Data, Fetch, MessageDataItem},
        flag::Flag,
        mailbox::{ListItem, MailboxAttribute, MailboxName, MailboxStatus, Namespace},
        number::{ModSeq, SeqNum, Uid, UidValidity},
        response::{Response, Status, StatusText, Untagged},
        search::{Found, Thread, Threads},
        section::{Section, SectionText},
        set::{Endpoint, NumberSet, UidSet},
        status::StatusItem,
    },
    wire::utf7,
};

/// A response but for continuation requests.
pub(crate) fn response(theirs: &response::Response<'_>) -> Response {
    match theirs {
        response::Response::CommandContinuationRequest(_) => panic!("not generated"),
        response::Response::Data(data) => Response::Untagged(untagged(data)),
        response::Response::Status(response::Status::Untagged(body)) => {
            let text = status_text(body.code.as_ref(), body.text.as_ref());
            Response::Untagged(match body.kind {
                StatusKind::Ok => Untagged::Ok(text),
                StatusKind::No => Untagged::No(text),
                StatusKind::Bad => Untagged::Bad(text),
            })
        }
        response::Response::Status(response::Status::Bye(bye)) => Response::Untagged(
            Untagged::Bye(status_text(bye.code.as_ref(), bye.text.as_ref())),
        ),
        response::Response::Status(response::Status::Tagged(tagged)) => Response::Tagged {
            tag: tagged.tag.as_ref().to_owned(),
            status: match tagged.body.kind {
                StatusKind::Ok => Status::Ok,
                StatusKind::No => Status::No,
                StatusKind::Bad => Status::Bad,
            },
            text: status_text(tagged.body.code.as_ref(), tagged.body.text.as_ref()),
        },
    }
}

fn status_text(theirs: Option<&Code<'_>>, text: &str) -> StatusText {
    StatusText {
        code: theirs.map(code),
        text: text.to_owned(),
    }
}

fn code(theirs: &Code<'_>) -> ResponseCode {
    match theirs {
        Code::Alert => ResponseCode::Alert,
        Code::ReadOnly => ResponseCode::ReadOnly,
        Code::ReadWrite => ResponseCode::ReadWrite,
        Code::TryCreate => ResponseCode::Named(Named::TryCreate),
        Code::UidNext(uid) => ResponseCode::UidNext(Uid(uid.get())),
        Code::UidValidity(validity) => ResponseCode::UidValidity(UidValidity(validity.get())),
        Code::Unseen(seq) => ResponseCode::Unseen(SeqNum(seq.get())),
        Code::PermanentFlags(flags) => {
            let flag = |flag: &FlagPerm<'_>| match flag {
                FlagPerm::Flag(flag) => Flag::from_wire(&flag.to_string()),
                FlagPerm::Asterisk => Flag::AnyKeyword,
            };
            ResponseCode::PermanentFlags(flags.iter().map(flag).collect())
        }
        Code::Capability(all) => {
            ResponseCode::Capability(all.as_ref().iter().map(ToString::to_string).collect())
        }
        Code::AppendUid { uid_validity, uid } => ResponseCode::AppendUid {
            validity: UidValidity(uid_validity.get()),
            uids: Uid(uid.get()).into(),
        },
        Code::CopyUid {
            uid_validity,
            source,
            destination,
        } => ResponseCode::CopyUid {
            validity: UidValidity(uid_validity.get()),
            source: uid_elements(source),
            target: uid_elements(destination),
        },
        Code::HighestModSeq(mod_seq) => ResponseCode::HighestModSeq(ModSeq(mod_seq.get())),
        Code::NoModSeq => ResponseCode::NoModSeq,
        Code::Closed => ResponseCode::Closed,
        Code::Other(other) => {
            let text = String::from_utf8_lossy(other.inner());
            let (name, text) = text.split_once(' ').unwrap_or((&text, ""));
            ResponseCode::Other {
                name: name.to_owned(),
                text: text.to_owned(),
            }
        }
        Code::Modified(set) => ResponseCode::Modified(Messages::Seq(self::set(set))),
        other => panic!("not generated: {other:?}"),
    }
}

fn uid_elements(theirs: &extensions::uidplus::UidSet) -> UidSet {
    use extensions::uidplus::UidElement;
    let range = |element: &UidElement| match element {
        UidElement::Single(uid) => (number(*uid), number(*uid)),
        UidElement::Range(first, last) => (number(*first), number(*last)),
    };
    UidSet::from_ranges(theirs.0.as_ref().iter().map(range).collect())
}

fn set<T>(theirs: &SequenceSet) -> NumberSet<T>
where
    T: Copy + Into<u32> + From<u32>,
{
    let end = |end: &SeqOrUid| match end {
        SeqOrUid::Value(value) => number(*value),
        SeqOrUid::Asterisk => Endpoint::Last,
    };
    let range = |range: &Sequence| match range {
        Sequence::Single(one) => (end(one), end(one)),
        Sequence::Range(first, last) => (end(first), end(last)),
    };
    NumberSet::from_ranges(theirs.0.as_ref().iter().map(range).collect())
}

fn number(theirs: NonZeroU32) -> Endpoint {
    Endpoint::Number(theirs.get())
}

fn untagged(theirs: &TheirData<'_>) -> Untagged {
    match theirs {
        TheirData::Capability(all) => {
            Untagged::Capability(all.as_ref().iter().map(ToString::to_string).collect())
        }
        TheirData::Enabled { capabilities } => {
            Untagged::Enabled(capabilities.iter().map(ToString::to_string).collect())
        }
        TheirData::List {
            items,
            delimiter,
            mailbox,
        } => Untagged::List(list_item(items, delimiter.as_ref(), mailbox)),
        TheirData::Lsub {
            items,
            delimiter,
            mailbox,
        } => Untagged::Lsub(list_item(items, delimiter.as_ref(), mailbox)),
        TheirData::Status { mailbox, items } => Untagged::Status(MailboxStatus {
            mailbox: self::mailbox(mailbox),
            items: items.iter().map(status_item).collect(),
            id: None,
        }),
        TheirData::Search(numbers, mod_seq) => Untagged::Search {
            found: found(numbers),
            mod_seq: mod_seq.map(|mod_seq| ModSeq(mod_seq.get())),
        },
        TheirData::Sort(numbers, mod_seq) => Untagged::Sort {
            found: found(numbers),
            mod_seq: mod_seq.map(|mod_seq| ModSeq(mod_seq.get())),
        },
        TheirData::Thread(threads) => {
            Untagged::Thread(Threads::Seq(threads.iter().map(thread).collect()))
        }
        TheirData::Flags(flags) => {
            let flag =
                |flag: &imap_codec::imap_types::flag::Flag<'_>| Flag::from_wire(&flag.to_string());
            Untagged::Flags(flags.iter().map(flag).collect())
        }
        TheirData::Exists(count) => Untagged::Exists(*count),
        TheirData::Recent(count) => Untagged::Recent(*count),
        TheirData::Expunge(seq) => Untagged::Expunge(SeqNum(seq.get())),
        TheirData::Fetch { seq, items } => Untagged::Fetch(Fetch {
            seq: SeqNum(seq.get()),
            items: items.as_ref().iter().map(item).collect(),
        }),
        TheirData::Quota { root, quotas } => Untagged::Quota {
            root: String::from_utf8(root.as_ref().to_vec()).unwrap(),
            resources: quotas
                .as_ref()
                .iter()
                .map(|quota| (quota.resource.to_string(), quota.usage, quota.limit))
                .collect(),
        },
        TheirData::QuotaRoot { mailbox, roots } => Untagged::QuotaRoot {
            mailbox: self::mailbox(mailbox),
            roots: roots
                .iter()
                .map(|root| String::from_utf8(root.as_ref().to_vec()).unwrap())
                .collect(),
        },
        TheirData::Id { parameters } => {
            let text = |octets: Vec<u8>| String::from_utf8(octets).unwrap();
            let field = |(name, value): &(IString<'_>, NString<'_>)| {
                (text(string(name)), nstring(value).map(text))
            };
            Untagged::Id(parameters.iter().flatten().map(field).collect())
        }
        TheirData::Vanished {
            earlier,
            known_uids,
        } => Untagged::Vanished {
            earlier: *earlier,
            uids: set(known_uids),
        },
        TheirData::Namespace {
            personal,
            other,
            shared,
        } => Untagged::Namespace {
            personal: namespaces(personal),
            other: namespaces(other),
            shared: namespaces(shared),
        },
    }
}

fn list_item(
    attributes: &[imap_codec::imap_types::flag::FlagNameAttribute<'_>],
    delimiter: Option<&QuotedChar>,
    name: &Mailbox<'_>,
) -> ListItem {
    ListItem {
        attributes: attributes
            .iter()
            .map(|attribute| MailboxAttribute::from_wire(&attribute.to_string()))
            .collect(),
        delimiter: delimiter.map(QuotedChar::inner),
        mailbox: mailbox(name),
        old_name: None,
        child_info: Vec::new(),
    }
}

fn mailbox(theirs: &Mailbox<'_>) -> MailboxName {
    match theirs {
        Mailbox::Inbox => MailboxName::inbox(),
        Mailbox::Other(other) => utf7::decode_name(other.inner().as_ref(), false),
    }
}

fn status_item(theirs: &StatusDataItem) -> (StatusItem, u64) {
    match theirs {
        StatusDataItem::Messages(count) => (StatusItem::Messages, u64::from(*count)),
        StatusDataItem::UidNext(uid) => (StatusItem::UidNext, uid.get().into()),
        StatusDataItem::UidValidity(validity) => (StatusItem::UidValidity, validity.get().into()),
        StatusDataItem::Unseen(count) => (StatusItem::Unseen, u64::from(*count)),
        StatusDataItem::Size(octets) => (StatusItem::Size, *octets),
        StatusDataItem::HighestModSeq(mod_seq) => (StatusItem::HighestModSeq, *mod_seq),
        other => panic!("not generated: {other:?}"),
    }
}

fn namespaces(theirs: &[extensions::namespace::Namespace<'_>]) -> Vec<Namespace> {
    let namespace = |theirs: &extensions::namespace::Namespace<'_>| Namespace {
        prefix: utf7::decode_name(theirs.prefix.as_ref(), false),
        delimiter: theirs.delimiter.as_ref().map(QuotedChar::inner),
    };
    theirs.iter().map(namespace).collect()
}

fn found(theirs: &[NonZeroU32]) -> Found {
    Found::Seq(theirs.iter().map(|number| SeqNum(number.get())).collect())
}

fn thread(theirs: &extensions::thread::Thread) -> Thread<SeqNum> {
    use extensions::thread::Thread as Theirs;
    let all = |threads: &[Theirs]| threads.iter().map(thread).collect();
    match theirs {
        Theirs::Members { prefix, answers } => Thread {
            chain: prefix
                .as_ref()
                .iter()
                .map(|number| SeqNum(number.get()))
                .collect(),
            branches: answers
                .as_ref()
                .map_or_else(Vec::new, |answers| all(answers.as_ref())),
        },
        Theirs::Nested { answers } => Thread {
            chain: Vec::new(),
            branches: all(answers.as_ref()),
        },
    }
}

fn item(theirs: &TheirItem<'_>) -> MessageDataItem {
    let part = |section: &[NonZeroU32]| section.iter().map(|number| number.get()).collect();
    let whole = |text: Option<SectionText>, data: &NString<'_>| MessageDataItem::Section {
        section: Section {
            part: Vec::new(),
            text,
        },
        origin: None,
        data: self::data(nstring(data)),
    };
    match theirs {
        TheirItem::Body(body) | TheirItem::BodyStructure(body) => {
            MessageDataItem::BodyStructure(Box::new(self::body(body)))
        }
        TheirItem::BodyExt {
            section,
            origin,
            data,
        } => MessageDataItem::Section {
            section: section
                .as_ref()
                .map_or_else(Section::default, self::section),
            origin: origin.map(u64::from),
            data: self::data(nstring(data)),
        },
        TheirItem::Envelope(envelope) => {
            MessageDataItem::Envelope(Box::new(self::envelope(envelope)))
        }
        TheirItem::Flags(flags) => {
            let flag = |flag: &FlagFetch<'_>| match flag {
                FlagFetch::Flag(flag) => Flag::from_wire(&flag.to_string()),
                FlagFetch::Recent => Flag::Recent,
            };
            MessageDataItem::Flags(flags.iter().map(flag).collect())
        }
        TheirItem::InternalDate(date) => MessageDataItem::InternalDate(date_time(date)),
        TheirItem::Rfc822(data) => whole(None, data),
        TheirItem::Rfc822Header(data) => whole(Some(SectionText::Header), data),
        TheirItem::Rfc822Text(data) => whole(Some(SectionText::Text), data),
        TheirItem::Rfc822Size(octets) => MessageDataItem::Rfc822Size((*octets).into()),
        TheirItem::Uid(uid) => MessageDataItem::Uid(Uid(uid.get())),
        TheirItem::Binary { section, value } => {
            use imap_codec::imap_types::core::NString8;
            MessageDataItem::Binary {
                part: part(section),
                origin: None,
                data: match value {
                    NString8::NString(value) => data(nstring(value)),
                    NString8::Literal8(value) => Data::Whole(value.data.to_vec()),
                },
            }
        }
        TheirItem::BinarySize { section, size } => MessageDataItem::BinarySize {
            part: part(section),
            octets: (*size).into(),
        },
        TheirItem::ModSeq(mod_seq) => MessageDataItem::ModSeq(ModSeq(mod_seq.get())),
    }
}

fn section(theirs: &fetch::Section<'_>) -> Section {
    use fetch::Section as Theirs;
    let part = |part: Option<&fetch::Part>| -> Vec<u32> {
        let numbers = part.into_iter().flat_map(|part| part.0.as_ref());
        numbers.map(|number| number.get()).collect()
    };
    let names = |names: &[imap_codec::imap_types::core::AString<'_>]| {
        let text = |name: &imap_codec::imap_types::core::AString<'_>| {
            String::from_utf8(name.as_ref().to_vec()).unwrap()
        };
        names.iter().map(text).collect()
    };
    let (part, text) = match theirs {
        Theirs::Part(of) => (part(Some(of)), None),
        Theirs::Header(of) => (part(of.as_ref()), Some(SectionText::Header)),
        Theirs::HeaderFields(of, fields) => {
            let fields = names(fields.as_ref());
            (part(of.as_ref()), Some(SectionText::HeaderFields(fields)))
        }
        Theirs::HeaderFieldsNot(of, fields) => {
            let fields = names(fields.as_ref());
            (
                part(of.as_ref()),
                Some(SectionText::HeaderFieldsNot(fields)),
            )
        }
        Theirs::Text(of) => (part(of.as_ref()), Some(SectionText::Text)),
        Theirs::Mime(of) => (part(Some(of)), Some(SectionText::Mime)),
    };
    Section { part, text }
}

fn envelope(theirs: &envelope::Envelope<'_>) -> Envelope {
    let addresses = |list: &[envelope::Address<'_>]| {
        let address = |theirs: &envelope::Address<'_>| Address {
            name: nstring(&theirs.name),
            adl: nstring(&theirs.adl),
            mailbox: nstring(&theirs.mailbox),
            host: nstring(&theirs.host),
        };
        list.iter().map(address).collect()
    };
    Envelope {
        date: nstring(&theirs.date),
        subject: nstring(&theirs.subject),
        from: addresses(&theirs.from),
        sender: addresses(&theirs.sender),
        reply_to: addresses(&theirs.reply_to),
        to: addresses(&theirs.to),
        cc: addresses(&theirs.cc),
        bcc: addresses(&theirs.bcc),
        in_reply_to: nstring(&theirs.in_reply_to),
        message_id: nstring(&theirs.message_id),
    }
}

fn body(theirs: &body::BodyStructure<'_>) -> BodyStructure {
    match theirs {
        body::BodyStructure::Single {
            body,
            extension_data,
        } => {
            let mut single = Single {
                parameters: parameters(&body.basic.parameter_list),
                id: nstring(&body.basic.id),
                description: nstring(&body.basic.description),
                encoding: string(&body.basic.content_transfer_encoding),
                octets: body.basic.size.into(),
                ..Single::default()
            };
            match &body.specific {
                SpecificFields::Basic { r#type, subtype } => {
                    single.media_type = string(r#type);
                    single.media_subtype = string(subtype);
                }
                SpecificFields::Message {
                    envelope,
                    body_structure,
                    number_of_lines,
                } => {
                    single.media_type = b"message".to_vec();
                    single.media_subtype = b"RFC822".to_vec();
                    single.lines = Some((*number_of_lines).into());
                    let within = (self::envelope(envelope), self::body(body_structure));
                    single.message = Some(Box::new(within));
                }
                SpecificFields::Text {
                    subtype,
                    number_of_lines,
                } => {
                    single.media_type = b"TEXT".to_vec();
                    single.media_subtype = string(subtype);
                    single.lines = Some((*number_of_lines).into());
                }
            }
            if let Some(data) = extension_data {
                single.md5 = nstring(&data.md5);
                single.extension = extension(data.tail.as_ref());
            }
            BodyStructure::Single(single)
        }
        body::BodyStructure::Multi {
            bodies,
            subtype,
            extension_data,
        } => BodyStructure::Multipart(Multipart {
            parts: bodies.as_ref().iter().map(body).collect(),
            media_subtype: string(subtype),
            parameters: extension_data
                .as_ref()
                .map_or_else(Vec::new, |data| parameters(&data.parameter_list)),
            extension: extension(extension_data.as_ref().and_then(|data| data.tail.as_ref())),
        }),
    }
}

fn extension(theirs: Option<&Disposition<'_>>) -> Extension {
    let language = theirs.and_then(|disposition| disposition.tail.as_ref());
    let location = language.and_then(|language| language.tail.as_ref());
    assert!(
        location.is_none_or(|location| location.extensions == Vec::<BodyExtension<'_>>::new()),
        "not generated"
    );
    Extension {
        disposition: theirs.and_then(|disposition| {
            let (kind, of_it) = disposition.disposition.as_ref()?;
            Some((string(kind), parameters(of_it)))
        }),
        language: language.map_or_else(Vec::new, |language| {
            language.language.iter().map(string).collect()
        }),
        location: location.and_then(|location| nstring(&location.location)),
    }
}

fn parameters(theirs: &[(IString<'_>, IString<'_>)]) -> Parameters {
    let pair = |(name, value): &(IString<'_>, IString<'_>)| (string(name), string(value));
    theirs.iter().map(pair).collect()
}

fn date_time(theirs: &imap_codec::imap_types::datetime::DateTime) -> DateTime {
    let theirs = theirs.as_ref();
    let east = theirs.offset().local_minus_utc();
    let mut local = DateTime::from_unix(theirs.timestamp() + i64::from(east));
    local.zone = (east / 60) as i16;
    local
}

fn string(theirs: &IString<'_>) -> Vec<u8> {
    theirs.as_ref().to_vec()
}

fn nstring(theirs: &NString<'_>) -> Option<Vec<u8>> {
    theirs.0.as_ref().map(string)
}

fn data(octets: Option<Vec<u8>>) -> Data {
    octets.map_or(Data::Nil, Data::Whole)
}
