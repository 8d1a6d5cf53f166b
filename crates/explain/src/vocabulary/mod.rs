//! The words of the protocols: what each means and where it is laid down.
//!
//! A table for each kind of word. Words are looked up without regard to case, as the protocols do.

mod header_fields;
mod imap_capabilities;
mod imap_codes;
mod imap_commands;
mod imap_flags;
mod imap_items;
mod imap_options;
mod imap_responses;
mod imap_search;
mod mechanisms;
mod pop3_capabilities;
mod pop3_codes;
mod pop3_commands;
mod smtp_commands;
mod smtp_keywords;
mod smtp_replies;

use std::borrow::Cow;

pub(crate) use header_fields::HEADER_FIELDS;
pub(crate) use imap_capabilities::IMAP_CAPABILITIES;
pub(crate) use imap_codes::IMAP_CODES;
pub(crate) use imap_commands::IMAP_COMMANDS;
pub(crate) use imap_flags::{IMAP_FLAGS, MAILBOX_ATTRIBUTES};
pub(crate) use imap_items::IMAP_ITEMS;
pub(crate) use imap_options::IMAP_OPTIONS;
pub(crate) use imap_responses::{IMAP_RESPONSES, statuses};
pub(crate) use imap_search::{SEARCH_KEYS, SORT_KEYS};
pub(crate) use mechanisms::MECHANISMS;
pub(crate) use pop3_capabilities::POP3_CAPABILITIES;
pub(crate) use pop3_codes::POP3_CODES;
pub(crate) use pop3_commands::POP3_COMMANDS;
pub(crate) use smtp_commands::SMTP_COMMANDS;
pub(crate) use smtp_keywords::SMTP_KEYWORDS;
pub(crate) use smtp_replies::SMTP_REPLIES;

use crate::{Source, decode, token::Term};

/// A word of a protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    /// As the RFC writes it.
    pub(crate) word: &'static str,
    /// What it means, in one clause that a newcomer understands.
    pub(crate) meaning: &'static str,
    /// Where it is laid down: RFC and section; `None` for what vendors made up.
    source: Option<(u16, &'static str)>,
}

impl Word {
    fn term(&self, name: &'static str) -> Term {
        Term {
            name,
            meaning: Cow::Borrowed(self.meaning),
            decoded: None,
            source: self.source(),
        }
    }

    /// Where it is laid down.
    pub(crate) fn source(&self) -> Option<Source> {
        self.source.map(|(rfc, section)| Source::new(rfc, section))
    }
}

/// Words of one kind.
pub(crate) type Words = &'static [Word];

/// A word of this section of this RFC; of the whole RFC where the section is empty.
const fn word(word: &'static str, meaning: &'static str, rfc: u16, section: &'static str) -> Word {
    Word {
        word,
        meaning,
        source: Some((rfc, section)),
    }
}

/// A word that is met on the wire and in no RFC.
const fn vendor(word: &'static str, meaning: &'static str) -> Word {
    Word {
        word,
        meaning,
        source: None,
    }
}

/// How many words these tables have together.
const fn count(tables: &[Words]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < tables.len() {
        count += tables[at].len();
        at += 1;
    }
    count
}

/// One table of several: `N` is their [`count`].
const fn joined<const N: usize>(tables: &[Words]) -> [Word; N] {
    let mut joined = [vendor("", ""); N];
    let (mut filled, mut table) = (0, 0);
    while table < tables.len() {
        let mut at = 0;
        while at < tables[table].len() {
            joined[filled] = tables[table][at];
            filled += 1;
            at += 1;
        }
        table += 1;
    }
    joined
}

/// `word` in a table, without regard to case.
pub(crate) fn find(words: Words, word: &[u8]) -> Option<&'static Word> {
    words
        .iter()
        .find(|known| known.word.as_bytes().eq_ignore_ascii_case(word))
}

/// What a word of this kind means; where the table does not have it, what is so of all of them.
pub(crate) fn term(
    name: &'static str,
    words: Words,
    octets: &[u8],
    generic: &'static str,
    source: (u16, &'static str),
) -> Term {
    let word = decode::unquote(octets);
    // `AUTH=PLAIN` is a word of the table `AUTH=`, if it is not one itself.
    let family = word.iter().position(|&octet| octet == b'=');
    let found = find(words, &word).or_else(|| find(words, &word[..=family?]));
    match found {
        Some(word) => word.term(name),
        None => Term::new(name, generic, source.0, source.1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: [(&str, Words); 19] = [
        ("IMAP commands", IMAP_COMMANDS),
        ("IMAP responses", IMAP_RESPONSES),
        ("untagged statuses", imap_responses::UNTAGGED_STATUSES),
        ("IMAP codes", IMAP_CODES),
        ("IMAP items", IMAP_ITEMS),
        ("IMAP capabilities", IMAP_CAPABILITIES),
        ("IMAP flags", IMAP_FLAGS),
        ("mailbox attributes", MAILBOX_ATTRIBUTES),
        ("search keys", SEARCH_KEYS),
        ("sort keys", SORT_KEYS),
        ("IMAP options", IMAP_OPTIONS),
        ("POP3 commands", POP3_COMMANDS),
        ("POP3 codes", POP3_CODES),
        ("POP3 capabilities", POP3_CAPABILITIES),
        ("SMTP commands", SMTP_COMMANDS),
        ("SMTP keywords", SMTP_KEYWORDS),
        ("SMTP replies", SMTP_REPLIES),
        ("mechanisms", MECHANISMS),
        ("header fields", HEADER_FIELDS),
    ];

    /// What a meaning may begin with besides a lower-case word.
    const NAMES: [&str; 2] = ["Apple", "Gmail"];

    /// The RFCs of mail that the tables name.
    const RFCS: [u16; 119] = [
        1730, 1864, 1870, 1939, 1985, 2033, 2034, 2045, 2156, 2183, 2193, 2195, 2221, 2222, 2369,
        2444, 2449, 2557, 2595, 2808, 2831, 2852, 2919, 2920, 2971, 3030, 3206, 3207, 3282, 3348,
        3461, 3501, 3502, 3516, 3834, 3865, 4314, 4315, 4405, 4422, 4467, 4468, 4469, 4505, 4616,
        4731, 4752, 4865, 4954, 4959, 4978, 5032, 5034, 5064, 5182, 5255, 5256, 5257, 5258, 5259,
        5267, 5321, 5322, 5464, 5465, 5466, 5524, 5536, 5550, 5788, 5801, 5802, 5819, 5957, 6152,
        6154, 6203, 6376, 6531, 6595, 6616, 6710, 6785, 6856, 7162, 7208, 7293, 7377, 7504, 7628,
        7677, 7888, 7889, 8058, 8098, 8437, 8438, 8440, 8457, 8474, 8508, 8514, 8601, 8617, 8689,
        8970, 9051, 9208, 9228, 9394, 9422, 9585, 9586, 9590, 9698, 9738, 9755, 9979, 10022,
    ];

    fn every() -> impl Iterator<Item = (&'static str, &'static Word)> {
        TABLES
            .iter()
            .flat_map(|(table, words)| words.iter().map(move |word| (*table, word)))
    }

    #[test]
    fn a_meaning_is_one_short_clause() {
        for (table, Word { word, meaning, .. }) in every() {
            assert!(
                (20..=160).contains(&meaning.chars().count()),
                "{table}: {word}: {meaning}"
            );
            let begins_well = meaning.starts_with(char::is_lowercase)
                || NAMES.iter().any(|name| meaning.starts_with(name));
            assert!(begins_well, "{table}: {word}: {meaning}");
            assert!(!meaning.ends_with('.'), "{table}: {word}: {meaning}");
        }
    }

    #[test]
    fn no_word_stands_twice_in_a_table() {
        for (table, words) in TABLES {
            for word in words {
                let same = |other: &&Word| other.word.eq_ignore_ascii_case(word.word);
                let times = words.iter().filter(same).count();
                assert_eq!(times, 1, "{table}: {}", word.word);
            }
        }
    }

    #[test]
    fn sources_are_sections_of_rfcs_about_mail() {
        for (table, Word { word, source, .. }) in every() {
            let Some((rfc, section)) = source else {
                continue;
            };
            assert!(RFCS.contains(rfc), "{table}: {word}: RFC {rfc}");
            // Dotted numbers; an appendix begins with its letter.
            let mut parts = section.split('.');
            let first = parts.next().unwrap();
            let is_number = |part: &str| part.parse::<u8>().is_ok();
            let is_letter = first.len() == 1 && first.starts_with(|c: char| c.is_ascii_uppercase());
            assert!(
                section.is_empty() || ((is_number(first) || is_letter) && parts.all(is_number)),
                "{table}: {word}: section {section}"
            );
        }
        let named = |rfc: &u16| every().any(|(_, word)| word.source.is_some_and(|s| s.0 == *rfc));
        let idle: Vec<_> = RFCS.iter().filter(|rfc| !named(rfc)).collect();
        assert_eq!(idle, Vec::<&u16>::new(), "listed and not used");
    }

    #[test]
    fn a_mechanism_tells_what_becomes_of_the_password() {
        for Word { word, meaning, .. } in MECHANISMS {
            let refers = MECHANISMS
                .iter()
                .any(|other| meaning.starts_with(&format!("as {},", other.word)));
            assert!(meaning.contains("password") || refers, "{word}: {meaning}");
        }
    }

    #[test]
    fn what_the_parsers_know_is_explained() {
        let rows: [(Words, &str); 17] = [
            (
                IMAP_COMMANDS,
                "CAPABILITY NOOP LOGOUT STARTTLS NAMESPACE IDLE CHECK CLOSE UNSELECT EXPUNGE \
                 AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE \
                 UNSUBSCRIBE LIST LSUB STATUS APPEND ID GETQUOTA GETQUOTAROOT SETQUOTA \
                 COMPRESS NOTIFY FETCH STORE COPY MOVE SEARCH SORT THREAD",
            ),
            (
                IMAP_RESPONSES,
                "OK NO BAD BYE PREAUTH CAPABILITY ENABLED LIST LSUB STATUS NAMESPACE FLAGS SEARCH \
                 ESEARCH SORT THREAD VANISHED ID QUOTA QUOTAROOT EXISTS RECENT EXPUNGE FETCH",
            ),
            (
                IMAP_CODES,
                "ALERT APPENDUID COPYUID BADCHARSET CAPABILITY CLOSED HIGHESTMODSEQ NOMODSEQ \
                 MODIFIED PERMANENTFLAGS READ-ONLY READ-WRITE UIDNEXT UIDVALIDITY UNSEEN MAILBOXID \
                 ALREADYEXISTS AUTHENTICATIONFAILED AUTHORIZATIONFAILED CLIENTBUG CONTACTADMIN \
                 CANNOT CORRUPTION EXPIRED EXPUNGEISSUED HASCHILDREN INUSE LIMIT NONEXISTENT NOPERM \
                 OVERQUOTA PARSE PRIVACYREQUIRED SERVERBUG TRYCREATE UIDNOTSTICKY UNAVAILABLE \
                 UNKNOWN-CTE COMPRESSIONACTIVE NOTSAVED NOTIFICATIONOVERFLOW TOOBIG USEATTR BADEVENT",
            ),
            (
                IMAP_ITEMS,
                "FLAGS UID INTERNALDATE RFC822.SIZE ENVELOPE BODY BODY.PEEK BODYSTRUCTURE BINARY \
                 BINARY.PEEK BINARY.SIZE RFC822 RFC822.HEADER RFC822.TEXT FAST ALL FULL MODSEQ \
                 PREVIEW EMAILID THREADID SAVEDATE +FLAGS -FLAGS FLAGS.SILENT +FLAGS.SILENT \
                 -FLAGS.SILENT MESSAGES RECENT UIDNEXT UIDVALIDITY UNSEEN DELETED SIZE \
                 HIGHESTMODSEQ APPENDLIMIT DELETED-STORAGE MAILBOXID TAG MIN MAX COUNT",
            ),
            (
                IMAP_CAPABILITIES,
                "IMAP4rev1 IMAP4rev2 AUTH= SASL-IR LITERAL+ LITERAL- ENABLE ID IDLE NAMESPACE \
                 CHILDREN SPECIAL-USE LIST-EXTENDED LIST-STATUS STATUS=SIZE UIDPLUS UNSELECT MOVE \
                 CONDSTORE QRESYNC ESEARCH SORT THREAD= BINARY PREVIEW UTF8=ACCEPT OBJECTID QUOTA \
                 COMPRESS=DEFLATE NOTIFY STARTTLS LOGINDISABLED",
            ),
            (
                IMAP_FLAGS,
                "\\Seen \\Answered \\Flagged \\Deleted \\Draft \\Recent \\*",
            ),
            (
                MAILBOX_ATTRIBUTES,
                "\\Noinferiors \\Noselect \\NonExistent \\HasChildren \\HasNoChildren \\Marked \
                 \\Unmarked \\Subscribed \\Remote \\All \\Archive \\Drafts \\Flagged \\Important \
                 \\Junk \\Sent \\Trash",
            ),
            (
                SEARCH_KEYS,
                "$ ALL NEW UID KEYWORD UNKEYWORD HEADER BODY TEXT BEFORE ON SINCE SENTBEFORE SENTON \
                 SENTSINCE LARGER SMALLER MODSEQ NOT OR ANSWERED UNANSWERED DELETED UNDELETED DRAFT \
                 UNDRAFT FLAGGED UNFLAGGED RECENT OLD SEEN UNSEEN BCC CC FROM SUBJECT TO \
                 EMAILID THREADID",
            ),
            (
                SORT_KEYS,
                "ARRIVAL CC DATE FROM SIZE SUBJECT TO REVERSE REFERENCES ORDEREDSUBJECT",
            ),
            (
                IMAP_OPTIONS,
                "RETURN CHARSET CONDSTORE QRESYNC CHANGEDSINCE UNCHANGEDSINCE VANISHED EARLIER LAZY \
                 UTF8 DEFLATE STATUS SUBSCRIBED REMOTE RECURSIVEMATCH SPECIAL-USE CHILDREN OLDNAME \
                 MIN MAX ALL COUNT SAVE NONE SET USE CHILDINFO PRIV SHARED MESSAGENEW \
                 MESSAGEEXPUNGE FLAGCHANGE ANNOTATIONCHANGE MAILBOXNAME SUBSCRIPTIONCHANGE \
                 MAILBOXMETADATACHANGE SERVERMETADATACHANGE",
            ),
            (
                POP3_COMMANDS,
                "CAPA USER PASS APOP AUTH STLS STAT LIST UIDL TOP RETR DELE RSET NOOP UTF8 QUIT",
            ),
            (POP3_CODES, "IN-USE LOGIN-DELAY SYS/TEMP SYS/PERM AUTH UTF8"),
            (
                POP3_CAPABILITIES,
                "TOP USER SASL RESP-CODES LOGIN-DELAY PIPELINING EXPIRE UIDL IMPLEMENTATION STLS \
                 AUTH-RESP-CODE UTF8 LANG",
            ),
            (
                SMTP_COMMANDS,
                "EHLO HELO AUTH STARTTLS MAIL RCPT DATA RSET VRFY HELP NOOP QUIT",
            ),
            (
                SMTP_KEYWORDS,
                "SIZE 8BITMIME PIPELINING AUTH ENHANCEDSTATUSCODES SMTPUTF8 STARTTLS CHUNKING SIZE= \
                 BODY=7BIT BODY=8BITMIME AUTH=",
            ),
            (
                MECHANISMS,
                "PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER",
            ),
            (
                HEADER_FIELDS,
                "Date Subject From Sender Reply-To To Cc Bcc In-Reply-To Message-ID References",
            ),
        ];
        for (table, words) in rows {
            for word in words.split_ascii_whitespace() {
                assert!(find(table, word.as_bytes()).is_some(), "{word}");
            }
        }
    }

    #[test]
    fn words_are_found_in_any_case_and_by_what_stands_before_an_equals_sign() {
        let check = |words, octets: &str, expected: &str| {
            let term = term("word", words, octets.as_bytes(), "generic", (9051, "9"));
            assert_eq!(term.meaning, expected, "{octets}");
            term.source
        };
        let meaning = |words, word: &str| find(words, word.as_bytes()).unwrap().meaning;
        check(POP3_COMMANDS, "retr", meaning(POP3_COMMANDS, "RETR"));
        check(SMTP_KEYWORDS, "SIZE=1234", meaning(SMTP_KEYWORDS, "SIZE="));
        let capabilities = IMAP_CAPABILITIES;
        check(capabilities, "AUTH=NEW", meaning(capabilities, "AUTH="));
        check(capabilities, "STATUS=OTHER", "generic");
        let source = check(MECHANISMS, "MADE-UP", "generic");
        assert_eq!(source, Some(Source::new(9051, "9")));
        let source = check(MECHANISMS, "XOAUTH2", meaning(MECHANISMS, "XOAUTH2"));
        assert_eq!(source, None);
    }
}
