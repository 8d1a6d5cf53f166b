//! The ways to the server: none in between, haproxy, and Porthole's proxy.
//!
//! haproxy relays TCP to TCP or TLS. The proxy does that and, towards the page, WebSocket frames
//! and acknowledgements: it does more, and its client here does too.

use std::{
    fs,
    net::Ipv4Addr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use porthole_tests::{
    Daemon, Folder, free_ports,
    tunnel::{BINARY, Duplex, Message, Tunnel, frame},
};
use porthole_tunnel::Security;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    runtime::{Builder, Runtime},
};

use crate::server::{BLOCK, Server, command};

/// A way to the server.
pub(crate) enum Relay {
    Direct,
    Haproxy(Haproxy),
    Proxy(Daemon),
}

/// haproxy with one listener for each kind of server.
pub(crate) struct Haproxy {
    child: Child,
    plain: u16,
    tls: u16,
    _folder: Folder,
}

impl Relay {
    /// No relay, haproxy and the proxy in front of this server, each with room for so many
    /// connections.
    pub(crate) async fn all(server: &Server, room: usize) -> [Self; 3] {
        [
            Self::Direct,
            Self::haproxy(server, room).await,
            Self::proxy(server, room),
        ]
    }

    /// haproxy in front of this server, with room for so many connections.
    pub(crate) async fn haproxy(server: &Server, room: usize) -> Self {
        let folder = Folder::new();
        let [plain, tls] = free_ports();
        let authority = server.authority();
        let settings = format!(
            "global\n maxconn {room}\n\
             defaults\n mode tcp\n timeout connect 5s\n timeout client 1h\n timeout server 1h\n\
             listen plain\n bind 127.0.0.1:{plain}\n server s 127.0.0.1:{}\n\
             listen tls\n bind 127.0.0.1:{tls}\n server s 127.0.0.1:{} ssl verify required \
             ca-file {} sni str(localhost) verifyhost localhost\n",
            server.port(false),
            server.port(true),
            authority.display(),
        );
        let file = folder.path().join("haproxy.cfg");
        fs::write(&file, settings).unwrap();
        // Debian keeps it where only the administrator's PATH looks.
        let here = Path::new("/usr/sbin/haproxy");
        let program = if here.is_file() {
            here
        } else {
            Path::new("haproxy")
        };
        let child = Command::new(program)
            .arg("-db")
            .arg("-f")
            .arg(file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("haproxy is installed");
        for port in [plain, tls] {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
                .await
                .is_err()
            {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Self::Haproxy(Haproxy {
            child,
            plain,
            tls,
            _folder: folder,
        })
    }

    /// The proxy in front of this server, with room for so many connections.
    pub(crate) fn proxy(server: &Server, room: usize) -> Self {
        let room = room.to_string();
        let [plain, tls] = [false, true].map(|tls| format!("127.0.0.1:{}", server.port(tls)));
        Self::Proxy(Daemon::start(&[
            "--ca",
            server.authority().to_str().unwrap(),
            "--allow",
            &plain,
            "--allow",
            &tls,
            "--max-connections",
            &room,
            "--max-per-client",
            &room,
        ]))
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Direct => "none",
            Self::Haproxy(_) => "haproxy",
            Self::Proxy(_) => "porthole-proxy",
        }
    }

    /// Its process, unless there is none in between.
    pub(crate) fn process(&self) -> Option<u32> {
        match self {
            Self::Direct => None,
            Self::Haproxy(haproxy) => Some(haproxy.child.id()),
            Self::Proxy(daemon) => Some(daemon.id()),
        }
    }

    /// A connection to the server, which has answered.
    pub(crate) async fn open(&self, server: &Server, tls: bool) -> Connection {
        let mut connection = match self {
            Self::Direct => Connection::Stream(server.connect(tls).await),
            Self::Haproxy(haproxy) => {
                let port = if tls { haproxy.tls } else { haproxy.plain };
                let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await;
                let stream = stream.unwrap();
                stream.set_nodelay(true).unwrap();
                Connection::Stream(Box::new(stream))
            }
            Self::Proxy(daemon) => {
                let security = if tls {
                    Security::Implicit
                } else {
                    Security::None
                };
                let mut tunnel = Tunnel::open(daemon.address(), server.port(tls), security).await;
                tunnel.connected().await;
                Connection::Page(tunnel)
            }
        };
        connection.echo(b"?").await;
        connection
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client's end.
pub(crate) enum Connection {
    Stream(Box<dyn Duplex>),
    Page(Tunnel),
}

impl Connection {
    /// Sends these bytes there and back.
    pub(crate) async fn echo(&mut self, bytes: &[u8]) {
        let mut all = command(b'E', bytes.len());
        all.extend_from_slice(bytes);
        self.send(&all).await;
        self.receive(bytes.len()).await;
    }

    pub(crate) async fn download(&mut self, count: usize) {
        self.send(&command(b'D', count)).await;
        self.receive(count).await;
    }

    pub(crate) async fn upload(&mut self, count: usize) {
        self.send(&command(b'U', count)).await;
        let block = vec![b'x'; BLOCK];
        match self {
            Self::Stream(stream) => {
                for _ in 0..count / BLOCK {
                    stream.write_all(&block).await.unwrap();
                }
                stream.flush().await.unwrap();
            }
            Self::Page(tunnel) => {
                // Masked once: it is not the client that is measured.
                let frame = frame(BINARY, &block);
                for _ in 0..count / BLOCK {
                    tunnel.raw(&frame).await;
                }
            }
        }
        self.receive(1).await;
    }

    async fn send(&mut self, bytes: &[u8]) {
        match self {
            Self::Stream(stream) => {
                stream.write_all(bytes).await.unwrap();
                stream.flush().await.unwrap();
            }
            Self::Page(tunnel) => tunnel.send(bytes).await,
        }
    }

    async fn receive(&mut self, count: usize) {
        let mut left = count;
        match self {
            Self::Stream(stream) => {
                let mut block = vec![0; BLOCK.min(count)];
                while left > 0 {
                    let read = stream.read(&mut block).await.unwrap();
                    assert!(read > 0, "the connection ended");
                    left -= read;
                }
            }
            Self::Page(tunnel) => {
                while left > 0 {
                    let Message::Bytes(bytes) = tunnel.next().await else {
                        panic!("the tunnel ended");
                    };
                    left -= bytes.len();
                    tunnel.keep_acknowledging().await;
                }
            }
        }
    }
}

/// The runtime of the server and of all clients.
pub(crate) fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}
