//! SIGHUP: other terms for whoever comes next, and none for who is there.

use std::fs;

use porthole_tests::{
    Daemon, Folder, Reply,
    tunnel::{self, Tunnel},
};
use porthole_tunnel::{ErrorKind, Request, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::{Duration, sleep},
};

use crate::server::{Identity, Server};

/// A server that gives back what it is sent.
async fn echoing() -> Server {
    Server::start(|mut stream| async move {
        let mut buffer = [0; 64];
        while let Ok(count @ 1..) = stream.read(&mut buffer).await {
            stream.write_all(&buffer[..count]).await.unwrap();
        }
    })
    .await
}

async fn open(proxy: &Daemon, server: &Server) -> Tunnel {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    tunnel.connected().await;
    tunnel
}

async fn is_denied(proxy: &Daemon, server: &Server) {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    assert_eq!(tunnel.failure().await.kind, ErrorKind::Denied);
}

async fn still_works(tunnel: &mut Tunnel) {
    tunnel.send(b"NOOP\r\n").await;
    assert_eq!(tunnel.take(6).await, b"NOOP\r\n");
}

/// Has the configuration read again, and waits until it was so often taken or refused.
async fn reload(proxy: &Daemon, outcome: &str, times: usize) {
    proxy.reload();
    let line = format!("porthole_reloads_total{{outcome=\"{outcome}\"}} {times}\n");
    // A debug build reads the platform's root certificates slowly.
    for _ in 0..400 {
        let metrics = Reply::get(proxy.address(), "/metrics", &[]).await.text();
        if metrics.contains(&line) {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("not {line}");
}

/// A configuration file.
struct File(Folder);

impl File {
    fn new(text: &str) -> Self {
        let file = Self(Folder::new());
        file.write(text);
        file
    }

    fn path(&self) -> String {
        let path = self.0.path().join("proxy.toml");
        path.to_str().unwrap().to_owned()
    }

    fn write(&self, text: &str) {
        fs::write(self.path(), text).unwrap();
    }
}

#[tokio::test]
async fn new_terms_count_for_who_comes_next() {
    let (before, after) = (echoing().await, echoing().await);
    let allow = |server: &Server| format!("allow = [\"127.0.0.1:{}\"]\n", server.port);
    let file = File::new(&allow(&before));
    let proxy = Daemon::start(&["--config", &file.path()]);
    let mut held = open(&proxy, &before).await;
    is_denied(&proxy, &after).await;
    let host = [("Host", "mail.example")];
    assert_eq!(Reply::get(proxy.address(), "/", &host).await.status, 421);

    file.write(&format!(
        "{}origin = [\"https://mail.example\"]\n",
        allow(&after)
    ));
    reload(&proxy, "taken", 1).await;
    open(&proxy, &after).await;
    is_denied(&proxy, &before).await;
    assert_eq!(Reply::get(proxy.address(), "/", &host).await.status, 404);
    still_works(&mut held).await;
}

#[tokio::test]
async fn what_is_no_configuration_changes_nothing() {
    let (before, after) = (echoing().await, echoing().await);
    let rule = |server: &Server| format!("127.0.0.1:{}", server.port);
    let file = File::new(&format!("allow = [\"{}\"]\n", rule(&before)));
    let proxy = Daemon::start(&["--config", &file.path()]);
    let mut held = open(&proxy, &before).await;
    let good = format!("allow = [\"{}\"]\n", rule(&after));
    for (at, bad) in [
        "allow = [",
        "allow = [\"smtp.example.com:25\"]",
        "alow = []",
        "ca = [\"/nowhere/ca.pem\"]",
        // These count from the next start on.
        &format!("{good}demo = true"),
        &format!("{good}max-connections = 2"),
        &format!("{good}max-per-client = 2"),
        &format!("{good}max-per-server = 2"),
        &format!("{good}drain-timeout = 2"),
        &format!("{good}web = \"/\""),
    ]
    .into_iter()
    .enumerate()
    {
        file.write(bad);
        reload(&proxy, "refused", at + 1).await;
        is_denied(&proxy, &after).await;
    }
    fs::remove_file(file.path()).unwrap();
    reload(&proxy, "refused", 11).await;
    open(&proxy, &before).await;
    still_works(&mut held).await;

    file.write(&good);
    reload(&proxy, "taken", 1).await;
    open(&proxy, &after).await;
}

#[tokio::test]
async fn a_certificate_is_renewed_while_it_runs() {
    let server = echoing().await;
    let (old, new) = (Identity::good(), Identity::good());
    let files = Folder::new();
    let path = |name: &str| files.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    let show = |identity: &Identity| {
        fs::copy(identity.certificate(), &certificate).unwrap();
        fs::copy(identity.key(), &key).unwrap();
    };
    show(&old);
    let proxy = server.proxy(&["--tls-cert", &certificate, "--tls-key", &key]);
    let request = Request::new("127.0.0.1", server.port, Security::None).unwrap();
    let origin = format!("https://{}", proxy.address());
    let head = tunnel::upgrade(proxy.address(), &request.target(), Some(&origin), "");
    // A client trusts one certificate and no other.
    let stream = old.connect(proxy.address()).await;
    let mut held = Tunnel::over(stream, head.as_bytes()).await.unwrap();
    held.connected().await;

    show(&new);
    proxy.reload();
    let mut renewed = false;
    for _ in 0..400 {
        renewed = new.is_shown(proxy.address()).await;
        if renewed {
            break;
        }
        sleep(Duration::from_millis(50)).await;
    }
    assert!(renewed, "it still shows the old one");
    still_works(&mut held).await;
}
