//! What stays on the device, what comes piece by piece, and pictures.

use std::{thread, time::Duration};

use porthole_engine::account::Protocol;
use porthole_tests::{
    Browser, Dovecot, PASSWORD, ShownRow, Site, keys::ENTER, mail, program::python,
};
use serde_json::Value;

use super::{
    looks::in_each_look,
    page,
    server::{sign_in, until_answered, until_previewed, ways},
    try_demo,
};

#[test]
fn what_was_read_is_there_without_a_network() {
    let inbox: Vec<_> = (1..=60).map(mail::numbered).collect();
    let mut dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = Browser::start(None);
    browser.open(&site.url());
    let [imap, ..] = ways(&dovecot);
    sign_in(&browser, imap.protocol, "TLS", dovecot.ports()[1]);
    until_previewed(&browser);
    let before = browser.until("rows", || browser.row(0));
    let opened = browser.until("the fourth", || browser.row(3));
    browser.click_row(&opened);
    browser.until_text("article", "Message", "This is number 57.");
    let port = dovecot.ports()[1];
    dovecot.kill();
    browser.script("location.reload()", &[]);
    browser.get("form", "Connect");
    browser.fill("textbox", "Password", PASSWORD);
    assert_eq!(browser.value("Port"), port.to_string());
    browser.click("button", "Connect");
    let after = browser.until("rows from the device", || browser.row(0));
    assert_eq!(after.label, before.label);
    browser.until_text("status", "Connection", "Offline");
    let again = browser.row(3).unwrap();
    browser.click_row(&again);
    browser.until_text("article", "Message", "This is number 57.");
}

#[test]
fn what_is_done_without_a_network_waits_for_it() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let mut dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "TLS", dovecot.ports()[1]);
    browser.until_text("status", "Connection", "Online");
    let row = |at| browser.until("a row", || browser.row(at));
    browser.click_row(&row(1));
    browser.until_text("article", "Message", "This is number 4.");
    browser.click_row(&row(0));
    browser.until_text("article", "Message", "This is number 5.");
    // What there is to move to is known, and that both were read has arrived.
    browser.get("button", "Trash");
    until_answered(&browser);
    dovecot.kill();
    browser.until_text("status", "Connection", "Offline");
    in_each_look(&browser, "offline");
    browser.click("button", "Mark unread");
    browser.click("button", "Star");
    browser.until_text("status", "Connection", "Offline · 2 waiting");
    browser.click_row(&row(1));
    browser.until_text("article", "Message", "This is number 4.");
    let deleted = row(1).label;
    browser.click("button", "Delete");
    // It could be taken back for a while.
    browser.until_text("status", "Connection", "Offline · 3 waiting");
    assert!(row(1).label.contains("marked for deletion"), "{:?}", row(1));
    browser.until_text("status", "Actions", "once the connection is back");
    in_each_look(&browser, "waiting");
    browser.script("location.reload()", &[]);
    browser.fill("textbox", "Password", PASSWORD);
    browser.click("button", "Connect");
    browser.until_text("status", "Connection", "3 waiting");
    dovecot.resume();
    browser.until("nothing that waits", || {
        let shown = browser.text("status", "Connection");
        (shown == "Online").then_some(())
    });
    browser.until("four rows", || browser.row(0).filter(|row| row.of == 4));
    let label = row(0).label;
    assert!(label.starts_with("Unread, starred"), "{label}");
    let read = python("read.py", &["imap", &dovecot.port(Protocol::Imap)]);
    let read: Vec<Value> = serde_json::from_str(&read).unwrap();
    let subjects: Vec<_> = read.iter().map(|row| row[0].as_str().unwrap()).collect();
    assert_eq!(subjects.len(), 4);
    assert!(
        !subjects.iter().any(|&subject| deleted.contains(subject)),
        "{subjects:?}"
    );
    assert_eq!(read[0][3], true, "unread");
}

/// What the page says of where mail is kept.
fn kept(browser: &Browser) -> String {
    browser.click("button", "Account");
    let told = browser.text("dialog", "Account");
    browser.click("button", "Close");
    told
}

#[test]
fn where_mail_is_kept_is_decided_for_each_account() {
    const HERE: &str = "in the browser's private file system";
    let inbox: Vec<_> = (1..=3).map(mail::numbered).collect();
    let mut dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let [_, imaps, ..] = dovecot.ports();
    let browser = Browser::start(None);
    browser.open(&site.url());
    try_demo(&browser, "IMAP");
    assert!(kept(&browser).contains("the demo begins anew"));
    browser.click("button", "Sign out");
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until_text("status", "Connection", "Online");
    assert!(kept(&browser).contains(HERE));

    // The same account on somebody else's device.
    browser.click("button", "Sign out");
    browser.click("checkbox", "This is not my device");
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("three rows", || browser.row(0).filter(|row| row.of == 3));
    browser.until_text("status", "Connection", "Online");
    dovecot.deliver(&mail::numbered(4));
    browser.until("four rows", || browser.row(0).filter(|row| row.of == 4));
    assert!(kept(&browser).contains("gone once this page is closed"));
    browser.click("button", "Sign out");

    // What was kept before is there, and what came since is not.
    dovecot.kill();
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("three rows", || browser.row(0).filter(|row| row.of == 3));
    assert!(kept(&browser).contains(HERE));
    browser.until_text("status", "Connection", "Offline");
    browser.script("location.reload()", &[]);
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("three rows", || browser.row(0).filter(|row| row.of == 3));
}

#[test]
fn where_the_browser_keeps_nothing_mail_is_read_all_the_same() {
    let inbox: Vec<_> = (1..=3).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = Browser::without_storage();
    browser.open(&site.url());
    let [_, imaps, ..] = dovecot.ports();
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("three rows", || browser.row(0).filter(|row| row.of == 3));
    let told = kept(&browser);
    let why = "In memory only: this browser keeps nothing for this page.";
    assert!(told.contains(why), "{told}");
}

/// Opens the demo's large message on a slow line.
fn open_slowly(browser: &Browser) -> ShownRow {
    browser.script("document.querySelector('.demo-server').open = true", &[]);
    browser.choose("Bandwidth", "1 Mbit/s");
    browser.fill("searchbox", "Search", &format!("foghorn{ENTER}"));
    let large = browser.until("the large message", || {
        browser.row(0).filter(|row| row.of < 10)
    });
    browser.click_row(&large);
    large
}

#[test]
fn a_long_message_over_pop3_is_stopped_by_hanging_up() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    open_slowly(&browser);
    let far = "return document.querySelector('article progress')?.value";
    browser.until("progress", || {
        browser.script(far, &[]).as_f64().filter(|far| *far > 0.0)
    });
    browser.until_text("article", "Message", "to stop is to hang up");
    in_each_look(&browser, "pop3-stop");
    browser.click("button", "Stop");
    browser.until("its end", || {
        browser.script(far, &[]).is_null().then_some(())
    });
    browser.choose("Bandwidth", "No limit");
    // The next message begins another session.
    browser.fill("searchbox", "Search", &format!("tide tables{ENTER}"));
    browser.until("the other message", || browser.row_of("Tide tables"));
    browser.open_message("Tide tables for the weekend");
    browser.until_text("article", "Message", "Tide tables for the weekend");
    browser.until_text("article", "Message", "low water on Saturday");
}

#[test]
fn an_attachment_shows_how_far_it_is_and_stops() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    let large = open_slowly(&browser);
    let save = "return [...document.querySelectorAll('.attachments .att')].map(a => a.getAttribute('aria-label'))[0]";
    let save = browser.until("the attachment", || {
        browser.script(save, &[]).as_str().map(str::to_owned)
    });
    browser.click("button", &save);
    let far = "return document.querySelector('.attachments progress')?.value";
    browser.until("progress", || {
        browser.script(far, &[]).as_f64().filter(|far| *far > 0.0)
    });
    browser.click("button", &save.replacen("Save", "Stop", 1));
    browser.until("its end", || {
        browser.script(far, &[]).is_null().then_some(())
    });
    browser.choose("Bandwidth", "No limit");
    // The connection is as good as before.
    browser.click("button", "Archive");
    browser.until("other rows", || {
        browser
            .row(0)
            .filter(|row| row.of > 1 && row.label != large.label)
    });
}

#[test]
fn pictures_of_the_message_are_shown_and_others_leave_no_broken_sign() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    let pictures = |subject: &str| {
        browser.open_message(subject);
        browser.until_text("article", "Message", subject);
        let script = "const frame = document.querySelector('article iframe');
            return frame ? frame.srcdoc.match(/<img[^>]*>/g) : null";
        let found = browser.until("pictures", || {
            browser.script(script, &[]).as_array().cloned()
        });
        let tags = found.iter().map(|tag| tag.as_str().unwrap().to_owned());
        tags.collect::<Vec<_>>()
    };
    let own = pictures("Seven o'clock, from the breakwater");
    assert!(own[0].contains("src=\"data:image/png;base64,"), "{own:?}");
    in_each_look(&browser, "inline-picture");
    let remote = pictures("What the light keepers read");
    assert!(remote.iter().any(|tag| !tag.contains("src=")), "{remote:?}");
    let plain = "return document.querySelector('article iframe').srcdoc.includes('img:not([src]){content:url(data:')";
    assert_eq!(browser.script(plain, &[]), true);
    in_each_look(&browser, "blocked-pictures");
}

/// How long a choice has to stand by which mail is deleted.
const STANDS: Duration = Duration::from_secs(3);

#[test]
fn mail_that_is_deleted_from_the_server_stays_here() {
    let inbox: Vec<_> = (1..=5).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let browser = Browser::start(None);
    browser.open(&site.url());
    let [.., pop3s] = dovecot.ports();
    sign_in(&browser, "POP3", "TLS", pop3s);
    let before = browser.until("rows", || browser.row(0));
    assert_eq!(before.of, 5);
    browser.until_text("status", "Connection", "Online");
    // Whoever passes over a choice has not made it.
    browser.click("button", "Account");
    let pass = "const select = document.querySelector('[aria-label=\"After download\"]');
        for (const value of ['delete', 'leave']) {
            select.value = value;
            select.dispatchEvent(new Event('change', { bubbles: true }));
        }";
    browser.script(pass, &[]);
    thread::sleep(STANDS + Duration::from_secs(1));
    assert!(browser.find("status", "Downloaded").is_none());
    browser.choose("After download", "Delete after some days");
    let days = "const days = document.querySelector('[aria-label=Days]');
        return days && days.type + ' ' + days.value";
    browser.until("days", || {
        (browser.script(days, &[]) == "number 14").then_some(())
    });
    browser.until_text("status", "Downloaded", "5 of 5");
    in_each_look(&browser, "after-download");
    browser.choose("After download", "Delete from the server");
    browser.click("button", "Close");
    // QUIT makes it count.
    browser.click("button", "Sign out");
    browser.get("form", "Connect");
    browser.until("an empty server", || {
        let read = python("read.py", &["pop3", &dovecot.port(Protocol::Pop3)]);
        (read.trim() == "[]").then_some(())
    });
    browser.script("location.reload()", &[]);
    browser.fill("textbox", "Password", PASSWORD);
    browser.click("button", "Connect");
    browser.until("the rows again", || {
        let row = browser.row(0)?;
        (row.of == 5 && row.label.contains("on this device only")).then_some(())
    });
    browser.until_text("status", "Connection", "Online");
    browser.click_row(&browser.row(0).unwrap());
    browser.until_text("article", "Message", "This is number 5.");
    in_each_look(&browser, "on-this-device-only");
}

#[test]
fn a_demo_that_forgets_offers_no_deletion() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    browser.until_text("status", "Connection", "Online");
    browser.click("button", "Account");
    browser.get("combobox", "After download");
    let off = "return [...document.querySelectorAll('[aria-label=\"After download\"] option')].filter(o => o.disabled).length";
    assert_eq!(browser.script(off, &[]), 2);
    browser.choose("After download", "Leave on the server");
    browser.click("button", "Close");
    let newest = browser.row(0).unwrap();
    browser.click_row(&newest);
    browser.click("button", "Delete");
    browser.until_text("status", "Actions", "on this device");
    browser.until("the next row", || {
        browser.row(0).filter(|row| row.of == newest.of - 1)
    });
    browser.click("button", "Undo");
    browser.until("the row again", || {
        let row = browser.row(0)?;
        (row.of == newest.of && row.label.contains("Tide tables")).then_some(())
    });
}
