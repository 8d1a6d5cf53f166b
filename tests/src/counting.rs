//! A relay outside Porthole, which counts what crosses it.

use std::{
    io,
    net::{Ipv4Addr, TcpListener as Door},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use porthole_engine::account::Protocol;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::mpsc,
    time::{sleep, sleep_until},
};

/// A listener before each port of a mail server that passes octets on, TLS or not, until it is
/// dropped. What the server says takes its time.
#[derive(Debug)]
pub struct CountingRelay {
    doors: Vec<(Protocol, u16)>,
    counts: Counts,
    runtime: Option<Runtime>,
}

/// What one connection has carried so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What is spoken on it.
    pub protocol: Protocol,
    /// When the client connected.
    pub began: Instant,
    /// Octets from the client to the server.
    pub up: u64,
    /// Octets from the server to the client.
    pub down: u64,
    /// Those of them that came after the client's last: nobody may have read them.
    pub down_after_end: u64,
    /// How often the client spoke after the server had spoken; the first time counts. What it
    /// says in several pieces without an answer in between is said once.
    pub turns: u64,
    /// Whether it was closed in both directions.
    pub is_over: bool,
    server_spoke: bool,
    client_ended: bool,
}

type Counts = Arc<Mutex<Vec<Counted>>>;

/// Who speaks.
#[derive(Debug, Clone, Copy)]
enum Speaker {
    Client,
    Server,
}

impl CountingRelay {
    /// One before these ports of 127.0.0.1.
    ///
    /// # Panics
    /// When it cannot listen.
    pub fn start(targets: &[(Protocol, u16)]) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let counts = Counts::default();
        let doors = targets.iter().map(|&(protocol, target)| {
            let door = Door::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            door.set_nonblocking(true).unwrap();
            let port = door.local_addr().unwrap().port();
            runtime.spawn(accept(door, protocol, target, Arc::clone(&counts)));
            (protocol, port)
        });
        Self {
            doors: doors.collect(),
            counts,
            runtime: Some(runtime),
        }
    }

    /// Where it listens for this protocol.
    ///
    /// # Panics
    /// When it relays none.
    pub fn port(&self, protocol: Protocol) -> u16 {
        let door = self.doors.iter().find(|(spoken, _)| *spoken == protocol);
        door.unwrap().1
    }

    /// All connections, in the order in which they began. Octets are counted before they are
    /// passed on: who has seen an answer finds it here.
    pub fn connections(&self) -> Vec<Counted> {
        self.counts.lock().unwrap().clone()
    }
}

impl Drop for CountingRelay {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Counted {
    fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            began: Instant::now(),
            up: 0,
            down: 0,
            down_after_end: 0,
            turns: 0,
            is_over: false,
            server_spoke: true,
            client_ended: false,
        }
    }

    /// No octets are the end of what somebody says.
    fn count(&mut self, speaker: Speaker, octets: u64) {
        match (speaker, octets) {
            (Speaker::Client, 0) => self.client_ended = true,
            (Speaker::Client, octets) => {
                self.up += octets;
                self.turns += u64::from(self.server_spoke);
                self.server_spoke = false;
            }
            (Speaker::Server, octets) => {
                self.down += octets;
                self.down_after_end += if self.client_ended { octets } else { 0 };
                self.server_spoke = true;
            }
        }
    }
}

async fn accept(door: Door, protocol: Protocol, target: u16, counts: Counts) {
    let listener = TcpListener::from_std(door).unwrap();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let at = {
            let mut counts = counts.lock().unwrap();
            counts.push(Counted::new(protocol));
            counts.len() - 1
        };
        let counts = Arc::clone(&counts);
        tokio::spawn(async move {
            // Who loses one end of a connection loses the other.
            let _ = relay(client, target, &counts, at).await;
            counts.lock().unwrap()[at].is_over = true;
        });
    }
}

async fn relay(
    mut client: TcpStream,
    target: u16,
    counts: &Mutex<Vec<Counted>>,
    at: usize,
) -> io::Result<()> {
    let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let count = |speaker, octets| counts.lock().unwrap()[at].count(speaker, octets);
    tokio::try_join!(
        up(from_client, to_server, |n| count(Speaker::Client, n)),
        down(from_server, to_client, |n| count(Speaker::Server, n)),
    )?;
    Ok(())
}

/// Passes what the client says on as it comes, and its end as well.
async fn up(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: impl Fn(u64),
) -> io::Result<()> {
    // What a client writes at once is read at once.
    let mut buffer = vec![0; 64 << 10];
    loop {
        let octets = from.read(&mut buffer).await?;
        count(octets as u64);
        if octets == 0 {
            return to.shutdown().await;
        }
        to.write_all(&buffer[..octets]).await?;
    }
}

/// Passes what the server says on, and its end as well, as if it were [`FAR`] behind this relay on a
/// line of [`SPEED`].
///
/// A server nearby has answered the first of two batches before the second has come from the page,
/// which had heard nothing in between; and on a line without end the whole of an answer is past here
/// before its beginning was read. Either would count other turns than the client took.
async fn down(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    count: impl Fn(u64),
) -> io::Result<()> {
    let (sender, mut on_the_way) = mpsc::channel(64);
    let read = async move {
        loop {
            let mut piece = vec![0; 32 << 10];
            let octets = from.read(&mut piece).await?;
            piece.truncate(octets);
            let is_lost = sender.send((Instant::now(), piece)).await.is_err();
            if octets == 0 || is_lost {
                return Ok(());
            }
        }
    };
    let write = async {
        while let Some((said, piece)) = on_the_way.recv().await {
            sleep_until((said + FAR).into()).await;
            count(piece.len() as u64);
            if piece.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&piece).await?;
            let taken = piece.len() as f64 / f64::from(SPEED);
            sleep(Duration::from_secs_f64(taken)).await;
        }
        Ok(())
    };
    tokio::try_join!(read, write)?;
    Ok(())
}

/// How long what the server says is on its way: longer than a busy page takes from one batch to the
/// next.
const FAR: Duration = Duration::from_millis(50);
/// Octets a second: fewer than a busy page reads.
const SPEED: u32 = 1 << 20;
