//! The open mailbox from all sides, and what the client makes use of: switches that change what it
//! does before one's eyes.

use std::{thread, time::Duration};

use porthole_engine::account::Protocol;
use porthole_tests::{Browser, Dovecot, Site, keys::ENTER, mail, program::python};
use serde_json::Value;

use super::{
    page,
    server::{signed_in, until_answered, until_previewed, ways},
    try_demo,
};

/// What stands in the table in this column and the row of this message; `None` without such a row.
fn cell(browser: &Browser, column: &str, message: &str) -> Option<String> {
    let script = "const [column, message] = arguments;
        const table = document.querySelector('.sides table');
        if (!table) return null;
        const names = [...table.querySelectorAll('thead th')].map(name => name.textContent);
        const row = [...table.querySelectorAll('tbody tr')].find(row => row.firstChild.textContent === message);
        return row ? [...row.children[names.indexOf(column)].children].map(piece => piece.textContent).join(' ') : null";
    let found = browser.script(script, &[column.into(), message.into()]);
    found.as_str().map(str::to_owned)
}

fn until_cell(browser: &Browser, column: &str, message: &str, is: impl Fn(&str) -> bool) -> String {
    browser.until(&format!("{column}: {message}"), || {
        cell(browser, column, message).filter(|text| is(text))
    })
}

/// The messages of the table, the newest first.
fn messages(browser: &Browser) -> Vec<String> {
    let script =
        "return [...document.querySelectorAll('.sides tbody th')].map(name => name.textContent)";
    let names = browser.script(script, &[]);
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Switches something off or on.
pub(crate) fn switch(browser: &Browser, name: &str) {
    browser.unfold("The client makes use of");
    browser.activate("switch", name);
}

/// The number that a cell begins with.
fn number(text: &str) -> u32 {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

const SERVER: &str = "The server";
const THIS: &str = "This client";
const OTHER: &str = "Another client";

#[test]
fn an_expunge_renumbers_each_side_when_it_is_told() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Mailbox");
    browser.until_text("status", THIS, "knows all");
    browser.activate("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "is signed in");
    let list = messages(&browser);
    let (newest, second) = (&list[0], &list[1]);
    let before = number(&until_cell(&browser, THIS, newest, |_| true));

    // This client listens and is told at once; its numbers close up with the server's.
    browser.activate("button", &format!("Another client: delete {second}"));
    let is_less =
        |text: &str| number(text) == before - 1 && text.contains(&format!("was {before}"));
    until_cell(&browser, SERVER, newest, is_less);
    until_cell(&browser, THIS, newest, is_less);
    assert!(!messages(&browser).contains(second));

    // Without push it believes what is no longer so, until it asks.
    switch(&browser, "Push (IDLE)");
    browser.until("the end of IDLE", || {
        browser.filter_wire("Client", "DONE");
        browser.activate("button", "Log");
        let lines = "return document.querySelectorAll('[role=log] [data-direction]').length";
        let found = browser.script(lines, &[]).as_u64();
        browser.activate("button", "Mailbox");
        found.filter(|count| *count > 0)
    });
    let third = &list[2];
    browser.activate("button", &format!("Another client: delete {third}"));
    let is_two_less = |text: &str| number(text) == before - 2;
    until_cell(&browser, SERVER, newest, is_two_less);
    browser.until_text("status", THIS, "has not been told of: 1 gone");
    let believed = messages(&browser)
        .into_iter()
        .filter_map(|name| cell(&browser, THIS, &name));
    assert!(
        believed
            .into_iter()
            .any(|text| text.contains("gone; not told yet"))
    );
    until_cell(&browser, THIS, newest, |text| number(text) == before - 1);
    browser.activate("button", "Check for new mail");
    until_cell(&browser, THIS, newest, is_two_less);
    browser.until_text("status", THIS, "knows all");

    // Flags, and the other way round: the other client never listens.
    let fourth = &list[3];
    let flags = until_cell(&browser, SERVER, fourth, |_| true);
    let seen = if flags.contains("\\Seen") {
        "unread"
    } else {
        "read"
    };
    let label = format!("Another client: mark {seen} {fourth}");
    browser.activate("button", &label);
    let flips = |text: &str| text.contains("\\Seen") == (seen == "read");
    until_cell(&browser, SERVER, fourth, flips);
    until_cell(&browser, THIS, fourth, |text| {
        text.contains("other flags by now")
    });
    browser.activate("button", "Check for new mail");
    until_cell(&browser, THIS, fourth, flips);
    browser.activate("button", "It leaves");
    browser.get("button", "Another client signs in");
}

#[test]
fn a_maildrop_is_one_clients_alone() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Mailbox");
    browser.until_text("status", THIS, "knows all");
    browser.choose("Another client speaks", "POP3");
    browser.activate("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "cannot go on");
    browser.activate("button", "It leaves");
    // Over IMAP the same mail is seen at the same time, under other names.
    browser.choose("Another client speaks", "IMAP");
    browser.activate("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "is signed in");
    browser.until_text("status", OTHER, "knows all");
    let newest = messages(&browser)[0].clone();
    let (here, there) = (
        cell(&browser, THIS, &newest).unwrap(),
        cell(&browser, OTHER, &newest).unwrap(),
    );
    assert_eq!(number(&here), number(&there));
    // The session does not hear of it: its numbers are those of its beginning.
    browser.activate("button", &format!("Another client: delete {newest}"));
    browser.until_text("status", THIS, "has not been told of: 1 gone");
}

#[test]
fn dovecots_mailbox_is_seen_by_two_clients() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = signed_in(&site, &ways(&dovecot)[0]);
    // Nor does the other client have to ask for them later.
    until_previewed(&browser);
    let list = two_clients(&browser);
    browser.activate("button", &format!("Another client: delete {}", list[3]));
    let renumbered = |text: &str| number(text) == 4 && text.contains("was 5");
    until_cell(&browser, THIS, &list[0], renumbered);
    until_cell(&browser, OTHER, &list[0], renumbered);

    // This client listens and is told of flags and of what is new; the other one has to ask.
    let is_read = |text: &str| text.contains("\\Seen");
    until_cell(&browser, THIS, &list[1], is_read);
    // It asks by itself too, half a minute after it asked the last time. What it asked was answered
    // when this client is told of the command behind it.
    browser.activate("button", "It looks for news");
    let mark = format!("Another client: mark unread {}", list[1]);
    browser.activate("button", &mark);
    until_cell(&browser, OTHER, &list[1], |text| !is_read(text));
    until_cell(&browser, THIS, &list[1], |text| !is_read(text));
    dovecot.deliver(&mail::numbered(8));
    let is_fifth = |text: &str| text.starts_with('5');
    until_cell(&browser, THIS, "Tide table 8", is_fifth);
    let there = cell(&browser, OTHER, "Tide table 8").unwrap();
    assert!(!is_fifth(&there), "{there}");
    browser.activate("button", "It looks for news");
    until_cell(&browser, OTHER, "Tide table 8", is_fifth);
}

/// Shows the mailbox of five messages to another client too; answers them, the newest first.
fn two_clients(browser: &Browser) -> Vec<String> {
    browser.until("rows", || browser.row(0));
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Mailbox");
    browser.activate("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "is signed in");
    let list = browser.until("the messages", || {
        Some(messages(browser)).filter(|list| list.len() == 5)
    });
    for side in [THIS, OTHER] {
        until_cell(browser, side, &list[0], |text| text.starts_with('5'));
    }
    list
}

#[test]
fn dovecots_maildrop_stays_as_it_was_until_the_next_session() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [_, _, pop3, _] = ways(&dovecot);
    let browser = signed_in(&site, &pop3);
    let list = two_clients(&browser);
    dovecot.deliver(&mail::numbered(8));
    browser.activate("button", "It looks for news");
    let is_sixth = |text: &str| text.starts_with('6');
    until_cell(&browser, OTHER, "Tide table 8", is_sixth);
    let here = cell(&browser, THIS, "Tide table 8").unwrap();
    assert!(!is_sixth(&here), "{here}");

    browser.activate("button", &format!("Another client: delete {}", list[3]));
    until_cell(&browser, OTHER, &list[3], |text| {
        text.contains("goes at QUIT")
    });
    browser.activate("button", "It leaves");
    until_cell(&browser, THIS, &list[0], |text| text.starts_with('5'));
    // Its QUIT makes it count, which nobody sees from here.
    browser.until("five messages", || {
        let read = python("read.py", &["imap", &dovecot.port(Protocol::Imap)]);
        let read: Vec<Value> = serde_json::from_str(&read).unwrap();
        (read.len() == 5).then_some(())
    });
    browser.activate("button", "Check for new mail");
    until_cell(&browser, THIS, &list[0], |text| text.starts_with('4'));
    until_cell(&browser, THIS, "Tide table 8", |text| text.starts_with('5'));
    assert!(!messages(&browser).contains(&list[3]));
}

/// Visits again: how many turns there were until then in all.
fn turns_after_a_visit(browser: &Browser, visit: &dyn Fn(&Browser)) -> u64 {
    browser.activate("button", "Sign out");
    visit(browser);
    browser.until_text("status", "Connection", "Online");
    let turns = "return document.querySelector('.lines').dataset.turns";
    let turns = browser.script(turns, &[]);
    turns.as_str().unwrap().parse().unwrap()
}

/// What a visit costs is more without pipelining.
fn pipelining_saves_turns(browser: &Browser, visit: &dyn Fn(&Browser)) {
    let first = turns_after_a_visit(browser, visit);
    let with = turns_after_a_visit(browser, visit) - first;
    switch(browser, "Pipelining");
    let before = turns_after_a_visit(browser, visit);
    let without = turns_after_a_visit(browser, visit) - before;
    assert!(without > with, "{with} {without}");
}

/// The last line of the client about SEARCH.
fn search_line(browser: &Browser) -> String {
    let line = "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
        .filter(line => line.innerText.includes('SEARCH')).at(-1)?.innerText ?? ''";
    browser.script(line, &[]).as_str().unwrap().to_owned()
}

/// A literal asks first without LITERAL+.
fn literals_cost_a_turn(browser: &Browser) {
    browser.filter_wire("Client", "SEARCH");
    switch(browser, "LITERAL+");
    browser.fill("searchbox", "Search", &format!("Gr\u{fc}\u{df}e{ENTER}"));
    browser.until("a literal", || {
        search_line(browser).contains("}").then_some(())
    });
    assert!(!search_line(browser).contains("+}"));
    browser.until_text("status", "Search result", "found by the server");
    switch(browser, "LITERAL+");
    browser.fill("searchbox", "Search", &format!("\u{fc}ber{ENTER}"));
    browser.until("LITERAL+", || {
        search_line(browser).contains("+}").then_some(())
    });
    browser.activate("button", "Show all");
}

/// The side connection compresses as soon as it may, and the page says what that saves.
fn compression_saves(browser: &Browser, mailbox: &str) {
    switch(browser, "Compression");
    browser.filter_wire("Client", "COMPRESS");
    browser.until("COMPRESS", || {
        let found = "return document.querySelectorAll('[role=log] [data-direction=client]').length";
        browser
            .script(found, &[])
            .as_u64()
            .filter(|found| *found > 0)
    });
    browser.activate("button", mailbox);
    browser.get("region", mailbox);
    browser.until("what compression saves", || {
        let bar = "return document.querySelector('.wire .bar .num').innerText";
        let bar = browser.script(bar, &[]);
        bar.as_str()?.contains("compressed to").then_some(())
    });
}

#[test]
fn what_the_client_makes_use_of_changes_what_it_does() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    literals_cost_a_turn(&browser);
    compression_saves(&browser, "Archive");
}

#[test]
fn what_the_client_makes_use_of_changes_dovecots_answers() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [imap, _, pop3, _] = ways(&dovecot);
    let browser = signed_in(&site, &imap);
    browser.until_text("status", "Connection", "Online");
    literals_cost_a_turn(&browser);

    let rows = |count| browser.until("rows", || browser.row(0).filter(|row| row.of == count));
    browser.filter_wire("Client", "DONE");
    rows(5);
    dovecot.deliver(&mail::numbered(6));
    rows(6);
    switch(&browser, "Push (IDLE)");
    browser.activate("button", "Check for new mail");
    until_previewed(&browser);
    until_answered(&browser);
    dovecot.deliver(&mail::numbered(7));
    // Long enough for it to be told.
    thread::sleep(Duration::from_secs(1));
    rows(6);
    browser.activate("button", "Check for new mail");
    rows(7);

    compression_saves(&browser, "Trash");

    for way in [imap, pop3] {
        let browser = signed_in(&site, &way);
        browser.until_text("status", "Connection", "Online");
        if way.protocol == "IMAP" {
            switch(&browser, "Push (IDLE)");
        }
        pipelining_saves_turns(&browser, &|browser| {
            way.sign_in(browser);
            browser.until("rows", || browser.row(0));
        });
    }
}

#[test]
fn without_pipelining_a_visit_takes_more_turns() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        try_demo(&browser, protocol);
        browser.until_text("status", "Connection", "Online");
        if protocol == "IMAP" {
            // To listen and to stop listening is a turn each, and when depends on the hurry.
            switch(&browser, "Push (IDLE)");
        }
        pipelining_saves_turns(&browser, &|browser| try_demo(browser, protocol));
    }
}
