//! What makes no sense is refused in words, before anything is bound.

use std::{fs, net::TcpListener};

use porthole_tests::{Daemon, Folder, Reply};

use crate::server::Identity;

/// `EX_USAGE` of sysexits.h.
const REFUSED: i32 = 64;

/// Starts a proxy on a port that is taken. Had it tried to bind that before it looked at the rest,
/// it would complain of the port.
fn check(flags: &[&str], words: &[&str]) {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let mut all = flags.to_vec();
    if !flags.contains(&"--listen") {
        all.extend(["--listen", &listen]);
    }
    let ended = Daemon::refused(&all);
    assert_eq!(
        ended.status.code(),
        Some(REFUSED),
        "{flags:?}: {}",
        ended.said
    );
    for word in words {
        assert!(
            ended.said.contains(word),
            "{flags:?}: {word}: {}",
            ended.said
        );
    }
}

#[test]
fn flags_that_make_no_sense_are_named() {
    let identity = Identity::good();
    let other = Identity::good();
    let (certificate, key) = (identity.certificate(), identity.key());
    for (flags, words) in [
        (
            &["--allow", "imap.example.com"][..],
            &["allow", "imap.example.com", "HOST:PORT"][..],
        ),
        (&["--allow", "*:25"], &["allow", "25", "spam"]),
        (&["--allow", "imap.example.com:0"], &["allow", "port"]),
        (&["--allow", "im*p.example.com:993"], &["allow", "*"]),
        (&["--origin", "mail.example"], &["origin", "mail.example"]),
        (
            &["--trusted-proxy", "10.0.0.0/99"],
            &["trusted-proxy", "10.0.0.0/99"],
        ),
        (&["--tls-cert", &certificate], &["tls-cert", "tls-key"]),
        (&["--tls-key", &key], &["tls-key", "tls-cert"]),
        (
            &["--tls-cert", "/nowhere/cert.pem", "--tls-key", &key],
            &["tls-cert", "/nowhere/cert.pem"],
        ),
        (
            &["--tls-cert", &key, "--tls-key", &key],
            &["tls-cert", &key],
        ),
        (
            &["--tls-cert", &certificate, "--tls-key", &other.key()],
            &["tls-key"],
        ),
        (&["--ca", "/nowhere/ca.pem"], &["ca", "/nowhere/ca.pem"]),
        (&["--ca", &key], &["ca", &key]),
        (&["--web", "/nowhere"], &["web", "/nowhere/index.html"]),
        (&["--listen", "localhost"], &["listen", "localhost"]),
        (&["--idle-timeout", "0"], &["idle-timeout"]),
        (&["--max-connections", "0"], &["max-connections"]),
        (
            &["--max-connections", "4000000000"],
            &["max-connections", "ulimit"],
        ),
        (&["--max-per-server", "0"], &["max-per-server"]),
        (&["--max-per-client", "many"], &["--max-per-client", "many"]),
        (&["--alow", "imap.example.com:993"], &["--alow"]),
        (
            &["--config", "/nowhere/proxy.toml"],
            &["/nowhere/proxy.toml"],
        ),
    ] {
        check(flags, words);
    }
}

#[test]
fn files_that_make_no_sense_are_named() {
    let folder = Folder::new();
    let path = folder.path().join("proxy.toml");
    let file = path.to_str().unwrap();
    for (text, words) in [
        ("listen = ", &["proxy.toml", "line 1"][..]),
        ("allow = [\"a.example:993\"", &["proxy.toml"]),
        ("alow = [\"a.example:993\"]", &["proxy.toml", "alow"]),
        (
            "allow = \"a.example:993\"",
            &["proxy.toml", "allow", "sequence"],
        ),
        ("allow = [\"a.example\"]", &["allow", "a.example"]),
        ("max-per-client = -1", &["proxy.toml", "max-per-client"]),
        ("idle-timeout = 0", &["idle-timeout"]),
        (
            "tls-cert = \"/nowhere/cert.pem\"\ntls-key = \"x\"",
            &["tls-cert", "/nowhere/cert.pem"],
        ),
        ("config = \"other.toml\"", &["proxy.toml", "config"]),
    ] {
        fs::write(&path, text).unwrap();
        check(&["--config", file], words);
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let ended = Daemon::refused(&["--listen", &listen]);
    assert_eq!(ended.status.code(), Some(1), "{}", ended.said);
    assert!(ended.said.contains(&listen), "{}", ended.said);
}

#[tokio::test]
async fn a_file_is_obeyed_and_a_flag_counts_more() {
    let folder = Folder::new();
    let path = folder.path().join("proxy.toml");
    let text = "web = \"/nowhere\"\norigin = [\"https://mail.example\"]\n";
    fs::write(&path, text).unwrap();
    fs::write(folder.path().join("index.html"), "from the flag").unwrap();
    let web = folder.path().to_str().unwrap();
    let proxy = Daemon::start(&["--config", path.to_str().unwrap(), "--web", web]);
    // The name of a page that the file allows is a name of this proxy.
    let host = [("Host", "mail.example")];
    let reply = Reply::get(proxy.address(), "/", &host).await;
    assert_eq!(
        (reply.status, reply.text().as_str()),
        (200, "from the flag")
    );
}

#[tokio::test]
async fn the_environment_counts_more_than_a_file_and_less_than_a_flag() {
    let folder = Folder::new();
    for name in ["file", "environment", "flag"] {
        let web = folder.path().join(name);
        fs::create_dir(&web).unwrap();
        fs::write(web.join("index.html"), name).unwrap();
    }
    let web = |name: &str| folder.path().join(name).display().to_string();
    let file = folder.path().join("proxy.toml");
    fs::write(&file, format!("web = {:?}\n", web("file"))).unwrap();
    let file = file.to_str().unwrap();
    let served = async |flags: &[&str], environment: &[(&str, &str)]| {
        let proxy = Daemon::within(flags, environment);
        Reply::get(proxy.address(), "/", &[]).await.text()
    };
    let (there, flag) = (web("environment"), web("flag"));
    let environment = [("PORTHOLE_CONFIG", file), ("PORTHOLE_WEB", &there)];
    assert_eq!(served(&[], &environment[..1]).await, "file");
    assert_eq!(served(&[], &environment).await, "environment");
    assert_eq!(served(&["--web", &flag], &environment).await, "flag");

    let ended = Daemon::refused_within(&[], &[("PORTHOLE_MAX_PER_CLIENT", "many")]);
    assert_eq!(ended.status.code(), Some(REFUSED), "{}", ended.said);
    assert!(ended.said.contains("many"), "{}", ended.said);
}
