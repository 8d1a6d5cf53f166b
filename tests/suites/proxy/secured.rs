//! TLS to the server: proved, reported, started when agreed, and refused in words.

use porthole_tests::{
    Daemon,
    tunnel::{BINARY, Message, TEXT, Tunnel, frame},
};
use porthole_tunnel::{CloseCode, ErrorKind, PageMessage, ProxyMessage, Security};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, sleep},
};
use tokio_rustls::TlsAcceptor;

use crate::server::{Identity, Server};

/// Starts TLS at once and sends each octet back.
async fn echo(identity: &Identity) -> Server {
    let acceptor = identity.acceptor();
    Server::start(move |stream| serve(acceptor.clone(), stream)).await
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream) {
    // Clients that do not trust it leave.
    let Ok(mut stream) = acceptor.accept(stream).await else {
        return;
    };
    let mut octets = [0; 1024];
    while let Ok(count @ 1..) = stream.read(&mut octets).await {
        stream.write_all(&octets[..count]).await.unwrap();
        stream.flush().await.unwrap();
    }
}

#[tokio::test]
async fn the_certificate_is_reported() {
    let identity = Identity::good();
    let server = echo(&identity).await;
    let proxy = server.proxy(&["--ca", &identity.certificate()]);
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::Implicit).await;
    let connected = tunnel.connected().await;
    assert_eq!(connected.peer, format!("127.0.0.1:{}", server.port));
    let tls = connected.tls.unwrap();
    assert_eq!(tls.version, "TLS 1.3");
    assert!(tls.cipher.starts_with("TLS13_"), "{}", tls.cipher);
    assert!(tls.subject.starts_with("CN=porthole-"), "{}", tls.subject);
    assert_eq!(tls.issuer, tls.subject);
    assert_eq!(tls.not_after, "2100-12-31T00:00:00Z");
    assert_eq!(tls.sha256, identity.sha256());
    tunnel.send(b"a NOOP\r\n").await;
    assert_eq!(tunnel.take(8).await, b"a NOOP\r\n");
}

#[tokio::test]
async fn a_server_that_speaks_tls_1_2_only_is_served_and_named_so() {
    let identity = Identity::old_fashioned();
    let server = echo(&identity).await;
    let agreeing = starting(&identity, b"").await;
    let allow = format!("127.0.0.1:{}", agreeing.port);
    let proxy = server.proxy(&["--ca", &identity.certificate(), "--allow", &allow]);

    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::Implicit).await;
    let tls = tunnel.connected().await.tls.unwrap();
    assert_eq!(tls.version, "TLS 1.2");
    assert!(tls.cipher.starts_with("TLS_ECDHE_"), "{}", tls.cipher);
    assert_eq!(tls.sha256, identity.sha256());
    tunnel.send(b"a NOOP\r\n").await;
    assert_eq!(tunnel.take(8).await, b"a NOOP\r\n");

    let mut tunnel = agreed(&proxy, &agreeing).await;
    tunnel.take(9).await;
    tunnel.acknowledge().await;
    tunnel.say(PageMessage::StartTls {}).await;
    match tunnel.next().await {
        Message::Said(ProxyMessage::Tls(tls)) => assert_eq!(tls.version, "TLS 1.2"),
        other => panic!("{other:?}"),
    }
}

/// Opens a tunnel with TLS, which has to fail in this way.
async fn check(proxy: &Daemon, server: &Server, kind: ErrorKind, words: &str) {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::Implicit).await;
    let failure = tunnel.failure().await;
    assert_eq!(failure.kind, kind, "{failure:?}");
    assert!(failure.message.contains(words), "{words}: {failure:?}");
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_refused() {
    let [stranger, other, expired] = [
        Identity::good(),
        Identity::new(&["imap.example.com"], 2100),
        Identity::new(&["127.0.0.1"], 2001),
    ];
    for (identity, trusted, words) in [
        (&stranger, &other, "nobody this proxy trusts"),
        (&other, &other, "is for another name: imap.example.com"),
        (&expired, &expired, "has expired: it was valid until 2001-"),
    ] {
        let server = echo(identity).await;
        let proxy = server.proxy(&["--ca", &trusted.certificate()]);
        check(&proxy, &server, ErrorKind::Tls, words).await;
    }
}

#[tokio::test]
async fn a_server_that_cannot_do_tls_is_refused() {
    // A ServerHello of TLS 1.1 (RFC 4346 section 7.4.1.3): version, random, no session,
    // TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
    let hello = [
        &b"\x16\x03\x02\0\x2a\x02\0\0\x26\x03\x02"[..],
        &[7; 32],
        b"\0\0\x2f\0",
    ]
    .concat();
    for (says, kind, words) in [
        (&hello[..], ErrorKind::Tls, "neither TLS 1.2 nor TLS 1.3"),
        (
            b"* OK IMAP4rev1 ready\r\n",
            ErrorKind::Tls,
            "does not speak TLS",
        ),
        (
            b"\x15\x03\x03\0\x02\x02\x28",
            ErrorKind::Tls,
            "refused the TLS handshake",
        ),
        (b"", ErrorKind::Connect, "closed the connection"),
    ] {
        let says = says.to_vec();
        let server = Server::start(move |mut stream| {
            let says = says.clone();
            async move {
                let mut hello = [0; 16];
                stream.read_exact(&mut hello).await.unwrap();
                stream.write_all(&says).await.unwrap();
                if !says.is_empty() {
                    sleep(Duration::from_secs(5)).await;
                }
            }
        })
        .await;
        let proxy = server.proxy(&[]);
        check(&proxy, &server, kind, words).await;
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_the_handshake_is_left() {
    let server = Server::silent().await;
    let proxy = server.proxy(&["--connect-timeout", "1"]);
    check(
        &proxy,
        &server,
        ErrorKind::Timeout,
        "did not start TLS in time",
    )
    .await;
}

/// Agrees to start TLS, says this in the same breath, and starts it.
async fn starting(identity: &Identity, more: &'static [u8]) -> Server {
    let acceptor = identity.acceptor();
    Server::start(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            stream.write_all(b"* OK ready\r\n").await.unwrap();
            let mut asked = [0; 12];
            stream.read_exact(&mut asked).await.unwrap();
            assert_eq!(&asked, b"a STARTTLS\r\n");
            let answer = [b"a OK go\r\n", more].concat();
            stream.write_all(&answer).await.unwrap();
            serve(acceptor, stream).await;
        }
    })
    .await
}

/// Asks for TLS, which the proxy refuses with these words.
async fn refused_for(tunnel: &mut Tunnel, words: &str) {
    tunnel.say(PageMessage::StartTls {}).await;
    let failure = tunnel.failure().await;
    assert_eq!(failure.kind, ErrorKind::Tls);
    assert!(failure.message.contains(words), "{failure:?}");
}

/// Up to the server's agreement, which is read and acknowledged, and nothing behind it.
async fn agreed(proxy: &Daemon, server: &Server) -> Tunnel {
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::StartTls).await;
    assert_eq!(tunnel.connected().await.tls, None);
    assert_eq!(tunnel.take(12).await, b"* OK ready\r\n");
    tunnel.send(b"a STARTTLS\r\n").await;
    tunnel
}

const READ: u64 = 12 + 9;

#[tokio::test]
async fn starttls_starts_it() {
    let identity = Identity::good();
    let server = starting(&identity, b"").await;
    let proxy = server.proxy(&["--ca", &identity.certificate()]);
    let mut tunnel = agreed(&proxy, &server).await;
    assert_eq!(tunnel.take(9).await, b"a OK go\r\n");
    // What is sent behind the message waits for the handshake.
    let ack = PageMessage::Ack(READ).to_json();
    let start = PageMessage::StartTls {}.to_json();
    let mut octets = frame(TEXT, ack.as_bytes());
    octets.extend(frame(TEXT, start.as_bytes()));
    octets.extend(frame(BINARY, b"a NOOP\r\n"));
    tunnel.raw(&octets).await;
    let Message::Said(ProxyMessage::Tls(tls)) = tunnel.next().await else {
        panic!("no word of TLS");
    };
    assert_eq!(tls.sha256, identity.sha256());
    assert_eq!(tunnel.take(8).await, b"a NOOP\r\n");
    // Once is enough.
    tunnel.acknowledge().await;
    tunnel.say(PageMessage::StartTls {}).await;
    assert_eq!(tunnel.closed().await, CloseCode::ProtocolError);
}

#[tokio::test]
async fn what_came_in_the_clear_behind_the_agreement_is_an_attack() {
    let identity = Identity::good();
    let server = starting(&identity, b"* OK [ALERT] trust me\r\n").await;
    let proxy = server.proxy(&["--ca", &identity.certificate()]);

    // It was passed down before the page said that it had read as far as the agreement.
    let mut tunnel = agreed(&proxy, &server).await;
    tunnel.take(9 + 23).await;
    tunnel.say(PageMessage::Ack(READ)).await;
    refused_for(&mut tunnel, "in the clear").await;

    // It comes after that, where the handshake should be.
    let server = Server::start(|mut stream| async move {
        stream.write_all(b"a OK go\r\n").await.unwrap();
        let mut hello = [0; 16];
        stream.read_exact(&mut hello).await.unwrap();
        stream
            .write_all(b"* OK [ALERT] trust me\r\n")
            .await
            .unwrap();
        sleep(Duration::from_secs(5)).await;
    })
    .await;
    let proxy = server.proxy(&["--ca", &identity.certificate()]);
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::StartTls).await;
    tunnel.connected().await;
    tunnel.take(9).await;
    tunnel.acknowledge().await;
    refused_for(&mut tunnel, "does not speak TLS").await;
}

#[tokio::test]
async fn starttls_proves_the_server_too() {
    let identity = Identity::good();
    let server = starting(&identity, b"").await;
    let proxy = server.proxy(&[]);
    let mut tunnel = agreed(&proxy, &server).await;
    tunnel.take(9).await;
    tunnel.acknowledge().await;
    refused_for(&mut tunnel, "nobody this proxy trusts").await;
}

#[tokio::test]
async fn whom_the_platform_trusts_the_proxy_trusts() {
    let (identity, other) = (Identity::good(), Identity::good());
    let server = echo(&identity).await;
    let allow = format!("127.0.0.1:{}", server.port);
    let trusting = |trusted: &Identity| {
        let roots = trusted.certificate();
        Daemon::within(&["--allow", &allow], &[("SSL_CERT_FILE", &roots)])
    };
    let proxy = trusting(&identity);
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::Implicit).await;
    let tls = tunnel.connected().await.tls.unwrap();
    assert_eq!(tls.sha256, identity.sha256());
    check(
        &trusting(&other),
        &server,
        ErrorKind::Tls,
        "nobody this proxy trusts",
    )
    .await;
}
