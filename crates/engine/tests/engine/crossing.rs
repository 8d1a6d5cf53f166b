//! What happens while something else is under way: nothing that is wanted is forgotten, and no answer
//! is taken for that to another question.

use std::time::Duration;

use porthole_engine::{
    Change, Intent,
    account::Protocol,
    change::{Connection, FailureKind},
    intent::Wheel,
};
use porthole_imap::types::{flag::Flag, number::Uid};

use crate::{
    script::shows_what_is_there,
    world::{World, numbers},
};

const SECOND: Duration = Duration::from_secs(1);
const MOMENT: Duration = Duration::from_millis(60);

fn open(protocol: Protocol, count: u32) -> World {
    let mut world = World::online(protocol, count);
    world.changes.clear();
    world.sent.clear();
    world
}

fn scroll(world: &mut World, first: u32, count: u32) {
    world.intent(Intent::ShowRows { first, count });
}

fn said(world: &World) -> String {
    let sent = world.sent.iter().map(|(_, bytes)| &bytes[..]);
    String::from_utf8(sent.collect::<Vec<_>>().concat()).unwrap()
}

fn remove(world: &mut World, which: impl Fn(u32) -> bool) {
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    alice.inbox_mut().expunge(|message| which(message.uid.0));
}

#[test]
fn flags_of_a_message_are_not_its_row() {
    let mut world = open(Protocol::Imap, 300);
    let alice = world.server.mailboxes_mut().account_mut("alice").unwrap();
    alice.inbox_mut().set_flags(Uid(5), [Flag::Seen].into());
    world.intent(Intent::CheckNow);
    world.run(3 * SECOND);
    scroll(&mut world, 290, 10);
    world.run(3 * SECOND);
    assert_eq!(world.subjects(), numbers(10, 1));
}

#[test]
fn names_that_somebody_asks_for_by_hand_are_not_rows() {
    let mut world = open(Protocol::Imap, 300);
    world.intent(Intent::Wheel(Wheel::line("FETCH 1:* (UID FLAGS)")));
    world.run(3 * SECOND);
    scroll(&mut world, 290, 10);
    world.run(3 * SECOND);
    assert_eq!(world.subjects(), numbers(10, 1));
}

#[test]
fn a_server_that_never_sends_rows_is_not_asked_for_ever() {
    let mut world = World::with_mail(30);
    world.rewrite = Some(Box::new(|said| {
        let text = String::from_utf8_lossy(said);
        let lines = text.split_inclusive("\r\n").map(|line| {
            let row = line
                .find(" INTERNALDATE ")
                .filter(|_| line.contains("ENVELOPE"));
            row.map_or_else(|| line.to_owned(), |at| format!("{})\r\n", &line[..at]))
        });
        lines.collect::<String>().into_bytes()
    }));
    world.connect(Protocol::Imap);
    world.run(20 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    let asked = said(&world).matches("ENVELOPE").count();
    assert!((1..=3).contains(&asked), "{asked}");
}

#[test]
fn what_moves_up_when_messages_go_is_fetched() {
    let mut world = open(Protocol::Imap, 300);
    // Whoever listens is told, and asks nothing.
    remove(&mut world, |uid| uid > 200);
    world.intent(Intent::CloseMessage);
    world.run(5 * SECOND);
    assert_eq!(world.subjects(), numbers(200, 151));
}

#[test]
fn a_refusal_does_not_forget_where_the_list_is_by_now() {
    let mut world = open(Protocol::Imap, 300);
    scroll(&mut world, 150, 10);
    let mut refused = false;
    world.rewrite = Some(Box::new(move |said| {
        let text = String::from_utf8_lossy(said).into_owned();
        if !text.contains("ENVELOPE") || std::mem::replace(&mut refused, true) {
            return said.to_vec();
        }
        let last = text.lines().last().unwrap();
        let tag = last.split(' ').next().unwrap();
        format!("{tag} NO some of the messages are gone\r\n").into_bytes()
    }));
    world.run(MOMENT);
    scroll(&mut world, 290, 10);
    world.run(5 * SECOND);
    assert_eq!(world.failures().len(), 1);
    assert_eq!(world.subjects(), numbers(10, 1));
}

#[test]
fn an_answer_is_to_the_search_that_asked_it() {
    let mut world = open(Protocol::Imap, 60);
    for text in ["Number 3", "", "Number 17"] {
        world.intent(Intent::Search(text.to_owned()));
    }
    world.run(5 * SECOND);
    assert_eq!(world.subjects(), ["Number 17"]);
    // Another mailbox has other messages of the same UIDs.
    world.intent(Intent::Search("Number 3".to_owned()));
    world.intent(Intent::OpenMailbox("Trash".to_owned()));
    world.intent(Intent::Search("Number 5".to_owned()));
    world.run(5 * SECOND);
    assert_eq!(world.total(), Some(0));
}

#[test]
fn a_mailbox_that_is_refused_leaves_the_one_that_is_wanted_since() {
    let mut world = open(Protocol::Imap, 3);
    world.intent(Intent::OpenMailbox("Gone".to_owned()));
    world.intent(Intent::OpenMailbox("INBOX".to_owned()));
    world.run(5 * SECOND);
    assert_eq!(world.connection(), Connection::Online);
    assert_eq!(world.hung_up, []);
    let kinds: Vec<_> = world.failures().iter().map(|f| f.kind).collect();
    assert_eq!(kinds, [FailureKind::NoMailbox]);
    shows_what_is_there(&world, "after a refused SELECT");
}

#[test]
fn a_message_that_is_left_is_not_missed() {
    let mut world = World::with_mail(3);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let id = world.row("Number 2").id;
    world.intent(Intent::OpenMessage(id));
    world.intent(Intent::OpenMailbox("Trash".to_owned()));
    world.run(5 * SECOND);
    assert_eq!(world.failures(), []);
}

#[test]
fn nothing_is_fetched_before_signing_in() {
    for moment in (0..500).step_by(50) {
        let mut world = World::with_mail(30);
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        let id = world.row("Number 7").id;
        world.reachable = false;
        let connection = world.sent[0].0;
        world.engine.handle_eof(world.now, connection);
        world.intent(Intent::CloseMessage);
        world.reachable = true;
        world.sent.clear();
        world.run(Duration::from_millis(900 + moment));
        world.intent(Intent::OpenMessage(id));
        world.intent(Intent::ShowSource(id));
        world.run(20 * SECOND);
        let said = said(&world);
        let first = said.find("FETCH").unwrap_or(usize::MAX);
        let opened = said.find("SELECT").unwrap();
        assert!(first > opened, "after {moment} ms: {said}");
        let shown = world.changes.iter().any(|change| match change {
            Change::Message(message) => format!("{message:?}").contains("This is number 7."),
            _ => false,
        });
        assert!(shown, "after {moment} ms");
    }
}

#[test]
fn what_is_taken_back_before_the_answer_comes_back_after_it() {
    for with_move in [true, false] {
        let mut world = World::with_mail(3);
        if !with_move {
            world.strip(&["MOVE", "IMAP4rev2"]);
        }
        world.connect(Protocol::Imap);
        world.run(5 * SECOND);
        let id = world.row("Number 2").id;
        world.intent(Intent::Delete(vec![id]));
        world.run(MOMENT);
        let undo = world.undoable();
        world.intent(Intent::Undo(undo));
        world.run(20 * SECOND);
        assert_eq!(world.failures(), []);
        let mut subjects = world.subjects();
        subjects.sort();
        assert_eq!(subjects, ["Number 1", "Number 2", "Number 3"]);
        shows_what_is_there(&world, "taken back");
    }
}

#[test]
fn a_message_that_is_being_copied_is_on_its_way_out() {
    let mut world = World::with_mail(3);
    world.strip(&["MOVE", "IMAP4rev2"]);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let id = world.row("Number 2").id;
    world.intent(Intent::Delete(vec![id]));
    assert!(world.row("Number 2").going);
    world.intent(Intent::Delete(vec![id]));
    world.run(5 * SECOND);
    let alice = world.server.mailboxes().account("alice").unwrap();
    assert_eq!(alice.mailbox("Trash").unwrap().messages().len(), 1);
}

#[test]
fn what_is_copied_while_somebody_leaves_is_removed_on_the_next_visit() {
    let mut world = World::with_mail(3);
    world.strip(&["MOVE", "IMAP4rev2"]);
    world.connect(Protocol::Imap);
    world.run(5 * SECOND);
    let id = world.row("Number 2").id;
    world.intent(Intent::Delete(vec![id]));
    world.intent(Intent::Disconnect);
    world.run(5 * SECOND);
    world.connect(Protocol::Imap);
    world.run(10 * SECOND);
    let alice = world.server.mailboxes().account("alice").unwrap();
    let count = |name| alice.mailbox(name).unwrap().messages().len();
    assert_eq!((count("INBOX"), count("Trash")), (2, 1));
}

#[test]
fn over_pop3_what_is_wanted_while_the_session_ends_is_fetched_by_the_next() {
    let mut world = open(Protocol::Pop3, 300);
    // The session is kept for a while, and then ended.
    while !said(&world).contains("QUIT") {
        world.run(MOMENT / 2);
    }
    scroll(&mut world, 290, 10);
    world.run(10 * SECOND);
    assert_eq!(world.subjects(), numbers(10, 1));
}

#[test]
fn over_pop3_what_a_search_found_goes_when_it_is_deleted() {
    let mut world = open(Protocol::Pop3, 5);
    world.intent(Intent::Search("Number".to_owned()));
    world.run(SECOND);
    assert_eq!(world.subjects(), numbers(5, 1));
    let id = world.row("Number 3").id;
    world.intent(Intent::Delete(vec![id]));
    world.run(120 * SECOND);
    let left = ["Number 5", "Number 4", "Number 2", "Number 1"];
    assert_eq!(world.subjects(), left);
    world.intent(Intent::OpenMailbox("INBOX".to_owned()));
    world.run(SECOND);
    let search = world.changes.iter().rev().find_map(|change| match change {
        Change::Search(state) => Some(state.is_some()),
        _ => None,
    });
    assert_eq!(search, Some(false));
}

#[test]
fn over_pop3_a_message_is_not_gone_before_all_names_are_known() {
    for moment in (0..600).step_by(20) {
        let mut world = open(Protocol::Pop3, 300);
        scroll(&mut world, 250, 10);
        world.run(SECOND);
        let id = world.row("Number 45").id;
        scroll(&mut world, 0, 10);
        // The session ends, and another looks for new mail.
        world.run(2 * SECOND);
        world.intent(Intent::CheckNow);
        world.run(Duration::from_millis(moment));
        world.intent(Intent::OpenMessage(id));
        world.run(20 * SECOND);
        assert_eq!(world.failures(), [], "after {moment} ms");
    }
}
