//! The way to a mailbox: its stages, and what is said where it ends.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener},
    thread,
};

use porthole_tests::{Browser, Dovecot, KeptPort, PASSWORD, Site, mail};

use super::{
    looks::in_each_look,
    page,
    server::{Way, sign_in, ways},
};

/// Notes which stages are done whenever something changes: they are shown for as long as it takes,
/// which is not long.
const WATCH: &str = "window.seen = [];
    const look = () => window.seen.push([...document.querySelectorAll('.stages li.done')]
        .map(line => line.innerText.replaceAll('\\n', ' ')));
    new MutationObserver(look).observe(document.body,
        { subtree: true, childList: true, attributes: true, characterData: true })";

const STAGES: [&str; 6] = [
    "Reaching the proxy",
    "Finding the server",
    "Connecting to it",
    "Securing the connection",
    "Waiting for its greeting",
    "Signing in",
];

/// The stages that a visit showed as done before its rows were there.
fn done(site: &Site, way: &Way) -> Vec<String> {
    let browser = Browser::start(None);
    browser.open(&site.url());
    browser.script(WATCH, &[]);
    way.sign_in(&browser);
    browser.until("rows", || browser.row(0));
    let seen = "return window.seen.findLast(done => done.length) ?? []";
    let seen = browser.script(seen, &[]);
    let seen = seen.as_array().unwrap().iter();
    seen.map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn each_stage_is_shown_and_tls_with_the_certificate() {
    let dovecot = Dovecot::start(&[mail::text("A word", "Hello.\n")]);
    let site = Site::of(&dovecot);
    for way in ways(&dovecot) {
        let mut seen = done(&site, &way);
        // A page that was busy draws the rows in the frame that would have shown the last of them.
        for _ in 0..3 {
            if seen.len() < STAGES.len() {
                seen = done(&site, &way);
            }
        }
        for stage in STAGES {
            let is_done = seen.iter().any(|line| line.contains(stage));
            assert!(is_done, "{way:?}: {stage} in {seen:?}");
        }
        let tls = seen.iter().find(|line| line.contains("Securing")).unwrap();
        for part in ["TLS 1.", "issued by", "valid until"] {
            assert!(tls.contains(part), "{way:?}: {part} in {tls}");
        }
    }
}

/// Where signing in ends, and what the page says about it.
struct End<'a> {
    server: &'a str,
    port: u16,
    /// What of it is done.
    stage: &'a str,
    /// What is the matter.
    told: &'a str,
    /// The words of the proxy or of the server.
    words: &'a str,
    /// What to try.
    hint: &'a str,
}

impl End<'_> {
    fn is_told(&self, browser: &Browser) {
        browser.fill("textbox", "User name", "nobody");
        browser.fill("textbox", "Password", PASSWORD);
        browser.fill("textbox", "Server", self.server);
        browser.choose("Security", "TLS");
        browser.fill("textbox", "Port", &self.port.to_string());
        browser.click("button", "Connect");
        let told = browser.text("alert", "");
        let stage = format!("Failed while: {}.", self.stage);
        for part in [self.told, &stage, self.words, self.hint] {
            assert!(told.contains(part), "{part} in {told}");
        }
        let quoted = browser.script(
            "return document.querySelector('[role=alert] q').innerText",
            &[],
        );
        assert!(quoted.as_str().unwrap().contains(self.words), "{quoted}");
        let failed = browser.script(
            "return document.querySelector('.stages li.failed').innerText",
            &[],
        );
        assert!(
            failed.as_str().unwrap().to_lowercase().contains(self.stage),
            "{failed}"
        );
        browser.click("button", "Change settings");
    }
}

#[test]
fn a_failure_names_its_stage_the_words_and_what_to_try() {
    let dovecot = Dovecot::start(&[]);
    let [_, imaps, _, pop3s] = dovecot.ports();
    // Nobody listens there.
    let kept = KeptPort::new();
    let closed = kept.number();
    let (_site, nothing_allowed) = page();
    let strangers = Site::reaching(&[imaps, closed]);
    let untrusting = Browser::start(None);
    untrusting.open(&strangers.url());
    let site = Site::of(&dovecot);
    let trusting = Browser::start(None);
    trusting.open(&site.url());
    trusting.click("radio", "IMAP");
    for (browser, end) in [
        (
            &nothing_allowed,
            End {
                server: "localhost",
                port: imaps,
                stage: "reaching the proxy",
                told: "does not allow this server",
                words: "does not connect to that server",
                hint: "Check both",
            },
        ),
        (
            &untrusting,
            End {
                server: "localhost",
                port: closed,
                stage: "connecting to it",
                told: "does not take the connection",
                words: "refuses connections on this port",
                hint: "Check the port and the security",
            },
        ),
        (
            &untrusting,
            End {
                server: "localhost",
                port: imaps,
                stage: "securing the connection",
                told: "cannot be secured",
                words: "certificate",
                hint: "another than the certificate's",
            },
        ),
        (
            &trusting,
            End {
                server: "localhost",
                port: pop3s,
                stage: "waiting for its greeting",
                told: "does not speak this protocol",
                words: "does not greet as an IMAP server does: +OK ",
                hint: "Check protocol, port and security.",
            },
        ),
        (
            &trusting,
            End {
                server: "localhost",
                port: imaps,
                stage: "signing in",
                told: "does not accept the user name or the password",
                words: "Authentication failed",
                hint: "app password",
            },
        ),
    ] {
        end.is_told(browser);
    }
    trusting.click("radio", "POP3");
    let end = End {
        server: "localhost",
        port: imaps,
        stage: "waiting for its greeting",
        told: "does not speak this protocol",
        words: "does not greet as a POP3 server does: * OK ",
        hint: "Check protocol, port and security.",
    };
    end.is_told(&trusting);
}

#[test]
fn a_server_without_an_address_is_not_found() {
    let site = Site::with(&["--allow=mail.invalid:993".to_owned()]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    let end = End {
        server: "mail.invalid",
        port: 993,
        stage: "finding the server",
        told: "no server of that name",
        words: "has no address",
        hint: "Check its spelling.",
    };
    end.is_told(&browser);
}

#[test]
fn whoever_waits_sees_for_what_and_can_go_back() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    // It greets, never answers, and hears when the client hangs up.
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .write_all(b"* OK [ALERT] The cellar is closed on Sundays\r\n")
            .unwrap();
        let mut heard = Vec::new();
        stream.read_to_end(&mut heard).map(|_| heard)
    });
    let site = Site::reaching(&[port]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "None", port);
    browser.until_text("region", "Connecting", "Signing in");
    browser.until_text(
        "status",
        "Notice",
        "The server says: The cellar is closed on Sundays",
    );
    in_each_look(&browser, "connecting");
    browser.activate("button", "Cancel");
    browser.get("form", "Connect");
    let name = "return document.activeElement.name";
    browser.until("the keyboard in the form", || {
        (browser.script(name, &[]) == "username").then_some(())
    });
    let heard = server.join().unwrap().unwrap();
    assert!(!heard.is_empty());
}

/// The port of a server that lets everybody in and has no inbox.
fn without_an_inbox() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let heard = BufReader::new(stream.try_clone().unwrap());
        stream
            .write_all(b"* OK [CAPABILITY IMAP4rev1] hello\r\n")
            .unwrap();
        for line in heard.lines().map_while(Result::ok) {
            let (tag, command) = line.split_once(' ').unwrap();
            let answer = match command.starts_with("SELECT") {
                true => "NO the inbox is on loan",
                false => "OK done",
            };
            write!(stream, "{tag} {answer}\r\n").unwrap();
        }
    });
    port
}

#[test]
fn an_inbox_that_does_not_open_is_the_last_stage_that_can_fail() {
    let port = without_an_inbox();
    let site = Site::reaching(&[port]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "None", port);
    browser.until_text("alert", "", "Failed while: opening the inbox.");
    browser.until_text("alert", "", "the inbox is on loan");
}

/// Opens what few need.
fn advanced(browser: &Browser) {
    browser.unfold("Advanced");
}

/// A page's host that the browser finds at one port of this machine, without TLS.
const ELSEWHERE: &str = "http://porthole.example";

#[test]
fn a_page_from_elsewhere_uses_the_proxy_that_it_is_told_of() {
    let inbox: Vec<_> = (1..=3).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let near = Site::of_page(&dovecot, ELSEWHERE);
    let proxy = format!("ws://{}", near.proxy().address());
    let far = Site::with(&[
        "--deny-public".to_owned(),
        format!("--other-proxy={proxy}"),
        format!("--origin={ELSEWHERE}"),
    ]);
    let browser = Browser::start(Some(far.proxy().address().port()));
    browser.open(ELSEWHERE);
    let [_, imaps, ..] = dovecot.ports();
    advanced(&browser);
    browser.fill("textbox", "Proxy", "ws://127.0.0.1:9");
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until_text("alert", "", "The proxy does not answer.");
    browser.until_text("alert", "", "Failed while: reaching the proxy.");
    browser.click("button", "Change settings");
    advanced(&browser);
    browser.fill("textbox", "Proxy", &proxy);
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("rows", || browser.row(0).filter(|row| row.of == 3));
    // Without TLS a page has no file system.
    browser.until_text(
        "navigation",
        "Mailboxes",
        "in memory only: that takes a secure origin",
    );
}

#[test]
fn a_page_over_tls_keeps_mail_in_the_file_system() {
    let inbox: Vec<_> = (1..=3).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::over_tls(&dovecot, "https://porthole.example");
    let browser = Browser::start(Some(site.proxy().address().port()));
    browser.open("https://porthole.example");
    let [.., pop3s] = dovecot.ports();
    sign_in(&browser, "POP3", "TLS", pop3s);
    browser.until("rows", || browser.row(0).filter(|row| row.of == 3));
    assert!(!browser.text("navigation", "Mailboxes").contains("memory"));
    browser.click("button", "Account");
    browser.until_text("dialog", "Account", "in the browser's private file system");
}
