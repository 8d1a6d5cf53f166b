//! A page that does not keep up holds the server back, and nothing piles up in between.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use porthole_tests::{Browser, Site};

use super::server::sign_in;

const MIB: u64 = 1 << 20;
/// After this much it stops by itself.
const ENOUGH: u64 = 1024 * MIB;

/// An IMAP server that takes any password and then talks without end.
struct Chatterbox {
    port: u16,
    sent: Arc<AtomicU64>,
}

impl Chatterbox {
    /// Starts one.
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let sent = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&sent);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let counted = Arc::clone(&counted);
                // Whoever hangs up has heard enough.
                thread::spawn(move || talk(stream, &counted).unwrap_or_default());
            }
        });
        Self { port, sent }
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

fn talk(mut stream: TcpStream, sent: &AtomicU64) -> std::io::Result<()> {
    stream.write_all(b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello\r\n")?;
    let mut line = String::new();
    BufReader::new(stream.try_clone()?).read_line(&mut line)?;
    let tag = line.split(' ').next().unwrap_or_default();
    stream.write_all(format!("{tag} OK [CAPABILITY IMAP4rev1] signed in\r\n").as_bytes())?;
    let chatter = format!("* OK {}\r\n", "and another thing ".repeat(200));
    while sent.load(Ordering::SeqCst) < ENOUGH {
        stream.write_all(chatter.as_bytes())?;
        sent.fetch_add(chatter.len() as u64, Ordering::SeqCst);
    }
    Ok(())
}

#[test]
fn a_busy_page_holds_the_server_back() {
    let server = Chatterbox::start();
    let site = Site::reaching(&[server.port]);
    let browser = Browser::start(None);
    browser.open(&site.url());
    sign_in(&browser, "IMAP", "None", server.port);

    // A page that keeps up is sent more and more.
    browser.until("chatter", || (server.sent() > 16 * MIB).then_some(()));
    let keeping_up = site.proxy().memory();
    let worker = browser.pause_worker();
    let paused_at = server.sent();
    // The debugger takes its time to stop it; from then on the window of the contract fills, one
    // MiB, and the kernel's sockets do.
    browser.until("silence", || {
        let before = server.sent();
        thread::sleep(Duration::from_secs(2));
        (server.sent() == before).then_some(())
    });
    let piled_up = server.sent() - paused_at;
    assert!(piled_up < 48 * MIB, "{piled_up} octets on their way");
    let grown = site.proxy().memory().saturating_sub(keeping_up);
    assert!(grown < 8 * MIB, "{grown} octets");

    browser.resume_worker(&worker);
    let resumed_at = server.sent();
    browser.until("chatter again", || {
        (server.sent() > resumed_at + 32 * MIB).then_some(())
    });
    let grown = site.proxy().memory().saturating_sub(keeping_up);
    assert!(grown < 8 * MIB, "{grown} octets");
}
