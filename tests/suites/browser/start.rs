//! The first page: the form, and what it says before anybody signs in.

use std::time::{SystemTime, UNIX_EPOCH};

use porthole_tests::{Browser, keys::ENTER};

use super::{page, server::READ_ALONG, try_demo};

/// An attribute of a field.
fn attribute(browser: &Browser, name: &str, attribute: &str) -> String {
    let value = browser.attribute("textbox", name, attribute);
    value.unwrap_or_default()
}

#[test]
fn a_password_manager_knows_the_form() {
    let (_site, browser) = page();
    browser.get("form", "Connect");
    assert_eq!(attribute(&browser, "User name", "autocomplete"), "username");
    assert_eq!(attribute(&browser, "User name", "type"), "text");
    assert_eq!(
        attribute(&browser, "Password", "autocomplete"),
        "current-password"
    );
    assert_eq!(attribute(&browser, "Password", "type"), "password");
    // Both are in one form that Enter sends.
    browser.fill("textbox", "User name", "alice");
    browser.fill("textbox", "Password", &format!("wonderland{ENTER}"));
    browser.until("an answer", || {
        let said = browser.script("return document.querySelector('.problem')?.innerText", &[]);
        said.as_str()?
            .contains("Give the server's name")
            .then_some(())
    });
}

#[test]
fn servers_are_guessed_and_application_passwords_asked_for() {
    let (_site, browser) = page();
    browser.fill("textbox", "User name", "ann@example.com");
    assert_eq!(browser.value("Server"), "imap.example.com");
    assert_eq!(browser.value("Port"), "993");
    browser.click("radio", "POP3");
    assert_eq!(browser.value("Server"), "pop.example.com");
    assert_eq!(browser.value("Port"), "995");
    browser.choose("Security", "STARTTLS");
    assert_eq!(browser.value("Port"), "110");
    browser.fill("textbox", "User name", "ann@gmail.com");
    assert_eq!(browser.value("Server"), "pop.gmail.com");
    let hint = "return document.querySelector('form .hint').innerText";
    let hint = browser.script(hint, &[]);
    assert!(hint.as_str().unwrap().contains("password"), "{hint}");
    browser.fill("textbox", "Server", "mail.example.com");
    browser.fill("textbox", "User name", &"a".repeat(1001));
    browser.click("button", "Connect");
    browser.until_text("alert", "", "too long");
}

#[test]
fn the_demo_begins_a_new_generation_with_each_page() {
    let (_site, browser) = page();
    let now = || {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        now.as_secs()
    };
    let before = now();
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    let line = "return [...document.querySelectorAll('[role=log] [data-direction=server]')]
        .map(line => line.innerText).find(text => text.includes('[UIDVALIDITY'))";
    browser.filter_wire("Server", "UIDVALIDITY");
    let line = browser.until("UIDVALIDITY", || {
        browser.script(line, &[]).as_str().map(str::to_owned)
    });
    let value: String = line
        .split("UIDVALIDITY ")
        .nth(1)
        .unwrap()
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let value: u64 = value.parse().unwrap();
    assert!((before - 5..=now()).contains(&value), "{line}");
}

#[test]
fn without_tls_each_server_is_allowed_by_itself() {
    let (_site, browser) = page();
    browser.until_text("form", "Connect", "Your own mail");
    let text = browser.script("return document.querySelector('.welcome').innerText", &[]);
    assert!(text.as_str().unwrap().contains("use one that you trust"));
    browser.fill("textbox", "User name", "alice");
    browser.fill("textbox", "Password", "wonderland");
    browser.fill("textbox", "Server", "mail.example.com");
    browser.choose("Security", "None");
    browser.click("button", "Connect");
    browser.until_text("alert", "", "Without TLS everybody on the way");
    browser.click("checkbox", READ_ALONG);
    browser.fill("textbox", "Server", "localhost");
    browser.click("button", "Connect");
    browser.until_text("alert", "", "Without TLS everybody on the way");
    browser.click("checkbox", READ_ALONG);
    browser.click("button", "Connect");
    browser.until_text("alert", "", "The proxy does not allow this server");
}
