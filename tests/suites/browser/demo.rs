//! The demo server in the page: nothing else is needed.

use porthole_tests::{
    Browser,
    keys::{CONTROL, DELETE, ENTER},
};
use serde_json::json;

use super::{page, try_demo};

/// The last turn in which this command went out, as the Wire shows it when it is asked for that.
fn last_turn_of(browser: &Browser, command: &str) -> u32 {
    browser.filter_wire("Client", command);
    let last = browser.until(command, || {
        let turns = browser.script(
            "return [...document.querySelectorAll('[role=log] [data-direction=client]')]
                .map(line => +line.dataset.turn)",
            &[],
        );
        turns
            .as_array()?
            .iter()
            .filter_map(|turn| turn.as_u64())
            .max()
    });
    u32::try_from(last).unwrap()
}

#[test]
fn imap_reads_marks_and_undoes() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    assert_eq!(last_turn_of(&browser, "FETCH"), 3);
    browser.until_text("status", "Connection", "Online");
    let rows = browser.rows();
    let newest = rows[0].clone();
    assert!(rows.iter().any(|row| row.label.starts_with("Unread")));

    browser.open_message("Seven o'clock, from the breakwater");
    browser.until_text("article", "Message", "Seven o'clock, from the breakwater");
    // Opening marked it as read; the button takes that back.
    browser.until("the mark", || {
        let row = browser.row_of("Seven o'clock")?;
        (!row.label.starts_with("Unread")).then_some(())
    });
    browser.click("button", "Mark unread");
    browser.until("the mark again", || {
        let row = browser.row_of("Seven o'clock")?;
        row.label.starts_with("Unread").then_some(())
    });

    browser.click_row(&newest);
    browser.until_text("article", "Message", "Tide tables for the weekend");
    browser.click("button", "Delete");
    browser.until_text("article", "Message", "Choose a message");
    browser.until("the row's end", || {
        browser
            .rows()
            .iter()
            .all(|row| row.of == newest.of - 1)
            .then_some(())
    });
    browser.click("button", "Undo");
    browser.until("the row again", || {
        browser
            .row(0)
            .filter(|row| row.date == newest.date && row.of == newest.of)
    });

    let focused = browser.script("return document.activeElement.id", &[]);
    assert_eq!(focused, "messages");

    browser.open_message("Tide tables for the weekend");
    browser.until_text("article", "Message", "Tide tables for the weekend");
    browser.activate("button", "Move to…");
    browser.activate("button", "Move to Archive");
    browser.until_text("status", "Actions", "Message moved to Archive.");
    browser.until("one row less", || {
        browser.row(0).filter(|row| row.of == newest.of - 1)
    });
    browser.press(&format!("{CONTROL}z"));
    browser.until("the row again", || {
        browser
            .row(0)
            .filter(|row| row.date == newest.date && row.of == newest.of)
    });
}

#[test]
fn pop3_reads_and_deletes_when_the_session_ends() {
    let (_site, browser) = page();
    try_demo(&browser, "POP3");
    assert_eq!(last_turn_of(&browser, "TOP "), 4);
    let newest = browser.row(0).unwrap();
    browser.click_row(&newest);
    browser.until_text("article", "Message", "Tide tables for the weekend");
    browser.click("button", "Delete");
    browser.until_text("status", "Actions", "DELE");
    browser.until("the mark", || {
        browser
            .row(0)?
            .label
            .contains("marked for deletion")
            .then_some(())
    });
    browser.click("button", "Undo");
    browser.until("no mark", || {
        (!browser.row(0)?.label.contains("marked for deletion")).then_some(())
    });
}

#[test]
fn opening_marks_as_read_unless_told_otherwise() {
    let (site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.click("button", "Account");
    browser.click("checkbox", "Mark messages as read when they are opened");
    browser.click("button", "Close");
    browser.open_message("Lost: one oar");
    browser.until_text("article", "Message", "the storm took one of our oars");
    browser.get("button", "Mark read");

    // Also the next time.
    browser.open(&site.url());
    try_demo(&browser, "IMAP");
    browser.open_message("Lost: one oar");
    browser.until_text("article", "Message", "the storm took one of our oars");
    browser.get("button", "Mark read");
}

#[test]
fn searching_is_the_servers_work_over_imap_and_this_devices_over_pop3() {
    let (_site, browser) = page();
    for (protocol, words, told) in [
        ("IMAP", "bring gloves", "1 found by the server"),
        ("POP3", "tide tables", "1 found on this device"),
    ] {
        try_demo(&browser, protocol);
        let all = browser.row(0).unwrap().of;
        browser.fill("searchbox", "Search", &format!("{words}{ENTER}"));
        browser.until_text("status", "Search result", told);
        browser.until("what was found", || {
            browser.row_of("Tide tables").filter(|row| row.of == 1)
        });
        browser.click("button", "Show all");
        browser.until("all rows", || browser.row(0).filter(|row| row.of == all));
        browser.click("button", "Sign out");
    }
}

#[test]
fn back_and_escape_close_the_message_and_keep_the_session() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    for close in [
        "history.back()",
        "document.querySelector('article').dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))",
    ] {
        browser.open_message("Keys, ladder, soup");
        browser.until_text("article", "Message", "Keys, ladder, soup");
        browser.script(close, &[]);
        browser.until_text("article", "Message", "Choose a message");
        assert!(browser.row(0).is_some(), "{close}");
    }
}

#[test]
fn a_key_pressed_again_deletes_the_next() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    let before = browser.until("rows", || browser.row(0)).of;
    // Faster than any answer.
    browser.press_in_list(&format!("{DELETE}{DELETE}{DELETE}{DELETE}{DELETE}"));
    browser.until("five fewer", || {
        browser.row(0).filter(|row| row.of == before - 5)
    });
    // One that is open is closed by it, as by the button.
    let newest = browser.row(0).unwrap();
    browser.click_row(&newest);
    browser.get("button", "Mark unread");
    browser.press_in_list(DELETE);
    browser.until_text("article", "Message", "Choose a message");
}

#[test]
fn a_message_fetched_ahead_is_read_once_opened() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    for subject in [
        "Seven o'clock, from the breakwater",
        "What the light keepers read",
    ] {
        browser.open_message(subject);
        browser.until_text("article", "Message", subject);
        browser.get("button", "Mark unread");
    }
}

#[test]
fn whoever_holds_the_wire_reads_in_peace() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    let place = "return document.querySelector('[role=log]').scrollTop";
    browser.click("button", "Follow");
    browser.script("document.querySelector('[role=log]').scrollTop = 100", &[]);
    let row = browser.until("a row", || browser.row(1));
    browser.point_at_row(&row);
    browser.click_row(&row);
    browser.until_text("article", "Message", "Minutes of the harbour meeting");
    assert_eq!(browser.script(place, &[]), 100);
    // Following again, it is at the end; scrolling back releases it.
    browser.click("button", "Follow");
    browser.until("the end", || {
        (browser.script(place, &[]).as_f64()? > 200.0).then_some(())
    });
    // What crosses is followed while something is pointed at, and after other views.
    let is_at_end = || {
        let left = "const log = document.querySelector('[role=log]');
            return log.scrollHeight - log.scrollTop - log.clientHeight";
        (browser.script(left, &[]).as_f64()? < 2.0).then_some(())
    };
    let row = browser.until("a row", || browser.row(2));
    browser.point_at_row(&row);
    browser.click_row(&row);
    browser.get("button", "Mark unread");
    browser.until("idling again", || {
        let last = "return [...document.querySelectorAll('[role=log] [data-direction]')]
            .at(-1)?.innerText ?? ''";
        let last = browser.script(last, &[]);
        last.as_str()?.contains("idling").then_some(())
    });
    browser.until("the end", is_at_end);
    for view in ["Mailbox", "States"] {
        browser.activate("button", view);
        browser.activate("button", "Log");
        browser.until(view, is_at_end);
        let follows = browser.attribute("button", "Follow", "aria-pressed");
        assert_eq!(follows.as_deref(), Some("true"), "{view}");
    }
    browser.until("the release", || {
        browser.script("document.querySelector('[role=log]').scrollTop = 0", &[]);
        (browser.attribute("button", "Follow", "aria-pressed")? == "false").then_some(())
    });
}

#[test]
fn rows_fill_the_list_however_tall_it_is() {
    let (_site, browser) = page();
    let tall = json!({ "width": 1440, "height": 1600, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", tall);
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    let seen = || {
        let seen = "const list = document.querySelector('[role=listbox]').getBoundingClientRect();
            const rows = [...document.querySelectorAll('[role=option]')];
            return [list.height, Math.max(...rows.map(row => row.getBoundingClientRect().bottom)) - list.bottom]";
        let seen = browser.script(seen, &[]);
        (seen[0].as_f64().unwrap(), seen[1].as_f64().unwrap())
    };
    // The Wire takes the room that what is unfolded in it needs.
    browser.unfold("Demo server");
    browser.until("a low list", || (seen().0 < 1000.0).then_some(()));
    // It is drawn anew, as it is now.
    browser.activate("button", "Sign out");
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    let (low, _) = seen();
    browser.activate("button", "Fold");
    browser.until("rows to its end", || {
        let (height, below) = seen();
        (height > low + 500.0 && below >= 0.0).then_some(())
    });
}

#[test]
fn dates_are_written_as_the_users_languages_do() {
    for (languages, parts, twelve) in [
        ("en-GB", "2026, ", false),
        ("en-US,en", ", 2026", true),
        ("de-DE,en", ". 20", false),
    ] {
        let (site, browser) = page();
        let agent = browser.script("return navigator.userAgent", &[]);
        let parameters = json!({ "userAgent": agent, "acceptLanguage": languages });
        browser.devtools("Emulation.setUserAgentOverride", parameters);
        browser.open(&site.url());
        try_demo(&browser, "IMAP");
        browser.open_message("Tide tables for the weekend");
        let time = "return document.querySelector('article time')?.innerText ?? ''";
        let time = browser.until("the date", || {
            let time = browser.script(time, &[]).as_str()?.to_owned();
            (!time.is_empty()).then_some(time)
        });
        let says = ["AM", "PM"].iter().any(|half| time.contains(half));
        assert_eq!(says, twelve, "{languages}: {time}");
        assert!(time.contains(parts), "{languages}: {time}");
    }
}
