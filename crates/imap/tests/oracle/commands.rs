//! Commands: both read them, each reads what the other writes, and it is the same command.

use imap_codec::{
    CommandCodec, decode::Decoder, encode::Encoder as _, imap_types::command::Command as Theirs,
};
use porthole_imap::{
    types::command::Command,
    wire::{Encoder, Peer, parse_command},
};
use porthole_mutate::Random;

use crate::{frame, generate::Generator};

fn ours(octets: &[u8]) -> (String, Command) {
    let shown = octets.escape_ascii();
    parse_command(&frame(Peer::Client, octets), false)
        .unwrap_or_else(|error| panic!("we refuse {shown}: {error}"))
}

fn theirs(octets: &[u8]) -> Theirs<'_> {
    let shown = octets.escape_ascii();
    let (rest, command) = CommandCodec::default()
        .decode(octets)
        .unwrap_or_else(|error| panic!("imap-codec refuses {shown}: {error:?}"));
    assert!(rest.is_empty(), "{shown}");
    command
}

#[test]
fn commands_mean_the_same() {
    let mut generator = Generator(Random::new(0xC0DEC));
    for _ in 0..15_000 {
        let line = generator.command();
        let (tag, mine) = ours(line.as_bytes());
        let other = theirs(line.as_bytes());
        assert_eq!(other.tag.as_ref(), tag, "{line:?}");
        assert_eq!(
            other.body.name().to_ascii_uppercase(),
            mine.name().trim_start_matches("UID "),
            "{line:?}"
        );
        // What they write of it, we read as what we read in the first place; what we write of
        // it, they read and write as the same. Quoted or not is a matter of taste.
        let written = CommandCodec::default().encode(&other).dump();
        assert_eq!(ours(&written), (tag.clone(), mine.clone()), "{line:?}");
        let mut encoder = Encoder::for_client(Some(u64::MAX), false);
        encoder.command(&tag, &mine);
        let written = encoder.into_bytes();
        let written = CommandCodec::default().encode(&theirs(&written)).dump();
        assert_eq!(ours(&written), (tag, mine), "{line:?}");
    }
}

impl Generator {
    /// One command.
    fn command(&mut self) -> String {
        let uid = self.one_of(&["", "UID "]);
        let text = match self.0.below(26) {
            0 => self
                .one_of(&[
                    "CAPABILITY",
                    "NOOP",
                    "LOGOUT",
                    "STARTTLS",
                    "CHECK",
                    "CLOSE",
                    "EXPUNGE",
                    "IDLE",
                    "UNSELECT",
                    "NAMESPACE",
                    "COMPRESS DEFLATE",
                ])
                .to_owned(),
            1 => format!("LOGIN {} {}", self.string(), self.string()),
            2 => format!("LOGIN alice {}", self.string()),
            3 => self
                .one_of(&[
                    "AUTHENTICATE PLAIN",
                    "AUTHENTICATE PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=",
                ])
                .to_owned(),
            4 => format!(
                "ENABLE {}",
                self.one_of(&["CONDSTORE", "QRESYNC UTF8=ACCEPT"])
            ),
            5 => {
                let verb = self.one_of(&["SELECT", "EXAMINE"]);
                let parameters = match self.0.below(3) {
                    0 => " (CONDSTORE)".to_owned(),
                    1 => format!(
                        " (QRESYNC ({} {} {}))",
                        self.positive(),
                        self.mod_seq(),
                        self.set()
                    ),
                    _ => String::new(),
                };
                format!("{verb} {}{parameters}", self.mailbox())
            }
            6 => {
                let verbs = [
                    "CREATE",
                    "DELETE",
                    "SUBSCRIBE",
                    "UNSUBSCRIBE",
                    "GETQUOTAROOT",
                ];
                format!("{} {}", self.one_of(&verbs), self.mailbox())
            }
            7 => format!("RENAME {} {}", self.mailbox(), self.mailbox()),
            8 => format!("{} \"\" {}", self.one_of(&["LIST", "LSUB"]), self.pattern()),
            9 => {
                let items = [
                    "MESSAGES",
                    "UIDNEXT UNSEEN",
                    "UIDVALIDITY SIZE HIGHESTMODSEQ RECENT",
                ];
                format!("STATUS {} ({})", self.mailbox(), self.one_of(&items))
            }
            10 => {
                let flags = match self.0.below(2) {
                    0 => String::new(),
                    _ => format!("{} ", self.some_flags()),
                };
                let date = match self.0.below(2) {
                    0 => String::new(),
                    _ => format!("\"{}\" ", self.date_time()),
                };
                format!("APPEND {} {flags}{date}{{5}}\r\nhello", self.mailbox())
            }
            11 => format!("UID EXPUNGE {}", self.set()),
            12 | 13 => {
                let charset = self.one_of(&["", "CHARSET UTF-8 "]);
                let keys = self.many(1, 4, " ", |g| g.search_key(2));
                format!("{uid}SEARCH {charset}{keys}")
            }
            14 => {
                let order = self.one_of(&["DATE", "REVERSE ARRIVAL SUBJECT", "CC FROM TO SIZE"]);
                format!("{uid}SORT ({order}) UTF-8 {}", self.search_key(1))
            }
            15 => {
                let algorithm = self.one_of(&["REFERENCES", "ORDEREDSUBJECT"]);
                format!("{uid}THREAD {algorithm} UTF-8 {}", self.search_key(1))
            }
            16..=18 => {
                let items = self.many(1, 4, " ", Self::fetch_item);
                let since = match self.0.below(3) {
                    0 => format!(" (CHANGEDSINCE {})", self.mod_seq()),
                    _ => String::new(),
                };
                format!("{uid}FETCH {} ({items}){since}", self.set())
            }
            19 | 20 => {
                let unless = match self.0.below(3) {
                    0 => format!(" (UNCHANGEDSINCE {})", self.mod_seq()),
                    _ => String::new(),
                };
                let action = self.one_of(&["FLAGS", "+FLAGS", "-FLAGS.SILENT", "FLAGS.SILENT"]);
                let flags = self.some_flags();
                format!("{uid}STORE {}{unless} {action} {flags}", self.set())
            }
            21 | 22 => {
                let verb = self.one_of(&["COPY", "MOVE"]);
                format!("{uid}{verb} {} {}", self.set(), self.mailbox())
            }
            23 => format!("ID {}", self.id()),
            24 => self
                .one_of(&[
                    "GETQUOTA \"\"",
                    "SETQUOTA \"\" (STORAGE 512)",
                    "SETQUOTA \"\" (STORAGE 512 MESSAGE 1000)",
                ])
                .to_owned(),
            _ => format!("{uid}FETCH {}:* (UID FLAGS)", self.one_of(&["1", "9977"])),
        };
        format!("a{} {text}\r\n", self.0.below(1000))
    }

    fn some_flags(&mut self) -> String {
        self.flags(&["\\Seen", "\\Deleted", "\\Draft", "$Junk"])
    }

    fn pattern(&mut self) -> &'static str {
        self.one_of(&["\"*\"", "\"%\"", "\"Entw&APw-rfe/%\"", "\"a b*\""])
    }

    fn fetch_item(&mut self) -> String {
        let items = [
            "FLAGS",
            "UID",
            "INTERNALDATE",
            "RFC822.SIZE",
            "ENVELOPE",
            "BODY",
            "BODYSTRUCTURE",
            "RFC822.HEADER",
            "BODY[]",
            "BODY.PEEK[1.2.MIME]<0.4096>",
            "BODY[HEADER.FIELDS (FROM \"X-Y\")]",
            "BODY.PEEK[2.HEADER]",
            "BODY[TEXT]<7.1>",
            "BINARY.PEEK[1]<0.10>",
            "BINARY.SIZE[2.1]",
            "MODSEQ",
        ];
        self.one_of(&items).to_owned()
    }

    fn search_key(&mut self, depth: usize) -> String {
        let below = depth.saturating_sub(1);
        match self.0.below(if depth > 0 { 12 } else { 8 }) {
            0 => self
                .one_of(&[
                    "ALL",
                    "SEEN",
                    "UNSEEN",
                    "NEW",
                    "OLD",
                    "RECENT",
                    "UNDELETED",
                    "DRAFT",
                ])
                .to_owned(),
            1 => format!("FROM {}", self.string()),
            2 => format!("HEADER \"X-Y\" {}", self.string()),
            3 => format!(
                "{} 1-Feb-2026",
                self.one_of(&["SINCE", "BEFORE", "SENTON", "SENTBEFORE"])
            ),
            4 => format!("LARGER {}", self.positive()),
            5 => format!("UID {}", self.set()),
            6 => format!("{} $Junk", self.one_of(&["KEYWORD", "UNKEYWORD"])),
            7 => format!("MODSEQ {}", self.mod_seq()),
            8 => format!("NOT {}", self.search_key(below)),
            9 => format!("OR {} {}", self.search_key(below), self.search_key(below)),
            10 => self.set(),
            _ => format!("({} {})", self.search_key(below), self.search_key(below)),
        }
    }
}
