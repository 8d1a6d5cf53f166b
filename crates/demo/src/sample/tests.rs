//! The sample mail is what it is said to be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use porthole_message::{Event, Layout, Limits, Message, text};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const NOW: i64 = 1_795_424_000;

fn subject(message: &SampleMessage) -> String {
    let parsed = Message::parse(&message.raw, &Limits::default());
    parsed.summary.subject.unwrap_or_default()
}

/// The message whose subject begins so, or else the first that has it in its subject.
fn named(needle: &str) -> (&'static SampleMessage, Message) {
    let begins = mail()
        .iter()
        .find(|message| subject(message).starts_with(needle));
    let has = || {
        mail()
            .iter()
            .find(|message| subject(message).contains(needle))
    };
    let found = begins.or_else(has).unwrap();
    (found, Message::parse(&found.raw, &Limits::default()))
}

/// All of alice's mail; making the large message anew each time takes a while.
fn mail() -> &'static [SampleMessage] {
    static MAIL: OnceLock<Vec<SampleMessage>> = OnceLock::new();
    MAIL.get_or_init(|| alice(NOW))
}

/// The text that is shown of a message.
fn shown(needle: &str) -> String {
    let (raw, message) = named(needle);
    let layout = Layout::of(&message.root);
    message.text(&raw.raw, &layout.text[0]).unwrap()
}

#[test]
fn a_real_mailbox() {
    let mail = mail();
    assert!((60..=110).contains(&mail.len()), "{}", mail.len());
    let mut mailboxes: BTreeMap<&str, usize> = BTreeMap::new();
    for message in mail {
        *mailboxes.entry(message.mailbox).or_default() += 1;
        assert!(message.internal_date_unix < NOW);
    }
    let names: Vec<_> = mailboxes.keys().copied().collect();
    assert_eq!(
        names,
        [
            "Archive",
            "Drafts",
            "INBOX",
            "Junk",
            "Projects/Harbour",
            "Reisen & Träume",
            "Sent",
            "Trash"
        ]
    );
    assert!(mailboxes["INBOX"] >= 40);
    assert_eq!(mailboxes["Projects/Harbour"], 20);
    let has = |flag: &Flag| {
        mail.iter()
            .filter(|message| message.flags.contains(flag))
            .count()
    };
    assert!(mail.len() - has(&Flag::Seen) >= 8);
    assert!(has(&Flag::Flagged) >= 3);
    assert!(has(&Flag::Answered) >= 3);
    assert!(!bob(NOW).is_empty());
}

#[test]
fn the_same_each_time() {
    assert_eq!(alice(NOW), mail());
    let later: Vec<_> = alice(NOW + 3600).iter().map(subject).collect();
    assert_eq!(later, mail().iter().map(subject).collect::<Vec<_>>());
    assert!(mail().is_sorted_by_key(|message| message.internal_date_unix));
}

#[test]
fn message_ids_differ() {
    let mut seen = BTreeSet::new();
    for message in mail() {
        let parsed = Message::parse(&message.raw, &Limits::default());
        let id = parsed.summary.message_id.unwrap();
        assert!(seen.insert(id.clone()), "{id}");
        for reference in &parsed.summary.references {
            assert!(reference.ends_with("@post.example"), "{reference}");
        }
    }
}

#[test]
fn everything_is_readable() {
    for message in mail().iter().chain(&bob(NOW)) {
        let parsed = Message::parse(&message.raw, &Limits::default());
        let id = parsed.summary.message_id.clone().unwrap_or_default();
        if id == "bad-base64-1@post.example" {
            continue;
        }
        let subject = parsed.summary.subject.clone().unwrap_or_default();
        assert!(!subject.contains('\u{fffd}'), "{id} {subject}");
        let layout = Layout::of(&parsed.root);
        for number in layout.text.iter().chain(&layout.html) {
            let text = parsed.text(&message.raw, number).unwrap();
            assert!(!text.contains('\u{fffd}'), "{id} {text}");
        }
    }
}

#[test]
fn languages_and_charsets() {
    for (subject, words) in [
        ("会議の議事録", "冬の間の日誌"),
        ("Größe und Maße", "größte Breite"),
        ("המגדלור", "המגדלור נפתח"),
        ("Devis : 608 €", "450 € de main-d'œuvre"),
        ("항구 축제 안내", "불꽃놀이"),
        ("Лоция на зиму", "Посылаю лоцию"),
        ("潮汐表更新", "三号码头"),
        ("Żagle i liny", "Cześć Alice"),
        ("Снимки от регатата", "„Чайка“"),
        ("もうすぐ着きます", "十五分ぐらい"),
        ("दीवार", "ऑक्टोपस"),
        ("航海日誌", "一九三四年春天"),
        ("เรือลำใหม่", "เรือหางยาว"),
        ("Yeni ağlar", "İzmir'deki"),
        ("Πλοίο της Πέμπτης", "κατάστρωμα"),
        ("دعوة: الثلاثاء", "مع أطيب التحيات"),
        ("Grüße aus der Kälte", "zwölf Grad"),
    ] {
        assert!(
            shown(subject).contains(words),
            "{subject}: {}",
            shown(subject)
        );
    }
}

#[test]
fn attachments() {
    let names = |subject: &str| {
        let (_, message) = named(subject);
        let attachments = Layout::of(&message.root).attachments;
        attachments
            .into_iter()
            .map(|a| format!("{} {}", a.name, a.media_type))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("Minutes of the"),
        ["minutes.pdf application/pdf", "pier-3.png image/png"]
    );
    assert_eq!(names("会議の議事録"), ["会議の議事録.pdf application/pdf"]);
    assert_eq!(names("Größe und"), ["Zeichnung Länge 9,40 m.png image/png"]);
    assert_eq!(
        names("The log of last year"),
        ["log-last-year.zip application/zip"]
    );
    assert_eq!(names("My new number"), ["Nadia Okafor.vcf text/vcard"]);
    assert_eq!(
        names("Fwd: Fwd:"),
        ["Fwd_ Who painted the bollards_.eml message/rfc822"]
    );
    assert_eq!(names("Cut short"), ["chart.bin application/octet-stream"]);
    assert_eq!(names("Seven o'clock"), ["sunrise.png image/png"]);
}

#[test]
fn files_are_what_they_claim() {
    let file = |subject: &str, at: usize| {
        let (raw, message) = named(subject);
        let layout = Layout::of(&message.root);
        message
            .decode(&raw.raw, &layout.attachments[at].number)
            .unwrap()
    };
    assert!(file("Minutes of the", 0).starts_with(b"%PDF-1.4\n"));
    assert!(file("Minutes of the", 1).starts_with(b"\x89PNG\r\n"));
    assert!(file("Seven o'clock", 0).ends_with(b"IEND\xaeB`\x82"));
    assert!(file("The log of last year", 0).starts_with(b"PK\x03\x04"));
    assert_eq!(file("The foghorn", 0).len(), 44_100 * 68 * 2 + 44);
    let (raw, _) = named("The foghorn");
    assert!((8_000_000..9_000_000).contains(&raw.raw.len()));
}

#[test]
fn an_invitation_for_a_tuesday_to_come() {
    for day in 0..7 {
        let now = NOW + day * 86_400;
        let mail = alice(now);
        let message = mail
            .iter()
            .find(|m| subject(m).starts_with("دعوة") && m.mailbox == "INBOX");
        let message = message.unwrap();
        let parsed = Message::parse(&message.raw, &Limits::default());
        let part = parsed
            .root
            .walk()
            .find(|part| part.media_type.essence == "text/calendar")
            .unwrap();
        let event = Event::parse(&parsed.text(&message.raw, &part.number).unwrap()).unwrap();
        assert_eq!(event.summary.as_deref(), Some("اجتماع الميناء"));
        let (year, month, day) = event.start.unwrap().date;
        let date = porthole_imap::types::datetime::Date { year, month, day };
        let ahead = date.days() - now.div_euclid(86_400);
        assert!((1..=7).contains(&ahead), "{ahead}");
        assert_eq!((date.days() + 4) % 7, 2, "a Tuesday");
    }
}

#[test]
fn the_discussion_is_one_thread_with_deep_quotes() {
    let mail = mail();
    let posts: Vec<_> = mail
        .iter()
        .filter(|m| m.mailbox == "Projects/Harbour")
        .collect();
    let last = Message::parse(&posts[19].raw, &Limits::default());
    assert!(last.summary.references.len() >= 9);
    let text = last.text(&posts[19].raw, &last.root.number).unwrap();
    let blocks = text::blocks(&text, text::Format::default()).blocks;
    assert!(blocks.iter().any(|block| block.depth >= 9));
}

#[test]
fn rules_that_are_broken() {
    let raw = |subject: &str| named(subject).0.raw.as_slice();
    let has = |haystack: &[u8], needle: &[u8]| memchr::memmem::find(haystack, needle).is_some();
    assert_eq!(named("without a date").1.summary.date, None);
    assert_eq!(named("What time is it").1.summary.date, None);
    assert!(named("Guess who").1.summary.from.is_empty());
    assert!(!has(raw("Cron <keeper"), b"\r"));
    assert!(
        raw("The whole list")
            .split(|b| *b == b'\n')
            .any(|line| line.len() > 20_000)
    );
    assert!(has(raw("begins with dots"), b"\r\n.\r\n"));
    assert!(shown("Scan 0042").contains("Nobody knows what."));
    assert!(shown("The gate is open").contains("Café at the gate: “closed”."));
    assert_eq!(shown("(this space is not empty)"), "");
    assert!(shown("Fax, page 1").starts_with("The fax has"));
    assert_eq!(named("To everybody").1.summary.to.len(), 200);
    assert!(!mail_dates_are_missing());
}

/// Whether a `{date}` was forgotten.
fn mail_dates_are_missing() -> bool {
    mail()
        .iter()
        .any(|message| memchr::memmem::find(&message.raw, b"{date}").is_some())
}

#[test]
fn reserved_names_only() {
    for message in mail().iter().chain(&bob(NOW)) {
        if message.raw.len() > 1_000_000 {
            continue;
        }
        let text = String::from_utf8_lossy(&message.raw).into_owned();
        for (at, _) in text.match_indices("://") {
            let host: String = text[at + 3..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || "-.".contains(*c))
                .collect();
            let reserved = [".example", "example.com", ".test"];
            let cut = text[at + 3..].starts_with(&format!("{host}="));
            assert!(
                cut || reserved
                    .iter()
                    .any(|end| host.trim_end_matches('.').ends_with(end)),
                "{host}"
            );
        }
    }
}
