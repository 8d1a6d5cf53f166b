//! What the proxy writes down: who came and went, and nothing of what was said.

use porthole_tests::{
    Daemon, Reply,
    tunnel::{Tunnel, upgrade},
};
use porthole_tunnel::{PageMessage, Request, Security};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::server::{Identity, Server};

/// Something that stands nowhere else.
const SECRET: &str = "wonderland-7c1e";

/// Sends each octet back, in the clear until `STARTTLS` is asked for.
async fn echo(identity: &Identity, starts: bool) -> Server {
    let acceptor = identity.acceptor();
    Server::start(move |mut stream| {
        let acceptor = acceptor.clone();
        async move {
            let mut octets = [0; 1024];
            if starts {
                let count = stream.read(&mut octets).await.unwrap();
                stream.write_all(&octets[..count]).await.unwrap();
                let mut stream = acceptor.accept(stream).await.unwrap();
                let count = stream.read(&mut octets).await.unwrap();
                stream.write_all(&octets[..count]).await.unwrap();
                return stream.flush().await.unwrap();
            }
            while let Ok(count @ 1..) = stream.read(&mut octets).await {
                stream.write_all(&octets[..count]).await.unwrap();
            }
        }
    })
    .await
}

/// Says the secret, and hears it.
async fn whisper(tunnel: &mut Tunnel) {
    let line = format!("PASS {SECRET}\r\n");
    tunnel.send(line.as_bytes()).await;
    assert_eq!(tunnel.take(line.len()).await, line.as_bytes());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_of_what_crosses_is_in_the_log_or_on_the_disk() {
    let identity = Identity::good();
    let (plain, starting) = (echo(&identity, false).await, echo(&identity, true).await);
    let allow = [plain.port, starting.port].map(|port| format!("127.0.0.1:{port}"));
    let flags = [
        "--allow",
        &allow[0],
        "--allow",
        &allow[1],
        "--ca",
        &identity.certificate(),
    ];
    let mut proxy = Daemon::within(&flags, &[("PORTHOLE_LOG", "trace")]);

    let request = Request::new("127.0.0.1", plain.port, Security::None).unwrap();
    let header = format!("Cookie: {SECRET}\r\n");
    let mut tunnel = Tunnel::ask(proxy.address(), &request, &header).await;
    tunnel.connected().await;
    whisper(&mut tunnel).await;
    drop(tunnel);

    let mut tunnel = Tunnel::open(proxy.address(), starting.port, Security::StartTls).await;
    tunnel.connected().await;
    tunnel.send(b"STARTTLS\r\n").await;
    assert_eq!(tunnel.take(10).await, b"STARTTLS\r\n");
    tunnel.acknowledge().await;
    tunnel.say(PageMessage::StartTls {}).await;
    tunnel.next().await;
    whisper(&mut tunnel).await;
    drop(tunnel);

    for target in [
        format!("/tunnel?v=1&host={SECRET}&port=x"),
        format!("/{SECRET}?{SECRET}"),
    ] {
        let head = upgrade(proxy.address(), &target, None, "");
        Reply::to(proxy.address(), head.as_bytes()).await.unwrap();
    }

    // What is not written yet could not be found.
    let log = proxy.last_log();
    assert!(log.contains(&plain.port.to_string()), "{log}");
    assert!(!log.contains(SECRET), "{log}");
    assert!(!log.contains("PASS"), "{log}");
    assert_eq!(proxy.files(), 0);
}
