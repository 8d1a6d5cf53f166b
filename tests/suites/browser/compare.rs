//! POP3 beside IMAP in the page: on the demo within it, and on a real Dovecot through the proxy.

use std::time::Duration;

use porthole_engine::account::Protocol;
use porthole_tests::{
    Browser, CountingRelay, Dovecot, Look, PASSWORD, Site,
    keys::{ENTER, ESCAPE},
    mail,
};

use super::{
    looks::{in_each_look, serious},
    page,
    server::{sign_in, signed_in, ways},
    transcript::disguises,
};

/// A task that nobody need sign in for, and one of two devices.
const TASKS: [&str; 2] = ["Read one message", "Mark read here, look there"];

/// Lets mail on an account be changed.
const ALLOW: &str = "Let two tasks change mail there";

/// The tasks that are ticked.
fn ticked(browser: &Browser) -> Vec<String> {
    let read = "return [...document.querySelectorAll('.tasks input:checked')]
        .map(input => input.parentElement.innerText.trim())";
    let found = browser.script(read, &[]);
    let found = found.as_array().unwrap().iter();
    found
        .map(|task| task.as_str().unwrap().to_owned())
        .collect()
}

/// Ticks these tasks and no others, by keyboard.
pub(crate) fn choose(browser: &Browser, tasks: &[&str]) {
    // Once the page is there.
    browser.get("button", "Run");
    let before = ticked(browser);
    let before: Vec<_> = before.iter().map(String::as_str).collect();
    for task in before.iter().filter(|task| !tasks.contains(task)) {
        browser.activate("checkbox", task);
    }
    for task in tasks.iter().filter(|task| !before.contains(task)) {
        browser.activate("checkbox", task);
    }
    browser.until("the ticks that were made", || {
        let found = ticked(browser);
        let has = |task: &&str| found.iter().any(|found| found == task);
        (found.len() == tasks.len() && tasks.iter().all(has)).then_some(())
    });
}

/// Runs what is ticked, until the last result is there.
pub(crate) fn run(browser: &Browser) {
    browser.activate("button", "Run");
    until_over(browser);
}

/// How long a run may take, which is a task by both protocols.
const RUN: Duration = Duration::from_secs(240);

fn until_over(browser: &Browser) {
    browser.until_within(RUN, "a run that is over", || {
        let over = "return !!document.querySelector('table.comparison')
            && !document.querySelector('form button[type=submit]').disabled";
        browser.script(over, &[]).as_bool()?.then_some(())
    });
}

/// What a row of the table shows of a figure, by POP3 and by IMAP.
pub(crate) fn shown(browser: &Browser, task: &str, figure: &str) -> [String; 2] {
    ["POP3", "IMAP"].map(|protocol| {
        let name = format!("{task}, {figure}, {protocol}: ");
        let find = "return [...document.querySelectorAll('table[aria-label=Comparison] button')]
            .find(b => b.getAttribute('aria-label').startsWith(arguments[0]))?.innerText ?? ''";
        let text = browser.script(find, &[name.into()]);
        text.as_str().unwrap().to_owned()
    })
}

/// Waits until what a figure was counted from has the keyboard.
fn until_entered(browser: &Browser) {
    let inside = "return !!document.activeElement.closest('[aria-label=\"Counted from\"]')";
    browser.until("the keyboard in it", || {
        (browser.script(inside, &[]) == true).then_some(())
    });
}

fn until_closed(browser: &Browser) {
    browser.until("closed entries", || {
        let region = browser.find("region", "Counted from");
        region.is_none().then_some(())
    });
}

/// Opens a figure by keyboard; what it shows, and the octets of the entries behind it.
fn opened(browser: &Browser, task: &str, figure: &str, protocol: &str) -> (u64, u64, u64) {
    let shown = shown(browser, task, figure);
    let shown = &shown[usize::from(protocol == "IMAP")];
    let name = format!("{task}, {figure}, {protocol}: {shown}");
    // Asking each of hundreds of buttons for its name takes seconds.
    let focus =
        "const button = [...document.querySelectorAll('table[aria-label=Comparison] button')]
            .find(b => b.getAttribute('aria-label') === arguments[0]);
        button?.focus();
        return !!button";
    browser.until(&format!("figure {name}"), || {
        let found = browser.script(focus, &[name.as_str().into()]);
        found.as_bool()?.then_some(())
    });
    browser.press(ENTER);
    let heading = format!("{figure}, {protocol}: {shown}");
    browser.get("heading", &heading);
    until_entered(browser);
    let sum = "const all = [...document.querySelectorAll('[aria-label=Entries] [data-octets]')];
        return [all.length, all.reduce((sum, e) => sum + Number(e.dataset.octets), 0)]";
    let found = browser.script(sum, &[]);
    let digits: String = shown.chars().filter(char::is_ascii_digit).collect();
    // Escape closes them again.
    browser.press(ESCAPE);
    until_closed(browser);
    let focused = "return document.activeElement.getAttribute('aria-label')";
    assert_eq!(browser.script(focused, &[]), name);
    (
        digits.parse().unwrap(),
        found[0].as_u64().unwrap(),
        found[1].as_u64().unwrap(),
    )
}

#[test]
fn two_tasks_on_the_demo_show_what_their_entries_say() {
    let (_site, browser) = page();
    browser.activate("link", "Compare");
    browser.get("heading", "POP3 beside IMAP");
    browser.choose("Distance", "20 ms away, 50 Mbit/s");
    browser.activate("button", "All or none");
    browser.until("all", || (ticked(&browser).len() == 9).then_some(()));
    browser.activate("button", "All or none");
    browser.until("none", || ticked(&browser).is_empty().then_some(()));
    choose(&browser, &TASKS);
    browser.activate("checkbox", "Both protocols at once");
    run(&browser);
    for task in TASKS {
        for protocol in ["POP3", "IMAP"] {
            for figure in [
                "Bytes up",
                "Bytes down",
                "Bytes up, whole run",
                "Bytes down, whole run",
            ] {
                let (value, _, octets) = opened(&browser, task, figure, protocol);
                assert!(value > 0);
                assert_eq!(value, octets, "{task}, {figure}, {protocol}");
            }
            for figure in ["Turns", "Round trips", "Turns, whole run"] {
                let (value, entries, _) = opened(&browser, task, figure, protocol);
                assert_eq!(value, entries, "{task}, {figure}, {protocol}");
            }
        }
    }
    assert_eq!(shown(&browser, TASKS[0], "Turns"), ["1", "1"]);
    assert_eq!(
        shown(&browser, TASKS[1], "The other device sees it"),
        ["no", "yes"]
    );

    // The figures decide what fits.
    browser.choose("Devices", "Several");
    browser.until_text("status", "Recommendation", "IMAP fits better.");

    save(&browser);
    // The mail is where it was.
    browser.activate("link", "Back to the start");
    browser.get("button", "Try the demo");
    browser.open_downloaded("comparison.html");
    in_each_look(&browser, "saved-comparison");
}

/// Saves what was compared in every form, two devices among it.
fn save(browser: &Browser) {
    for (button, file) in [
        ("Save as Markdown", "comparison.md"),
        ("Save as CSV", "comparison.csv"),
        ("Save as HTML", "comparison.html"),
    ] {
        browser.activate("button", button);
        let saved = String::from_utf8(browser.downloaded(file)).unwrap();
        assert!(saved.contains(TASKS[1]), "{file}");
        for disguise in disguises(PASSWORD) {
            assert!(!saved.contains(&disguise), "{file}: {disguise}");
        }
    }
}

/// The names of the figures in a part of the page.
fn figures(browser: &Browser, part: &str) -> Vec<String> {
    let read = "return [...document.querySelectorAll(arguments[0] + ' button')]
        .map(button => button.getAttribute('aria-label'))";
    let names = browser.script(read, &[part.into()]);
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

/// Opens by keyboard what a figure was counted from, and closes it.
fn open_and_close(browser: &Browser, part: &str, name: &str) {
    let focus = "[...document.querySelectorAll(arguments[0] + ' button')]
        .find(button => button.getAttribute('aria-label') === arguments[1]).focus()";
    browser.script(focus, &[part.into(), name.into()]);
    browser.press(ENTER);
    browser.get("region", "Counted from");
    until_entered(browser);
    browser.press(ESCAPE);
    until_closed(browser);
}

#[test]
fn nine_tasks_answer_six_questions_and_advise_by_their_figures() {
    const TABLE: &str = "table[aria-label=Comparison]";
    const QUESTIONS: &str = "table[aria-label=Questions]";
    const REASONS: &str = ".questionnaire li";
    let (_site, browser) = page();
    browser.activate("link", "Compare");
    choose(&browser, &ALL);
    browser.activate("button", "Run");
    for task in ALL {
        browser.until(task, || {
            let turns = shown(&browser, task, "Turns");
            turns.iter().all(|turns| !turns.is_empty()).then_some(())
        });
    }
    until_over(&browser);

    let known = figures(&browser, TABLE);
    let groups = "return [...document.querySelectorAll('table[aria-label=Questions] tbody')]
        .map(group => [...group.querySelectorAll('td')].map(cell => cell.querySelector('button')?.ariaLabel ?? null))";
    let groups = browser.script(groups, &[]);
    let groups = groups.as_array().unwrap();
    assert_eq!(groups.len(), 6);
    for group in groups {
        let cells = group.as_array().unwrap();
        assert!(!cells.is_empty());
        for cell in cells {
            let name = cell.as_str().unwrap();
            assert!(known.iter().any(|known| known == name), "{name}");
        }
        open_and_close(&browser, QUESTIONS, cells[0].as_str().unwrap());
    }

    // In a reason the protocol stands before its figure.
    let known: Vec<_> = known
        .iter()
        .map(|name| {
            let (what, value) = name.rsplit_once(": ").unwrap();
            let (what, protocol) = what.rsplit_once(", ").unwrap();
            format!("{what}: {protocol} {value}")
        })
        .collect();
    // What fits one who has one device and reads it now is a matter of milliseconds.
    for (question, otherwise, answer, advice, aspect) in [
        (
            "Devices",
            "One",
            "Several",
            "IMAP fits better.",
            "The other device sees it",
        ),
        (
            "Reading offline",
            "Seldom",
            "Often",
            "POP3 fits better.",
            "Messages readable offline",
        ),
        (
            "Room on the server",
            "Enough",
            "Little",
            "POP3 fits better.",
            "Messages left on the server",
        ),
        (
            "Mail with the provider",
            "May stay",
            "Had better not",
            "POP3 fits better.",
            "Messages left on the server",
        ),
        (
            "The server offers",
            "Both",
            "POP3 only",
            "POP3 fits better.",
            "Turns",
        ),
        (
            "The server offers",
            "Both",
            "IMAP only",
            "IMAP fits better.",
            "Turns",
        ),
    ] {
        browser.choose(question, answer);
        browser.until_text("status", "Recommendation", advice);
        let reasons = figures(&browser, REASONS);
        for reason in &reasons {
            assert!(known.contains(reason), "{reason}: {known:#?}");
        }
        let about = reasons.iter().find(|reason| reason.contains(aspect));
        open_and_close(&browser, REASONS, about.unwrap());
        browser.choose(question, otherwise);
    }
}

#[test]
fn a_comparison_can_be_stopped() {
    let (_site, browser) = page();
    browser.activate("link", "Compare");
    browser.choose("Distance", "600 ms away, 2 Mbit/s");
    browser.activate("button", "Run");
    browser.until_text("status", "Progress", " of 4");
    browser.activate("button", "Stop");
    browser.until("nothing under way", || {
        browser.find("button", "Stop").is_none().then_some(())
    });
}

/// Dovecot with so many messages, and the comparison on it: signed in over IMAP, POP3 told.
fn on_an_account(messages: u32) -> (Dovecot, Site, Browser) {
    let inbox: Vec<_> = (1..=messages).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [_, _, _, pop3s] = dovecot.ports();
    let browser = signed_in(&site, &ways(&dovecot)[0]);
    browser.first_rows(1);
    browser.activate("link", "Compare");
    browser.fill("textbox", "POP3 server", "localhost");
    browser.fill("textbox", "POP3 port", &pop3s.to_string());
    (dovecot, site, browser)
}

#[test]
fn on_an_account_nothing_is_changed_unless_that_is_allowed_and_it_is_measured() {
    let (_dovecot, _site, browser) = on_an_account(60);
    browser.get("checkbox", "Search for a word");
    let risky = ["Delete on one device, look on another", TASKS[1]];
    for task in risky {
        assert!(browser.find("checkbox", task).is_none(), "{task}");
    }
    browser.activate("checkbox", ALLOW);
    for task in risky {
        browser.get("checkbox", task);
    }
    browser.activate("checkbox", ALLOW);
    choose(&browser, &["See the ten newest subjects"]);
    run(&browser);
    let task = "See the ten newest subjects";
    for protocol in ["POP3", "IMAP"] {
        let (value, _, octets) = opened(&browser, task, "Bytes down", protocol);
        assert_eq!(value, octets, "{protocol}");
    }
    assert_eq!(
        shown(&browser, task, "Messages left on the server"),
        ["60", "60"]
    );
    browser.activate("link", "Back to the mail");
    browser.first_rows(1);
}

#[test]
fn whoever_leaves_an_account_ends_the_comparison_on_it() {
    let (_dovecot, _site, browser) = on_an_account(12);
    choose(&browser, &["See the ten newest subjects"]);
    run(&browser);
    choose(&browser, &["New mail arrives while open"]);
    browser.activate("button", "Run");
    browser.until_text("status", "Progress", "Send a message to this account");
    browser.activate("button", "Stop");
    browser.until("nothing under way", || {
        browser.find("button", "Stop").is_none().then_some(())
    });
    browser.activate("button", "Run");
    browser.until_text("status", "Progress", "Send a message to this account");
    browser.activate("link", "Back to the mail");
    browser.activate("button", "Sign out");
    browser.get("form", "Connect");
    browser.activate("link", "Compare");
    browser.get("button", "Run");
    assert!(browser.find("button", "Stop").is_none());
    // Whoever signs in next sees nothing of it.
    assert!(browser.find("table", "Comparison").is_none());
}

#[test]
fn on_an_account_that_may_be_changed_both_protocols_run_at_once() {
    let (dovecot, _site, browser) = on_an_account(12);
    browser.activate("checkbox", ALLOW);
    browser.activate("checkbox", "Both protocols at once");
    let tasks = [TASKS[1], "New mail arrives while open"];
    choose(&browser, &tasks);
    browser.activate("button", "Run");
    browser.until_text("status", "Progress", "by POP3");
    browser.until_text("status", "Progress", "by IMAP");
    // Nobody but the user can send mail to somebody's account.
    browser.until("both questions for mail", || {
        let told = browser.text("status", "Progress");
        (told.matches("Send a message to this account").count() == 2).then_some(())
    });
    in_each_look(&browser, "compare-under-way");
    dovecot.deliver(&mail::numbered(13));
    until_over(&browser);
    assert_eq!(
        shown(&browser, TASKS[1], "The other device sees it"),
        ["no", "yes"]
    );
    for protocol in ["POP3", "IMAP"] {
        let (value, _, octets) = opened(&browser, tasks[1], "Bytes down", protocol);
        assert_eq!(value, octets, "{protocol}");
    }
    save(&browser);
}

/// What a relay outside Porthole has counted of the connections after the first so many.
fn counted(relay: &CountingRelay, after: usize, protocol: Protocol) -> [u64; 3] {
    let connections = relay.connections();
    let new = connections.iter().skip(after);
    let of = new.filter(|one| one.protocol == protocol);
    of.fold([0; 3], |[up, down, turns], one| {
        let read = one.down - one.down_after_end;
        [up + one.up, down + read, turns + one.turns]
    })
}

/// All tasks, in the order in which they are offered.
const ALL: [&str; 9] = [
    "See the ten newest subjects",
    "Read one message",
    LARGE,
    "Second visit with nothing new",
    "Delete on one device, look on another",
    "Mark read here, look there",
    NEW_MAIL,
    "Search for a word",
    "Pull the plug and read",
];

const LARGE: &str = "Read one with a 5 MB attachment";
const NEW_MAIL: &str = "New mail arrives while open";

#[test]
fn a_relay_outside_counts_the_same() {
    let mut inbox: Vec<_> = (1..=60).map(mail::numbered).collect();
    inbox.push(mail::attached("The log", &mail::octets(5 << 20)));
    let dovecot = Dovecot::start(&inbox);
    let [imap, _, pop3, _] = dovecot.ports();
    let relay = CountingRelay::start(&[(Protocol::Imap, imap), (Protocol::Pop3, pop3)]);
    let (imap, pop3) = (relay.port(Protocol::Imap), relay.port(Protocol::Pop3));
    let site = Site::reaching(&[imap, pop3]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "None", imap);
    browser.first_rows(1);
    browser.until_text("status", "Connection", "Online");
    // Its second connection is there too: nothing of it is counted with a task.
    browser.get("button", "Trash");
    browser.activate("link", "Compare");
    browser.fill("textbox", "POP3 server", "localhost");
    browser.fill("textbox", "POP3 port", &pop3.to_string());
    browser.activate("checkbox", ALLOW);
    let run = Counted {
        dovecot: &dovecot,
        relay: &relay,
        browser: &browser,
    };
    for task in ALL {
        let differ = |(told, there): &([u64; 3], [u64; 3])| told != there;
        let mut found = run.of(task);
        if found.iter().any(differ) {
            // By its clock the relay takes two batches for two turns that a busy machine has sent
            // far apart; that is not each time.
            let octets = |figures: &[u64; 3]| [figures[0], figures[1]];
            let same = |(told, there): &([u64; 3], [u64; 3])| octets(told) == octets(there);
            assert!(found.iter().all(same), "{task} by POP3, IMAP: {found:?}");
            found = run.of(task);
        }
        assert!(!found.iter().any(differ), "{task} by POP3, IMAP: {found:?}");
    }
}

/// Runs that a relay counts as well.
struct Counted<'a> {
    dovecot: &'a Dovecot,
    relay: &'a CountingRelay,
    browser: &'a Browser,
}

impl Counted<'_> {
    /// Octets up, octets down and turns of a run by POP3 and by IMAP, as the page tells them and as
    /// the relay does.
    fn of(&self, task: &str) -> [([u64; 3], [u64; 3]); 2] {
        let browser = self.browser;
        choose(browser, &[task]);
        let before = self.relay.connections().len();
        browser.activate("button", "Run");
        if task == NEW_MAIL {
            for (number, by) in [(61, "by POP3"), (62, "by IMAP")] {
                browser.until("the question for mail", || {
                    let told = browser.text("status", "Progress");
                    let asks = told.contains(by) && told.contains("Send a message");
                    asks.then_some(())
                });
                self.dovecot.deliver(&mail::numbered(number));
            }
        }
        until_over(browser);
        [("POP3", Protocol::Pop3), ("IMAP", Protocol::Imap)].map(|(name, protocol)| {
            let told = [
                "Bytes up, whole run",
                "Bytes down, whole run",
                "Turns, whole run",
            ]
            .map(|figure| opened(browser, task, figure, name).0);
            (told, counted(self.relay, before, protocol))
        })
    }
}

#[test]
fn it_looks_as_it_should() {
    for look in Look::ALL {
        let (_site, browser) = page();
        browser.look(look);
        browser.activate("link", "Compare");
        browser.activate("checkbox", "Mark read here, look there");
        browser.keep_picture("compare-empty");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        run(&browser);
        browser.keep_picture("compare");
        let text = &shown(&browser, TASKS[0], "Round trips")[0];
        let name = format!("{}, Round trips, POP3: {text}", TASKS[0]);
        browser.activate("button", &name);
        browser.get("region", "Counted from");
        until_entered(&browser);
        browser.keep_picture("compare-counted");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        browser.press(ESCAPE);
        browser.get("status", "Recommendation");
        browser.script(
            "document.querySelector('.questionnaire').scrollIntoView()",
            &[],
        );
        browser.keep_picture("compare-questions");
    }
}
