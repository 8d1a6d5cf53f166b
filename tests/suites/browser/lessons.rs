//! Lessons in the page: predicted, done on the demo by keyboard and roles, and judged.

use std::{thread, time::Duration};

use porthole_lesson::{Lesson, Step, action::Action, built_in};
use porthole_tests::{
    Browser, Look,
    keys::{ALT, DELETE, DOWN, END, ENTER, HOME},
    program::root,
};

use super::{
    demo_server::at,
    looks::{in_each_look, serious},
    page, try_demo,
};

/// Types a command into the console.
pub(crate) fn send(browser: &Browser, line: &str) {
    browser.fill("textbox", "Command", line);
    browser.press(ENTER);
}

/// Predicts, and begins.
pub(crate) fn begin(browser: &Browser, choice: &str) {
    browser.activate("radio", choice);
    browser.activate("button", "Begin");
    browser.until_text("status", "Step", "Your turn");
}

/// What the verdict says once the button was pressed.
pub(crate) fn verdict(browser: &Browser, headline: &str) {
    browser.activate("button", "Check");
    browser.until_text("status", "Verdict", headline);
}

/// Opens a lesson by its link.
fn open(browser: &Browser, route: &str) {
    browser.script("location.hash = arguments[0]", &[route.into()]);
}

#[test]
fn a_lesson_is_solved_by_what_the_server_has() {
    let (_site, browser) = page();
    browser.activate("link", "Lessons");
    browser.activate("link", "DELE, RSET and QUIT");
    browser.get("heading", "Step 1 of 3: Change your mind");
    // The task comes after the prediction.
    assert!(browser.find("button", "Begin").is_none());
    begin(&browser, "Three");
    browser.until_text("status", "Predicted", "Noted.");
    verdict(&browser, "Not yet.");
    send(&browser, "DELE 1");
    browser.until_text("region", "Wire", "DELE 1");
    verdict(&browser, "Not yet.");
    assert!(browser.find("region", "Why").is_none());
    browser.activate("button", "Hint");
    browser.until_text("region", "Task", "DELE marks by number");
    send(&browser, "RSET");
    browser.until_text("region", "Wire", "RSET");
    verdict(&browser, "Solved, at par.");
    browser.until_text("region", "Why", "no way of taking back a single one");
    in_each_look(&browser, "lesson-solved");
    browser.until_text("status", "Verdict", "The best on this device: 2 turns");
    browser.until_text("status", "Predicted", "You expected “Three”; it is “Two”.");

    browser.activate("button", "Next step");
    browser.get("heading", "Step 2 of 3: Make it count");
    let focused = "return document.activeElement.innerText";
    browser.until("the step to be read out", || {
        (browser.script(focused, &[]) == "Step 2 of 3: Make it count").then_some(())
    });
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

    browser.activate("button", "Next step");
    begin(&browser, "Nothing at all");
    browser.activate("button", "Run on");
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
    browser.activate("button", "The other device deletes “Keys”");
    send(&browser, "NOOP");
    browser.until_text("region", "Wire", "EXPUNGE");
    verdict(&browser, "Solved");
}

#[test]
fn a_step_has_a_server_of_its_own_and_others_may_come_to_it() {
    let (_site, browser) = page();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.unfold("Demo server");
    browser.get("button", "Sign in again");
    browser.press_on("slider", "Distance", END);
    let distance = || browser.attribute("slider", "Distance", "aria-valuetext");
    browser.until("the farthest", || {
        (distance()? == "600 ms a round trip").then_some(())
    });
    open(&browser, "#/lesson/numbers/1");
    begin(&browser, "2");
    browser.unfold("Demo server");
    // The step, and no session of another account, is what is begun again.
    browser.get("button", "A message arrives");
    assert!(browser.find("button", "Sign in again").is_none());
    assert_ne!(distance().as_deref(), Some("600 ms a round trip"));
    browser.activate("button", "Mailbox");
    browser.activate("button", "Another client signs in");
    browser.until_text("status", "Another client's connection", "is signed in");
}

#[test]
fn a_lesson_of_ones_own_becomes_a_link_or_is_mended() {
    let (_site, browser) = page();
    open(&browser, "#/lessons");
    let sound = root().join("crates/lesson/lessons/maildrop.toml");
    let text = std::fs::read_to_string(&sound).unwrap();
    let folder = porthole_tests::Folder::new();
    // The same file each time, as somebody has it who mends it.
    let own = folder.path().join("own.toml");
    std::fs::write(&own, text.replace("right = 1", "right = 9")).unwrap();
    browser.choose_file("Open a lesson", &own);
    browser.until_text("alert", "", "steps[1].prediction.right");
    in_each_look(&browser, "lesson-broken");
    // What it says of itself is tried before a class has it.
    std::fs::write(
        &own,
        text.replacen(r#"["send STAT"]"#, r#"["send NOOP"]"#, 1),
    )
    .unwrap();
    browser.choose_file("Open a lesson", &own);
    browser.until_text("alert", "", "steps[1].answer: does not solve the step");
    browser.activate("button", "Open it all the same");
    browser.get("heading", "STAT, LIST and UIDL");
    open(&browser, "#/lessons");
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
    browser.get("heading", FIRST);
    // The lines of a text make its height, which a narrower column alone makes larger.
    let size = || {
        let letters = "const text = document.querySelector('.lesson h1').firstChild;
            const letter = document.createRange();
            letter.setStart(text, 0);
            letter.setEnd(text, 1);
            return letter.getBoundingClientRect().height";
        browser.script(letters, &[]).as_f64().unwrap()
    };
    let before = size();
    browser.activate("button", "Presenter");
    browser.until("large type", || (size() >= 1.3 * before).then_some(()));

    browser.activate("radio", "One");
    browser.press(&format!("{ALT}b"));
    browser.until_text("status", "Step", "Your turn");
    browser.press(&format!("{ALT}h"));
    browser.until_text("region", "Task", "One line of answer is enough");
    // The client has asked as well, to begin with.
    let before = at(&browser, "client", "STAT").unwrap_or_default();
    send(&browser, "STAT");
    let (asked, answered) = browser.until("the answer", || {
        let asked = at(&browser, "client", "STAT").filter(|asked| *asked > before)?;
        let answered = at(&browser, "server", "+OK 3 ")?;
        (answered > asked).then_some((asked, answered))
    });
    assert!(answered - asked > 1.49, "{asked} {answered}");
    browser.press(&format!("{ALT}c"));
    browser.until_text("status", "Verdict", "Solved, at par.");
    browser.press(&format!("{ALT}n"));
    browser.get("heading", "Step 2 of 3: How long is number 2?");
    browser.press(&format!("{ALT}p"));
    browser.get("heading", FIRST);
    // Elsewhere it is as it was, and the first step that is not solved is the one to go on with.
    open(&browser, "#/lesson/maildrop/3");
    browser.activate("link", "All lessons");
    browser.until("small type", || {
        (browser.script("return document.documentElement.className", &[]) == "").then_some(())
    });
    browser.activate("link", "STAT, LIST and UIDL");
    browser.get("heading", "Step 2 of 3: How long is number 2?");
}

const FIRST: &str = "Step 1 of 3: How much is there?";

#[test]
fn lessons_look_as_they_should() {
    for look in Look::ALL {
        let (_site, browser) = page();
        browser.look(look);
        browser.activate("link", "Lessons");
        browser.get("heading", "Lessons");
        browser.get("link", "STAT, LIST and UIDL");
        browser.keep_picture("lessons");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        open(&browser, "#/lesson/sign-in/1");
        begin(&browser, "All of it");
        // On a phone the Wire begins folded.
        if browser.find("button", "Unfold").is_some() {
            browser.activate("button", "Unfold");
        }
        send(&browser, "USER alice");
        browser.until_text("region", "Eavesdropper", "USER alice");
        verdict(&browser, "Not yet.");
        browser.keep_picture("lesson");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
        browser.activate("button", "Presenter");
        browser.keep_picture("presenter");
        assert_eq!(serious(&browser), <[String; 0]>::default(), "{look}");
    }
}

/// The number behind a word in what the server said last of it, as soon as it has.
fn said(browser: &Browser, word: &str) -> String {
    browser.until(word, || {
        let wire = browser.text("region", "Wire");
        let (_, after) = wire.rsplit_once(word)?;
        let digits = after.trim_start().chars();
        Some(digits.take_while(char::is_ascii_digit).collect::<String>())
            .filter(|digits| !digits.is_empty())
    })
}

/// Does something as a learner does it.
fn act(browser: &Browser, step: &Step, action: &Action) {
    match action {
        Action::Send(line) => {
            let mut line = line.clone();
            for (place, word) in [
                ("{uidvalidity}", "UIDVALIDITY"),
                ("{modseq}", "HIGHESTMODSEQ"),
            ] {
                if line.contains(place) {
                    line = line.replace(place, &said(browser, word));
                }
            }
            send(browser, &line);
        }
        Action::Type(line) => {
            browser.activate("button", "As it is");
            send(browser, line);
        }
        Action::Step => browser.activate("button", "Step"),
        Action::RunOn => browser.activate("button", "Run on"),
        Action::Hold => browser.activate("button", "Hold"),
        Action::Open(subject) => press_on_row(browser, subject, ENTER),
        Action::Delete(subject) => press_on_row(browser, subject, DELETE),
        Action::Star(subject) => {
            press_on_row(browser, subject, ENTER);
            browser.activate("button", "Star");
        }
        Action::Mailbox(name) => browser.activate("button", name),
        Action::Check => browser.activate("button", "Check for new mail"),
        Action::Event => {
            let event = step.server.event.as_ref().unwrap();
            browser.activate("button", &event.button);
        }
        Action::Wait(seconds) => thread::sleep(Duration::from_secs((*seconds).into())),
    }
    // As fast as somebody types who knows it by heart.
    thread::sleep(Duration::from_millis(300));
}

/// Goes to the message with this subject in the list, and types on it.
fn press_on_row(browser: &Browser, subject: &str, key: &str) {
    let row = browser.until("the row", || browser.row_of(subject));
    let down = DOWN.repeat(row.at as usize);
    browser.press_in_list(&format!("{HOME}{down}{key}"));
}

/// Begins a step anew, having predicted the right thing.
fn begin_step(browser: &Browser, lesson: &Lesson, at: usize) {
    open(browser, &format!("#/lesson/{}/{}", lesson.id, at + 1));
    let step = &lesson.steps[at];
    let (of, title) = (lesson.steps.len(), &step.title);
    browser.get("heading", &format!("Step {} of {of}: {title}", at + 1));
    let choice = &step.prediction.choices[step.prediction.right - 1];
    browser.activate("radio", choice);
    // Who comes back finds the step under way.
    let button = browser.until("the button", || {
        let names = ["Begin", "Begin again"];
        names
            .into_iter()
            .find(|name| browser.find("button", name).is_some())
    });
    browser.activate("button", button);
    browser.until_text("status", "Step", "Your turn");
}

/// Each step of these lessons by what it names itself: not solved by nothing, nor by what is
/// wrong, and solved by the model answer.
fn each_step(lessons: &[Lesson]) {
    let (_site, browser) = page();
    for lesson in lessons {
        for (step, at) in lesson.steps.iter().zip(0..) {
            begin_step(&browser, lesson, at);
            verdict(&browser, "Not yet.");
            // One of them is enough here: all are tried where no page is needed.
            if let (Some(wrong), 0) = (step.wrong.first(), at) {
                for action in wrong {
                    act(&browser, step, action);
                }
                verdict(&browser, "Not yet.");
                open(&browser, "#/lessons");
                begin_step(&browser, lesson, at);
            }
            for action in &step.answer {
                act(&browser, step, action);
            }
            let solved = format!("{}, step {}: Solved", lesson.id, at + 1);
            browser.until(&solved, || {
                browser.activate("button", "Check");
                let told = browser.text("status", "Verdict");
                told.starts_with("Solved").then_some(())
            });
        }
    }
}

#[test]
fn the_first_lessons_are_solved_by_their_own_answers() {
    let lessons = built_in::all();
    each_step(&lessons[..lessons.len() / 2]);
}

#[test]
fn the_other_lessons_are_solved_by_their_own_answers() {
    let lessons = built_in::all();
    each_step(&lessons[lessons.len() / 2..]);
}
