//! How long a frame takes while a list of 100,000 messages scrolls in Chromium.

use porthole_tests::{Browser, Dovecot, PASSWORD, Site, USER, mail, program::root};

use crate::table::{Table, median};

/// How many pixels in each frame: by the wheel, and by dragging the bar.
const SPEEDS: [(&str, u32); 2] = [("two rows a frame", 120), ("three screens a frame", 1800)];
const FRAMES: u32 = 300;

pub(crate) fn run() {
    let mut table = Table::new(
        "Scrolling the list in headless Chromium, IMAP over TLS through the proxy: a frame in ms",
        &["", "messages", "p50", "p99", "longest", "goal"],
    );
    if !root().join("dist/index.html").is_file() {
        println!("  There is no page in dist; type: trunk build --release");
        return;
    }
    for messages in [100, 100_000] {
        let inbox: Vec<_> = (1..=messages).map(mail::numbered).collect();
        let dovecot = Dovecot::large(&inbox);
        let site = Site::of(&dovecot);
        let browser = opened(&site, dovecot.ports()[1]);
        for (name, pixels) in SPEEDS {
            let mut frames = browser.scroll(pixels, FRAMES).frames;
            browser.script(
                "document.querySelector('[role=listbox]').scrollTop = 0",
                &[],
            );
            browser.until("the first row", || browser.row(0));
            frames.sort_by(f64::total_cmp);
            let longest = frames[frames.len() - 1];
            let cells = [median(&frames), frames[frames.len() * 99 / 100], longest];
            let [half, most, longest] = cells.map(|frame| format!("{frame:.1}"));
            let goal = "50".to_owned();
            table.row([
                name.to_owned(),
                messages.to_string(),
                half,
                most,
                longest,
                goal,
            ]);
        }
    }
    table.print();
}

/// The page, signed in and with rows.
fn opened(site: &Site, imaps: u16) -> Browser {
    let browser = Browser::start(None);
    browser.open(&site.url());
    browser.click("radio", "IMAP");
    browser.fill("textbox", "User name", USER);
    browser.fill("textbox", "Password", PASSWORD);
    browser.fill("textbox", "Server", "localhost");
    browser.choose("Security", "TLS");
    browser.fill("textbox", "Port", &imaps.to_string());
    browser.click("button", "Connect");
    browser.until("the first row", || browser.row(0));
    browser
}
