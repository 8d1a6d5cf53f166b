//! WebSocket frames that a browser would never send, and those that it may.

use porthole_tests::{
    Daemon,
    tunnel::{BINARY, CLOSE, Message, PING, TEXT, Tunnel, frame},
};
use porthole_tunnel::{
    CloseCode::{self, ProtocolError, TooBig},
    PageMessage, Security, limits,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::server::{Server, pattern};

const CONTINUATION: u8 = 0x80;
/// Takes the FIN bit out of a frame's first octet.
const MORE: u8 = 0x7f;

/// Sends these octets, and expects the tunnel to be closed for it.
async fn check(proxy: &Daemon, port: u16, name: &str, octets: &[u8], expected: CloseCode) {
    let mut tunnel = Tunnel::open(proxy.address(), port, Security::None).await;
    tunnel.connected().await;
    tunnel.raw(octets).await;
    loop {
        match tunnel.next().await {
            Message::Pong(_) => {}
            Message::Close(code) => {
                assert_eq!(code, Some(expected.code()), "{name}");
                break;
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    tunnel
        .raw(&frame(CLOSE, &expected.code().to_be_bytes()))
        .await;
    assert_eq!(tunnel.next().await, Message::End, "{name}");
}

#[tokio::test]
async fn what_breaks_the_rules_ends_the_tunnel() {
    let server = Server::silent().await;
    let proxy = server.proxy(&[]);
    let unmasked = vec![BINARY, 2, b'h', b'i'];
    let too_long = |first: u8, length: usize| {
        let mut octets = frame(first, &vec![b' '; length]);
        octets.truncate(20);
        octets
    };
    let text = |text: &str| frame(TEXT, text.as_bytes());
    let endless: Vec<u8> = std::iter::once(frame(TEXT & MORE, b"{"))
        .chain((0..5).map(|_| frame(CONTINUATION & MORE, &[b' '; 4000])))
        .flatten()
        .collect();
    let table: [(&str, Vec<u8>, CloseCode); 32] = [
        ("unmasked", unmasked, ProtocolError),
        (
            "RSV1, as compression sets it",
            frame(BINARY | 0x40, b"x"),
            ProtocolError,
        ),
        ("RSV2", frame(BINARY | 0x20, b"x"), ProtocolError),
        ("RSV3", frame(PING | 0x10, b""), ProtocolError),
        ("opcode 3", frame(0x83, b"x"), ProtocolError),
        ("opcode 7", frame(0x87, b"x"), ProtocolError),
        ("opcode 11", frame(0x8b, b""), ProtocolError),
        ("opcode 15", frame(0x8f, b""), ProtocolError),
        ("a ping of 126", frame(PING, &[0; 126]), ProtocolError),
        ("a ping in parts", frame(PING & MORE, b"x"), ProtocolError),
        ("a Close of one octet", frame(CLOSE, b"x"), ProtocolError),
        (
            "a Close with code 1005",
            frame(CLOSE, &1005_u16.to_be_bytes()),
            ProtocolError,
        ),
        (
            "a Close with a reason not UTF-8",
            frame(CLOSE, b"\x03\xe8\xff"),
            ProtocolError,
        ),
        (
            "a part of nothing",
            frame(CONTINUATION, b"x"),
            ProtocolError,
        ),
        (
            "a message within a message",
            [frame(BINARY & MORE, b"x"), frame(BINARY, b"y")].concat(),
            ProtocolError,
        ),
        (
            "a length in too many octets",
            vec![BINARY, 0xfe, 0, 125, 0, 0, 0, 0],
            ProtocolError,
        ),
        (
            "a length in far too many",
            vec![BINARY, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0],
            ProtocolError,
        ),
        (
            "a length of 2^63",
            vec![BINARY, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            TooBig,
        ),
        (
            "a frame too long",
            too_long(BINARY, limits::MAX_MESSAGE + 1),
            TooBig,
        ),
        (
            "a text too long",
            too_long(TEXT, limits::MAX_CONTROL + 1),
            TooBig,
        ),
        ("a text that does not end", endless, TooBig),
        (
            "a text for the server",
            text("A001 NOOP\r\n"),
            ProtocolError,
        ),
        (
            "a text not UTF-8",
            frame(TEXT, b"{\"eof\":\xff}"),
            ProtocolError,
        ),
        ("an empty text", text(""), ProtocolError),
        ("an unknown message", text(r#"{"dial":{}}"#), ProtocolError),
        (
            "two messages in one",
            text(r#"{"eof":{},"ack":0}"#),
            ProtocolError,
        ),
        (
            "more acknowledged than sent",
            text(r#"{"ack":1}"#),
            ProtocolError,
        ),
        (
            "less than nothing acknowledged",
            text(r#"{"ack":-1}"#),
            ProtocolError,
        ),
        (
            "STARTTLS that was not asked for",
            text(r#"{"starttls":{}}"#),
            ProtocolError,
        ),
        (
            "bytes after the last",
            [text(r#"{"eof":{}}"#), frame(BINARY, b"x")].concat(),
            ProtocolError,
        ),
        (
            "a flood of pings",
            frame(PING, b"").repeat(1001),
            ProtocolError,
        ),
        (
            "a flood of nothing",
            frame(BINARY, b"").repeat(1001),
            ProtocolError,
        ),
    ];
    for (name, octets, expected) in table {
        check(&proxy, server.port, name, &octets, expected).await;
    }
}

/// A server that sends back what it gets.
async fn echo() -> Server {
    Server::start(|mut stream| async move {
        let (mut reading, mut writing) = stream.split();
        let _ = tokio::io::copy(&mut reading, &mut writing).await;
        let _ = writing.shutdown().await;
    })
    .await
}

#[tokio::test]
async fn frames_may_be_cut_anyhow() {
    let server = echo().await;
    let proxy = server.proxy(&[]);
    let bytes = pattern(limits::MAX_MESSAGE);

    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    tunnel.connected().await;
    // The longest message; the same in parts, with a ping between two of them; an octet a frame.
    tunnel.send(&bytes).await;
    assert!(tunnel.take(bytes.len()).await == bytes, "one message");
    tunnel.raw(&frame(BINARY & MORE, &bytes[..70_000])).await;
    tunnel.raw(&frame(CONTINUATION & MORE, b"")).await;
    tunnel.raw(&frame(PING, b"still there?")).await;
    tunnel.raw(&frame(CONTINUATION, &bytes[70_000..])).await;
    let mut pongs = 0;
    let mut back = Vec::new();
    while back.len() < bytes.len() {
        match tunnel.next().await {
            Message::Bytes(more) => back.extend_from_slice(&more),
            Message::Pong(payload) => {
                assert_eq!(payload, b"still there?");
                pongs += 1;
            }
            other => panic!("{other:?}"),
        }
        tunnel.keep_acknowledging().await;
    }
    assert!(back == bytes, "in parts");
    assert_eq!(pongs, 1);
    for byte in &bytes[..200] {
        for octet in frame(BINARY, &[*byte]) {
            tunnel.raw(&[octet]).await;
        }
    }
    assert!(tunnel.take(200).await == bytes[..200], "an octet a frame");
    tunnel.say(PageMessage::Eof {}).await;
    assert_eq!(tunnel.rest().await, (Vec::new(), CloseCode::Finished));
}

#[tokio::test]
async fn bytes_right_behind_the_request_are_not_lost() {
    let server = Server::start(|mut stream| async move {
        let mut line = [0; 5];
        stream.read_exact(&mut line).await.unwrap();
        stream.write_all(&line).await.unwrap();
    })
    .await;
    let proxy = server.proxy(&[]);
    let address = proxy.address();
    let request = porthole_tunnel::Request::new("127.0.0.1", server.port, Security::None);
    let origin = format!("http://{address}");
    let target = request.unwrap().target();
    let head = porthole_tests::tunnel::upgrade(address, &target, Some(&origin), "");
    let octets = [head.as_bytes(), &frame(BINARY, b"early")].concat();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let mut tunnel = Tunnel::over(stream, &octets).await.unwrap();
    tunnel.connected().await;
    assert_eq!(
        tunnel.rest().await,
        (b"early".to_vec(), CloseCode::Finished)
    );
}
