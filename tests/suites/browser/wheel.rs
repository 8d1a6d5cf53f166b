//! The user takes the wheel: holds, steps, edits, drops, runs on, and types commands.

use porthole_tests::{Browser, Dovecot, Site, mail};

use super::{
    page,
    server::{signed_in, ways},
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

/// The last line of the client that the Wire shows.
fn last_sent(browser: &Browser) -> String {
    let last = "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
        .at(-1)?.innerText ?? ''";
    browser.script(last, &[]).as_str().unwrap().to_owned()
}

/// Types a command and sends it.
fn type_in(browser: &Browser, line: &str) {
    browser.fill("textbox", "Command", line);
    browser.click("button", "Send");
}

#[test]
fn a_visit_step_by_step() {
    for protocol in ["IMAP", "POP3"] {
        let (_site, browser) = page();
        browser.click("radio", protocol);
        browser.script("document.querySelector('form details').open = true", &[]);
        browser.click("checkbox", "Hold every command, from the greeting on");
        browser.click("button", "Try the demo");
        held(&browser);
        browser.choose("Direction", "Client");
        let mut steps = 0;
        while browser.row(0).is_none() {
            held(&browser);
            let before = sent(&browser);
            browser.click("button", "Step");
            browser.until("one line more", || {
                let now = sent(&browser);
                assert!(now <= before + 1, "{protocol}: {before} {now}");
                (now == before + 1).then_some(())
            });
            steps += 1;
            assert!(steps < 60, "{protocol}");
        }
        assert!(steps >= 3, "{protocol}: {steps}");
        browser.click("button", "Run on");
        browser.until_text("status", "Connection", "Online");
        assert!(browser.find("form", "Held command").is_none());
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
    browser.click("button", "Hold");
    browser.click("button", "Archive");
    assert!(held(&browser).starts_with("SELECT Archive"));
    browser.fill("textbox", "Waiting line", "EXAMINE Archive");
    browser.click("button", "Let it go, edited");
    browser.until("the edited line", || {
        last_sent(&browser)
            .contains("EXAMINE Archive")
            .then_some(())
    });
    browser.until("the next", || {
        held(&browser).contains("FETCH").then_some(())
    });
    browser.click("button", "Drop");
    browser.click("button", "Run on");
    // The client copes: another mailbox is opened as ever.
    browser.click("button", "Drafts");
    browser.until("rows", || browser.row(0).filter(|row| row.of == 2));

    browser.fill("textbox", "Run until", "select\u{e007}");
    browser.click("button", "Sent");
    assert!(held(&browser).starts_with("SELECT Sent"));
    browser.click("button", "To the answer");
    browser.until("the next", || {
        held(&browser).contains("FETCH").then_some(())
    });
    browser.click("button", "Run on");
    browser.until_text("status", "Connection", "Online");
}

#[test]
fn commands_are_typed_and_explained_first() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    browser.choose("Direction", "Client");
    browser.fill("textbox", "Command", "DELE 2");
    browser.until("its meaning", || {
        let said = browser.script("return document.getElementById('meaning').innerText", &[]);
        said.as_str()?
            .contains("deletes nothing until QUIT")
            .then_some(())
    });
    assert!(!last_sent(&browser).contains("DELE"));
    browser.click("button", "Send");
    browser.until("the line", || {
        last_sent(&browser).contains("DELE 2").then_some(())
    });
    type_in(&browser, "FROB");
    browser.until("the line", || {
        last_sent(&browser).contains("FROB").then_some(())
    });
    browser.filter_wire("Server", "-ERR");
    browser.explain("-ERR");
    // What was typed last comes back.
    let console = browser.get("textbox", "Command");
    drop(console);
    browser.fill("textbox", "Command", "\u{e013}");
    browser.until("what was typed", || {
        let value = browser.script("return document.querySelector('.console input').value", &[]);
        (value == "FROB").then_some(())
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
        browser.fill("textbox", "Command", &format!("{line}\u{e007}"));
        browser.click("button", "Keep it back");
        browser.click("button", "As it is");
        type_in(&browser, &format!("x {line}"));
        browser.click("button", "Keep it back");
        browser.click("button", "As it is");
        assert!(!last_sent(&browser).contains(line), "{way:?}");
        type_in(&browser, line);
        browser.click("button", "Go ahead");
        browser.until("the line", || {
            last_sent(&browser).contains(line).then_some(())
        });
        // Over POP3 nothing is lost as long as it is taken back before QUIT.
        type_in(
            &browser,
            if way.protocol == "IMAP" {
                "NOOP"
            } else {
                "RSET"
            },
        );
        browser.until("the answer", || {
            let last = last_sent(&browser);
            (last.contains("NOOP") || last.contains("RSET")).then_some(())
        });
        // Nor does it depend on how it comes to be the next line.
        let line = if way.protocol == "IMAP" {
            "CLOSE"
        } else {
            "DELE 2"
        };
        browser.click("button", "Hold");
        browser.click("button", "Check for new mail");
        held(&browser);
        browser.fill("textbox", "Waiting line", line);
        browser.click("button", "Let it go, edited");
        browser.click("button", "Keep it back");
        // It still waits.
        browser.get("form", "Held command");
        assert!(!last_sent(&browser).contains(line), "{way:?}");
        browser.click("button", "Run on");
        browser.click("button", "Sign out");
    }
}
