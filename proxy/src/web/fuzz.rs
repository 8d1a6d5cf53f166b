//! Requests damaged at random, the same way each time: what comes of them, through HTTP and all.

use std::net::Ipv4Addr;
use std::sync::Arc;

use clap::Parser as _;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
use tokio::runtime::{Builder, Runtime};

use super::answer;
use crate::config::{Config, Settings};
use crate::listen;
use crate::proxy::Proxy;
use crate::shutdown::Trigger;

/// A proxy that reaches nothing, for pages of its own machine and one other.
struct Target {
    runtime: Runtime,
    proxy: Arc<Proxy>,
    _trigger: Trigger,
}

impl Target {
    fn new() -> Self {
        let flags = ["x", "--deny-public", "--origin", "https://mail.example"];
        let config = Config::new(Settings::parse_from(flags)).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let (trigger, shutdown) = runtime.block_on(async { Trigger::new().unwrap() });
        Self {
            runtime,
            proxy: Arc::new(Proxy::new(config, shutdown).0),
            _trigger: trigger,
        }
    }

    /// Sends octets on a connection of their own. Each answer is one, and a WebSocket is answered
    /// only where a page that may is named, by a request that is a handshake.
    ///
    /// # Panics
    /// Where one of these does not hold.
    fn requests(&self, bytes: &[u8]) {
        let answers = self.runtime.block_on(self.answers(bytes));
        assert!(answers.is_empty() || answers.starts_with("HTTP/1.1 "));
        if answers.contains("HTTP/1.1 101 ") {
            let sent = String::from_utf8_lossy(bytes).to_ascii_lowercase();
            let values = |name: &str| -> Vec<String> {
                let fields = sent.lines().filter_map(|line| line.split_once(':'));
                let named = fields.filter(|(found, _)| *found == name);
                named.map(|(_, value)| value.trim().to_owned()).collect()
            };
            assert!(sent.contains("/tunnel?"));
            assert!(values("sec-websocket-version").contains(&"13".to_owned()));
            let origins = values("origin");
            assert!(origins.iter().any(|origin| may(origin)), "{origins:?}");
        }
    }

    async fn answers(&self, bytes: &[u8]) -> String {
        let (mut page, stream) = duplex(1 << 20);
        let service = service_fn(|request| {
            answer(Arc::clone(&self.proxy), Ipv4Addr::LOCALHOST.into(), request)
        });
        let serving = listen::http().serve_connection(TokioIo::new(stream), service);
        let asking = async {
            page.write_all(bytes).await.unwrap();
            page.shutdown().await.unwrap();
            let mut answers = Vec::new();
            page.read_to_end(&mut answers).await.unwrap();
            answers
        };
        let (_, answers) = tokio::join!(serving.with_upgrades(), asking);
        String::from_utf8_lossy(&answers).into_owned()
    }
}

/// Whether a page of this origin may, told without the code that decides it.
fn may(origin: &str) -> bool {
    let Some((scheme, rest)) = origin.split_once("://") else {
        return false;
    };
    let digits = |port: &str| port.bytes().all(|octet| octet.is_ascii_digit());
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if digits(port) && !port.is_empty() => (host, Some(port)),
        _ => (rest, None),
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    let local = name == "localhost"
        || name.trim_matches(['[', ']']) == "::1"
        || name.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    match scheme {
        "https" if name == "mail.example" => matches!(port, None | Some("443" | "0443")),
        "http" | "https" => local,
        _ => false,
    }
}

const CORPUS: [&[u8]; 5] = [
    b"GET /tunnel?v=1&host=127.0.0.1&port=993&tls=none HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\
      Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nOrigin: http://127.0.0.1:8080\r\n\r\n",
    b"GET /tunnel?v=1&host=imap.example.com&port=993&tls=implicit HTTP/1.1\r\nHost: localhost\r\n\
      Upgrade: WebSocket\r\nOrigin: https://mail.example\r\nConnection: upgrade\r\n\
      Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 13\r\n\
      X-Forwarded-For: 192.0.2.1\r\n\r\n\x82\x85\0\0\0\0hello",
    b"GET /tunnel?v=1&host=a.example&port=143&tls=starttls HTTP/1.1\r\nHost: mail.example\r\n\
      Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
      Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nOrigin: https://evil.example\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost:8080\r\nAccept-Encoding: br, gzip;q=0\r\n\
      If-None-Match: W/\"x\"\r\n\r\nHEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /tunnel?v=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\
      Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\nGET /metrics HTTP/1.0\r\n\r\n",
];

const INTERESTING: &[u8] = b"\r\n\t :;,/?&=%.-_[]@\"\0\x7f\x80\xff0189Aa";

#[test]
fn a_damaged_request_opens_no_tunnel_for_a_stranger() {
    let target = Target::new();
    let requests = |bytes: &[u8]| target.requests(bytes);
    porthole_mutate::run(0x47, 4_000, &CORPUS, INTERESTING, requests);
    assert_eq!(target.proxy.tunnels().inside(), 0, "a permit was lost");
}
