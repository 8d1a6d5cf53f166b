//! The built page as it is served, and nothing else of the disk.

use std::{
    fs,
    os::unix::fs::symlink,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use porthole_tests::{Daemon, Folder, Reply, tunnel::Tunnel};
use porthole_tunnel::Security;
use sha2::{Digest as _, Sha256};

use crate::server::Server;

const SCRIPT: &str = "import init from './page-0123456789abcdef.js'; init('a < b');";
const HASHED: &str = "/page-0123456789abcdef.js";

/// A folder like Trunk's, in a folder with a secret.
fn site() -> (Folder, String) {
    let folder = Folder::new();
    let dist = folder.path().join("dist");
    fs::create_dir_all(dist.join("more")).unwrap();
    fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let html = format!("<!DOCTYPE html><script type=module>{SCRIPT}</script><p>page");
    for (name, text) in [
        ("index.html", html.as_str()),
        ("page-0123456789abcdef.js", &"let a = 1;\n".repeat(1000)),
        ("engine.js", "let b;"),
        ("engine_bg.wasm", "\0asm"),
        ("packed.css", &"p { color: red }\n".repeat(1000)),
        ("packed.css.br", "made by the build: brotli"),
        ("packed.css.gz", "made by the build: gzip"),
        ("more/icon.svg", "<svg/>"),
        (".hidden", "secret"),
    ] {
        fs::write(dist.join(name), text).unwrap();
    }
    symlink(folder.path().join("secret.txt"), dist.join("link.txt")).unwrap();
    symlink(folder.path(), dist.join("up")).unwrap();
    let path = dist.to_str().unwrap().to_owned();
    (folder, path)
}

fn serve(path: &str) -> Daemon {
    Daemon::start(&["--deny-public", "--web", path])
}

#[tokio::test]
async fn the_page_runs_its_own_script_and_no_other() {
    let (_folder, path) = site();
    let proxy = Daemon::start(&["--web", &path, "--other-proxy", "wss://proxy.example"]);
    let reply = Reply::get(proxy.address(), "/", &[]).await;
    assert_eq!(reply.status, 200);
    assert!(reply.text().contains(SCRIPT));
    let policy = reply.header("Content-Security-Policy").unwrap();
    let directives: Vec<(&str, Vec<&str>)> = policy
        .split(';')
        .map(|directive| {
            let mut words = directive.split_whitespace();
            (words.next().unwrap(), words.collect())
        })
        .collect();
    let host = proxy.address();
    let [ws, wss] = ["ws", "wss"].map(|scheme| format!("{scheme}://{host}"));
    let hash = format!(
        "'sha256-{}'",
        BASE64_STANDARD.encode(Sha256::digest(SCRIPT))
    );
    let expected = [
        ("default-src", vec!["'none'"]),
        ("script-src", vec!["'self'", "'wasm-unsafe-eval'", &hash]),
        ("style-src", vec!["'self'", "'unsafe-inline'"]),
        (
            "img-src",
            vec!["'self'", "data:", "blob:", "http:", "https:"],
        ),
        ("font-src", vec!["'self'"]),
        (
            "connect-src",
            vec!["'self'", &ws, &wss, "wss://proxy.example"],
        ),
        ("worker-src", vec!["'self'"]),
        ("frame-src", vec!["'self'"]),
        ("manifest-src", vec!["'self'"]),
        ("base-uri", vec!["'self'"]),
        ("form-action", vec!["'none'"]),
        ("frame-ancestors", vec!["'none'"]),
    ];
    assert_eq!(directives, expected);
    for (name, value) in [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-cache"),
    ] {
        assert_eq!(reply.header(name), Some(value), "{name}");
    }
    assert_eq!(reply.header("Strict-Transport-Security"), None);
}

#[tokio::test]
async fn files_come_as_what_they_are_and_are_kept_by_their_hash() {
    let (_folder, dist) = site();
    let proxy = serve(&dist);
    for (path, kind, cache) in [
        (
            HASHED,
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        ("/engine.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/engine_bg.wasm", "application/wasm", "no-cache"),
        ("/packed.css", "text/css; charset=utf-8", "no-cache"),
        ("/more/icon.svg", "image/svg+xml", "no-cache"),
    ] {
        let reply = Reply::get(proxy.address(), path, &[]).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("Content-Type"), Some(kind), "{path}");
        assert_eq!(reply.header("Cache-Control"), Some(cache), "{path}");
        assert_eq!(reply.header("Content-Encoding"), None, "{path}");
        let file = fs::read(format!("{dist}{path}")).unwrap();
        assert!(reply.body == file, "{path}");
    }
}

#[tokio::test]
async fn who_can_unpack_gets_it_packed() {
    let (_folder, path) = site();
    let proxy = serve(&path);
    let get = async |path, accepts| {
        Reply::get(proxy.address(), path, &[("Accept-Encoding", accepts)]).await
    };
    // What the build left beside a file.
    for (accepts, coding, body) in [
        ("gzip, deflate, br", "br", "made by the build: brotli"),
        ("gzip", "gzip", "made by the build: gzip"),
        ("br;q=0, gzip", "gzip", "made by the build: gzip"),
    ] {
        let reply = get("/packed.css", accepts).await;
        assert_eq!(reply.header("Content-Encoding"), Some(coding), "{accepts}");
        assert_eq!(reply.text(), body, "{accepts}");
        assert_eq!(reply.header("Vary"), Some("accept-encoding"));
    }
    // What it did not leave is made in the background.
    let mut packed = get(HASHED, "gzip").await;
    let start = Instant::now();
    while packed.header("Content-Encoding").is_none() && start.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(50)).await;
        packed = get(HASHED, "gzip").await;
    }
    assert_eq!(packed.header("Content-Encoding"), Some("gzip"));
    assert!(packed.body.len() < 500 && packed.body.starts_with(b"\x1f\x8b"));
    // Each form has a tag of its own.
    let plain = get(HASHED, "").await;
    assert_ne!(plain.header("ETag"), packed.header("ETag"));
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let (folder, path) = site();
    let proxy = serve(&path);
    let get = async |tag: &str| {
        let known = [("If-None-Match", tag)];
        Reply::get(
            proxy.address(),
            "/engine.js",
            &known[..usize::from(!tag.is_empty())],
        )
        .await
    };
    let tag = get("").await.header("ETag").unwrap().to_owned();
    for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}")] {
        let reply = get(&known).await;
        assert_eq!(reply.status, 304, "{known}");
        assert!(reply.body.is_empty());
        assert_eq!(reply.header("ETag"), Some(tag.as_str()));
        assert_eq!(reply.header("Cache-Control"), Some("no-cache"));
    }
    assert_eq!(get("\"other\"").await.status, 200);
    // A new build is served without a restart.
    fs::write(folder.path().join("dist/engine.js"), "let changed;").unwrap();
    let reply = get(&tag).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "let changed;"));
}

#[tokio::test]
async fn nothing_outside_the_folder_is_served() {
    let (_folder, path) = site();
    let proxy = serve(&path);
    for path in [
        "/missing.js",
        "/more",
        "/more/",
        "/../secret.txt",
        "/more/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..\\secret.txt",
        "//secret.txt",
        "/./index.html",
        "/index.html/",
        "/.hidden",
        "/more/.hidden",
        "/link.txt",
        "/up/secret.txt",
        "/index.html%00",
        "/etc/passwd",
    ] {
        let reply = Reply::get(proxy.address(), path, &[]).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(!reply.text().contains("secret"), "{path}");
        let policy = reply.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
    }
    // The absolute form (RFC 9112 section 3.2.2) leads to the same.
    let absolute = format!("http://{}/../secret.txt", proxy.address());
    let reply = Reply::get(proxy.address(), &absolute, &[]).await;
    assert_eq!(reply.status, 404);
}

#[tokio::test]
async fn heads_come_without_bodies_and_other_methods_not_at_all() {
    let (_folder, path) = site();
    let proxy = serve(&path);
    for path in ["/", HASHED, "/healthz", "/missing.js"] {
        let get = Reply::get(proxy.address(), path, &[]).await;
        let head = Reply::asked(proxy.address(), "HEAD", path, &[]).await;
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.body, b"", "{path}");
        for name in ["Content-Type", "Content-Length", "ETag", "Cache-Control"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
        let reply = Reply::asked(proxy.address(), method, "/", &[]).await;
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.header("Allow"), Some("GET, HEAD"));
    }
}

#[tokio::test]
async fn its_state_is_told() {
    let server = Server::start(|stream| async move { drop(stream) }).await;
    let proxy = server.proxy(&[]);
    for (path, text) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let reply = Reply::get(proxy.address(), path, &[]).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, text));
        assert_eq!(reply.header("Cache-Control"), Some("no-store"));
    }
    let mut tunnel = Tunnel::open(proxy.address(), server.port, Security::None).await;
    tunnel.connected().await;
    tunnel.rest().await;
    let mut denied = Tunnel::open(proxy.address(), 25, Security::None).await;
    denied.failure().await;
    let wanted = [
        "porthole_tunnels_open 0",
        "porthole_tunnels_closed_total{reason=\"finished\"} 1",
        "porthole_tunnels_failed_total{kind=\"denied\"} 1",
        "porthole_bytes_total{direction=\"down\"} 0",
    ];
    // The tunnel counts once its page has hung up.
    drop(tunnel);
    let start = Instant::now();
    loop {
        let text = Reply::get(proxy.address(), "/metrics", &[]).await.text();
        if wanted.iter().all(|line| text.lines().any(|l| l == *line)) {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "{text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn without_a_page_it_says_so() {
    let proxy = Daemon::start(&[]);
    let reply = Reply::get(proxy.address(), "/", &[]).await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("--web"), "{}", reply.text());
}

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
