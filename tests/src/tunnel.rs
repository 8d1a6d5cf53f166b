//! The page's end of a tunnel without a browser: well behaved, or as hostile as a test wants it.

use std::{fmt, net::SocketAddr, time::Duration};

use bytes::{Buf as _, BytesMut};
use porthole_tunnel::{
    CloseCode, Connected, Failure, PageMessage, ProxyMessage, Request, Security, limits,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::reply::Reply;

/// A WebSocket to a proxy, after its upgrade.
pub struct Tunnel {
    stream: Box<dyn Duplex>,
    input: BytesMut,
    /// Bytes of the server's that came.
    received: u64,
    /// Of these, what the proxy was told of.
    acknowledged: u64,
}

/// What comes from the proxy.
#[derive(Debug, PartialEq, Eq)]
pub enum Message {
    /// A text message.
    Said(ProxyMessage),
    /// The server's bytes.
    Bytes(BytesMut),
    /// A ping, with its payload.
    Ping(Vec<u8>),
    /// A pong, with its payload.
    Pong(Vec<u8>),
    /// A Close frame: its code, if it has one.
    Close(Option<u16>),
    /// The end of the connection.
    End,
}

/// A connection of any kind.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// The head of a request for a tunnel, as a browser sends it from the proxy's own page.
pub fn upgrade(address: SocketAddr, target: &str, origin: Option<&str>, more: &str) -> String {
    let origin = origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
    format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nConnection: keep-alive, Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n{origin}{more}\r\n"
    )
}

/// A frame as a browser masks it; `first` is its first octet.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ ..126 => frame.push(0x80 | short as u8),
        medium @ ..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend((medium as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    let start = frame.len();
    frame.extend_from_slice(payload);
    let (chunks, rest) = frame[start..].as_chunks_mut::<4>();
    for chunk in chunks {
        *chunk = (u32::from_ne_bytes(*chunk) ^ u32::from_ne_bytes(MASK)).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(MASK) {
        *byte ^= mask;
    }
    frame
}

impl Tunnel {
    /// A tunnel to a port of 127.0.0.1, asked for by the proxy's own page.
    ///
    /// # Panics
    /// When the proxy does not upgrade the connection.
    pub async fn open(proxy: SocketAddr, port: u16, tls: Security) -> Self {
        let request = Request::new("127.0.0.1", port, tls).unwrap();
        Self::ask(proxy, &request, "").await
    }

    /// A tunnel with more header lines in its request, each with its end of line.
    ///
    /// # Panics
    /// When the proxy does not upgrade the connection.
    pub async fn ask(proxy: SocketAddr, request: &Request, more: &str) -> Self {
        let stream = TcpStream::connect(proxy).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let origin = format!("http://{proxy}");
        let head = upgrade(proxy, &request.target(), Some(&origin), more);
        match Self::over(stream, head.as_bytes()).await {
            Ok(tunnel) => tunnel,
            Err(reply) => panic!("no upgrade: {reply:?}"),
        }
    }

    /// Sends the request on this connection.
    ///
    /// # Errors
    /// What the proxy answered, when it is no upgrade.
    pub async fn over(mut stream: impl Duplex + 'static, head: &[u8]) -> Result<Self, Reply> {
        stream.write_all(head).await.unwrap();
        stream.flush().await.unwrap();
        let reply = Reply::read(&mut stream).await.expect("an answer");
        if reply.status != 101 {
            return Err(reply);
        }
        // What belongs to this key, by RFC 6455 section 4.2.2.
        let accept = reply.header("Sec-WebSocket-Accept");
        assert_eq!(accept, Some("C/0nmHhBztSRGR1CwL6Tf4ZjwpY="));
        Ok(Self {
            stream: Box::new(stream),
            input: BytesMut::from(&reply.body[..]),
            received: 0,
            acknowledged: 0,
        })
    }

    /// Sends octets as they are.
    ///
    /// # Panics
    /// When the proxy does not take them.
    pub async fn raw(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// Sends some of these octets; says how many.
    ///
    /// # Panics
    /// When the proxy takes none.
    pub async fn some(&mut self, octets: &[u8]) -> usize {
        self.stream.write(octets).await.unwrap()
    }

    /// Sends bytes for the server, in one message.
    ///
    /// # Panics
    /// When the proxy does not take them.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.raw(&frame(BINARY, bytes)).await;
    }

    /// Sends a control message.
    ///
    /// # Panics
    /// When the proxy does not take it.
    pub async fn say(&mut self, message: PageMessage) {
        self.raw(&frame(TEXT, message.to_json().as_bytes())).await;
    }

    /// Tells the proxy that all that came was consumed.
    ///
    /// # Panics
    /// When the proxy does not take it.
    pub async fn acknowledge(&mut self) {
        self.acknowledged = self.received;
        self.say(PageMessage::Ack(self.received)).await;
    }

    /// What comes next.
    ///
    /// # Panics
    /// When nothing does for a long time, or a frame is not as a browser takes it.
    pub async fn next(&mut self) -> Message {
        match timeout(PATIENCE, self.receive()).await {
            Ok(message) => message,
            Err(_) => panic!("nothing comes"),
        }
    }

    /// What comes within this time, if anything does.
    pub async fn within(&mut self, patience: Duration) -> Option<Message> {
        timeout(patience, self.receive()).await.ok()
    }

    /// The first message of a tunnel that was connected.
    ///
    /// # Panics
    /// When it was not.
    pub async fn connected(&mut self) -> Connected {
        match self.next().await {
            Message::Said(ProxyMessage::Connected(connected)) => connected,
            other => panic!("{other:?}"),
        }
    }

    /// Why a tunnel was not connected, or not upgraded; the Close frame that says so follows.
    ///
    /// # Panics
    /// When it was.
    pub async fn failure(&mut self) -> Failure {
        let failure = match self.next().await {
            Message::Said(ProxyMessage::Error(failure)) => failure,
            other => panic!("{other:?}"),
        };
        assert_eq!(self.closed().await, CloseCode::NotConnected);
        failure
    }

    /// The code that the proxy closes with, when it is the next to come.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn closed(&mut self) -> CloseCode {
        match self.next().await {
            Message::Close(Some(code)) => CloseCode::from_code(code).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// Everything that the server sends from here on, acknowledged as it comes, and the code that
    /// the proxy closes with.
    ///
    /// # Panics
    /// When the tunnel ends otherwise.
    pub async fn rest(&mut self) -> (Vec<u8>, CloseCode) {
        let mut all = Vec::new();
        loop {
            match self.next().await {
                Message::Bytes(bytes) => {
                    all.extend_from_slice(&bytes);
                    self.keep_acknowledging().await;
                }
                Message::Close(Some(code)) => return (all, CloseCode::from_code(code).unwrap()),
                other => panic!("{other:?} after {} bytes", all.len()),
            }
        }
    }

    /// So many bytes of the server's, acknowledged as they come.
    ///
    /// # Panics
    /// When something else comes, or more.
    pub async fn take(&mut self, count: usize) -> Vec<u8> {
        let mut all = Vec::new();
        while all.len() < count {
            match self.next().await {
                Message::Bytes(bytes) => {
                    all.extend_from_slice(&bytes);
                    self.keep_acknowledging().await;
                }
                other => panic!("{other:?} after {} bytes", all.len()),
            }
        }
        assert_eq!(all.len(), count);
        all
    }

    /// Acknowledges as often as the contract asks for.
    pub async fn keep_acknowledging(&mut self) {
        if self.received - self.acknowledged >= limits::ACKNOWLEDGE_EVERY {
            self.acknowledge().await;
        }
    }

    async fn receive(&mut self) -> Message {
        loop {
            if let Some(message) = self.parse() {
                return message;
            }
            self.input.reserve(256 * 1024);
            match self.stream.read_buf(&mut self.input).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Message::End,
            }
        }
    }

    /// Reads one frame; the proxy makes each message of one.
    fn parse(&mut self) -> Option<Message> {
        let [first, second, rest @ ..] = &self.input[..] else {
            return None;
        };
        assert!(*second < 0x80, "the proxy masks");
        let (length, header) = match second {
            126 => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), 4),
            127 => (u64::from_be_bytes(*rest.first_chunk()?) as usize, 10),
            short => (usize::from(*short), 2),
        };
        let first = *first;
        if self.input.len() < header + length {
            return None;
        }
        self.input.advance(header);
        let payload = self.input.split_to(length);
        let text = |payload: &[u8]| String::from_utf8(payload.to_vec()).unwrap();
        Some(match first {
            TEXT => Message::Said(ProxyMessage::from_json(&text(&payload)).unwrap()),
            BINARY => {
                self.received += payload.len() as u64;
                Message::Bytes(payload)
            }
            CLOSE => {
                let code = payload.first_chunk().copied().map(u16::from_be_bytes);
                // RFC 6455 section 5.5.1.
                assert!(payload.len() <= 125);
                text(payload.get(2..).unwrap_or_default());
                Message::Close(code)
            }
            PING => Message::Ping(payload.to_vec()),
            PONG => Message::Pong(payload.to_vec()),
            other => panic!("a frame begins with {other:#x}"),
        })
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Tunnel");
        shown.field("received", &self.received);
        shown.finish_non_exhaustive()
    }
}

/// The first octet of a whole text message (RFC 6455 section 5.2).
pub const TEXT: u8 = 0x81;
/// Of a whole binary message.
pub const BINARY: u8 = 0x82;
/// Of a Close frame.
pub const CLOSE: u8 = 0x88;
/// Of a ping.
pub const PING: u8 = 0x89;
/// Of a pong.
pub const PONG: u8 = 0x8a;

const MASK: [u8; 4] = [0x0f, 0xf0, 0x5a, 0xa5];
const PATIENCE: Duration = Duration::from_secs(20);
