//! What is let through to a WebSocket, and what is not, however slowly it comes.

use std::{net::SocketAddr, time::Instant};

use porthole_tests::{
    Daemon, Reply,
    tunnel::{self, Tunnel},
};
use porthole_tunnel::{Request, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, sleep, timeout},
};

use crate::server::{Identity, Server};

fn target() -> String {
    let request = Request::new("127.0.0.1", 993, Security::None);
    request.unwrap().target()
}

/// The status that a request for a tunnel gets, after something in it was replaced.
async fn check(proxy: &Daemon, name: &str, change: (&str, &str), expected: Option<u16>) {
    let address = proxy.address();
    let origin = format!("http://{address}");
    let request = tunnel::upgrade(address, &target(), Some(&origin), "");
    let (from, to) = change;
    assert!(
        request.contains(from),
        "{name}: {from:?} is not in {request}"
    );
    let request = request.replacen(from, to, 1);
    // Whoever is upgraded keeps the connection: a request behind it would be a frame.
    let status = match expected {
        Some(101) => {
            let stream = TcpStream::connect(address).await.unwrap();
            let outcome = Tunnel::over(stream, request.as_bytes()).await;
            Some(outcome.map_or_else(|reply| reply.status, |_| 101))
        }
        _ => {
            let request = request.replacen("keep-alive, ", "close, ", 1);
            let reply = Reply::to(address, request.as_bytes()).await;
            reply.map(|reply| reply.status)
        }
    };
    assert_eq!(status, expected, "{name}");
}

#[tokio::test]
async fn only_a_whole_handshake_is_upgraded() {
    let proxy = Daemon::start(&["--deny-public"]);
    let many = "X: y\r\n".repeat(70);
    let long = format!("X: {}\r\n", "y".repeat(10_000));
    let path = format!("/tunnel?{}", "v".repeat(10_000));
    for (name, change, expected) in [
        ("as it should be", ("", ""), Some(101)),
        ("another method", ("GET", "POST"), Some(405)),
        ("HTTP/1.0", ("HTTP/1.1", "HTTP/1.0"), Some(400)),
        (
            "HTTP/2",
            ("GET /", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            None,
        ),
        ("no method", ("GET ", ""), Some(400)),
        ("garbage", ("GET /tunnel", "\x16\x03\x01\0\u{1}"), Some(400)),
        (
            "a header without a colon",
            ("Upgrade: w", "Upgrade w"),
            Some(400),
        ),
        ("no Upgrade", ("Upgrade: websocket\r\n", ""), Some(426)),
        ("another protocol", ("websocket", "h2c"), Some(426)),
        ("no Connection", (", Upgrade", ""), Some(426)),
        ("an old version", ("Version: 13", "Version: 8"), Some(426)),
        ("no key", ("Sec-WebSocket-Key", "X"), Some(400)),
        ("a short key", ("AQID", ""), Some(400)),
        (
            "two keys",
            (
                "Origin",
                "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nOrigin",
            ),
            Some(400),
        ),
        (
            "too many headers",
            ("Origin", &format!("{many}Origin")),
            Some(431),
        ),
        (
            "too long a header",
            ("Origin", &format!("{long}Origin")),
            Some(431),
        ),
        ("too long a path", ("/tunnel", &path), Some(431)),
        (
            "too long a query",
            ("v=1", &format!("v={}", "1".repeat(1100))),
            Some(400),
        ),
        ("another version", ("v=1", "v=2"), Some(400)),
        ("a key twice", ("v=1", "v=1&v=1"), Some(400)),
        ("an unknown key", ("v=1", "v=1&x=1"), Some(400)),
        ("no host", ("host=127.0.0.1", "host="), Some(400)),
        ("a host with a user", ("host=", "host=me@"), Some(400)),
        (
            "an address in octal",
            ("127.0.0.1&", "0177.0.0.1&"),
            Some(400),
        ),
        (
            "an address in one number",
            ("127.0.0.1&", "2130706433&"),
            Some(400),
        ),
        ("port 0", ("port=993", "port=0"), Some(400)),
        ("a port too high", ("port=993", "port=65536"), Some(400)),
        ("a port with a sign", ("port=993", "port=%2B993"), Some(400)),
        ("no word for TLS", ("tls=none", "tls="), Some(400)),
        ("no Origin", ("Origin: ", "X: "), Some(403)),
        (
            "an empty Origin",
            ("Origin: http", "Origin: \r\nX: http"),
            Some(403),
        ),
        (
            "an opaque Origin",
            ("Origin: http", "Origin: null\r\nX: http"),
            Some(403),
        ),
        (
            "a foreign Origin",
            ("Origin: http", "Origin: https://evil.example\r\nX: http"),
            Some(403),
        ),
        (
            "two Origins",
            ("Origin", "Origin: https://evil.example\r\nOrigin"),
            Some(403),
        ),
        (
            "a foreign Host",
            ("Host: ", "Host: rebound.example\r\nX: "),
            Some(421),
        ),
        ("two Hosts", ("Host", "Host: localhost\r\nHost"), Some(421)),
        ("no Host", ("Host", "X"), Some(421)),
    ] {
        check(&proxy, name, change, expected).await;
    }
}

#[tokio::test]
async fn nothing_is_compressed_on_the_way() {
    let proxy = Daemon::start(&["--deny-public"]);
    let address = proxy.address();
    let origin = format!("http://{address}");
    let offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    let request = tunnel::upgrade(address, &target(), Some(&origin), offer);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let reply = Reply::read(&mut stream).await.unwrap();
    assert_eq!(reply.status, 101);
    assert_eq!(reply.header("Sec-WebSocket-Extensions"), None);
}

#[tokio::test]
async fn a_named_page_may_use_it_and_no_other() {
    let named = "https://mail.example";
    let proxy = Daemon::start(&["--deny-public", "--origin", named]);
    let own = format!("http://{}", proxy.address());
    for (origin, expected) in [
        (named, 101),
        (&own, 101),
        // Trunk's development server forwards from its own port.
        ("http://localhost:8081", 101),
        ("http://mail.example", 403),
        ("https://mail.example:8443", 403),
        ("https://mail.example.evil.example", 403),
        ("https://xmail.example", 403),
        ("https://mail.example/", 403),
        ("file://", 403),
    ] {
        let change = (own.as_str(), origin);
        let name = format!("from {origin}");
        // The Host header has the address without its scheme, so only Origin changes.
        check(&proxy, &name, change, Some(expected)).await;
    }
}

#[tokio::test]
async fn a_request_that_does_not_end_is_not_waited_for() {
    let proxy = Daemon::start(&["--deny-public"]);
    let origin = format!("http://{}", proxy.address());
    let request = tunnel::upgrade(proxy.address(), &target(), Some(&origin), "");
    tokio::join!(
        is_cut_off(proxy.address(), "", "silence"),
        is_cut_off(proxy.address(), &request, "an octet at a time"),
        is_cut_off(proxy.address(), "\r\n\r\n\r\n", "empty lines"),
        is_left(proxy.address()),
    );
}

/// Sends an octet each 100 milliseconds, over and over, until the proxy hangs up.
async fn is_cut_off(address: SocketAddr, request: &str, name: &str) {
    let (mut reading, mut writing) = TcpStream::connect(address).await.unwrap().into_split();
    let start = Instant::now();
    let sending = async {
        for octet in request.bytes().cycle() {
            if writing.write_all(&[octet]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let ended = tokio::select! {
        () = sending => false,
        outcome = timeout(PATIENCE, reading.read_to_end(&mut answer)) => outcome.is_ok(),
    };
    assert!(ended, "{name}: still open after {:?}", start.elapsed());
    assert!(!answer.starts_with(b"HTTP/1.1 101"), "{name}");
}

/// A connection that was answered and asks for no more is closed too.
async fn is_left(address: SocketAddr) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let outcome = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(outcome.is_ok(), "a connection is kept that asks nothing");
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}

#[tokio::test]
async fn requests_that_do_not_end_leave_room_for_others() {
    let proxy = Daemon::start(&["--deny-public"]);
    let mut held = Vec::new();
    for _ in 0..63 {
        held.push(TcpStream::connect(proxy.address()).await.unwrap());
    }
    let reply = Reply::get(proxy.address(), "/healthz", &[]).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn one_client_has_so_many_requests_at_a_time_and_the_next_waits() {
    let proxy = Daemon::start(&["--deny-public"]);
    let start = Instant::now();
    let mut held = Vec::new();
    for _ in 0..64 {
        held.push(TcpStream::connect(proxy.address()).await.unwrap());
    }
    let reply = Reply::get(proxy.address(), "/healthz", &[]).await;
    assert_eq!(reply.status, 200);
    // Whoever says nothing is given up after five seconds.
    assert!(start.elapsed() >= Duration::from_secs(5), "it did not wait");
}

#[tokio::test]
async fn a_class_behind_one_address_opens_the_page_at_once() {
    let proxy = Daemon::start(&["--deny-public"]);
    let mut class = tokio::task::JoinSet::new();
    for _ in 0..180 {
        let address = proxy.address();
        class.spawn(async move { Reply::get(address, "/healthz", &[]).await.status });
    }
    let statuses = class.join_all().await;
    assert_eq!(statuses, [200; 180]);
}

#[tokio::test]
async fn a_flood_from_one_client_is_turned_away_and_counted() {
    let mut proxy = Daemon::start(&["--deny-public"]);
    let mut held = Vec::new();
    for _ in 0..64 + 192 + 2 {
        held.push(TcpStream::connect(proxy.address()).await.unwrap());
    }
    let mut octet = [0];
    for turned_away in held.iter_mut().rev().take(2) {
        let outcome = timeout(PATIENCE, turned_away.read(&mut octet)).await;
        assert!(matches!(outcome, Ok(Ok(0) | Err(_))), "{outcome:?}");
    }
    drop(held);
    let ask = format!(
        "GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        proxy.address()
    );
    // Until the others have left, whoever asks is turned away as well.
    let mut turned_away = 2;
    let start = Instant::now();
    let metrics = loop {
        match Reply::to(proxy.address(), ask.as_bytes()).await {
            Some(reply) => break reply.text(),
            None => turned_away += 1,
        }
        assert!(start.elapsed() < PATIENCE, "the others are still there");
        sleep(Duration::from_millis(20)).await;
    };
    let counted = format!("porthole_connections_turned_away_total {turned_away}\n");
    assert!(metrics.contains(&counted), "{metrics}");
    let log = proxy.last_log();
    let told = log.matches("connections are turned away").count();
    assert_eq!(told, 1, "{log}");
}

#[tokio::test]
async fn a_listener_with_tls_takes_nothing_else() {
    let identity = Identity::good();
    let server = Server::silent().await;
    let (certificate, key) = (identity.certificate(), identity.key());
    let proxy = server.proxy(&["--tls-cert", &certificate, "--tls-key", &key]);
    let address = proxy.address();
    let plain = Reply::to(address, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(plain.is_none(), "{plain:?}");

    let mut stream = identity.connect(address).await;
    let ask = format!("GET / HTTP/1.1\r\nHost: {address}\r\n\r\n");
    stream.write_all(ask.as_bytes()).await.unwrap();
    stream.flush().await.unwrap();
    let page = Reply::read(&mut stream).await.unwrap();
    let always = page.header("Strict-Transport-Security").unwrap();
    assert!(always.starts_with("max-age="), "{always}");

    let request = Request::new("127.0.0.1", server.port, Security::None).unwrap();
    let origin = format!("https://{address}");
    let head = tunnel::upgrade(address, &request.target(), Some(&origin), "");
    let stream = identity.connect(address).await;
    let mut tunnel = Tunnel::over(stream, head.as_bytes()).await.unwrap();
    assert_eq!(tunnel.connected().await.tls, None);
}

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
