//! Going away: nobody new, a word to who is there, and an end.

use std::time::{Duration, Instant};

use porthole_tests::{
    Daemon, Folder, Reply,
    tunnel::{self, Message, Tunnel, frame},
};
use porthole_tunnel::{CloseCode, Request, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::server::Server;

/// A server that says something each 100 milliseconds, for ever.
async fn talkative() -> Server {
    Server::start(|mut stream| async move {
        while stream.write_all(b"* OK still here\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
}

async fn status(proxy: &Daemon, path: &str) -> u16 {
    Reply::get(proxy.address(), path, &[]).await.status
}

async fn open(proxy: &Daemon, server: &Server) -> Tunnel {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    tunnel.connected().await;
    tunnel
}

/// Answers the proxy's Close as a browser does.
async fn answer(tunnel: &mut Tunnel) {
    let code = CloseCode::GoingAway.code().to_be_bytes();
    tunnel.raw(&frame(tunnel::CLOSE, &code)).await;
    assert_eq!(tunnel.next().await, Message::End);
}

#[tokio::test]
async fn whoever_is_quiet_goes_and_whoever_is_busy_has_until_the_deadline() {
    let quiet = Server::silent().await;
    let busy = talkative().await;
    let busy_port = format!("127.0.0.1:{}", busy.port);
    let mut proxy = quiet.proxy(&["--drain-timeout", "2", "--allow", &busy_port]);
    assert_eq!(status(&proxy, "/readyz").await, 200);
    let mut idle = open(&proxy, &quiet).await;
    let mut working = open(&proxy, &busy).await;

    proxy.terminate();
    let start = Instant::now();
    assert_eq!(idle.closed().await, CloseCode::GoingAway);
    answer(&mut idle).await;
    assert!(start.elapsed() < Duration::from_millis(1500));
    // Nobody new, and whoever asks is told.
    assert_eq!(status(&proxy, "/readyz").await, 503);
    assert_eq!(status(&proxy, "/healthz").await, 200);
    let request = Request::new("127.0.0.1", quiet.port, Security::None).unwrap();
    let origin = format!("http://{}", proxy.address());
    let head = tunnel::upgrade(proxy.address(), &request.target(), Some(&origin), "");
    let stream = TcpStream::connect(proxy.address()).await.unwrap();
    let refused = Tunnel::over(stream, head.as_bytes()).await;
    assert_eq!(refused.unwrap_err().status, 503);

    let (bytes, code) = working.rest().await;
    let busy_for = start.elapsed();
    assert_eq!(code, CloseCode::GoingAway);
    assert!(busy_for > Duration::from_millis(1900), "{busy_for:?}");
    // What came in the meantime came whole.
    assert!(
        bytes.len() > 15 * 17 && bytes.len() % 17 == 0,
        "{}",
        bytes.len()
    );
    answer(&mut working).await;
    let status = proxy.wait(Duration::from_secs(3));
    assert_eq!(status.code(), Some(0));
    assert!(TcpStream::connect(proxy.address()).await.is_err());
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_not_waited_for() {
    let busy = talkative().await;
    let mut proxy = busy.proxy(&["--drain-timeout", "1"]);
    let _tunnel = open(&proxy, &busy).await;
    let start = Instant::now();
    proxy.terminate();
    assert_eq!(proxy.wait(Duration::from_secs(5)).code(), Some(0));
    assert!(start.elapsed() > Duration::from_millis(900));
}

#[tokio::test]
async fn nobody_there_is_nobody_to_wait_for() {
    let mut proxy = Daemon::start(&["--drain-timeout", "60"]);
    assert_eq!(status(&proxy, "/healthz").await, 200);
    proxy.terminate();
    assert_eq!(proxy.wait(Duration::from_secs(3)).code(), Some(0));
}

#[tokio::test]
async fn a_download_is_finished_and_silence_is_not_waited_for() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("index.html"), "<!DOCTYPE html>").unwrap();
    let size = 16 << 20;
    std::fs::write(folder.path().join("engine_bg.wasm"), vec![7; size]).unwrap();
    let web = folder.path().to_str().unwrap();
    let mut proxy = Daemon::start(&["--deny-public", "--drain-timeout", "60", "--web", web]);
    let _silent = TcpStream::connect(proxy.address()).await.unwrap();
    let mut download = TcpStream::connect(proxy.address()).await.unwrap();
    let ask = format!(
        "GET /engine_bg.wasm HTTP/1.1\r\nHost: {}\r\n\r\n",
        proxy.address()
    );
    download.write_all(ask.as_bytes()).await.unwrap();
    let mut file = vec![0; 100];
    download.read_exact(&mut file).await.unwrap();
    proxy.terminate();
    while status(&proxy, "/readyz").await == 200 {}
    tokio::time::sleep(Duration::from_millis(300)).await;
    download.read_to_end(&mut file).await.unwrap();
    let body = file.iter().rev().take_while(|octet| **octet == 7).count();
    assert_eq!(body, size);
    assert_eq!(proxy.wait(Duration::from_secs(3)).code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_the_patience() {
    let busy = talkative().await;
    let mut proxy = busy.proxy(&["--drain-timeout", "60"]);
    let mut tunnel = open(&proxy, &busy).await;
    proxy.terminate();
    while status(&proxy, "/readyz").await == 200 {}
    proxy.terminate();
    assert_eq!(tunnel.rest().await.1, CloseCode::GoingAway);
    answer(&mut tunnel).await;
    assert_eq!(proxy.wait(Duration::from_secs(3)).code(), Some(0));
}
