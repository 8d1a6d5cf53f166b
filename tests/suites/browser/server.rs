//! A real Dovecot through the proxy: what the page shows is what others read there.

use porthole_engine::account::Protocol;
use porthole_tests::{
    Browser, Dovecot, PASSWORD, ShownRow, Site, USER,
    keys::{BACKSPACE, ENTER},
    mail,
    program::python,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// How a connection is made.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) protocol: &'static str,
    pub(crate) security: &'static str,
    pub(crate) port: u16,
}

/// Fills the form in and sends it.
pub(crate) fn sign_in(browser: &Browser, protocol: &str, security: &str, port: u16) {
    sign_in_as(browser, protocol, security, port, USER);
}

/// What somebody allows who signs in without TLS.
pub(crate) const READ_ALONG: &str =
    "Everybody on the way can read along, the password included. Allow that for this server.";

fn sign_in_as(browser: &Browser, protocol: &str, security: &str, port: u16, user: &str) {
    browser.click("radio", protocol);
    browser.fill("textbox", "User name", user);
    browser.fill("textbox", "Password", PASSWORD);
    browser.fill("textbox", "Server", "localhost");
    browser.choose("Security", security);
    if security == "None" {
        browser.click("checkbox", READ_ALONG);
    }
    browser.fill("textbox", "Port", &port.to_string());
    browser.click("button", "Connect");
}

impl Way {
    /// Fills the form in and sends it.
    pub(crate) fn sign_in(&self, browser: &Browser) {
        sign_in(browser, self.protocol, self.security, self.port);
    }
}

/// The page after signing in this way.
pub(crate) fn signed_in(site: &Site, way: &Way) -> Browser {
    let browser = Browser::start(None);
    browser.open(&site.url());
    way.sign_in(&browser);
    browser
}

/// Waits until the rows on screen have their previews: a server that has none yet is asked for them
/// two seconds later, and with its answer it tells what else is new.
pub(crate) fn until_previewed(browser: &Browser) {
    browser.until("previews", || {
        let rows = browser.rows();
        let all = rows.iter().all(|row| row.label.contains("This is number"));
        (all && !rows.is_empty()).then_some(())
    });
}

/// Waits until the server has answered what it was asked on the open mailbox's connection over IMAP:
/// its answers come in order (RFC 9051 section 5.5 names what could overtake), and this one last.
pub(crate) fn until_answered(browser: &Browser) {
    browser.filter_wire("Server", "* ID");
    browser.fill("textbox", "Command", &format!("ID NIL{ENTER}"));
    browser.until_text("log", "Wire", "* ID");
    browser.filter_wire("Both", BACKSPACE);
}

pub(crate) fn ways(dovecot: &Dovecot) -> [Way; 4] {
    let [imap, imaps, pop3, pop3s] = dovecot.ports();
    let way = |protocol, security, port| Way {
        protocol,
        security,
        port,
    };
    [
        way("IMAP", "TLS", imaps),
        way("IMAP", "STARTTLS", imap),
        way("POP3", "TLS", pop3s),
        way("POP3", "STARTTLS", pop3),
    ]
}

/// A row as imaplib or poplib reads it: subject, correspondent, seconds since 1970, unread.
fn agrees(row: &ShownRow, read: &Value) -> bool {
    let (subject, from) = (read[0].as_str().unwrap(), read[1].as_str().unwrap());
    let unread = match read[3].as_bool() {
        Some(true) => "Unread, ",
        Some(false) => "",
        // POP3 has no marks; what is new here is unread.
        None => "Unread, ",
    };
    let seen = row.label.strip_prefix(&format!("{unread}{from}, "));
    // The date comes next, as people write it; behind the subject there may be a preview.
    seen.and_then(|seen| seen.split_once(", "))
        .and_then(|(_, seen)| seen.strip_prefix(subject))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(", "))
}

#[test]
fn the_first_fifty_rows_are_what_others_read() {
    let inbox: Vec<_> = (1..=300).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    for way in ways(&dovecot) {
        let browser = signed_in(&site, &way);
        let (name, plain) = match way.protocol {
            "IMAP" => ("imap", Protocol::Imap),
            _ => ("pop3", Protocol::Pop3),
        };
        let read = python("read.py", &[name, &dovecot.port(plain)]);
        let read: Vec<Value> = serde_json::from_str(&read).unwrap();
        let shown = browser.first_rows(50);
        assert_eq!(shown.len(), 50);
        for (row, read) in shown.iter().zip(&read) {
            assert_eq!(row.of, 300);
            assert!(agrees(row, read), "{way:?}: {row:?} is not {read}");
            let date = browser.script(
                "return Date.parse(arguments[0]) / 1000",
                &[row.date.clone().into()],
            );
            assert_eq!(date, read[2], "{row:?}");
        }
    }
}

#[test]
fn text_and_attachment_are_the_original() {
    let log = mail::octets(3 << 20);
    let inbox = [
        mail::text(
            "A word",
            "Quay wall, half past nine.\n  Bring   the long rope.\n",
        ),
        mail::attached("The log", &log),
    ];
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let original = Sha256::digest(&log);
    for way in ways(&dovecot) {
        let browser = signed_in(&site, &way);
        browser.open_message("A word");
        browser.until_text(
            "article",
            "Message",
            "Quay wall, half past nine.\n  Bring   the long rope.",
        );
        // A name is what its sender wrote; who asks sees the address. The date is the sender's.
        let people = "const people = document.querySelector('article .people');
            people.querySelector('summary').click();
            return people.innerText";
        let people = browser.script(people, &[]);
        let people = people.as_str().unwrap();
        assert!(
            people.contains("Ines Haddad <ines@example.com>"),
            "{people}"
        );
        let date = "return document.querySelector('article time').innerText";
        let date = browser.script(date, &[]);
        let date = date.as_str().unwrap();
        assert!(date.contains("09:15"), "{date}");
        assert!(date.ends_with("+01:00"), "{date}");
        browser.open_message("The log");
        browser.until_text("article", "Message", "See below.");
        browser.click("button", &format!("Save {}", mail::ATTACHMENT));
        let saved = Sha256::digest(browser.downloaded(mail::ATTACHMENT));
        assert_eq!(saved, original, "{way:?}");
    }
}

#[test]
fn the_form_remembers_all_but_the_password() {
    let dovecot = Dovecot::start(&[mail::text("A word", "Hello.\n")]);
    let site = Site::of(&dovecot);
    let [_, _, _, pop3s] = dovecot.ports();
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "POP3", "TLS", pop3s);
    browser.until("rows", || browser.row(0));

    browser.open(&site.url());
    assert_eq!(browser.value("User name"), USER);
    assert_eq!(browser.value("Server"), "localhost");
    assert_eq!(browser.value("Port"), pop3s.to_string());
    assert_eq!(browser.value("Password"), "");
    browser.click("checkbox", "This is not my device");
    browser.fill("textbox", "Password", PASSWORD);
    browser.click("button", "Connect");
    browser.until("rows", || browser.row(0));

    browser.open(&site.url());
    assert_eq!(browser.value("User name"), "");
}

#[test]
fn a_wrong_password_is_told_with_the_servers_words() {
    let dovecot = Dovecot::start(&[]);
    let site = Site::of(&dovecot);
    let browser = Browser::start(None);
    browser.open(&site.url());
    for Way {
        protocol,
        security,
        port,
    } in ways(&dovecot)
    {
        sign_in_as(&browser, protocol, security, port, "nobody");
        let told = browser.text("alert", "");
        assert!(
            told.contains("does not accept the user name or the password"),
            "{told}"
        );
        assert!(told.contains("Authentication failed"), "{told}");
        browser.click("button", "Change settings");
    }
}
