//! `cargo xtask serve`, as somebody types it who has just cloned the repository.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead as _, BufReader},
    os::unix::process::CommandExt as _,
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
};

use porthole_tests::{Browser, DemoProxy, address_in, program::cargo};

/// The command while it runs, with all that it started. They end when this is dropped.
struct Serve {
    child: Child,
    url: String,
    /// Whether anything had to be compiled for it.
    compiled: bool,
    /// Reads what all of them say, until the last one has ended.
    reader: Option<JoinHandle<()>>,
}

impl Serve {
    /// Types it, and waits until it says where the page is.
    fn start() -> Self {
        let mut cargo = cargo();
        // The usual port may be somebody's.
        cargo.args(["xtask", "serve", "--listen", "127.0.0.1:0"]);
        let mut child = cargo
            .env("NO_COLOR", "1")
            .process_group(0)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut lines = stderr.lines().map_while(Result::ok);
        let mut said = Vec::new();
        let address = lines.by_ref().find_map(|line| {
            let address = address_in(&line);
            said.push(line);
            address
        });
        let Some(address) = address else {
            panic!("it ended:\n{}", said.join("\n"));
        };
        // Read to its end: a program whose log is full stands still.
        let reader = thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url: format!("http://{address}/"),
            compiled: said.iter().any(|line| line.contains("Compiling")),
            reader: Some(reader),
        }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // As Ctrl-C does, to all of them.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-INT", "--", &group]).status();
        let _ = self.child.wait();
        // The proxy takes its time, and the next one wants its ports.
        let _ = self.reader.take().map(JoinHandle::join);
    }
}

/// Waits for the newest message of the demo's mailbox.
fn reads_mail(browser: &Browser) {
    browser.until("rows", || browser.row(0).filter(|row| row.of >= 40));
    browser.open_message("Tide tables for the weekend");
    browser.until_text("article", "Message", "Tide tables for the weekend");
    browser.click("button", "Sign out");
    browser.get("form", "Connect");
}

#[test]
fn it_ends_in_a_page_that_reads_mail() {
    let serve = Serve::start();
    let browser = Browser::start(None);
    browser.open(&serve.url);
    for protocol in ["IMAP", "POP3"] {
        browser.click("radio", protocol);
        browser.click("button", "Try the demo");
        reads_mail(&browser);
    }
    for (protocol, security, port) in [
        ("IMAP", "TLS", DemoProxy::IMAPS),
        ("POP3", "TLS", DemoProxy::POP3S),
        ("IMAP", "STARTTLS", DemoProxy::IMAP),
    ] {
        browser.click("radio", protocol);
        browser.fill("textbox", "User name", "alice");
        browser.fill("textbox", "Password", "wonderland");
        browser.fill("textbox", "Server", "127.0.0.1");
        browser.choose("Security", security);
        browser.fill("textbox", "Port", &port.to_string());
        browser.click("button", "Connect");
        reads_mail(&browser);
    }
    drop(serve);
    // The second time all is there.
    assert!(!Serve::start().compiled);
}
