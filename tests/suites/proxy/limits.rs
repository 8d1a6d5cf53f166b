//! How many tunnels there may be, and for how long without a byte.

use std::time::{Duration, Instant};

use porthole_tests::{
    Daemon, Reply,
    tunnel::{BINARY, Message, PONG, Tunnel, frame, upgrade},
};
use porthole_tunnel::{CloseCode, ErrorKind, PageMessage, Request, Security};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::server::Server;

/// A server that is told nothing, and goes when the page does.
async fn polite() -> Server {
    Server::start(|mut stream| async move {
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.unwrap();
        assert!(all.is_empty());
    })
    .await
}

/// Asks for a tunnel on behalf of this client.
async fn ask(proxy: &Daemon, server: &Server, forwarded: &str) -> Tunnel {
    let request = Request::new("127.0.0.1", server.port, Security::None).unwrap();
    Tunnel::ask(proxy.address(), &request, forwarded).await
}

async fn is_let_in(proxy: &Daemon, server: &Server, forwarded: &str) -> Tunnel {
    let mut tunnel = ask(proxy, server, forwarded).await;
    tunnel.connected().await;
    tunnel
}

async fn is_kept_out(proxy: &Daemon, server: &Server, forwarded: &str) {
    let failure = ask(proxy, server, forwarded).await.failure().await;
    assert_eq!(failure.kind, ErrorKind::Limit, "{forwarded}");
    assert!(failure.message.contains("too many connections"));
}

#[tokio::test]
async fn a_client_has_so_many_tunnels_and_no_more() {
    let server = polite().await;
    let proxy = server.proxy(&["--max-per-client", "2"]);
    let first = is_let_in(&proxy, &server, "").await;
    let second = is_let_in(&proxy, &server, "").await;
    is_kept_out(&proxy, &server, "").await;
    // Nobody trusts this client's word for who it is.
    is_kept_out(&proxy, &server, "X-Forwarded-For: 192.0.2.1\r\n").await;
    drop((first, second));
    until_open(&proxy, 0).await;
    is_let_in(&proxy, &server, "").await;
}

#[tokio::test]
async fn who_is_refused_again_and_again_is_not_even_upgraded() {
    let server = Server::silent().await;
    // A machine may be too slow once, and is not three times.
    for _ in 0..3 {
        let proxy = server.proxy(&["--max-per-client", "1"]);
        let _inside = is_let_in(&proxy, &server, "").await;
        let start = Instant::now();
        let mut told = Vec::new();
        for _ in 0..8 {
            told.push(ask(&proxy, &server, "").await);
        }
        let request = Request::new("127.0.0.1", server.port, Security::None).unwrap();
        let origin = format!("http://{}", proxy.address());
        let head = upgrade(proxy.address(), &request.target(), Some(&origin), "");
        let stream = TcpStream::connect(proxy.address()).await.unwrap();
        let outcome = Tunnel::over(stream, head.as_bytes()).await;
        // For longer the eight need not be there.
        if start.elapsed() < Duration::from_secs(10) {
            assert_eq!(outcome.unwrap_err().status, 503);
            let metrics = Reply::get(proxy.address(), "/metrics", &[]).await.text();
            let line = "reason=\"limit\"} 1\n";
            return assert!(metrics.contains(line), "{metrics}");
        }
    }
    panic!("this machine is too slow for eight tunnels within ten seconds");
}

/// Waits until the proxy has noticed who is gone, which it does when it reads.
async fn until_open(proxy: &Daemon, count: usize) {
    let line = format!("porthole_tunnels_open {count}\n");
    let start = Instant::now();
    loop {
        let metrics = Reply::get(proxy.address(), "/metrics", &[]).await.text();
        if metrics.contains(&line) {
            return;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{metrics}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_trusted_proxy_says_who_its_clients_are() {
    let server = Server::silent().await;
    let flags = ["--max-per-client", "1", "--max-connections", "4"];
    let trusted = ["--trusted-proxy", "127.0.0.0/8"];
    let proxy = server.proxy(&[&flags[..], &trusted].concat());
    let mut held = Vec::new();
    let forwarded = "X-Forwarded-For: 192.0.2.1\r\n";
    held.push(is_let_in(&proxy, &server, forwarded).await);
    is_kept_out(&proxy, &server, forwarded).await;
    // What a client wrote itself stands before what the trusted proxy saw, in one line or in two.
    let forged = "X-Forwarded-For: 192.0.2.8, 192.0.2.1\r\n";
    is_kept_out(&proxy, &server, forged).await;
    let forged = "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1\r\n";
    is_kept_out(&proxy, &server, forged).await;
    // One customer's IPv6 network is one client.
    held.push(is_let_in(&proxy, &server, "X-Forwarded-For: 2001:db8::1\r\n").await);
    is_kept_out(&proxy, &server, "X-Forwarded-For: 2001:db8::2\r\n").await;
    held.push(is_let_in(&proxy, &server, "X-Forwarded-For: 192.0.2.2\r\n").await);
    held.push(is_let_in(&proxy, &server, "X-Forwarded-For: 192.0.2.3\r\n").await);
    // Four in all.
    is_kept_out(&proxy, &server, "X-Forwarded-For: 192.0.2.4\r\n").await;
    drop(held);
}

#[tokio::test]
async fn a_server_has_so_many_tunnels_whoever_wants_them() {
    let (crowded, other) = (polite().await, polite().await);
    let allow = format!("127.0.0.1:{}", other.port);
    let flags = ["--max-per-server", "2", "--trusted-proxy", "127.0.0.0/8"];
    let proxy = crowded.proxy(&[&flags[..], &["--allow", &allow]].concat());
    let [first, second, third] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
        .map(|client| format!("X-Forwarded-For: {client}\r\n"));
    let held = [
        is_let_in(&proxy, &crowded, &first).await,
        is_let_in(&proxy, &crowded, &second).await,
    ];
    let failure = ask(&proxy, &crowded, &third).await.failure().await;
    assert_eq!(failure.kind, ErrorKind::Limit);
    assert!(failure.message.contains("to this server"), "{failure:?}");
    is_let_in(&proxy, &other, &third).await;
    drop(held);
    until_open(&proxy, 0).await;
    is_let_in(&proxy, &crowded, &third).await;
}

#[tokio::test]
async fn only_the_own_machine_reads_the_counters() {
    let proxy = Daemon::start(&["--trusted-proxy", "127.0.0.0/8"]);
    let forwarded = "X-Forwarded-For";
    for (headers, expected) in [
        (&[][..], 200),
        (&[(forwarded, "192.0.2.1")], 404),
        (&[(forwarded, "127.0.0.1"), (forwarded, "192.0.2.1")], 404),
    ] {
        let reply = Reply::get(proxy.address(), "/metrics", headers).await;
        assert_eq!(reply.status, expected, "{headers:?}");
    }
    // Behind a reverse proxy that nobody told of, everybody seems to be this machine.
    let proxy = Daemon::start(&[]);
    let reply = Reply::get(proxy.address(), "/metrics", &[(forwarded, "192.0.2.1")]).await;
    assert_eq!(reply.status, 404);
    // A page that has its name lead here reads nothing.
    let reply = Reply::get(proxy.address(), "/metrics", &[("Host", "rebound.example")]).await;
    assert_eq!(reply.status, 421);
}

#[tokio::test]
async fn a_tunnel_without_a_byte_is_closed() {
    let server = Server::silent().await;
    let proxy = server.proxy(&["--idle-timeout", "4"]);
    // A byte may come too late once, and does not three times.
    for _ in 0..3 {
        let start = Instant::now();
        let mut tunnel = is_let_in(&proxy, &server, "").await;
        sleep(Duration::from_secs(2)).await;
        let sent = Instant::now();
        tunnel.send(b"NOOP\r\n").await;
        if start.elapsed() < Duration::from_secs(3) {
            assert_eq!(tunnel.closed().await, CloseCode::Idle);
            let lived = sent.elapsed();
            let least = Duration::from_secs(4);
            return assert!(lived >= least, "a byte did not count: {lived:?}");
        }
    }
    panic!("this machine is too slow to send a byte within three seconds");
}

#[tokio::test]
async fn a_page_that_is_silent_is_asked_and_then_left() {
    let server = polite().await;
    let proxy = server.proxy(&["--ping-interval", "2"]);
    let start = Instant::now();
    let mut tunnel = is_let_in(&proxy, &server, "").await;
    // It answers two and then no more.
    let mut answered = start;
    for _ in 0..2 {
        let Message::Ping(payload) = tunnel.next().await else {
            panic!("no ping");
        };
        answered = Instant::now();
        tunnel.raw(&frame(PONG, &payload)).await;
    }
    let asked = answered - start;
    assert!(asked >= Duration::from_secs(4), "{asked:?}");
    loop {
        match tunnel.next().await {
            Message::Ping(_) => {}
            other => {
                assert_eq!(other, Message::End);
                break;
            }
        }
    }
    let left = answered.elapsed();
    assert!(left >= Duration::from_secs(6), "left too early: {left:?}");
}

#[tokio::test]
async fn a_server_that_takes_nothing_is_left() {
    let server = Server::silent().await;
    let proxy = server.proxy(&["--stall-timeout", "1"]);
    let mut tunnel = is_let_in(&proxy, &server, "").await;
    let block = frame(BINARY, &vec![0; 1 << 20]);
    let mut sent = 0;
    let end = loop {
        let more = tunnel.some(&block[sent % block.len()..]);
        if let Ok(count) = timeout(Duration::from_millis(50), more).await {
            sent += count;
        }
        // All buffers between here and there hold less.
        assert!(sent < 64 << 20, "64 MiB went where nobody reads");
        if let Some(message) = tunnel.within(Duration::from_millis(10)).await {
            break message;
        }
    };
    assert_eq!(end, Message::Close(Some(CloseCode::Stalled.code())));
}

#[tokio::test]
async fn a_message_of_no_use_does_not_keep_a_tunnel() {
    let server = Server::silent().await;
    let proxy = server.proxy(&["--idle-timeout", "1"]);
    let mut tunnel = is_let_in(&proxy, &server, "").await;
    let start = Instant::now();
    let code = loop {
        tunnel.say(PageMessage::Ack(0)).await;
        match tunnel.within(Duration::from_millis(200)).await {
            None if start.elapsed() < Duration::from_secs(20) => {}
            other => break other,
        }
    };
    assert_eq!(code, Some(Message::Close(Some(CloseCode::Idle.code()))));
}
