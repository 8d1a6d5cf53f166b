//! Mail programs that other people wrote, on the demo server behind the proxy.

use std::{fs, path::Path, process::Command};

use porthole_tests::{
    DemoProxy, Folder, PASSWORD, USER,
    program::{python, run, run_content},
};

/// One test for all of them: the demo's ports are fixed.
#[test]
fn every_program_reads_the_same_mail() {
    let _proxy = DemoProxy::start();
    let folder = Folder::new();
    let imaplib = python("digests.py", &["imap", &DemoProxy::IMAP.to_string()]);
    let messages = imaplib.lines().count();
    assert!(messages >= 40, "somebody's inbox: {messages}");

    let poplib = python("digests.py", &["pop3", &DemoProxy::POP3.to_string()]);
    assert_eq!(poplib, imaplib, "poplib");

    let clear = [DemoProxy::IMAP, DemoProxy::POP3, DemoProxy::SMTP].map(|port| port.to_string());
    let clear = clear.each_ref().map(String::as_str);
    let upgraded = python("starttls.py", &clear);
    assert_eq!(
        upgraded,
        format!("{messages}\n{messages}\n250\n"),
        "STARTTLS"
    );

    let (imaps, pop3s) = (DemoProxy::IMAPS, DemoProxy::POP3S);
    for (name, url) in [
        (
            "curl-imap",
            format!("imaps://localhost:{imaps}/INBOX;MAILINDEX=[1-{messages}]"),
        ),
        (
            "curl-pop3",
            format!("pop3s://localhost:{pop3s}/[1-{messages}]"),
        ),
    ] {
        assert_eq!(curl(&folder.path().join(name), &url), imaplib, "{name}");
    }

    let synced = mbsync(&folder.path().join("mbsync"));
    assert_eq!(sorted(&synced), sorted(&imaplib), "mbsync");

    assert_eq!(mutt(folder.path()), messages, "mutt");

    let read = "The long rope Bring it.|.|It is behind the door.|\n";
    assert_eq!(python("submit.py", &clear), read.repeat(2), "smtplib");
}

fn sorted(digests: &str) -> Vec<&str> {
    let mut digests: Vec<_> = digests.lines().collect();
    digests.sort_unstable();
    digests
}

/// The digests of what curl fetches; the demo's certificate is its own.
fn curl(folder: &Path, url: &str) -> String {
    fs::create_dir(folder).unwrap();
    run_content(
        Command::new("curl")
            .args(["--silent", "--show-error", "--fail", "--insecure"])
            .args(["--user", &format!("{USER}:{PASSWORD}")])
            .arg("--output")
            .arg(folder.join("#1"))
            .arg(url),
    );
    digests(folder)
}

/// The digests of the inbox that mbsync makes; a second run finds nothing to complain about.
fn mbsync(folder: &Path) -> String {
    fs::create_dir(folder).unwrap();
    let (config, port, path) = (folder.join("config"), DemoProxy::IMAP, folder.display());
    let text = format!(
        "IMAPAccount demo\nHost 127.0.0.1\nPort {port}\nUser {USER}\nPass {PASSWORD}\n\
         SSLType None\n\nIMAPStore far\nAccount demo\n\n\
         MaildirStore near\nPath {path}/\nInbox {path}/INBOX\nSubFolders Verbatim\n\n\
         Channel all\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSyncState *\nSync All\n"
    );
    fs::write(&config, text).unwrap();
    for _ in 0..2 {
        run_content(Command::new("mbsync").arg("-c").arg(&config).arg("--all"));
    }
    digests(&folder.join("INBOX"))
}

fn digests(folder: &Path) -> String {
    python("digests.py", &["files", folder.to_str().unwrap()])
}

/// How many messages mutt copies out of the inbox. It wants a terminal, which `script` gives it, and
/// a home. Where its folder is not there it asks whether to make it, and takes the first of the keys
/// that are typed ahead for the answer.
fn mutt(folder: &Path) -> usize {
    let (config, copied) = (folder.join("muttrc"), folder.join("copied"));
    let text = format!(
        "set ssl_starttls=no ssl_force_tls=no imap_user={USER} imap_pass={PASSWORD}\n\
         set confirmcreate=no confirmappend=no delete=no quit=yes wait_key=no\n\
         set mbox_type=mbox folder={0} tmpdir={0}\n\
         push \"<tag-pattern>~A<enter><tag-prefix><copy-message>{1}<enter><quit>\"\n",
        folder.display(),
        copied.display()
    );
    fs::write(&config, text).unwrap();
    let port = DemoProxy::IMAP;
    let mutt = format!(
        "mutt -n -F {} -f imap://127.0.0.1:{port}/INBOX",
        config.display()
    );
    run(Command::new("timeout")
        .args([
            "60",
            "script",
            "--quiet",
            "--return",
            "--command",
            &mutt,
            "/dev/null",
        ])
        .env("HOME", folder)
        .env("TERM", "xterm"));
    let mbox = fs::read(copied).unwrap();
    let starts = mbox.split(|&byte| byte == b'\n');
    starts.filter(|line| line.starts_with(b"From ")).count()
}
