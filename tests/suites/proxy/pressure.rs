//! Who does not take bytes holds back who sends them, and nothing piles up in between.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use porthole_tests::tunnel::{BINARY, CLOSE, Message, Tunnel, frame};
use porthole_tunnel::{PageMessage, Security, limits::MAX_UNACKNOWLEDGED};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::Notify,
    time::timeout,
};

use crate::server::Server;

/// Enough that memory for what is held back could not be missed.
const TUNNELS: usize = 8;
/// What a debug build may need for [`TUNNELS`] tunnels that are in the middle of something: two
/// buffers of 64 KiB each and what the allocator makes of it.
const ROOM: u64 = 6 << 20;

/// Waits until this number has stopped to grow; answers it.
async fn settled(number: &AtomicU64) -> u64 {
    let start = Instant::now();
    let mut last = number.load(Ordering::Relaxed);
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = number.load(Ordering::Relaxed);
        if now == last && now > 0 {
            return now;
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "it flows on: {now}"
        );
        last = now;
    }
}

/// Reads so much and says nothing of it, as a page does whose worker is busy: no more comes.
async fn unacknowledged(tunnel: &mut Tunnel, expected: u64) {
    let mut got = 0;
    while got < expected {
        match tunnel.next().await {
            Message::Bytes(bytes) => got += bytes.len() as u64,
            other => panic!("{other:?} after {got} bytes"),
        }
    }
    assert_eq!(got, expected);
    assert_eq!(tunnel.within(Duration::from_millis(300)).await, None);
}

/// A server that writes without end, and how much it has written to all.
async fn pouring() -> (Server, Arc<AtomicU64>) {
    let written = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&written);
    let server = Server::start(move |mut stream| {
        let counter = Arc::clone(&counter);
        async move {
            let block = vec![b'x'; 64 * 1024];
            while let Ok(count) = stream.write(&block).await {
                counter.fetch_add(count as u64, Ordering::Relaxed);
            }
        }
    })
    .await;
    (server, written)
}

#[tokio::test]
async fn a_page_that_leaves_stops_the_server() {
    let (server, written) = pouring().await;
    let proxy = server.proxy(&[]);
    for goodbye in [Some(1000_u16), None] {
        let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
        tunnel.connected().await;
        tunnel.next().await;
        let before = written.load(Ordering::Relaxed);
        if let Some(code) = goodbye {
            tunnel.raw(&frame(CLOSE, &code.to_be_bytes())).await;
        }
        drop(tunnel);
        let after = settled(&written).await - before;
        // Nobody wants it: a moment's worth, and what the kernel's buffers take.
        assert!(after < 16 << 20, "{after} bytes for nobody");
    }
}

#[tokio::test]
async fn a_page_that_does_not_acknowledge_stops_the_server() {
    let (server, written) = pouring().await;
    let proxy = server.proxy(&[]);
    // The first tunnels of a process bring its code and its pools into memory.
    for _ in 0..2 {
        let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
        tunnel.connected().await;
        tunnel.next().await;
    }
    settled(&written).await;
    written.store(0, Ordering::Relaxed);
    let before = proxy.memory();
    let mut tunnels = Vec::new();
    for _ in 0..TUNNELS {
        let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
        tunnel.connected().await;
        unacknowledged(&mut tunnel, MAX_UNACKNOWLEDGED).await;
        tunnels.push(tunnel);
    }
    let taken = settled(&written).await;
    // What is neither at the page nor in the proxy is in the kernel's buffers.
    assert!(taken < (TUNNELS as u64) * (16 << 20), "{taken} bytes");
    let grown = proxy.memory().saturating_sub(before);
    assert!(
        grown < ROOM,
        "{grown} bytes of memory for {TUNNELS} tunnels"
    );

    for tunnel in &mut tunnels {
        // An acknowledgement of one half lets as much through and no more.
        let half = MAX_UNACKNOWLEDGED / 2;
        tunnel.say(PageMessage::Ack(half)).await;
        unacknowledged(tunnel, half).await;
        tunnel.acknowledge().await;
        unacknowledged(tunnel, MAX_UNACKNOWLEDGED).await;
    }
    assert!(settled(&written).await > taken);
}

#[tokio::test]
async fn a_page_that_reads_nothing_stops_the_server() {
    let server = Server::start(|mut stream| async move {
        let block = vec![b'x'; 1 << 20];
        while stream.write_all(&block).await.is_ok() {}
    })
    .await;
    let proxy = server.proxy(&["--stall-timeout", "2"]);
    let mut tunnels = Vec::new();
    let before = proxy.memory();
    for _ in 0..TUNNELS {
        tunnels.push(Tunnel::open(proxy.address(), server.port, Security::None).await);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let grown = proxy.memory().saturating_sub(before);
    assert!(
        grown < ROOM,
        "{grown} bytes of memory for {TUNNELS} tunnels"
    );
}

#[tokio::test]
async fn a_server_that_does_not_read_stops_the_page() {
    let go = Arc::new(Notify::new());
    let all = Arc::new(AtomicU64::new(0));
    let (waits, counter) = (Arc::clone(&go), Arc::clone(&all));
    let server = Server::start(move |mut stream| {
        let (waits, counter) = (Arc::clone(&waits), Arc::clone(&counter));
        async move {
            waits.notified().await;
            let mut block = vec![0; 1 << 20];
            while let Ok(count @ 1..) = stream.read(&mut block).await {
                counter.fetch_add(count as u64, Ordering::Relaxed);
            }
        }
    })
    .await;
    let proxy = server.proxy(&[]);
    let before = proxy.memory();
    let block = vec![0; 1 << 20];
    let mut tunnels = Vec::new();
    let mut taken = 0;
    for _ in 0..TUNNELS {
        let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
        tunnel.connected().await;
        let octets = frame(BINARY, &block);
        // Cut off in the middle of a frame: what is left of it is sent later.
        let mut sent = 0;
        while let Ok(count) =
            timeout(Duration::from_millis(300), tunnel.some(&octets[sent..])).await
        {
            sent += count;
            if sent == octets.len() {
                sent = 0;
                taken += 1 << 20;
            }
            assert!(taken < TUNNELS << 26, "the page is not held back");
        }
        tunnels.push((tunnel, octets[sent..].to_vec()));
        taken += 1 << 20;
    }
    let grown = proxy.memory().saturating_sub(before);
    assert!(
        grown < ROOM,
        "{grown} bytes of memory for {TUNNELS} tunnels"
    );
    assert_eq!(all.load(Ordering::Relaxed), 0);

    go.notify_waiters();
    for (tunnel, rest) in &mut tunnels {
        tunnel.raw(rest).await;
    }
    let start = Instant::now();
    while all.load(Ordering::Relaxed) < taken as u64 {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "bytes are missing"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(settled(&all).await, taken as u64);
}
