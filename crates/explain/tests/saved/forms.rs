//! What the text, the page and the capture say.

use std::collections::{BTreeMap, BTreeSet};

use porthole_demo::{Options, Protocol as Speaks};
use porthole_explain::saved::{Connection, Crossed, Protocol, Saved, Saving};
use porthole_imap::types::{
    command::Command, fetch::FetchItem, mailbox::MailboxName, number::Uid, section::Section,
    set::UidSet,
};
use porthole_sasl::{Channel, Credentials, Nonce};
use porthole_wire::{Direction, Secret, Shape};

use crate::carry::{BEGAN, Raw, demo, saved};

/// A line that the parser left no mark on.
fn line<'a>(direction: Direction, at: u64, kept: &'a [u8]) -> Crossed<'a> {
    Crossed {
        connection: 1,
        at,
        queued: None,
        direction,
        shape: Shape::Line,
        turn: 1,
        command: None,
        wish: None,
        octets: kept.len() as u64,
        kept,
        masked: &[],
        marks: &[],
    }
}

fn collected(protocol: Protocol, crossed: &[Crossed<'_>]) -> Saved {
    let connection = Connection {
        number: 1,
        protocol,
        host: "mail.example.com".to_owned(),
        beside: false,
    };
    let mut saving = Saving::new("Porthole <1>", BEGAN, vec![connection]);
    crossed.iter().for_each(|crossed| saving.add(crossed));
    saving.finish()
}

/// Somebody reads a message over IMAP.
pub(crate) fn reading(message: &str) -> (Saved, Raw) {
    let mut server = demo(Speaks::Imap, Options::default(), &[message]);
    let mut raw = Raw::default();
    let mut client = porthole_imap::Client::new(porthole_imap::Options::default());
    raw.carry(&mut client, &mut server);
    let credentials = Credentials::Password {
        user: "alice".to_owned(),
        password: Secret::new("wonderland"),
    };
    let channel = Channel {
        encrypted: true,
        cleartext_allowed: false,
    };
    let nonce = Nonce::from_bytes([3; 18]);
    client.sign_in(&credentials, channel, &nonce).unwrap();
    client.issue(Command::select(MailboxName::inbox(), Vec::new()));
    let whole = FetchItem::Section {
        section: Section::default(),
        peek: true,
        partial: None,
    };
    let items = vec![FetchItem::Envelope, whole];
    client.issue(Command::uid_fetch(UidSet::from(Uid(1)), items));
    client.flush(raw.now());
    raw.carry(&mut client, &mut server);
    (saved(Protocol::Imap, client.transcript()), raw)
}

#[test]
fn text_shows_what_cannot_be_seen() {
    let cut = Crossed {
        shape: Shape::Payload,
        octets: 5000,
        ..line(
            Direction::Server,
            1_100_000,
            b"Subject: \x1b[2J\r\nbare\nend",
        )
    };
    let masked = Crossed {
        masked: &[(5, 13)],
        octets: 17,
        ..line(Direction::Client, 1_050_000, b"PASS ********\r\n")
    };
    let saved = collected(Protocol::Pop3, &[masked, cut]);
    assert_eq!(
        saved.text(),
        "Transcript saved by Porthole <1>, in seconds since 2026-11-23 09:00:00 UTC\n\
         Connection 1: POP3, mail.example.com\n\
         Secrets replaced by ********: 1\n\
         \n\
         \x20     1.050000 1 C: PASS ********\n\
         \x20     1.100000 1 S: Subject: \\x1b[2J\n\
         \x20                   bare\\n\n\
         \x20                   end\n\
         \x20                   (4977 octets more were not kept)\n"
    );
    assert_eq!(saved.entries[0].octets, 15, "a secret counts as its mask");
}

/// An empty challenge, the line above a signature (RFC 3676 section 4.3), text that flows.
#[test]
fn text_keeps_white_space_at_the_end_of_a_line() {
    let empty = line(Direction::Server, 0, b"+ \r\n");
    let mail = line(
        Direction::Server,
        1,
        b"flowing \r\ntext\t\r\n\r\n \r\n-- \r\n",
    );
    let text = collected(Protocol::Pop3, &[empty, mail]).text();
    let (_, text) = text.split_once("\n\n").unwrap();
    assert_eq!(
        text,
        "\x20     0.000000 1 S: + \n\
         \x20     0.000001 1 S: flowing \n\
         \x20                   text\t\n\
         \n\
         \x20                    \n\
         \x20                   -- \n"
    );
}

#[test]
fn a_page_explains_and_needs_nothing() {
    let (saved, _) = reading("Subject: lunch\r\n\r\nat noon\r\n");
    let page = saved.html();
    for part in [
        "asks for what is named of these messages: flags, headers, parts or all (RFC 9051 section 6.4.5)\">FETCH</span>",
        "<td>RFC 9051 section 6.4.5",
        "at noon<i>\u{240d}</i><i>\u{240a}</i>\n",
        "@media (prefers-color-scheme: dark)",
        "color-scheme: light dark",
        "wanted by the user: SignIn",
    ] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    let policy = page
        .find("default-src 'none'; style-src 'unsafe-inline'")
        .unwrap();
    assert!(policy < page.find("<style>").unwrap());
    let style = &page[page.find("<style>").unwrap()..page.find("</style>").unwrap()];
    assert!(!style.contains("url(") && !style.contains("@import"));
}

/// Nothing of what crossed becomes an element or an attribute.
#[test]
fn hostile_mail_stays_text_in_a_page() {
    let hostile = "Subject: \"><img src=x onerror=alert(1)>\r\n\
        From: '</title></style></code><script>alert(1)</script> <a@example.com>\r\n\
        \r\n<!-- --><svg onload=alert(1)>&lt;script&gt;\u{202e}\0\x1b\r\n\
        <a href=javascript:alert(1)>x</a><base href=https://example.net/>\r\n";
    let (mut saved, _) = reading(hostile);
    let evil = "\"'><script src=//example.net></script>&amp;".to_owned();
    // A file that somebody sent may have it anywhere.
    saved.product.clone_from(&evil);
    saved.connections[0].host.clone_from(&evil);
    for term in &mut saved.terms {
        term.meaning.clone_from(&evil);
        term.name.clone_from(&evil);
        if let Some(source) = &mut term.source {
            source.section = evil.clone().into();
        }
    }
    for entry in &mut saved.entries {
        entry.summary.clone_from(&evil);
        entry.wish = Some(evil.clone());
        for token in &mut entry.tokens {
            token.decoded = Some(evil.clone());
        }
    }
    let page = saved.html();
    let (mut elements, mut attributes) = (BTreeSet::new(), BTreeSet::new());
    let mut rest = page.as_str();
    while let Some((_, after)) = rest.split_once('<') {
        let end = after.find([' ', '>', '\n']).unwrap();
        elements.insert(after[..end].trim_start_matches('/'));
        rest = after[end..].trim_start();
        while !rest.starts_with('>') {
            let end = rest.find(['=', '>', ' ']).unwrap();
            attributes.insert(&rest[..end]);
            rest = match rest[end..].strip_prefix("=\"") {
                Some(value) => value.split_once('"').unwrap().1.trim_start(),
                None => rest[end..].trim_start(),
            };
        }
    }
    let ours = "!doctype abbr body code details h1 head html i li meta ol p q span style summary \
        table tbody td th thead title tr ul";
    assert_eq!(elements, ours.split(' ').collect());
    let ours = "charset class content html http-equiv id lang name title";
    assert_eq!(attributes, ours.split(' ').collect());
    for hidden in ['\u{202e}', '\0', '\x1b'] {
        assert!(!page.contains(hidden));
    }
    assert!(
        page.contains("&lt;svg onload=alert(1)&gt;&amp;lt;script"),
        "{page}"
    );
}

/// A packet of a capture.
struct Packet {
    micros: u64,
    /// Octets of the frame as it was, and what is kept of it.
    octets: usize,
    frame: Vec<u8>,
    comment: String,
}

/// The packets of a capture, and what its header says.
fn packets(capture: &[u8]) -> (String, Vec<Packet>) {
    let word = |at: usize| u32::from_le_bytes(capture[at..at + 4].try_into().unwrap());
    let comment = |mut at: usize| {
        let half = |at: usize| usize::from(u16::from_le_bytes([capture[at], capture[at + 1]]));
        while half(at) > 1 {
            at += 4 + half(at + 2).next_multiple_of(4);
        }
        let text = &capture[at + 4..at + 4 + half(at + 2)];
        String::from_utf8(text.to_vec()).unwrap()
    };
    let (mut header, mut packets, mut at) = (String::new(), Vec::new(), 0);
    while at < capture.len() {
        let length = word(at + 4) as usize;
        assert_eq!(length % 4, 0);
        assert_eq!(
            word(at + length - 4) as usize,
            length,
            "both ends say how long"
        );
        match word(at) {
            0x0A0D_0D0A => {
                assert_eq!(word(at + 8), 0x1A2B_3C4D);
                header = comment(at + 24);
            }
            1 => assert_eq!(word(at + 8), 1, "Ethernet"),
            6 => {
                let kept = word(at + 20) as usize;
                packets.push(Packet {
                    micros: u64::from(word(at + 12)) << 32 | u64::from(word(at + 16)),
                    octets: word(at + 24) as usize,
                    frame: capture[at + 28..at + 28 + kept].to_vec(),
                    comment: comment(at + 28 + kept.next_multiple_of(4)),
                });
            }
            other => panic!("block {other:#x}"),
        }
        at += length;
    }
    (header, packets)
}

impl Packet {
    fn short(&self, at: usize) -> u16 {
        u16::from_be_bytes([self.frame[at], self.frame[at + 1]])
    }

    fn word(&self, at: usize) -> u32 {
        u32::from(self.short(at)) << 16 | u32::from(self.short(at + 2))
    }

    fn data(&self) -> &[u8] {
        &self.frame[34 + usize::from(self.frame[46] >> 4) * 4..]
    }

    fn flags(&self) -> u8 {
        self.frame[47]
    }
}

/// Over a header with a right checksum this is zero (RFC 1071 section 1).
fn sum(octets: &[u8]) -> u16 {
    let mut sum: u32 = 0;
    for pair in octets.chunks(2) {
        sum += u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    }
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}

/// What each port sent, its numbers without gap, and its checksums right.
fn sent(packets: &[Packet]) -> BTreeMap<u16, Vec<u8>> {
    let (mut sent, mut next) = (BTreeMap::<_, Vec<u8>>::new(), BTreeMap::new());
    for packet in packets {
        let frame = &packet.frame;
        assert_eq!(packet.short(12), 0x0800);
        assert_eq!(usize::from(packet.short(16)), packet.octets - 14);
        assert_eq!(sum(&frame[14..34]), 0, "IPv4");
        let length = u16::try_from(packet.octets - 34).unwrap();
        let pseudo = [&frame[26..34], &[0, 6], &length.to_be_bytes(), &frame[34..]].concat();
        assert_eq!(sum(&pseudo), 0, "TCP");
        let header = 34 + usize::from(frame[46] >> 4) * 4;
        assert!(packet.octets - header <= 1460);
        let ports = (packet.short(34), packet.short(36));
        let begins = u32::from(packet.flags() & 2 != 0);
        let number = packet.word(38);
        let expected = next.entry(ports).or_insert(number);
        assert_eq!(number, *expected, "no octet is missing or sent twice");
        *expected += begins + u32::try_from(packet.octets - header).unwrap();
        if packet.flags() & 16 != 0 {
            let other = next[&(ports.1, ports.0)];
            assert!(
                packet.word(42) <= other,
                "only what was sent is acknowledged"
            );
        }
        sent.entry(ports.0).or_default().extend(packet.data());
    }
    sent
}

#[test]
fn a_capture_carries_what_crossed() {
    let body = "x".repeat(5000);
    let (saved, _) = reading(&format!("Subject: lunch\r\n\r\n{body}\r\n"));
    let capture = saved.pcapng();
    let (header, packets) = packets(&capture);
    for part in [
        "Secrets replaced by ********: 1;",
        "IMAP to mail.example.com",
    ] {
        assert!(header.contains(part), "{header}");
    }
    let flags: Vec<_> = packets[..4].iter().map(Packet::flags).collect();
    assert_eq!(flags, [0x02, 0x12, 0x10, 0x18], "a handshake, then data");
    let of = |direction: Direction| {
        let entries = saved.entries.iter().filter(|e| e.direction == direction);
        entries.flat_map(|e| e.kept.clone()).collect::<Vec<_>>()
    };
    let sent = sent(&packets);
    assert_eq!(sent[&49152], of(Direction::Client));
    assert_eq!(sent[&143], of(Direction::Server));
    let commented = packets.iter().filter(|packet| !packet.comment.is_empty());
    let commented: Vec<_> = commented.collect();
    assert_eq!(commented.len(), saved.entries.len());
    for (packet, entry) in commented.iter().zip(&saved.entries) {
        assert_eq!(packet.comment, entry.summary);
        assert_eq!(packet.micros, BEGAN + entry.at);
    }
}

#[test]
fn octets_that_were_not_kept_are_left_out_of_a_capture() {
    let cut = Crossed {
        shape: Shape::Literal,
        octets: 5000,
        ..line(Direction::Server, 0, b"the beginning")
    };
    let (_, packets) = packets(&collected(Protocol::Imap, &[cut, cut]).pcapng());
    assert_eq!(sent(&packets)[&143], b"the beginningthe beginning");
    let all: usize = packets
        .iter()
        .map(|packet| packet.octets - packet.frame.len())
        .sum();
    assert_eq!(all, 2 * (5000 - 13));
}

/// As somebody may claim in a file.
#[test]
fn a_capture_ends_however_much_is_claimed() {
    let huge = Crossed {
        octets: u64::MAX,
        ..line(Direction::Server, u64::MAX, b"* OK\r\n")
    };
    let capture = collected(Protocol::Smtp, &[huge, huge]).pcapng();
    assert!(capture.len() < 16 << 20, "{}", capture.len());
    packets(&capture);
}

/// Whoever dissects it would take what comes after STARTTLS for TLS.
#[test]
fn a_capture_begins_anew_where_tls_does() {
    use porthole_explain::Role;
    use porthole_pop3::wire::{Notes, parse_command};
    let mut notes = Notes::with_marks();
    parse_command(b"STLS\r\n", &mut notes).unwrap();
    let marks = notes.marks().iter().map(|mark| porthole_wire::Mark {
        range: mark.range.clone(),
        role: Role::from(mark.role),
    });
    let stls = Crossed {
        command: Some(1),
        marks: &marks.collect::<Vec<_>>(),
        ..line(Direction::Client, 1, b"STLS\r\n")
    };
    let agreed = Crossed {
        command: Some(1),
        ..line(Direction::Server, 2, b"+OK begin\r\n")
    };
    let after = line(Direction::Client, 3, b"CAPA\r\n");
    let greeting = line(Direction::Server, 0, b"+OK ready\r\n");
    let saved = collected(Protocol::Pop3, &[greeting, stls, agreed, after]);
    let (_, packets) = packets(&saved.pcapng());
    let sent = sent(&packets);
    assert_eq!(sent[&110], b"+OK ready\r\n+OK begin\r\n");
    assert_eq!(
        (&sent[&49152][..], &sent[&49153][..]),
        (&b"STLS\r\n"[..], &b"CAPA\r\n"[..])
    );
}
