//! Transcripts: three views of what crossed, files of it, and the recording that the page has.

use std::{collections::HashSet, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use porthole_tests::{
    Browser, Dovecot, PASSWORD, Site,
    keys::{BACKSPACE, DOWN, END, ENTER, HOME, RIGHT, UP},
    mail,
    program::tshark,
};

use super::{
    compare, lessons,
    looks::in_each_look,
    page,
    server::{signed_in, ways},
    sides::switch,
    try_demo,
};

/// What a form is called, its file, and what is in each of that form.
const FORMS: [(&str, &str, &str); 4] = [
    ("Text", "porthole-wire.txt", "********"),
    ("JSON", "porthole-wire.json", "porthole transcript"),
    ("Page", "porthole-wire.html", "<!doctype html>"),
    ("Capture (pcap-ng)", "porthole-wire.pcapng", "CAPA"),
];

/// The names of what is drawn in a list.
fn drawn(browser: &Browser, list: &str) -> Vec<String> {
    let script = "return [...document.querySelectorAll('svg[role=list]')]
        .filter(list => list.getAttribute('aria-label') === arguments[0])
        .flatMap(list => [...list.querySelectorAll('[role=listitem]')])
        .map(item => item.getAttribute('aria-label'))";
    let names = browser.script(script, &[list.into()]);
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_conversation_is_drawn() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Follow");
    browser.activate("button", "Sequence");
    browser.script("document.querySelector('.lines').scrollTop = 0", &[]);
    let arrows = browser.until("arrows", || {
        let arrows = drawn(&browser, "Sequence of what crossed");
        arrows
            .iter()
            .any(|name| name.contains("SELECT INBOX"))
            .then_some(arrows)
    });
    let at = |side: &str, part: &str| {
        let is = |name: &&String| name.starts_with(side) && name.contains(part);
        arrows
            .iter()
            .find(is)
            .unwrap_or_else(|| panic!("{part} in {arrows:#?}"))
    };
    at("Server to client", "IMAP4rev");
    at("Client to server", "SELECT INBOX");
    // The two commands of one batch are seen to be on the way at once.
    let bars = "return [...document.querySelectorAll('.bar-of')].map(bar => bar.getAttribute('x'))";
    let bars = browser.script(bars, &[]);
    let bars = bars.as_array().unwrap();
    assert!(bars.iter().any(|x| x != &bars[0]), "{bars:?}");

    browser.activate("button", "Timing");
    let commands = browser.until("bars", || {
        let commands = drawn(&browser, "Timing of the commands");
        commands
            .iter()
            .any(|name| name.contains("SELECT INBOX"))
            .then_some(commands)
    });
    assert!(
        commands
            .iter()
            .any(|name| name.contains("first octet after")),
        "{commands:#?}"
    );

    // By keyboard: the first command, and what it means.
    let focus = "document.querySelector('.lines').focus()";
    browser.script(focus, &[]);
    browser.press(HOME);
    browser.until("its meaning", || {
        let text = browser
            .find("region", "Explanation")
            .map(|_| browser.text("region", "Explanation"));
        text.filter(|text| text.contains("AUTHENTICATE"))
    });
}

#[test]
fn a_drawing_follows_live_and_is_scrubbed() {
    let (_site, demo) = page();
    try_demo(&demo, "IMAP");
    follows_and_is_scrubbed(&demo);
    let dovecot = Dovecot::start(&[mail::numbered(1)]);
    let site = Site::of(&dovecot);
    follows_and_is_scrubbed(&signed_in(&site, &ways(&dovecot)[0]));
}

fn follows_and_is_scrubbed(browser: &Browser) {
    browser.until_text("status", "Connection", "Online");
    browser.activate("button", "Sequence");
    let is_at_end = || {
        let below = "const lines = document.querySelector('.lines');
            return lines.scrollHeight - lines.scrollTop - lines.clientHeight < 2";
        browser.script(below, &[]) == true
    };
    let until_drawn = |part: &str| {
        browser.until(part, || {
            let arrows = drawn(browser, "Sequence of what crossed");
            arrows
                .iter()
                .any(|arrow| arrow.contains(part))
                .then_some(())
        });
    };
    browser.activate("button", "Trash");
    until_drawn("SELECT Trash");
    browser.until("its end", || is_at_end().then_some(()));
    browser.activate("button", "Follow");
    browser.fill("textbox", "Command", &format!("NOOP{ENTER}"));
    until_drawn("NOOP");
    assert!(!is_at_end());

    browser.press_on("slider", "As of", HOME);
    browser.until_text("region", "Explanation", "RFC ");
    let first = browser.until("what is looked at", || looked_at(browser));
    assert!(first.starts_with("Server to client"), "{first}");
    assert!(first.contains("* OK"), "{first}");
    browser.activate("button", "Now");
    browser.until("what is newest", || is_at_end().then_some(()));
}

/// Where the bars of some of the last commands for rows begin.
fn begun(browser: &Browser) -> Vec<String> {
    let back = "const lines = document.querySelector('.lines');
        lines.scrollTop = lines.scrollHeight - lines.clientHeight - 500";
    browser.script(back, &[]);
    let read = "return [...document.querySelectorAll('svg[role=list] [role=listitem]')]
        .filter(bar => bar.ariaLabel.startsWith('TOP'))
        .map(bar => bar.querySelector('.waiting').getAttribute('x'))";
    let places = browser.until("bars", || {
        Some(browser.script(read, &[])).filter(|places| places.as_array().unwrap().len() > 15)
    });
    let places = places.as_array().unwrap().iter();
    places
        .map(|place| place.as_str().unwrap().to_owned())
        .collect()
}

/// How many commands of a first visit over POP3 are drawn to begin at once with another.
fn begun_together(pipelined: bool) -> usize {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    if !pipelined {
        switch(&browser, "Pipelining");
    }
    browser.unfold("Demo server");
    browser.press_on("slider", "Distance", &RIGHT.repeat(5));
    // Beside what is unfolded there is room for a few rows only, and no others are asked for.
    browser.script("document.querySelector('.demo-server').open = false", &[]);
    browser.activate("button", "Sign out");
    try_demo(&browser, "POP3");
    browser.activate("button", "Timing");
    browser.until("the last command", || {
        let last = drawn(&browser, "Timing of the commands").pop()?;
        (last.starts_with("LIST") && last.contains("completed after")).then_some(())
    });
    let places = begun(&browser);
    places.len() - places.iter().collect::<HashSet<_>>().len()
}

#[test]
fn without_pipelining_no_two_commands_are_drawn_to_begin_at_once() {
    assert!(begun_together(true) > 10);
    assert_eq!(begun_together(false), 0);
}

#[test]
fn what_crossed_is_saved_in_every_form_and_opened_again() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    for (form, name, part) in FORMS {
        browser.choose("Save as", form);
        browser.activate("button", "Save");
        let file = browser.downloaded(name);
        let text = String::from_utf8_lossy(&file);
        assert!(text.contains(part), "{name}");
        for disguise in disguises(PASSWORD) {
            assert!(!text.contains(&disguise), "{name}: {disguise}");
        }
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("porthole-wire.json");
    fs::write(&path, browser.downloaded("porthole-wire.json")).unwrap();
    browser.activate("button", "Sign out");
    browser.get("form", "Connect");
    browser.choose_file("Open a transcript", &path);
    browser.get("toolbar", "Playback");
    let last = browser.text("log", "Wire");
    browser.activate("button", "Play");
    browser.until("another moment", || {
        let now = browser.text("log", "Wire");
        (now != last).then_some(())
    });
    // Whoever goes to its end ends it.
    browser.press_on("slider", "Moment", END);
    browser.get("button", "Play");
    assert_eq!(browser.explained(), 100.0);
    browser.open_downloaded("porthole-wire.html");
    in_each_look(&browser, "saved-transcript");
}

#[test]
fn the_page_once_it_is_there_needs_no_network() {
    let (site, browser) = page();
    // The worker is there too.
    browser.until("the demo", || {
        let is_there = "return document.querySelector('form [type=submit]')?.disabled";
        (browser.script(is_there, &[]) == false).then_some(())
    });
    drop(site);
    for protocol in ["IMAP", "POP3"] {
        try_demo(&browser, protocol);
        browser.open_message("Tide tables for the weekend");
        browser.until_text("article", "Message", "the low water on Saturday is early");
        browser.activate("button", "Sign out");
    }
    browser.activate("link", "Compare");
    let task = "Read one message";
    compare::choose(&browser, &[task]);
    compare::run(&browser);
    assert_eq!(compare::shown(&browser, task, "Turns"), ["1", "1"]);
    browser.activate("link", "Back to the start");
    browser.activate("link", "Lessons");
    browser.activate("link", "STAT, LIST and UIDL");
    lessons::begin(&browser, "One");
    lessons::send(&browser, "STAT");
    browser.until_text("region", "Wire", "STAT");
    lessons::verdict(&browser, "Solved");
}

#[test]
fn a_link_leads_to_a_place_in_the_recording() {
    let (site, browser) = page();
    browser.open(&format!("{}#/transcript/demo/4", site.url()));
    browser.script("location.reload()", &[]);
    let shown = browser.until("the entry", || {
        let text = browser
            .find("region", "Explanation")
            .map(|_| browser.text("region", "Explanation"));
        text.filter(|text| text.contains("RFC"))
    });
    assert!(!shown.is_empty());
    browser.activate("button", "One on");
    browser.until("the next", || {
        let place = "return document.querySelector('input[type=range]').value";
        (browser.script(place, &[]) == "6").then_some(())
    });
    browser.activate("link", "Close the transcript");
    browser.get("form", "Connect");
}

/// How a text may be written where octets of it crossed: `saved/secrets.rs` of the crate that
/// writes the files has each form that a server could tempt a client into.
pub(crate) fn disguises(text: &str) -> Vec<String> {
    let each = |write: fn(&u8) -> String| text.as_bytes().iter().map(write).collect::<String>();
    let base64 = (0..3).map(|before| {
        let text = STANDARD_NO_PAD.encode([&vec![0; before], text.as_bytes()].concat());
        // Its edges depend on what stands around it.
        text[[0, 2, 3][before]..text.len() - 1].to_owned()
    });
    let plain = [
        text.to_owned(),
        text.to_uppercase(),
        each(|octet| format!("{octet:02x}")),
        each(|octet| format!("{octet:02x} ")),
        each(|octet| format!("%{octet:02X}")),
    ];
    plain.into_iter().chain(base64).collect()
}

/// The name of what is looked at in a drawing.
fn looked_at(browser: &Browser) -> Option<String> {
    let current = "return document.querySelector('svg[role=list] [aria-current=true]')
        ?.getAttribute('aria-label')";
    let name = browser.script(current, &[]);
    name.as_str().map(str::to_owned)
}

/// Types on the lines; waits until another entry is looked at.
fn walk(browser: &Browser, key: &str) -> String {
    let before = looked_at(browser);
    browser.script("document.querySelector('.lines').focus()", &[]);
    browser.press(key);
    browser.until("another entry", || {
        looked_at(browser).filter(|name| before.as_ref() != Some(name))
    })
}

/// The counts in the bar of the Wire.
fn counts(browser: &Browser) -> String {
    let counts = browser.script("return document.querySelector('.wire .num').innerText", &[]);
    counts.as_str().unwrap().to_owned()
}

/// Wireshark knows these commands in the capture that was saved, and the message's subject.
fn are_dissected(browser: &Browser, protocol: &str, commands: &[&str]) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{protocol}.pcapng"));
    fs::write(&path, browser.downloaded("porthole-wire.pcapng")).unwrap();
    let field = format!("{protocol}.request.command");
    let told = tshark(&path, &["-T", "fields", "-e", &field]);
    for command in commands {
        assert!(told.contains(command), "{command} in {told}");
    }
    let all = tshark(&path, &["-V"]);
    assert!(all.contains("Subject: Tide table 1"), "{all}");
    assert!(!all.contains("Malformed"), "{all}");
}

#[test]
fn dovecot_is_drawn_saved_and_played_back_without_a_network() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let [imap, _, pop3, _] = ways(&dovecot);
    for (way, secret, command, dissected) in [
        (
            imap,
            "AUTHENTICATE PLAIN ********",
            "SELECT INBOX",
            ("imap", ["AUTHENTICATE", "SELECT", "FETCH"]),
        ),
        (
            pop3,
            "PASS ********",
            "UIDL 5",
            ("pop", ["USER", "UIDL", "RETR"]),
        ),
    ] {
        let site = Site::of(&dovecot);
        let browser = signed_in(&site, &way);
        browser.open_message("Tide table 1");
        browser.until_text("article", "Message", "This is number 1.");
        browser.until_text("status", "Connection", "Online");
        // USER and PASS are one thing that takes its time.
        for (view, list, parts) in [
            (
                "Sequence",
                "Sequence of what crossed",
                &[command, secret][..],
            ),
            ("Timing", "Timing of the commands", &[command]),
        ] {
            browser.activate("button", view);
            browser.until(list, || (!drawn(&browser, list).is_empty()).then_some(()));
            // Who walks leaves what is newest.
            let first = walk(&browser, HOME);
            let second = walk(&browser, DOWN);
            let last = walk(&browser, END);
            assert_ne!(last, second);
            assert_ne!(walk(&browser, UP), last);
            assert_eq!(walk(&browser, HOME), first);
            let names = drawn(&browser, list);
            for part in parts {
                let is_drawn = names.iter().any(|name| name.contains(*part));
                assert!(is_drawn, "{view}, {part}: {names:#?}");
            }
            assert_eq!(names[..2], [first, second]);
        }
        browser.until_text("region", "Explanation", "RFC ");
        browser.activate("button", "Log");

        if way.protocol == "IMAP" {
            browser.filter_wire("Server", "idling");
            browser.until_text("log", "Wire", "+ idling");
            browser.filter_wire("Both", BACKSPACE);
        }
        // Nothing more crosses by itself.
        browser.activate("button", "Hold");
        browser.until_text("status", "Run", "Holding");
        let known = counts(&browser);
        for (form, name, part) in FORMS {
            browser.choose("Save as", form);
            browser.activate("button", "Save");
            let file = browser.downloaded(name);
            let text = String::from_utf8_lossy(&file);
            assert!(text.contains(part), "{name}");
            for disguise in disguises(PASSWORD) {
                assert!(!text.contains(&disguise), "{name}: {disguise}");
            }
        }
        are_dissected(&browser, dissected.0, &dissected.1);
        assert_eq!(counts(&browser), known);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}.json", way.protocol));
        fs::write(&path, browser.downloaded("porthole-wire.json")).unwrap();

        // What the page needs from here on it has.
        drop(site);
        browser.activate("button", "Sign out");
        browser.get("form", "Connect");
        browser.choose_file("Open a transcript", &path);
        browser.get("toolbar", "Playback");
        // How long a password was is not in the file.
        let but_up = |counts: &str| {
            let counts = counts.split(" \u{b7} ").enumerate();
            let but_up = counts.filter(|(at, _)| *at != 1);
            but_up
                .map(|(_, count)| count.to_owned())
                .collect::<Vec<_>>()
        };
        let whole = counts(&browser);
        assert_eq!(but_up(&whole), but_up(&known));
        browser.press_on("slider", "Moment", HOME);
        let lines = || {
            let lines = "return document.querySelectorAll('[role=log] [data-direction]').length";
            browser.script(lines, &[]).as_u64().unwrap()
        };
        browser.until("nothing yet", || (lines() == 0).then_some(()));
        browser.activate("button", "One on");
        browser.until("the greeting", || (lines() == 1).then_some(()));
        browser.choose("Speed", "ten times");
        browser.activate("button", "Play");
        let place = || {
            let place = "const range = document.querySelector('[aria-label=Moment]');
                return [Number(range.value), Number(range.max)]";
            let place = browser.script(place, &[]);
            (place[0].as_u64().unwrap(), place[1].as_u64().unwrap())
        };
        browser.until("its end", || {
            browser.find("button", "Play")?;
            let (at, last) = place();
            (at == last).then_some(())
        });
        assert_eq!(counts(&browser), whole);
        browser.activate("button", "One back");
        browser.until("the one before", || {
            let (at, last) = place();
            (at + 1 == last).then_some(())
        });
        browser.activate("button", "Sequence");
        walk(&browser, HOME);
        browser.until_text("region", "Explanation", "RFC ");
    }
}

#[test]
fn a_transcript_is_shown_under_its_own_name() {
    let (_site, browser) = page();
    let own = "#/transcript/another--1-.json";
    let folder = porthole_tests::Folder::new();
    let file = folder.path().join("another (1).json");
    fs::copy(
        porthole_tests::program::root().join("web/demo-transcript.json"),
        &file,
    )
    .unwrap();
    browser.choose_file("Open a transcript", &file);
    browser.get("button", "Play");
    browser.script("location.hash = '#/transcript/demo'", &[]);
    browser.get("button", "Play");
    browser.script("location.hash = arguments[0]", &[own.into()]);
    browser.until_text("alert", "", "The file is not kept here");
}
