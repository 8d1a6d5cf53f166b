//! Where the proxy does not go, whoever asks.

use porthole_tests::{Daemon, KeptPort, tunnel::Tunnel};
use porthole_tunnel::{ErrorKind, Failure, Request, Security};

use crate::server::Server;

async fn failure(proxy: &Daemon, host: &str, port: u16) -> Failure {
    let request = Request::new(host, port, Security::None).unwrap();
    let mut tunnel = Tunnel::ask(proxy.address(), &request, "").await;
    tunnel.failure().await
}

async fn check(proxy: &Daemon, table: &[(&str, u16, ErrorKind, &str)]) {
    for (host, port, kind, words) in table {
        let failure = failure(proxy, host, *port).await;
        assert_eq!(failure.kind, *kind, "{host}:{port}: {failure:?}");
        assert!(
            failure.message.contains(words),
            "{host}:{port}: {failure:?}"
        );
    }
}

const NOT_ALLOWED: &str = "does not connect to that server";
const NOT_PUBLIC: &str = "not a public one";

#[tokio::test]
async fn by_default_it_goes_to_public_mail_servers_only() {
    // Something listens there, so that only the policy can be what refuses.
    let server = Server::silent().await;
    let proxy = Daemon::start(&[]);
    check(
        &proxy,
        &[
            ("127.0.0.1", server.port, ErrorKind::Denied, NOT_ALLOWED),
            ("localhost", server.port, ErrorKind::Denied, NOT_ALLOWED),
            ("mail.example", 25, ErrorKind::Denied, NOT_ALLOWED),
            ("127.0.0.1", 25, ErrorKind::Denied, NOT_ALLOWED),
            ("mail.example", 22, ErrorKind::Denied, NOT_ALLOWED),
            ("mail.example", 443, ErrorKind::Denied, NOT_ALLOWED),
            ("localhost", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("127.0.0.1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("10.0.0.1", 143, ErrorKind::Denied, NOT_PUBLIC),
            ("172.16.0.1", 110, ErrorKind::Denied, NOT_PUBLIC),
            ("192.168.0.1", 995, ErrorKind::Denied, NOT_PUBLIC),
            ("169.254.169.254", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("0.0.0.0", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("224.0.0.1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("::1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("::", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("::ffff:127.0.0.1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("64:ff9b::7f00:1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("fe80::1", 993, ErrorKind::Denied, NOT_PUBLIC),
            ("fd00::1", 993, ErrorKind::Denied, NOT_PUBLIC),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_pattern_does_not_open_the_own_network() {
    let server = Server::silent().await;
    let allow = format!("*:{}", server.port);
    let proxy = Daemon::start(&["--deny-public", "--allow", &allow]);
    check(
        &proxy,
        &[
            // The name leads to loopback: it is the address that counts.
            ("localhost", server.port, ErrorKind::Denied, NOT_PUBLIC),
            ("127.0.0.1", server.port, ErrorKind::Denied, NOT_PUBLIC),
            ("localhost", 993, ErrorKind::Denied, NOT_ALLOWED),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_host_named_in_full_is_reached_by_that_name_only() {
    let server = Server::silent().await;
    let allow = format!("LocalHost.:{}", server.port);
    let proxy = Daemon::start(&["--deny-public", "--allow", &allow]);
    check(
        &proxy,
        &[
            ("127.0.0.1", server.port, ErrorKind::Denied, NOT_ALLOWED),
            ("localhost", server.port ^ 1, ErrorKind::Denied, NOT_ALLOWED),
        ],
    )
    .await;
    let request = Request::new("localhost", server.port, Security::None).unwrap();
    let mut tunnel = Tunnel::ask(proxy.address(), &request, "").await;
    let peer = tunnel.connected().await.peer;
    assert!(peer.ends_with(&format!(":{}", server.port)), "{peer}");
}

#[tokio::test]
async fn who_does_not_answer_is_named_so() {
    let nobody = KeptPort::new();
    let port = nobody.number();
    let proxy = Daemon::start(&[
        "--allow",
        &format!("127.0.0.1:{port},nowhere.invalid:{port}"),
    ]);
    check(
        &proxy,
        &[
            ("127.0.0.1", port, ErrorKind::Connect, "refuses connections"),
            ("nowhere.invalid", port, ErrorKind::Resolve, "no address"),
        ],
    )
    .await;
}
