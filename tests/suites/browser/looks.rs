//! Each view on each screen: a picture of it is kept, and axe finds nothing serious.

use porthole_tests::{
    Browser, Look, Size,
    keys::{BACKSPACE, ENTER, HOME},
    program::root,
};
use serde_json::Value;

use super::{page, try_demo};

/// What axe-core finds on what is shown: rule and place.
pub(crate) fn serious(browser: &Browser) -> Vec<String> {
    let path = root().join("target/npm/node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; type: cargo xtask test browser",
            path.display()
        )
    });
    let run = "
        const done = arguments[0];
        // Frames of mail have no scripts, not even axe's.
        axe.run(document, { iframes: false, resultTypes: ['violations'] }).then(done, error => done(String(error)));";
    browser.script(&axe, &[]);
    let found = browser.slow_script(run, &[]);
    let violations = found["violations"]
        .as_array()
        .unwrap_or_else(|| panic!("{found}"));
    let counts = |violation: &&Value| {
        let impact = violation["impact"].as_str().unwrap_or_default();
        ["serious", "critical"].contains(&impact)
    };
    let told = |violation: &Value| {
        let places = violation["nodes"].as_array().into_iter().flatten();
        let places: Vec<_> = places.map(|node| node["html"].to_string()).collect();
        format!("{}: {}", violation["id"], places.join("; "))
    };
    violations.iter().filter(counts).map(told).collect()
}

/// Keeps a picture of what is shown, on each screen; nothing in it keeps anybody out.
pub(crate) fn in_each_look(browser: &Browser, view: &str) {
    for look in Look::ALL {
        browser.look(look);
        browser.keep_picture(view);
        assert_eq!(serious(browser), <[String; 0]>::default(), "{view}, {look}");
    }
    browser.look(Look::DESKTOP);
}

/// A browser's views and what axe finds on them.
struct Tour<'a> {
    browser: &'a Browser,
    found: Vec<String>,
}

impl Tour<'_> {
    /// Keeps a picture of what is shown and looks at it with axe.
    fn look(&mut self, view: &str) {
        self.browser.keep_picture(view);
        let found = serious(self.browser);
        self.found
            .extend(found.into_iter().map(|line| format!("{view}: {line}")));
    }
}

/// How many of the mailboxes, the list and the message are shown.
fn panes(browser: &Browser) -> usize {
    let panes = [
        ("navigation", "Mailboxes"),
        ("listbox", "Messages"),
        ("article", "Message"),
    ];
    let shown = panes
        .iter()
        .filter(|(role, name)| browser.find(role, name).is_some());
    shown.count()
}

/// Opens a message; on a phone that leaves the list.
fn open(browser: &Browser, subject: &str) {
    if let Some(back) = browser.find("button", "Back") {
        drop(back);
        browser.click("button", "Back");
    }
    browser.open_message(subject);
    browser.until_text("article", "Message", subject);
}

fn views(screen: Look) {
    let (_site, browser) = page();
    let mut tour = Tour {
        browser: &browser,
        found: Vec::new(),
    };
    browser.look(screen);
    browser.get("button", "Try the demo");
    tour.look("start");
    browser.fill("textbox", "User name", "alice@gmail.com");
    browser.choose("Security", "None");
    tour.look("start-without-tls");
    browser.fill("textbox", "User name", "alice");
    browser.fill("textbox", "Password", "wonderland");
    browser.fill("textbox", "Server", "localhost");
    browser.choose("Security", "TLS");
    browser.click("button", "Connect");
    browser.get("alert", "");
    tour.look("start-refused");

    browser.open(&browser.url());
    try_demo(&browser, "IMAP");
    tour.look("list");
    browser.fill("searchbox", "Search", &format!("rope{ENTER}"));
    browser.until_text("status", "Search result", "found by the server");
    tour.look("search");
    browser.click("button", "Show all");
    if screen.size == Size::Phone {
        browser.click("button", "Show mailboxes");
    }
    browser.click("button", "Account");
    browser.get("dialog", "Account");
    tour.look("account");
    browser.click("button", "Close");
    if screen.size == Size::Phone {
        browser.click("button", "Show mailboxes");
    }
    open(&browser, "Minutes of the harbour meeting");
    browser.get("frame", "Message text");
    let expected = match screen.size {
        Size::Desktop => 3,
        Size::Phone => 1,
    };
    assert_eq!(panes(&browser), expected);
    tour.look("message-html");
    open(&browser, "Tide tables for the weekend");
    tour.look("message-text");
    browser.click("button", "Source");
    browser.until_text("article", "Message", "Save as file");
    tour.look("message-source");
    browser.click("button", "Delete");
    browser.get("button", "Undo");
    tour.look("deleted");
    if screen.size == Size::Phone {
        browser.click("button", "Show mailboxes");
        tour.look("mailboxes");
        browser.click("button", "Show mailboxes");
    } else {
        browser.choose("Direction", "Client");
        let first = "const entry = document.querySelector('[role=log] button');
            entry?.click(); return !!entry";
        browser.until("an entry", || {
            (browser.script(first, &[]) == true).then_some(())
        });
        browser.get("region", "Explanation");
        tour.look("wire-entry");
        browser.choose("Direction", "Both");
        browser.click("button", "Close the explanation");
    }
    if screen.size == Size::Phone {
        browser.click("button", "Unfold");
    }
    browser.click("button", "Hold");
    browser.click("button", "Check for new mail");
    browser.get("form", "Held command");
    browser.fill("textbox", "Command", "CLOSE");
    tour.look("held");
    browser.fill("textbox", "Command", BACKSPACE);
    browser.click("button", "Run on");
    browser.click("button", "States");
    browser.get("region", "State of connection 1");
    tour.look("state-machine");
    for (view, name) in [("Sequence", "sequence"), ("Timing", "timing")] {
        browser.click("button", view);
        tour.look(name);
        browser.script("document.querySelector('.lines').focus()", &[]);
        browser.press(HOME);
        browser.get("region", "Explanation");
        tour.look(&format!("{name}-entry"));
        browser.click("button", "Close the explanation");
    }
    browser.click("button", "Mailbox");
    browser.click("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "is signed in");
    browser.until_text("status", "This client", "knows all");
    tour.look("mailbox-table");
    let panels = "document.querySelectorAll('.wire details').forEach(panel => panel.open = true)";
    browser.script(panels, &[]);
    browser.script(
        "document.querySelector('.demo-server').scrollIntoView()",
        &[],
    );
    tour.look("demo-server");
    browser.choose("Misbehaves", "Refuse a command");
    browser.fill("textbox", "Command", &format!("NOOP{ENTER}"));
    browser.until_text("status", "Misbehaved", "Happened");
    tour.look("fault");
    browser.click("button", "Sign out");

    try_demo(&browser, "POP3");
    open(&browser, "Keys, ladder, soup");
    tour.look("pop3");

    browser.script("location.hash = '#/transcript/demo'", &[]);
    browser.get("toolbar", "Playback");
    tour.look("playback");
    browser.script("location.hash = '#/transcript/demo/4'", &[]);
    browser.get("region", "Explanation");
    tour.look("playback-entry");
    assert!(tour.found.is_empty(), "{}", tour.found.join("\n"));
}

#[test]
fn on_a_desktop_in_daylight() {
    views(Look::ALL[0]);
}

#[test]
fn on_a_desktop_at_night() {
    views(Look::ALL[1]);
}

#[test]
fn on_a_phone_in_daylight() {
    views(Look::ALL[2]);
}

#[test]
fn on_a_phone_at_night() {
    views(Look::ALL[3]);
}
