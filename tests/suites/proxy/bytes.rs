//! Every byte arrives, before the end and in spite of it.

use std::time::Duration;

use porthole_tests::{
    Daemon,
    tunnel::{CLOSE, Message, Tunnel, frame},
};
use porthole_tunnel::{CloseCode, PageMessage, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver},
    time::timeout,
};

use crate::server::{Identity, Server, pattern};

const LENGTH: usize = 5_000_000;

async fn open(proxy: &Daemon, server: &Server, tls: Security) -> Tunnel {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, tls).await;
    tunnel.connected().await;
    tunnel
}

/// Writes all and closes, while the proxy has only begun to read.
async fn say_all(stream: &mut (impl tokio::io::AsyncWrite + Unpin)) {
    stream.write_all(&pattern(LENGTH)).await.unwrap();
    stream.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_a_server_says_last_arrives_before_the_close() {
    let server = Server::start(|mut stream| async move { say_all(&mut stream).await }).await;
    let proxy = server.proxy(&[]);
    let (bytes, code) = open(&proxy, &server, Security::None).await.rest().await;
    assert!(bytes == pattern(LENGTH), "{} bytes", bytes.len());
    assert_eq!(code, CloseCode::Finished);
}

#[tokio::test]
async fn and_over_tls_only_a_said_end_is_one() {
    let identity = Identity::good();
    let acceptor = identity.acceptor();
    let polite = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            say_all(&mut stream).await;
        }
    })
    .await;
    let acceptor = identity.acceptor();
    let rude = Server::start(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            stream.write_all(&pattern(LENGTH)).await.unwrap();
            stream.flush().await.unwrap();
            // As a cut cable does, or an attacker: the end of TCP without the end of TLS.
            let (tcp, _) = stream.get_mut();
            tcp.shutdown().await.unwrap();
        }
    })
    .await;
    let ports = format!("127.0.0.1:{},127.0.0.1:{}", polite.port, rude.port);
    let proxy = Daemon::start(&["--ca", &identity.certificate(), "--allow", &ports]);
    for (server, expected) in [(polite, CloseCode::Finished), (rude, CloseCode::Truncated)] {
        let (bytes, code) = open(&proxy, &server, Security::Implicit).await.rest().await;
        assert!(bytes == pattern(LENGTH), "{} bytes", bytes.len());
        assert_eq!(code, expected);
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_end() {
    let server = Server::start(|mut stream| async move {
        stream.read_u8().await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    let proxy = server.proxy(&[]);
    let mut tunnel = open(&proxy, &server, Security::None).await;
    tunnel.send(b"x").await;
    assert_eq!(tunnel.closed().await, CloseCode::Reset);
}

/// A server that tells what it read and whether that came to an end.
async fn listening() -> (Server, UnboundedReceiver<(Vec<u8>, bool)>) {
    let (sender, told) = mpsc::unbounded_channel();
    let server = Server::start(move |mut stream: TcpStream| {
        let sender = sender.clone();
        async move {
            let mut all = Vec::new();
            let outcome = stream.read_to_end(&mut all).await;
            let _ = sender.send((all, outcome.is_ok()));
            // What it says now is heard by nobody, or by a page that has only half closed.
            let _ = stream.write_all(b"BYE\r\n").await;
        }
    })
    .await;
    (server, told)
}

async fn expect_all(told: &mut UnboundedReceiver<(Vec<u8>, bool)>, name: &str) {
    let told = timeout(Duration::from_secs(60), told.recv()).await;
    let (bytes, ended) = told.expect("the server is told of the end").unwrap();
    assert!(bytes == pattern(LENGTH), "{name}: {} bytes", bytes.len());
    assert!(ended, "{name}: a reset is no end");
}

/// Hands the proxy bytes faster than it passes them on.
async fn send_all(tunnel: &mut Tunnel) {
    for part in pattern(LENGTH).chunks(1_000_000) {
        tunnel.send(part).await;
    }
}

#[tokio::test]
async fn what_a_page_says_last_reaches_the_server() {
    let (server, mut told) = listening().await;
    let proxy = server.proxy(&[]);

    // Half closed: what the server answers still comes.
    let mut tunnel = open(&proxy, &server, Security::None).await;
    send_all(&mut tunnel).await;
    tunnel.say(PageMessage::Eof {}).await;
    expect_all(&mut told, "half closed").await;
    assert_eq!(
        tunnel.rest().await,
        (b"BYE\r\n".to_vec(), CloseCode::Finished)
    );

    // Closed as a browser does it, with a code and with none.
    for payload in [&1000_u16.to_be_bytes()[..], b""] {
        let mut tunnel = open(&proxy, &server, Security::None).await;
        send_all(&mut tunnel).await;
        tunnel.raw(&frame(CLOSE, payload)).await;
        expect_all(&mut told, "closed").await;
        assert!(matches!(tunnel.next().await, Message::Close(_)));
        assert_eq!(tunnel.next().await, Message::End);
    }

    // Gone without a word.
    let mut tunnel = open(&proxy, &server, Security::None).await;
    send_all(&mut tunnel).await;
    drop(tunnel);
    expect_all(&mut told, "gone").await;
}

#[tokio::test]
async fn both_directions_at_once_do_not_wait_for_each_other() {
    let server = Server::start(|mut stream| async move {
        let (mut reading, mut writing) = stream.split();
        let mut all = vec![0; LENGTH];
        let (read, written) = tokio::join!(reading.read_exact(&mut all), async {
            writing.write_all(&pattern(LENGTH)).await
        });
        read.unwrap();
        written.unwrap();
        let verdict = match all == pattern(LENGTH) {
            true => "whole",
            false => "other",
        };
        stream.write_all(verdict.as_bytes()).await.unwrap();
    })
    .await;
    let proxy = server.proxy(&[]);
    let mut tunnel = open(&proxy, &server, Security::None).await;
    let mut got = Vec::new();
    for part in pattern(LENGTH).chunks(100_000) {
        tunnel.send(part).await;
        // The server's end may come right behind the last part.
        if let Some(Message::Bytes(bytes)) = tunnel.within(Duration::from_millis(1)).await {
            got.extend_from_slice(&bytes);
            tunnel.keep_acknowledging().await;
        }
    }
    got.extend(tunnel.take(LENGTH + 5 - got.len()).await);
    assert!(got.ends_with(b"whole"), "up");
    assert!(got[..LENGTH] == pattern(LENGTH), "down");
    assert_eq!(tunnel.closed().await, CloseCode::Finished);
}
