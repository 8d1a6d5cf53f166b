//! Going away: nobody new, a word to who is there, and an end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use porthole_tests::{
    Daemon, Folder, Reply,
    tunnel::{self, Message, Tunnel, frame},
};
use porthole_tunnel::{CloseCode, Request, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::server::Server;

/// What the talkative server says.
const LINE: &[u8] = b"* OK still here\r\n";

/// More patience than any test here has.
const PATIENT: [&str; 6] = [
    "--drain-timeout",
    "600",
    "--stall-timeout",
    "600",
    "--ping-interval",
    "600",
];

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that says a line each 100 milliseconds, for ever, and reads nothing; and how many it
/// has begun to say.
async fn talkative() -> (Server, Arc<AtomicUsize>) {
    let said = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&said);
    let server = Server::start(move |mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            loop {
                counter.fetch_add(1, Ordering::Relaxed);
                if stream.write_all(LINE).await.is_err() {
                    return;
                }
                sleep(Duration::from_millis(100)).await;
            }
        }
    })
    .await;
    (server, said)
}

async fn status(proxy: &Daemon, path: &str) -> u16 {
    Reply::get(proxy.address(), path, &[]).await.status
}

/// Waits until it says that it is going. Who asks just when it begins to may find no answer.
async fn until_draining(proxy: &Daemon) {
    let address = proxy.address();
    let ask = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let start = Instant::now();
    loop {
        let reply = Reply::to(address, ask.as_bytes()).await;
        if reply.is_some_and(|reply| reply.status == 503) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "it does not go");
    }
}

async fn open(proxy: &Daemon, server: &Server) -> Tunnel {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    tunnel.connected().await;
    tunnel
}

/// Sends until the proxy cannot pass on what it has. Such a tunnel is busy as long as its server
/// reads nothing, however slow this machine is.
async fn fill(proxy: &Daemon, tunnel: &mut Tunnel) {
    let block = frame(tunnel::BINARY, &vec![0; 1 << 20]);
    let (mut at, mut before) = (0, None);
    let moment = Duration::from_millis(50);
    while before != Some(at) {
        before = Some(at);
        while let Ok(count) = timeout(moment, tunnel.some(&block[at % block.len()..])).await {
            at += count;
        }
        // Once each of its threads has answered, what could be passed on has been.
        for _ in 0..thread::available_parallelism().unwrap().get() {
            assert_eq!(status(proxy, "/healthz").await, 200);
        }
    }
}

/// Answers the proxy's Close as a browser does.
async fn answer(tunnel: &mut Tunnel) {
    let code = CloseCode::GoingAway.code().to_be_bytes();
    tunnel.raw(&frame(tunnel::CLOSE, &code)).await;
    assert_eq!(tunnel.next().await, Message::End);
}

#[tokio::test]
async fn whoever_is_quiet_goes_and_whoever_is_busy_stays() {
    let quiet = Server::silent().await;
    let (busy, said) = talkative().await;
    let busy_port = format!("127.0.0.1:{}", busy.port);
    let mut proxy = quiet.proxy(&[&PATIENT[..], &["--allow", &busy_port]].concat());
    assert_eq!(status(&proxy, "/readyz").await, 200);
    let mut idle = open(&proxy, &quiet).await;
    let mut working = open(&proxy, &busy).await;
    fill(&proxy, &mut working).await;

    proxy.terminate();
    assert_eq!(idle.closed().await, CloseCode::GoingAway);
    answer(&mut idle).await;
    // Nobody new, and whoever asks is told.
    assert_eq!(status(&proxy, "/readyz").await, 503);
    assert_eq!(status(&proxy, "/healthz").await, 200);
    let request = Request::new("127.0.0.1", quiet.port, Security::None).unwrap();
    let origin = format!("http://{}", proxy.address());
    let head = tunnel::upgrade(proxy.address(), &request.target(), Some(&origin), "");
    let stream = TcpStream::connect(proxy.address()).await.unwrap();
    let refused = Tunnel::over(stream, head.as_bytes()).await;
    assert_eq!(refused.unwrap_err().status, 503);

    // What its server says from here on still comes.
    let lines = said.load(Ordering::Relaxed);
    let mut bytes = Vec::new();
    while bytes.len() <= lines * LINE.len() {
        match working.next().await {
            Message::Bytes(more) => bytes.extend_from_slice(&more),
            other => panic!("{other:?} after {} bytes", bytes.len()),
        }
    }
    proxy.terminate();
    let (more, code) = working.rest().await;
    assert_eq!(code, CloseCode::GoingAway);
    // What came in the meantime came whole.
    bytes.extend(more);
    assert!(bytes.chunks(LINE.len()).all(|line| line == LINE));
    assert_eq!(proxy.wait(PATIENCE).code(), Some(0));
}

#[tokio::test]
async fn the_deadline_counts_for_the_busy_and_no_answer_is_waited_for() {
    let stuck = Server::silent().await;
    let mut proxy = stuck.proxy(&["--drain-timeout", "2"]);
    let mut tunnel = open(&proxy, &stuck).await;
    fill(&proxy, &mut tunnel).await;
    let start = Instant::now();
    proxy.terminate();
    assert_eq!(tunnel.rest().await.1, CloseCode::GoingAway);
    let busy_for = start.elapsed();
    assert!(busy_for >= Duration::from_secs(2), "{busy_for:?}");
    // While it runs it gives a page ten seconds to answer.
    let status = proxy.wait(Duration::from_secs(9));
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn nobody_there_is_nobody_to_wait_for() {
    let mut proxy = Daemon::start(&PATIENT);
    assert_eq!(status(&proxy, "/healthz").await, 200);
    proxy.terminate();
    assert_eq!(proxy.wait(PATIENCE).code(), Some(0));
}

#[tokio::test]
async fn silence_is_not_waited_for() {
    // A machine may be too slow once, and is not three times.
    for _ in 0..3 {
        let mut proxy = Daemon::start(&PATIENT);
        let start = Instant::now();
        let _silent = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(status(&proxy, "/healthz").await, 200);
        proxy.terminate();
        assert_eq!(proxy.wait(PATIENCE).code(), Some(0));
        // While it runs it listens to silence for five seconds.
        if start.elapsed() < Duration::from_secs(5) {
            return;
        }
    }
    panic!("it was waited for");
}

#[tokio::test]
async fn a_download_is_finished() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("index.html"), "<!DOCTYPE html>").unwrap();
    let size = 16 << 20;
    std::fs::write(folder.path().join("engine_bg.wasm"), vec![7; size]).unwrap();
    let web = folder.path().to_str().unwrap();
    let mut proxy = Daemon::start(&[&PATIENT[..], &["--deny-public", "--web", web]].concat());
    let mut download = TcpStream::connect(proxy.address()).await.unwrap();
    let ask = format!(
        "GET /engine_bg.wasm HTTP/1.1\r\nHost: {}\r\n\r\n",
        proxy.address()
    );
    download.write_all(ask.as_bytes()).await.unwrap();
    let mut file = vec![0; 100];
    download.read_exact(&mut file).await.unwrap();
    proxy.terminate();
    until_draining(&proxy).await;
    sleep(Duration::from_millis(300)).await;
    download.read_to_end(&mut file).await.unwrap();
    let body = file.iter().rev().take_while(|octet| **octet == 7).count();
    assert_eq!(body, size);
    assert_eq!(proxy.wait(PATIENCE).code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_ends_the_patience() {
    let (busy, _) = talkative().await;
    let mut proxy = busy.proxy(&PATIENT);
    let mut tunnel = open(&proxy, &busy).await;
    fill(&proxy, &mut tunnel).await;
    proxy.terminate();
    until_draining(&proxy).await;
    proxy.terminate();
    assert_eq!(tunnel.rest().await.1, CloseCode::GoingAway);
    assert_eq!(proxy.wait(PATIENCE).code(), Some(0));
}
