//! Reading mail over IMAP and POP3 on the demo server, and what it costs.

use std::time::Duration;

use crate::world::{Fault, World, deliver, flag_newest, message, numbers};
use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Action, AfterDownload, Body, Connection, FailureKind, Stage},
    intent::Mark,
};
use porthole_imap::types::{flag::Flag, number::UidValidity};

const SECOND: Duration = Duration::from_secs(1);

fn open(protocol: Protocol, count: u32) -> World {
    let mut world = World::with_mail(count);
    world.connect(protocol);
    world.run(2 * SECOND);
    assert_eq!(
        world.connection(),
        Connection::Online,
        "{:?}",
        world.changes
    );
    world
}

/// Turns that had been taken when these rows were shown, in a session that is over or open.
pub(crate) fn turns_until(world: &World, wanted: &[String]) -> u64 {
    let mut turns = 0;
    for change in &world.changes {
        match change {
            Change::WireTotals(totals) => turns = totals.turns,
            Change::Rows { rows, .. } => {
                let shown = rows.iter().flatten().map(|row| row.subject.clone());
                if shown.collect::<Vec<_>>() == wanted {
                    return turns;
                }
            }
            _ => {}
        }
    }
    panic!("no rows: {:?}", world.subjects());
}

#[test]
fn new_mail_costs_a_second_visit_no_turn() {
    for (gone, new, expected) in [
        // All are on the device.
        (0, 0, 0),
        (0, 1, 4),
        (0, 60, 4),
        // Which are new shows once their names are known.
        (3, 2, 5),
    ] {
        let mut world = open(Protocol::Pop3, 60);
        world.intent(Intent::Disconnect);
        world.run(SECOND);
        let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
        let oldest: Vec<_> = alice.inbox_mut().messages()[..gone]
            .iter()
            .map(|m| m.uid)
            .collect();
        alice
            .inbox_mut()
            .expunge(|message| oldest.contains(&message.uid));
        for n in 61..61 + new {
            deliver(&mut world.server, &message(n));
        }
        let totals = world.changes.iter().rev().find_map(|change| match change {
            Change::WireTotals(totals) => Some(totals.turns),
            _ => None,
        });
        let (turns, before) = (totals.unwrap_or(0), world.sent.len());
        world.changes.clear();
        world.connect(Protocol::Pop3);
        world.run(2 * SECOND);
        let wanted = numbers(60 + new, 11 + new);
        let turns = turns_until(&world, &wanted).saturating_sub(turns);
        assert_eq!(turns, expected, "{gone} gone, {new} new");
        // Known headers are not asked for again.
        assert_eq!(
            world.rows_asked(before),
            new.min(50),
            "{gone} gone, {new} new"
        );
    }
}

#[test]
fn the_first_rows_cost_the_same_whatever_the_mailbox() {
    for (protocol, expected) in [(Protocol::Imap, 3), (Protocol::Pop3, 4)] {
        for count in [60, 600, 6000] {
            let world = open(protocol, count);
            let turns = turns_until(&world, &numbers(count, count - 49));
            assert_eq!(turns, expected, "{protocol:?}, {count} messages");
            assert_eq!(world.rows_asked(0), 50, "{protocol:?}, {count} messages");
        }
    }
}

#[test]
fn what_is_missing_at_sign_in_costs_a_turn() {
    let mut world = World::with_mail(60);
    // IMAP4rev2 has it without saying so.
    world.strip(&["SASL-IR", "IMAP4rev2"]);
    world.connect(Protocol::Imap);
    world.run(2 * SECOND);
    assert_eq!(turns_until(&world, &numbers(60, 11)), 4);

    let mut world = World::with_mail(60);
    world.rewrite = Some(Box::new(|said| {
        match said.starts_with(b"* OK [CAPABILITY") {
            true => b"* OK ready\r\n".to_vec(),
            false => said.to_vec(),
        }
    }));
    world.connect(Protocol::Imap);
    world.run(2 * SECOND);
    assert_eq!(turns_until(&world, &numbers(60, 11)), 4);
}

#[test]
fn it_listens_after_two_quiet_seconds_and_goes_on_in_one_write() {
    let mut world = open(Protocol::Imap, 3);
    let star = |world: &mut World, on: bool| {
        let (messages, mark) = (vec![world.row("Number 2").id], Mark::Flagged);
        world.sent.clear();
        world.intent(Intent::Mark { messages, mark, on });
        let sent: Vec<_> = world.sent.iter().map(|(_, bytes)| bytes.clone()).collect();
        world.run(2 * world.half);
        String::from_utf8(sent.concat()).unwrap()
    };
    star(&mut world, true);
    let listens = |world: &World| {
        let last = world.sent.last();
        last.is_some_and(|(_, bytes)| bytes.ends_with(b" IDLE\r\n"))
    };
    world.run(19 * SECOND / 10);
    assert!(!listens(&world), "it was quiet for 1.9 seconds only");
    world.run(SECOND / 5);
    assert!(listens(&world));

    world.run(5 * SECOND);
    let sent = star(&mut world, false);
    assert!(sent.starts_with("DONE\r\nA"), "{sent}");
    assert_eq!(world.sent.len(), 1, "{:?}", world.sent);
}

#[test]
fn scrolling_fetches_what_is_shown() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = open(protocol, 500);
        assert_eq!(world.total(), Some(500));
        world.intent(Intent::ShowRows {
            first: 300,
            count: 20,
        });
        world.run(SECOND);
        assert_eq!(world.subjects(), numbers(200, 181), "{protocol:?}");
        world.intent(Intent::ShowRows {
            first: 490,
            count: 20,
        });
        world.run(SECOND);
        assert_eq!(world.subjects(), numbers(10, 1), "{protocol:?}");
    }
}

#[test]
fn scrolling_on_at_any_moment_fetches_what_is_shown_then() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        for after in (0..600).step_by(60) {
            let mut world = open(protocol, 300);
            (world.chunk, world.gap) = (40, Duration::from_millis(1));
            world.intent(Intent::ShowRows {
                first: 150,
                count: 2,
            });
            world.run(Duration::from_millis(after));
            world.intent(Intent::ShowRows {
                first: 290,
                count: 10,
            });
            world.run(60 * SECOND);
            let what = format!("{protocol:?}, after {after} ms");
            assert_eq!(world.subjects(), numbers(10, 1), "{what}");
        }
    }
}

#[test]
fn scrolling_before_the_names_are_known_waits_for_them() {
    let mut world = World::with_mail(500);
    world.connect(Protocol::Pop3);
    // The first rows are shown, the listing of all is on its way.
    while world.subjects() != numbers(500, 451) {
        world.run(Duration::from_millis(1));
    }
    world.intent(Intent::ShowRows {
        first: 490,
        count: 10,
    });
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(10, 1));
}

#[test]
fn everything_is_the_same_octet_by_octet() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(60);
        world.chunk = 1;
        world.connect(protocol);
        world.run(2 * SECOND);
        assert_eq!(world.subjects(), numbers(60, 11), "{protocol:?}");
    }
}

#[test]
fn opening_costs_one_round_trip_and_marks_as_read() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = open(protocol, 60);
        let row = world.row("Number 60");
        assert!(row.unread);
        world.changes.clear();
        world.intent(Intent::OpenMessage(row.id));
        world.run(2 * world.half);
        let Some(Change::Message(message)) = world
            .changes
            .iter()
            .rev()
            .find(|c| matches!(c, Change::Message(_)))
        else {
            panic!("{:?}", world.changes)
        };
        let Body::Text(text) = &message.body else {
            panic!("{message:?}")
        };
        assert_eq!(text.blocks[0].lines[0][0].text, "This is number 60.");
        assert!(!message.unread);
        world.run(SECOND);
        assert!(!world.row("Number 60").unread, "{protocol:?}");
    }
}

/// Whether the text of a message was shown since the last time that this was asked.
fn shows_text(world: &mut World) -> bool {
    let shown = |change: &Change| matches!(change, Change::Message(message) if matches!(message.body, Body::Text(_)));
    let shows = world.changes.iter().any(shown);
    world
        .changes
        .retain(|change| !matches!(change, Change::Message(_)));
    shows
}

#[test]
fn the_next_message_is_there_already() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = open(protocol, 60);
        let next = world.row("Number 59").id;
        world.intent(Intent::OpenMessage(world.row("Number 60").id));
        world.run(SECOND);
        assert!(shows_text(&mut world), "{protocol:?}");
        world.intent(Intent::OpenMessage(next));
        assert!(shows_text(&mut world), "{protocol:?}");
    }
}

/// The message numbers that were asked for with RETR.
fn retrieved(world: &World) -> Vec<u32> {
    let sent = world
        .sent
        .iter()
        .flat_map(|(_, bytes)| bytes.split(|&b| b == b'\n'));
    let retr = sent.filter_map(|line| std::str::from_utf8(line).ok()?.strip_prefix("RETR "));
    retr.map(|number| number.trim().parse().unwrap()).collect()
}

#[test]
fn over_pop3_one_small_message_is_fetched_ahead() {
    let long = [message(3), b"More of it.\r\n".repeat(16_000)].concat();
    let mail = [message(1), message(2), long, message(4), message(5)];
    let mail: Vec<&[u8]> = mail.iter().map(Vec::as_slice).collect();
    let mut world = World::new(&mail);
    world.connect(Protocol::Pop3);
    world.run(2 * SECOND);
    assert_eq!(retrieved(&world), [0; 0], "nobody read anything");
    let read = |world: &mut World, number: u32| {
        let id = world.row(&format!("Number {number}")).id;
        world.intent(Intent::OpenMessage(id));
    };
    read(&mut world, 5);
    world.run(2 * world.half);
    assert!(shows_text(&mut world), "in one round trip");
    world.run(SECOND);
    assert_eq!(retrieved(&world), [5, 4]);
    // It is here; the one below it is long, and waits until somebody wants it.
    read(&mut world, 4);
    world.run(SECOND);
    assert_eq!(retrieved(&world), [5, 4]);
    read(&mut world, 3);
    world.run(SECOND);
    assert_eq!(retrieved(&world), [5, 4, 3, 2]);
    // What is on its way already is not asked for again, and shown, saved or given when it comes.
    read(&mut world, 2);
    world.run(world.half / 2);
    assert_eq!(retrieved(&world), [5, 4, 3, 2, 1]);
    shows_text(&mut world);
    let first = world.row("Number 1").id;
    world.intent(Intent::OpenMessage(first));
    world.intent(Intent::ShowSource(first));
    world.run(SECOND);
    assert!(shows_text(&mut world));
    let source =
        |change: &Change| matches!(change, Change::Source { message, .. } if *message == first);
    assert!(world.changes.iter().any(source));
    world.run(120 * SECOND);
    assert_eq!(retrieved(&world), [5, 4, 3, 2, 1]);
    let alice = world.server.mailboxes().account("alice").unwrap();
    assert_eq!(alice.mailbox("INBOX").unwrap().messages().len(), 5);
    assert!(
        !world
            .sent
            .iter()
            .any(|(_, bytes)| bytes.starts_with(b"DELE"))
    );
}

#[test]
fn nothing_is_fetched_ahead_where_what_is_fetched_goes() {
    let mut world = open(Protocol::Pop3, 5);
    world.intent(Intent::AfterDownload(AfterDownload::Delete));
    world.intent(Intent::OpenMessage(world.row("Number 5").id));
    world.run(120 * SECOND);
    assert_eq!(retrieved(&world), [5]);
}

#[test]
fn what_another_client_does_shows_at_once() {
    let mut world = open(Protocol::Imap, 3);
    world.run(5 * SECOND);
    deliver(&mut world.server, &message(4));
    world.intent(Intent::CloseMessage);
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(4, 1));
    world.run(5 * SECOND);
    flag_newest(&mut world.server, Flag::Flagged);
    world.intent(Intent::CloseMessage);
    world.run(SECOND);
    assert!(world.row("Number 4").flagged);
    let inbox = world
        .server
        .mailboxes_mut()
        .account_mut("alice")
        .unwrap()
        .inbox_mut();
    let second = inbox.messages()[1].uid;
    inbox.expunge(|message| message.uid == second);
    world.intent(Intent::CloseMessage);
    world.run(SECOND);
    assert_eq!(world.subjects(), ["Number 4", "Number 3", "Number 1"]);
}

#[test]
fn stars_reach_the_server() {
    let mut world = open(Protocol::Imap, 3);
    let id = world.row("Number 2").id;
    world.intent(Intent::Mark {
        messages: vec![id],
        mark: Mark::Flagged,
        on: true,
    });
    assert!(world.row("Number 2").flagged, "at once");
    world.run(SECOND);
    let alice = world.server.mailboxes().account("alice").unwrap();
    let inbox = alice.mailbox("INBOX").unwrap();
    assert!(inbox.messages()[1].flags.contains(&Flag::Flagged));
}

#[test]
fn deleting_over_imap_moves_to_the_trash_and_back() {
    let mut world = open(Protocol::Imap, 3);
    world.run(5 * SECOND);
    let id = world.row("Number 2").id;
    world.intent(Intent::Delete(vec![id]));
    world.run(SECOND);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
    let undo = world.changes.iter().rev().find_map(|change| match change {
        Change::Undoable {
            id,
            action: Action::Trashed,
            ..
        } => Some(*id),
        _ => None,
    });
    let trash = |world: &World| {
        let alice = world.server.mailboxes().account("alice").unwrap();
        alice.mailbox("Trash").unwrap().messages().len()
    };
    assert_eq!(trash(&world), 1);
    world.intent(Intent::Undo(undo.unwrap()));
    world.run(5 * SECOND);
    assert_eq!(trash(&world), 0);
    assert_eq!(world.subjects().len(), 3);
}

#[test]
fn what_is_deleted_for_good_is_never_of_another_generation() {
    for (renewed, left) in [(false, 2), (true, 3)] {
        let mut world = open(Protocol::Imap, 3);
        world.run(5 * SECOND);
        let all = world.rows().into_iter().flatten().map(|row| row.id);
        world.intent(Intent::Delete(all.collect()));
        world.run(SECOND);
        world.intent(Intent::OpenMailbox("Trash".to_owned()));
        world.run(SECOND);
        let id = world.row("Number 2").id;
        world.intent(Intent::Delete(vec![id]));
        if renewed {
            // The server is restored while the deletion can still be taken back.
            let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
            let trash = alice.mailbox_mut("Trash").unwrap();
            trash.set_uid_validity(UidValidity(4_000_000_000));
            world.fault = Some((world.transmissions, Fault::Cut));
            world.intent(Intent::CheckNow);
        }
        world.run(60 * SECOND);
        assert_eq!(world.connection(), Connection::Online);
        let alice = world.server.mailboxes().account("alice").unwrap();
        let trash = alice.mailbox("Trash").unwrap();
        assert_eq!(trash.messages().len(), left, "renewed: {renewed}");
        assert_eq!(world.subjects().len(), left, "renewed: {renewed}");
    }
}

#[test]
fn deleting_over_pop3_counts_at_quit_only() {
    let mut world = open(Protocol::Pop3, 3);
    let id = world.row("Number 2").id;
    let kept = |world: &World| {
        let alice = world.server.mailboxes().account("alice").unwrap();
        alice.mailbox("INBOX").unwrap().messages().len()
    };
    world.intent(Intent::Delete(vec![id]));
    world.run(SECOND);
    assert!(world.row("Number 2").going);
    assert_eq!(kept(&world), 3);
    let undo = world.changes.iter().rev().find_map(|change| match change {
        Change::Undoable {
            id,
            action: Action::MarkedForDeletion,
            ..
        } => Some(*id),
        _ => None,
    });
    world.intent(Intent::Undo(undo.unwrap()));
    world.run(120 * SECOND);
    assert_eq!(world.connection(), Connection::Resting);
    assert_eq!(kept(&world), 3);
    world.intent(Intent::Delete(vec![id]));
    world.run(120 * SECOND);
    assert_eq!(kept(&world), 2);
    assert_eq!(world.subjects(), ["Number 3", "Number 1"]);
}

#[test]
fn a_wrong_password_says_so() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::with_mail(3);
        world.connect_with(protocol, "looking-glass");
        world.run(10 * SECOND);
        let failure = world.changes.iter().find_map(|change| match change {
            Change::Failed(failure) => Some(failure.clone()),
            _ => None,
        });
        let failure = failure.unwrap();
        assert_eq!(failure.kind, FailureKind::WrongPassword, "{failure:?}");
        assert_eq!(failure.stage, Some(Stage::SignIn));
        assert_eq!(world.connection(), Connection::SignInNeeded);
    }
}

#[test]
fn no_password_is_in_what_the_page_is_told() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let world = open(protocol, 3);
        let plain = b"wonderland";
        let base64 = b"AGFsaWNlAHdvbmRlcmxhbmQ";
        for change in &world.changes {
            let Change::Wire(entries) = change else {
                continue;
            };
            for entry in entries {
                for secret in [&plain[..], base64] {
                    let leaks = entry
                        .kept
                        .windows(secret.len())
                        .any(|window| window == secret);
                    assert!(!leaks, "{}", entry.kept.escape_ascii());
                }
            }
        }
        assert!(world.sent.iter().any(|(_, bytes)| {
            let has = |secret: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
            has(plain) || has(base64) || protocol == Protocol::Pop3
        }));
    }
}

/// Sent from Newfoundland, with a file whose name RFC 2231 encodes.
const ATTACHED: &[u8] = b"From: Ines Haddad <ines@example.com>\r\nTo: alice@example.com\r\n\
Subject: With a file\r\nDate: Mon, 23 Nov 2026 09:15:00 -0330\r\nMIME-Version: 1.0\r\n\
Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHere.\r\n\
--b\r\nContent-Type: text/plain; charset=utf-8\r\n\
Content-Disposition: attachment; filename*=UTF-8''%C3%9Cbersicht%20%E6%B8%AF.txt\r\n\r\n\
Depths.\r\n--b--\r\n";

#[test]
fn signs_zone_and_file_name_reach_the_page() {
    for protocol in [Protocol::Imap, Protocol::Pop3] {
        let mut world = World::new(&[&message(1), ATTACHED]);
        flag_newest(&mut world.server, Flag::Answered);
        world.connect(protocol);
        world.run(2 * SECOND);
        let id = world.row("With a file").id;
        world.intent(Intent::OpenMessage(id));
        world.run(SECOND);
        let row = world.row("With a file");
        // POP3 has no marks.
        assert_eq!(row.answered, protocol == Protocol::Imap);
        assert!(row.attachment, "{protocol:?}");
        assert!(!world.row("Number 1").attachment, "{protocol:?}");
        let shown = world.changes.iter().rev().find_map(|change| match change {
            Change::Message(message) => Some((message.date, message.attachments.clone())),
            _ => None,
        });
        let (date, attachments) = shown.unwrap();
        // 12:45 UTC, three and a half hours west.
        assert_eq!(date, Some((1_795_437_900, -210)), "{protocol:?}");
        assert_eq!(attachments[0].name, "Übersicht 港.txt", "{protocol:?}");
        let part = attachments[0].part.clone();
        world.intent(Intent::FetchPart { message: id, part });
        world.run(SECOND);
        let saved = world.changes.iter().find_map(|change| match change {
            Change::Part { name, bytes, .. } => Some((name.as_str(), bytes.as_slice())),
            _ => None,
        });
        let (name, bytes) = saved.unwrap();
        assert_eq!(name, "Übersicht 港.txt", "{protocol:?}");
        assert!(bytes.starts_with(b"Depths."), "{protocol:?}");
    }
}

fn unread(world: &World) -> Option<u32> {
    let told = world.changes.iter().rev().find_map(|change| match change {
        Change::List { unread, .. } => Some(*unread),
        _ => None,
    });
    told.flatten()
}

#[test]
fn new_mail_is_counted_as_unread() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    assert_eq!(unread(&world), Some(3));
    for n in 4..=5 {
        world.arrive(n);
    }
    assert_eq!(unread(&world), Some(5));
    // What is taken back from the trash comes back unread.
    let id = world.row("Number 4").id;
    world.intent(Intent::Delete(vec![id]));
    world.run(2 * SECOND);
    assert_eq!(unread(&world), Some(4));
    world.intent(Intent::Undo(world.undoable()));
    world.run(5 * SECOND);
    assert_eq!(unread(&world), Some(5));
    assert_eq!(world.rows().len(), 5);
}
