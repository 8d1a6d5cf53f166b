//! Lessons in the page: predicted, done on the demo by keyboard and roles, and judged.

use porthole_tests::{Browser, Look, program::root};

use super::{looks::serious, page};

/// Types a command into the console.
fn send(browser: &Browser, line: &str) {
    browser.fill("textbox", "Command", line);
    browser.press("\u{e007}");
}

/// Predicts, and begins.
fn begin(browser: &Browser, choice: &str) {
    browser.press_on("radio", choice, " ");
    browser.press_on("button", "Begin", "\u{e007}");
    browser.until_text("status", "Step", "Your turn");
}

/// What the verdict says once the button was pressed.
fn verdict(browser: &Browser, headline: &str) {
    browser.press_on("button", "Check", "\u{e007}");
    browser.until_text("status", "Verdict", headline);
}

/// Opens a lesson by its link.
fn open(browser: &Browser, route: &str) {
    browser.script("location.hash = arguments[0]", &[route.into()]);
}

#[test]
fn a_lesson_is_solved_by_what_the_server_has() {
    let (_site, browser) = page();
    browser.click("link", "Lessons");
    browser.click("link", "DELE, RSET and QUIT");
    browser.get("heading", "Step 1 of 3: Change your mind");
    // The task comes after the prediction.
    assert!(browser.find("button", "Begin").is_none());
    begin(&browser, "Two");
    verdict(&browser, "Not yet.");
    send(&browser, "DELE 1");
    browser.until_text("region", "Wire", "DELE 1");
    verdict(&browser, "Not yet.");
    assert!(browser.find("region", "Why").is_none());
    browser.press_on("button", "Hint", "\u{e007}");
    browser.until_text("region", "Task", "DELE marks by number");
    send(&browser, "RSET");
    browser.until_text("region", "Wire", "RSET");
    verdict(&browser, "Solved, at par.");
    browser.until_text("region", "Why", "no way of taking back a single one");

    browser.press_on("button", "Next step", "\u{e007}");
    browser.get("heading", "Step 2 of 3: Make it count");
    // What was learned stays on the device.
    browser.script("location.reload()", &[]);
    browser.get("button", "1: Change your mind, solved");
    begin(&browser, "At QUIT");
    send(&browser, "DELE 2");
    browser.until_text("region", "Wire", "DELE 2");
    send(&browser, "QUIT");
    browser.until_text("region", "Wire", "QUIT");
    verdict(&browser, "Solved");
}

#[test]
fn an_eavesdropper_reads_the_password_and_the_wire_does_not_show_it() {
    let (_site, browser) = page();
    open(&browser, "#/lesson/sign-in/1");
    begin(&browser, "All of it");
    send(&browser, "USER alice");
    browser.until_text("region", "Eavesdropper", "USER alice");
    send(&browser, "PASS wonderland");
    browser.until_text("region", "Eavesdropper", "PASS wonderland");
    let wire = browser.text("region", "Wire");
    assert!(wire.contains("PASS"), "{wire}");
    assert!(!wire.contains("wonderland"), "{wire}");
    verdict(&browser, "Solved");

    browser.press_on("button", "Next step", "\u{e007}");
    begin(&browser, "Nothing at all");
    browser.press_on("button", "Run on", "\u{e007}");
    browser.until_text("region", "Eavesdropper", "encrypted");
    let read = browser.text("region", "Eavesdropper");
    assert!(read.contains("STARTTLS"), "{read}");
    assert!(!read.contains("AUTHENTICATE"), "{read}");
    browser.until_text("status", "Connection", "Online");
    verdict(&browser, "Solved");
}

#[test]
fn something_happens_elsewhere_when_the_learner_lets_it() {
    let (_site, browser) = page();
    open(&browser, "#/lesson/numbers/1");
    begin(&browser, "2");
    browser.click("button", "The other device deletes “Keys”");
    send(&browser, "NOOP");
    browser.until_text("region", "Wire", "EXPUNGE");
    verdict(&browser, "Solved");
}

#[test]
fn a_lesson_of_ones_own_becomes_a_link_or_is_mended() {
    let (_site, browser) = page();
    open(&browser, "#/lessons");
    let sound = root().join("crates/lesson/lessons/maildrop.toml");
    let text = std::fs::read_to_string(&sound).unwrap();
    let folder = porthole_tests::Folder::new();
    let broken = folder.path().join("broken.toml");
    std::fs::write(&broken, text.replace("right = 1", "right = 9")).unwrap();
    browser.choose_file("Open a lesson", &broken);
    browser.until_text("alert", "", "steps[1].prediction.right");
    let own = folder.path().join("own.toml");
    std::fs::write(&own, text.replace("STAT, LIST and UIDL", "Our own")).unwrap();
    browser.choose_file("Open a lesson", &own);
    browser.get("heading", "Our own");
    // The link is the lesson: another browser has it from nothing else.
    let link = browser.script("return location.hash", &[]);
    let (_site, other) = page();
    open(&other, link.as_str().unwrap());
    other.get("heading", "Our own");
    begin(&other, "One");
    send(&other, "STAT");
    other.until_text("region", "Wire", "STAT");
    verdict(&other, "Solved, at par.");
}

#[test]
fn a_presenter_has_large_type_and_needs_no_mouse() {
    let (_site, browser) = page();
    open(&browser, "#/lesson/maildrop/1");
    browser.press_on("button", "Presenter", " ");
    let class = "return document.documentElement.className";
    assert_eq!(browser.script(class, &[]), "presenter");
    let press = "window.dispatchEvent(new KeyboardEvent('keydown',
        { code: arguments[0], altKey: true, bubbles: true, cancelable: true }))";
    browser.script(press, &["KeyN".into()]);
    browser.get("heading", "Step 2 of 3: How long is number 2?");
    browser.script(press, &["KeyP".into()]);
    browser.get("heading", "Step 1 of 3: How much is there?");
}

#[test]
fn lessons_look_as_they_should() {
    for look in Look::ALL {
        let (_site, browser) = page();
        browser.look(look);
        browser.click("link", "Lessons");
        browser.get("heading", "Lessons");
        browser.keep_picture("lessons");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        open(&browser, "#/lesson/sign-in/1");
        begin(&browser, "All of it");
        // On a phone the Wire begins folded.
        if browser.find("button", "Unfold").is_some() {
            browser.click("button", "Unfold");
        }
        send(&browser, "USER alice");
        browser.until_text("region", "Eavesdropper", "USER alice");
        verdict(&browser, "Not yet.");
        browser.keep_picture("lesson");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        browser.press_on("button", "Presenter", " ");
        browser.keep_picture("presenter");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
    }
}
