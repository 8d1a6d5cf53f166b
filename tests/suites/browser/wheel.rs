//! The user takes the wheel: holds, steps, edits, drops, runs on, and types commands.

use porthole_tests::{
    Browser, Dovecot, Site,
    keys::{BACKSPACE, DOWN, ENTER, TAB, UP},
    mail,
};

use super::{
    looks::in_each_look,
    page,
    server::{Way, signed_in, ways},
    sides::switch,
    try_demo,
};

/// What waits, as soon as something does.
fn held(browser: &Browser) -> String {
    browser.get("form", "Held command");
    browser.value("Waiting line")
}

/// How many lines of the client the Wire shows.
fn sent(browser: &Browser) -> u64 {
    let count = "return document.querySelectorAll('[role=log] [data-direction=client]').length";
    browser.script(count, &[]).as_u64().unwrap()
}

/// Whether the Wire shows a line of the client that holds this.
fn was_sent(browser: &Browser, part: &str) -> bool {
    let any = "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
        .some(line => line.innerText.includes(arguments[0]))";
    browser.script(any, &[part.into()]) == true
}

fn until_sent(browser: &Browser, part: &str) {
    browser.until(part, || was_sent(browser, part).then_some(()));
}

/// Waits until no command waits.
fn until_none_waits(browser: &Browser) {
    browser.until("nothing that waits", || {
        browser.find("form", "Held command").is_none().then_some(())
    });
}

/// The last line of the client that the Wire shows.
fn last_sent(browser: &Browser) -> String {
    let last = "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
        .at(-1)?.innerText ?? ''";
    browser.script(last, &[]).as_str().unwrap().to_owned()
}

/// Types a command and sends it.
fn type_in(browser: &Browser, line: &str) {
    browser.fill("textbox", "Command", line);
    browser.activate("button", "Send");
}

/// Has each command wait, the first of all included.
fn hold_from_the_greeting_on(browser: &Browser) {
    browser.get("form", "Connect");
    browser.unfold("Advanced");
    browser.activate("checkbox", "Hold every command, from the greeting on");
}

/// Lets what waits go, and nothing else.
fn step(browser: &Browser) {
    let before = sent(browser);
    browser.activate("button", "Step");
    browser.until("one line more", || {
        let now = sent(browser);
        assert!(now <= before + 1, "{before} {now}");
        (now == before + 1).then_some(())
    });
}

#[test]
fn a_visit_step_by_step() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        browser.activate("radio", protocol);
        hold_from_the_greeting_on(&browser);
        browser.activate("button", "Try the demo");
        held(&browser);
        browser.choose("Direction", "Client");
        let mut steps = 0;
        while browser.row(0).is_none() {
            held(&browser);
            step(&browser);
            steps += 1;
            assert!(steps < 60, "{protocol}");
        }
        assert!(steps >= 3, "{protocol}: {steps}");
        browser.activate("button", "Run on");
        browser.until_text("status", "Connection", "Online");
        until_none_waits(&browser);
    }
}

#[test]
fn what_waits_is_edited_and_dropped_and_run_to_a_word() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.choose("Direction", "Client");
    // It would wait before whatever else does.
    browser.until("IDLE", || {
        last_sent(&browser).contains("IDLE").then_some(())
    });
    browser.activate("button", "Hold");
    browser.activate("button", "Archive");
    assert!(held(&browser).starts_with("SELECT Archive"));
    browser.fill("textbox", "Waiting line", "EXAMINE Archive");
    browser.activate("button", "Let it go, edited");
    until_sent(&browser, "EXAMINE Archive");
    browser.until("the next", || {
        held(&browser).contains("FETCH").then_some(())
    });
    browser.activate("button", "Drop");
    browser.activate("button", "Run on");
    // The client copes: another mailbox is opened as ever.
    browser.activate("button", "Drafts");
    browser.until("rows", || browser.row(0).filter(|row| row.of == 2));

    browser.fill("textbox", "Run until", &format!("select{ENTER}"));
    browser.activate("button", "Sent");
    assert!(held(&browser).starts_with("SELECT Sent"));
    browser.activate("button", "To the answer");
    browser.until("the next", || {
        held(&browser).contains("FETCH").then_some(())
    });
    browser.activate("button", "Let it go");
    browser.until("it as it was", || {
        last_sent(&browser).contains("FETCH").then_some(())
    });
    browser.activate("button", "Run on");
    browser.until_text("status", "Connection", "Online");
}

#[test]
fn commands_are_typed_and_explained_first() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    browser.choose("Direction", "Client");
    browser.fill("textbox", "Command", "r");
    for name in ["RETR", "RSET"] {
        browser.get("button", name);
    }
    let said = browser.script("return document.getElementById('meaning').innerText", &[]);
    assert_eq!(said, "", "of half a name");
    in_each_look(&browser, "completions");
    browser.fill("textbox", "Command", "DELE 2");
    browser.until("its meaning", || {
        let said = browser.script("return document.getElementById('meaning').innerText", &[]);
        said.as_str()?
            .contains("deletes nothing until QUIT")
            .then_some(())
    });
    assert!(!was_sent(&browser, "DELE"));
    browser.activate("button", "Send");
    until_sent(&browser, "DELE 2");
    assert_eq!(browser.explained(), 100.0);
    type_in(&browser, "FROB");
    until_sent(&browser, "FROB");
    browser.until("a part that nobody understands", || {
        (browser.explained() < 100.0).then_some(())
    });
    let said = browser.explain("FROB");
    assert!(said.contains("not understood: "), "{said}");
    browser.filter_wire("Server", "-ERR");
    browser.explain("-ERR");
    // What was typed last comes back.
    let console = browser.get("textbox", "Command");
    drop(console);
    browser.fill("textbox", "Command", UP);
    browser.until("what was typed", || {
        let value = browser.script("return document.querySelector('.console input').value", &[]);
        (value == "FROB").then_some(())
    });
}

#[test]
fn the_wire_unfolds_where_it_was() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    let place = "return document.querySelector('.lines').scrollTop";
    let scroll = "const lines = document.querySelector('.lines');
        lines.scrollTop = lines.scrollHeight / 2";
    // While it follows, a line that comes takes it to its end again.
    let at = browser.until("a long Wire that does not follow", || {
        let pressed = browser.attribute("button", "Follow", "aria-pressed");
        if pressed.as_deref() == Some("false") {
            return browser.script(place, &[]).as_f64().filter(|at| *at > 400.0);
        }
        browser.script(scroll, &[]);
        None
    });
    browser.activate("button", "Fold");
    browser.activate("button", "Unfold");
    let seen = "const lines = document.querySelector('.lines'), box = lines.getBoundingClientRect();
        const inside = line => { const { top, bottom } = line.getBoundingClientRect(); return bottom > box.top && top < box.bottom };
        return [lines.scrollTop, [...lines.querySelectorAll('[data-direction]')].filter(inside).length]";
    browser.until("the same lines", || {
        let seen = browser.script(seen, &[]);
        let (top, lines) = (seen[0].as_f64()?, seen[1].as_u64()?);
        ((top - at).abs() < 21.0 && lines > 3).then_some(())
    });
}

#[test]
fn what_could_destroy_real_mail_asks_first() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    for way in ways(&dovecot) {
        let browser = signed_in(&site, &way);
        browser.until("rows", || browser.row(0));
        browser.choose("Direction", "Client");
        let line = if way.protocol == "IMAP" {
            "EXPUNGE"
        } else {
            "DELE 1"
        };
        // At once, and as it is: whether it asks does not depend on the hint.
        browser.fill("textbox", "Command", &format!("{line}{ENTER}"));
        browser.get("alertdialog", "This is real mail");
        if way.security == "TLS" {
            in_each_look(&browser, &format!("real-mail-{}", way.protocol));
        }
        browser.activate("button", "Keep it back");
        browser.activate("button", "As it is");
        type_in(&browser, &format!("x {line}"));
        browser.activate("button", "Keep it back");
        browser.activate("button", "As it is");
        assert!(!was_sent(&browser, line), "{way:?}");
        type_in(&browser, line);
        browser.activate("button", "Go ahead");
        until_sent(&browser, line);
        if way.protocol == "POP3" {
            // Nothing is lost as long as it is taken back before QUIT.
            type_in(&browser, "RSET");
            until_sent(&browser, "RSET");
        }
        // Nor does it depend on how it comes to be the next line.
        let line = if way.protocol == "IMAP" {
            "CLOSE"
        } else {
            "DELE 2"
        };
        browser.activate("button", "Hold");
        browser.activate("button", "Check for new mail");
        held(&browser);
        browser.fill("textbox", "Waiting line", line);
        browser.activate("button", "Let it go, edited");
        browser.activate("button", "Keep it back");
        // It still waits.
        browser.get("form", "Held command");
        assert!(!was_sent(&browser, line), "{way:?}");
        browser.activate("button", "Run on");
        browser.activate("button", "Sign out");
    }
}

#[test]
fn a_command_goes_on_the_connection_that_is_chosen() {
    let (_site, demo) = page();
    try_demo(&demo, "IMAP");
    goes_where_it_is_told(&demo);
    let dovecot = Dovecot::start(&[mail::numbered(1)]);
    let site = Site::of(&dovecot);
    goes_where_it_is_told(&signed_in(&site, &ways(&dovecot)[0]));
}

fn goes_where_it_is_told(browser: &Browser) {
    browser.until_text("status", "Connection", "Online");
    browser.get("combobox", "On connection");
    for connection in ["2", "1"] {
        browser.choose("On connection", &format!("#{connection}"));
        let line = format!("LIST \"\" on-{connection}");
        type_in(browser, &line);
        browser.filter_wire("Client", &line);
        let said = browser.explain(&line);
        let place = format!("connection {connection} ");
        assert!(said.contains(&place), "{place} is not in {said}");
    }
}

/// What is done with a visit to Dovecot that waits for the user.
struct Visit {
    way: Way,
    first: &'static str,
    /// A word of the command that has the password, and what is shown of it.
    secret: (&'static str, &'static str),
    word: &'static str,
    /// What is sent in the place of the command that the word stands in, and what comes of that.
    edited: &'static str,
    answer: &'static str,
    /// What would have come of the command itself.
    not: &'static str,
}

fn visits(dovecot: &Dovecot) -> [Visit; 2] {
    let [imap, _, pop3, _] = ways(dovecot);
    [
        Visit {
            way: imap,
            first: "AUTHENTICATE PLAIN ********",
            secret: ("AUTHENTICATE", "AUTHENTICATE PLAIN ********"),
            word: "FETCH 1:5",
            edited: "FETCH 4:5 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)",
            answer: "* 4 FETCH",
            not: "* 1 FETCH",
        },
        Visit {
            way: pop3,
            first: "CAPA",
            secret: ("PASS", "PASS ********"),
            word: "TOP 5",
            edited: "TOP 5 1",
            answer: "This is number 5.",
            not: "+OK TOP 0",
        },
    ]
}

#[test]
fn dovecot_waits_from_the_greeting_on() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    for visit in visits(&dovecot) {
        let browser = Browser::start(None);
        browser.open(&site.url());
        hold_from_the_greeting_on(&browser);
        visit.way.sign_in(&browser);
        assert_eq!(held(&browser), visit.first);
        browser.choose("Direction", "Client");
        assert_eq!(sent(&browser), 0);

        let run_until = |word: &str, is: &str| {
            let word = word.to_lowercase() + ENTER;
            browser.fill("textbox", "Run until", &word);
            browser.until(is, || held(&browser).starts_with(is).then_some(()));
            browser.until_text("status", "Run", "Held");
        };
        let (word, shown) = visit.secret;
        if visit.first != shown {
            run_until(word, shown);
        }
        let read_only = browser.attribute("textbox", "Waiting line", "readonly");
        assert!(read_only.is_some(), "{shown}");
        step(&browser);

        run_until(visit.word, visit.word);
        assert!(!was_sent(&browser, visit.word));
        assert!(browser.row(0).is_none());
        let edited = visit.edited.to_owned() + ENTER;
        browser.fill("textbox", "Waiting line", &edited);
        until_sent(&browser, visit.edited);
        browser.choose("Direction", "Server");
        browser.until_text("log", "Wire", visit.answer);
        assert!(!browser.text("log", "Wire").contains(visit.not));
        browser.choose("Direction", "Client");

        // All go until the one that waits now has its answer; then the next waits.
        let waited = held(&browser);
        let before = sent(&browser);
        browser.activate("button", "To the answer");
        browser.until("the next", || (held(&browser) != waited).then_some(()));
        browser.until_text("status", "Run", "Held");
        assert!(sent(&browser) > before, "{waited}");

        let dropped = held(&browser);
        let before = sent(&browser);
        browser.activate("button", "Drop");
        // There may be none until there is something to do.
        browser.until("another, or none", || {
            let waits = browser.find("form", "Held command").is_some();
            (!waits || held(&browser) != dropped).then_some(())
        });
        assert_eq!(sent(&browser), before, "{dropped}");

        // The client copes: what it lacks is asked for all the same.
        browser.activate("button", "Run on");
        browser.until_text("status", "Connection", "Online");
        assert_eq!(browser.first_rows(5).len(), 5);
        until_none_waits(&browser);
    }
}

/// What the console has.
fn in_console(browser: &Browser, line: &str) {
    browser.until(line, || (browser.value("Command") == line).then_some(()));
}

/// What is typed to Dovecot, and what comes of it.
struct Typing {
    way: Way,
    /// What is typed, what Tab makes of it, and what is typed behind that.
    completed: [&'static str; 3],
    meaning: &'static str,
    answer: &'static str,
    /// A line to send as it is, and its answer.
    verbatim: &'static str,
    done: &'static str,
}

#[test]
fn commands_are_typed_to_dovecot() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [_, imap, _, pop3] = ways(&dovecot);
    let imap = Typing {
        way: imap,
        completed: ["statu", "STATUS ", "INBOX (MESSAGES)"],
        meaning: "STATUS asks for the figures",
        answer: "* STATUS INBOX (MESSAGES 5)",
        verbatim: "x7 NOOP",
        done: "x7 OK",
    };
    let pop3 = Typing {
        way: pop3,
        completed: ["li", "LIST ", "2"],
        meaning: "LIST",
        answer: "+OK 2 ",
        verbatim: "list 3",
        done: "+OK 3 ",
    };
    for typing in [imap, pop3] {
        let Typing {
            way,
            completed: [begun, name, rest],
            meaning,
            answer,
            verbatim,
            done,
        } = typing;
        let browser = signed_in(&site, &way);
        browser.until_text("status", "Connection", "Online");
        if way.protocol == "IMAP" {
            // What is sent as it is would end it.
            switch(&browser, "Push (IDLE)");
        }
        browser.press_on("textbox", "Command", &format!("{begun}{TAB}"));
        in_console(&browser, name);
        browser.press(rest);
        let line = format!("{name}{rest}");
        in_console(&browser, &line);
        browser.until(meaning, || {
            let said = browser.script("return document.getElementById('meaning').innerText", &[]);
            said.as_str()?.contains(meaning).then_some(())
        });
        browser.choose("Direction", "Client");
        assert!(!was_sent(&browser, &line));
        browser.press_on("textbox", "Command", ENTER);
        until_sent(&browser, &line);
        browser.choose("Direction", "Server");
        browser.until_text("log", "Wire", answer);

        // What was typed comes back.
        browser.press_on("textbox", "Command", &format!("NOOP{ENTER}"));
        in_console(&browser, "");
        for (key, is) in [(UP, "NOOP"), (UP, &line), (DOWN, "NOOP"), (DOWN, "")] {
            browser.press_on("textbox", "Command", key);
            in_console(&browser, is);
        }
        // So does what was not sent yet.
        browser.press_on("textbox", "Command", "STAT");
        for (key, is) in [(UP, "NOOP"), (DOWN, "STAT"), (DOWN, "STAT")] {
            browser.press_on("textbox", "Command", key);
            in_console(&browser, is);
        }
        browser.press_on("textbox", "Command", &BACKSPACE.repeat(4));
        in_console(&browser, "");

        // Without a tag it is what the server reads as one.
        browser.activate("button", "As it is");
        browser.press_on("textbox", "Command", &format!("{verbatim}{ENTER}"));
        browser.until_text("log", "Wire", done);
        browser.choose("Direction", "Client");
        let line = format!("\n{verbatim}\n{} B", verbatim.len() + 2);
        let is_sent = "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
            .some(line => line.innerText.endsWith(arguments[0]))";
        browser.until(verbatim, || {
            (browser.script(is_sent, &[line.as_str().into()]) == true).then_some(())
        });
    }
}
