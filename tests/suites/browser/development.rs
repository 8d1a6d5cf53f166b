//! `trunk serve` alone: the page with the demo within it, and through it a proxy that runs beside.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use porthole_tests::{Browser, Dovecot, Folder, Site, mail, program::root};

use super::{server::ways, try_demo};

/// A development server on a free port. It ends when this is dropped.
struct Trunk {
    child: Child,
    port: u16,
    _folder: Folder,
}

impl Trunk {
    /// Starts one by the workspace's settings, but for the places that other tests use as well:
    /// the port of the proxy, its own, and where the page is put.
    fn serve(proxy: u16) -> Self {
        let settings = fs::read_to_string(root().join("Trunk.toml")).unwrap();
        let folder = Folder::new();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let changes = [
            (
                "target = \"web/index.html\"",
                format!("target = {:?}", root().join("web/index.html")),
            ),
            (
                "dist = \"dist\"",
                format!("dist = {:?}", folder.path().join("dist")),
            ),
            (
                "ignore = [\"dist\", \"tests\"]",
                format!("ignore = [{:?}]", root().join("tests")),
            ),
            ("port = 8081", format!("port = {port}")),
            (
                "ws://127.0.0.1:8080/tunnel",
                format!("ws://127.0.0.1:{proxy}/tunnel"),
            ),
        ];
        let settings = changes.iter().fold(settings, |settings, (from, to)| {
            assert_eq!(settings.matches(from).count(), 1, "{from}");
            settings.replace(from, to)
        });
        let config = folder.path().join("Trunk.toml");
        fs::write(&config, settings).unwrap();
        let mut command = Command::new("trunk");
        command
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .current_dir(root())
            .env_remove("NO_COLOR")
            .stdout(Stdio::null());
        let child = command.spawn().unwrap();
        let mut trunk = Self {
            child,
            port,
            _folder: folder,
        };
        trunk.wait();
        trunk
    }

    /// Until the page is built and served.
    fn wait(&mut self) {
        let end = Instant::now() + Duration::from_secs(900);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert_eq!(self.child.try_wait().unwrap(), None, "it ended");
            assert!(Instant::now() < end, "it serves nothing");
            thread::sleep(Duration::from_millis(200));
        }
    }

    fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }
}

impl Drop for Trunk {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn trunk_serve_gives_the_demo_and_leads_to_a_proxy() {
    let inbox: Vec<_> = (1..=3).map(mail::numbered).collect();
    let dovecot = Dovecot::start(&inbox);
    let site = Site::of(&dovecot);
    let trunk = Trunk::serve(site.proxy().address().port());
    let browser = Browser::start(None);
    browser.open(&trunk.url());
    try_demo(&browser, "IMAP");
    browser.until_text("status", "Connection", "Online");
    browser.click("button", "Sign out");
    let [imap, ..] = ways(&dovecot);
    imap.sign_in(&browser);
    let newest = browser.until("rows", || browser.row(0));
    assert_eq!(newest.of, 3);
}
