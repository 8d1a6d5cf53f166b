//! What breaks, goes or changes on the server while it is being read.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::{Protocol, Security},
    change::{Body, Connection, FailureKind, Notice, Row},
    intent::MessageId,
};
use porthole_tests::{
    Dovecot, Live, PASSWORD,
    mail::{self, Mail},
    program,
};

const BOTH: [Protocol; 2] = [Protocol::Imap, Protocol::Pop3];

/// Longer than it takes until IDLE.
const QUIET: Duration = Duration::from_secs(3);

fn open(dovecot: &Dovecot, protocol: Protocol) -> Live {
    let mut live = Live::new(dovecot.certificate());
    live.connect(dovecot.account(protocol, Security::Tls), PASSWORD);
    live.until("all rows", |live| {
        let online = live.screen.connection() == Connection::Online;
        online.then(|| live.screen.subjects()).flatten()
    });
    live
}

fn row(live: &mut Live, subject: &str) -> Row {
    live.until(subject, |live| live.screen.row(subject))
}

fn read(live: &mut Live, subject: &str) -> String {
    let id = row(live, subject).id;
    live.intent(Intent::OpenMessage(id));
    live.until("the text", |live| live.screen.text(id))
}

fn expunge(dovecot: &Dovecot, number: u32) {
    let port = dovecot.port(Protocol::Imap);
    program::python("meddle.py", &[&port, "expunge", &number.to_string()]);
}

/// Subjects and texts with a word of their own.
fn letters(word: &str) -> Vec<Mail> {
    let letter = |n| mail::text(&format!("{word} {n}"), &format!("{word}, number {n}.\n"));
    (1..=3).map(letter).collect()
}

fn is_gone(live: &Live, id: MessageId) -> bool {
    let gone = |change: &Change| matches!(change, Change::MessageGone(gone) if *gone == id);
    live.screen.changes.iter().any(gone)
}

#[test]
fn a_server_killed_in_the_middle_of_a_message() {
    // Small enough to come as one literal, and cut far from both of its ends.
    let text = mail::lines(150_000);
    for protocol in BOTH {
        let mut dovecot = Dovecot::start(&[mail::text("Log", &text)]);
        let mut live = open(&dovecot, protocol);
        live.run(QUIET);
        let id = row(&mut live, "Log").id;
        live.sever_after(60_000);
        live.intent(Intent::OpenMessage(id));
        live.until("the cut", |live| live.is_severed().then_some(()));
        dovecot.kill();
        live.until("the loss", |live| {
            matches!(live.screen.connection(), Connection::Offline { .. }).then_some(())
        });
        let shown = live.screen.message(id).map(|message| message.body.clone());
        assert_eq!(shown, Some(Body::Unavailable), "{protocol:?}");
        assert!(live.screen.row("Log").is_some(), "what is here stays");

        dovecot.resume();
        live.until("it to come back by itself", |live| {
            (live.screen.connection() == Connection::Online).then_some(())
        });
        assert!(read(&mut live, "Log") == text, "{protocol:?}");
    }
}

#[test]
fn a_server_killed_in_the_middle_of_an_attachment() {
    let log = mail::octets(3_000_000);
    for protocol in BOTH {
        let mut dovecot = Dovecot::start(&[mail::attached("Log", &log)]);
        let mut live = open(&dovecot, protocol);
        live.run(QUIET);
        let id = row(&mut live, "Log").id;
        live.intent(Intent::OpenMessage(id));
        if protocol == Protocol::Imap {
            live.until("the text", |live| live.screen.text(id));
        }
        live.sever_after(1_000_000);
        if protocol == Protocol::Imap {
            fetch_log(&mut live, id);
        }
        live.until("the cut", |live| live.is_severed().then_some(()));
        dovecot.kill();
        live.until("the loss", |live| {
            matches!(live.screen.connection(), Connection::Offline { .. }).then_some(())
        });
        assert_eq!(part(&live), None, "half of it is nothing");

        dovecot.resume();
        live.until("it to come back by itself", |live| {
            (live.screen.connection() == Connection::Online).then_some(())
        });
        live.intent(Intent::OpenMessage(id));
        live.until("the text", |live| live.screen.text(id));
        fetch_log(&mut live, id);
        let bytes = live.until("the attachment", part);
        assert!(bytes == log, "{protocol:?}");
    }
}

fn fetch_log(live: &mut Live, message: MessageId) {
    let attachments = &live.screen.message(message).unwrap().attachments;
    let part = attachments[0].part.clone();
    live.intent(Intent::FetchPart { message, part });
}

fn part(live: &Live) -> Option<Vec<u8>> {
    live.screen
        .changes
        .iter()
        .rev()
        .find_map(|change| match change {
            Change::Part { bytes, .. } => Some(bytes.clone()),
            _ => None,
        })
}

/// The worst case: other messages with the UIDs of those that were read before.
#[test]
fn another_uidvalidity_makes_what_was_kept_worthless() {
    let dovecot = Dovecot::start(&letters("Before"));
    let account = dovecot.account(Protocol::Imap, Security::Tls);
    let mut live = open(&dovecot, Protocol::Imap);
    for n in 1..=3 {
        assert_eq!(
            read(&mut live, &format!("Before {n}")),
            format!("Before, number {n}.\n")
        );
    }
    live.intent(Intent::Disconnect);
    live.until("the farewell", |live| live.is_parted().then_some(()));

    dovecot.fill("", &letters("After"));
    dovecot.set_uid_validity("INBOX", 4_000_000_000);
    live.screen.changes.clear();
    live.connect(account, PASSWORD);
    live.until("word of it", |live| {
        live.screen.noticed(&Notice::MailboxReset).then_some(())
    });
    for n in 1..=3 {
        assert_eq!(
            read(&mut live, &format!("After {n}")),
            format!("After, number {n}.\n")
        );
    }
    assert_eq!(live.screen.subjects().unwrap().len(), 3);
}

#[test]
fn another_uidvalidity_while_it_is_open() {
    let dovecot = Dovecot::start(&letters("Before"));
    let mut live = open(&dovecot, Protocol::Imap);
    read(&mut live, "Before 2");
    live.run(QUIET);
    dovecot.set_uid_validity("INBOX", 4_000_000_000);
    live.intent(Intent::CheckNow);
    live.until("word of it", |live| {
        live.screen.noticed(&Notice::MailboxReset).then_some(())
    });
    assert_eq!(read(&mut live, "Before 3"), "Before, number 3.\n");
}

#[test]
fn a_mailbox_deleted_by_another_client() {
    let dovecot = Dovecot::start(&letters("Kept"));
    dovecot.fill("Harbour", &letters("Gone"));
    let mut live = open(&dovecot, Protocol::Imap);
    live.intent(Intent::OpenMailbox("Harbour".to_owned()));
    read(&mut live, "Gone 2");
    live.run(QUIET);

    let port = dovecot.port(Protocol::Imap);
    program::python("meddle.py", &[&port, "delete", "Harbour"]);
    live.intent(Intent::CheckNow);
    let failure = live.until("word of it", |live| live.screen.failure());
    assert_eq!(failure.kind, FailureKind::NoMailbox, "{failure:?}");

    live.intent(Intent::OpenMailbox("INBOX".to_owned()));
    assert_eq!(read(&mut live, "Kept 2"), "Kept, number 2.\n");
}

#[test]
fn a_message_expunged_by_another_client_while_it_is_read() {
    let dovecot = Dovecot::start(&letters("Letter"));
    let mut live = open(&dovecot, Protocol::Imap);
    let id = row(&mut live, "Letter 2").id;
    assert_eq!(read(&mut live, "Letter 2"), "Letter, number 2.\n");
    live.run(QUIET);
    expunge(&dovecot, 2);
    live.until("word of it", |live| is_gone(live, id).then_some(()));
    let text = live.screen.text(id);
    assert_eq!(text.as_deref(), Some("Letter, number 2.\n"), "it stays");
    live.until("the list without it", |live| {
        (live.screen.subjects()? == ["Letter 3", "Letter 1"]).then_some(())
    });
    assert_eq!(read(&mut live, "Letter 1"), "Letter, number 1.\n");
}

#[test]
fn a_message_expunged_before_it_is_opened() {
    // POP3 has no way to say why: there are the server's words.
    for (protocol, kind) in [
        (Protocol::Imap, FailureKind::MessageGone),
        (Protocol::Pop3, FailureKind::NotGiven),
    ] {
        let mail: Vec<Mail> = (1..=60).map(mail::numbered).collect();
        let dovecot = Dovecot::start(&mail);
        let mut live = open(&dovecot, protocol);
        // The engine hears of nothing between these two.
        let row = row(&mut live, "Number 56");
        expunge(&dovecot, 56);
        live.intent(Intent::OpenMessage(row.id));
        live.until("word of it", |live| {
            let told = live.screen.failure().map(|failure| failure.kind);
            (is_gone(live, row.id) || told == Some(kind)).then_some(())
        });
        assert_eq!(live.screen.text(row.id), None, "{protocol:?}");
        assert_eq!(live.screen.connection(), Connection::Online, "{protocol:?}");
    }
}

/// Dovecot answers `BODY[2]<393216> NIL` for a message that is gone: the beginning of an attachment
/// must not be handed out as all of it.
#[test]
fn a_message_expunged_while_its_attachment_comes() {
    let log = mail::octets(8_000_000);
    let dovecot = Dovecot::start(&[mail::attached("Log", &log)]);
    let mut live = open(&dovecot, Protocol::Imap);
    let id = row(&mut live, "Log").id;
    live.intent(Intent::OpenMessage(id));
    live.until("the text", |live| live.screen.text(id));
    fetch_log(&mut live, id);
    let begun = |change: &Change| matches!(change, Change::Progress { received: 1.., .. });
    live.until("a beginning", |live| {
        live.screen.changes.iter().any(begun).then_some(())
    });
    // Nothing moves here while somebody else acts; pieces are asked for two ahead.
    expunge(&dovecot, 1);
    let stopped = |change: &Change| matches!(change, Change::Stopped { part: Some(_), .. });
    live.until("an end of it", |live| {
        let ended = live.screen.changes.iter().any(stopped) || part(live).is_some();
        ended.then_some(())
    });
    if let Some(bytes) = part(&live) {
        let wire = live.screen.wire();
        assert_eq!(bytes.len(), log.len(), "all or nothing; the wire:\n{wire}");
        assert!(bytes == log);
    }
    live.until("word of it", |live| is_gone(live, id).then_some(()));
    assert_eq!(live.screen.connection(), Connection::Online);
}
