//! Hostile HTML, opened as mail in the page: nothing runs, nothing loads.
//!
//! The page shows it in a sandboxed frame under a strict policy. That is tested as it stands; then
//! what the frame is given is put where neither holds, where what is hostile would show itself.

use std::{
    io::Write as _,
    net::{Ipv4Addr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use porthole_tests::{
    Browser, Dovecot, Site,
    keys::{ENTER, HOME},
    mail,
};
use serde_json::{Value, json};

use super::{corpus, server::sign_in};

/// What stands for every host under `example`: it counts who calls.
struct Trap {
    port: u16,
    calls: Arc<AtomicU32>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer =
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                // Who called may have gone; the call counts.
                let _ = stream.write_all(answer);
            }
        });
        Self { port, calls }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }
}

/// Shows each of some documents in a frame without a sandbox, in a page without a policy, and
/// answers which of them ran a script.
fn shown_unprotected(site: &Site, trap: &Trap, documents: &[String]) -> Vec<Value> {
    let browser = Browser::start(Some(trap.port));
    browser.devtools("Page.enable", json!({}));
    browser.devtools("Page.setBypassCSP", json!({ "enabled": true }));
    // Of the corpus' scripts each calls this, in whatever frame it runs.
    let pwned = "window.ran ??= []; window.pwned = name => top.ran.push(name);";
    browser.devtools(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": pwned }),
    );
    browser.open(&site.url());
    let mut ran = Vec::new();
    for documents in documents.chunks(10) {
        let script = "
            const [documents, done] = arguments;
            (async () => {
                for (const text of documents) {
                    const frame = document.createElement('iframe');
                    const loaded = new Promise(resolve => frame.onload = resolve);
                    const late = new Promise(resolve => setTimeout(resolve, 1000));
                    frame.srcdoc = text;
                    document.body.append(frame);
                    await Promise.race([loaded, late]);
                    await new Promise(resolve => setTimeout(resolve, 20));
                    frame.remove();
                }
                done(window.ran.splice(0));
            })();";
        let names = browser.slow_script(script, &[documents.into()]);
        ran.extend(names.as_array().unwrap().iter().cloned());
    }
    ran
}

#[test]
fn nothing_runs_and_nothing_loads() {
    let cases = corpus::cases();
    assert!(cases.len() >= 200, "{}", cases.len());
    let mail = |case: &corpus::Case| mail::html(case.name, &case.html);
    let dovecot = Dovecot::start(&cases.iter().map(mail).collect::<Vec<_>>());
    let (site, trap) = (Site::of(&dovecot), Trap::set());
    let browser = Browser::start(Some(trap.port));
    browser.open(&site.url());
    let [_, imaps, ..] = dovecot.ports();
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.until("rows", || browser.row(0));

    let mut documents = Vec::new();
    for (at, case) in cases.iter().rev().enumerate() {
        let first = if at == 0 { HOME } else { "j" };
        browser.press_in_list(&format!("{first}{ENTER}"));
        let subject = format!("Case {}", case.name);
        let shown = browser.until(&subject, || {
            let look = "
                const frame = document.querySelector('article iframe');
                const empty = document.querySelector('article .empty:not([aria-busy])');
                const ready = document.querySelector('article h2')?.innerText === arguments[0]
                    && (frame || empty);
                return ready ? [frame?.srcdoc ?? '', frame?.sandbox.value ?? ''] : null;";
            Some(browser.script(look, &[subject.as_str().into()])).filter(Value::is_array)
        });
        let sandbox = shown[1].as_str().unwrap();
        assert!(!sandbox.contains("scripts") && !sandbox.contains("same-origin"));
        documents.push(shown[0].as_str().unwrap().to_owned());
        assert_eq!(trap.calls(), 0, "{}", case.name);
    }
    assert!(documents.iter().filter(|text| !text.is_empty()).count() > 300);
    assert_eq!(browser.script("return document.title", &[]), "Porthole");
    drop(browser);

    let ran = shown_unprotected(&site, &trap, &documents);
    assert!(ran.is_empty(), "{ran:?}");
    assert_eq!(trap.calls(), 0);

    // As they came, they run and load: the two checks above can fail.
    let raw: Vec<_> = cases.into_iter().map(|case| case.html).collect();
    let ran = shown_unprotected(&site, &trap, &raw);
    assert!(ran.len() >= 50, "{}", ran.len());
    assert!(trap.calls() >= 50, "{}", trap.calls());
}

#[test]
fn remote_content_comes_when_it_is_asked_for() {
    let html = "<p>Look:</p><img src='http://pictures.example/1.png'>";
    let inbox = ["remote", "another"].map(|case| mail::html(case, html));
    let dovecot = Dovecot::start(&inbox);
    let (site, trap) = (Site::of(&dovecot), Trap::set());
    let browser = Browser::start(Some(trap.port));
    browser.open(&site.url());
    let [_, imaps, ..] = dovecot.ports();
    sign_in(&browser, "IMAP", "TLS", imaps);
    browser.open_message("Case remote");
    let notice = "Remote content from pictures.example is blocked.";
    browser.until_text("article", "Message", notice);
    browser.until_frame_text("Message text", "Look:");
    assert_eq!(trap.calls(), 0);
    browser.click("button", "Show them");
    browser.until("a call", || (trap.calls() > 0).then_some(()));
    // That was for this message.
    browser.open_message("Case another");
    browser.until_text("article", "Message", notice);
}
