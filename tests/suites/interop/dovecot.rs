//! A Dovecot of our own in a temporary folder, with one user and numbered messages.

use std::{
    fmt::Write as _,
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use porthole_engine::account::Protocol;

pub(crate) struct Dovecot {
    folder: PathBuf,
    child: Child,
    pub(crate) imap: u16,
    pub(crate) pop3: u16,
}

static STARTED: AtomicU32 = AtomicU32::new(0);

impl Dovecot {
    /// Starts one whose inbox has messages `Number 1` to `Number count`.
    pub(crate) fn start(count: u32) -> Self {
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("porthole-dovecot-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let mail = folder.join("mail");
        fs::create_dir_all(&mail).unwrap();
        let (imap, pop3) = (free_port(), free_port());
        let mut mbox = String::new();
        for n in 1..=count {
            let _ = write!(
                mbox,
                "From ines@example.com Mon Nov 23 09:15:00 2026\n{}\n",
                message(n)
            );
        }
        fs::write(folder.join("inbox"), mbox).unwrap();
        fs::write(folder.join("users"), "alice:{PLAIN}wonderland\n").unwrap();
        fs::write(
            folder.join("dovecot.conf"),
            configuration(&folder, imap, pop3),
        )
        .unwrap();
        if identity("-u") == "0" {
            Command::new("chown")
                .args(["-R", "mail:mail"])
                .arg(&folder)
                .status()
                .unwrap();
        }
        let child = Command::new("dovecot")
            .arg("-F")
            .arg("-c")
            .arg(folder.join("dovecot.conf"))
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdout(Stdio::null())
            .spawn()
            .expect("dovecot is installed (Debian: dovecot-imapd dovecot-pop3d)");
        let started = Self {
            folder,
            child,
            imap,
            pop3,
        };
        for _ in 0..200 {
            let up = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
            if up(imap) && up(pop3) {
                return started;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(started.folder.join("log")).unwrap_or_default();
        panic!("Dovecot does not come up: {log}");
    }

    /// Ends it and everybody's connections.
    pub(crate) fn stop(&mut self) {
        let config = self.folder.join("dovecot.conf");
        let _ = Command::new("doveadm")
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .arg("-c")
            .arg(config)
            .arg("stop")
            .status();
        let _ = self.child.wait();
    }

    /// The subjects of the newest 50 as Python's own library reads them.
    pub(crate) fn python_subjects(&self, protocol: Protocol) -> Vec<String> {
        let script = match protocol {
            Protocol::Imap => format!(
                "{}\nm.select(readonly=True)\n_, n = m.search(None, 'ALL')\n\
                 for i in reversed(n[0].split()[-50:]):\n \
                 _, d = m.fetch(i, '(BODY.PEEK[HEADER.FIELDS (SUBJECT)])')\n \
                 print(d[0][1].decode().split(': ', 1)[1].strip())",
                self.imaplib()
            ),
            Protocol::Pop3 => format!(
                "import poplib\np = poplib.POP3('127.0.0.1', {})\np.user('alice')\n\
                 p.pass_('wonderland')\nn = p.stat()[0]\n\
                 for i in range(n, n - 50, -1):\n \
                 print([l for l in p.top(i, 0)[1] if l.startswith(b'Subject')][0].decode()[9:])\n\
                 p.quit()",
                self.pop3
            ),
        };
        python(&script).lines().map(str::to_owned).collect()
    }

    /// The subjects of what the server has marked as seen.
    pub(crate) fn python_seen(&self) -> Vec<String> {
        let script = format!(
            "{}\nm.select(readonly=True)\n_, n = m.search(None, 'SEEN')\n\
             for i in n[0].split():\n \
             print(m.fetch(i, '(BODY.PEEK[HEADER.FIELDS (SUBJECT)])')[1][0][1].decode()[9:].strip())",
            self.imaplib()
        );
        python(&script).lines().map(str::to_owned).collect()
    }

    /// Adds message `n`, as another client.
    pub(crate) fn python_append(&self, n: u32) {
        let text = message(n).replace('\n', "\\r\\n");
        python(&format!(
            "{}\nm.append('INBOX', None, None, b'{text}')",
            self.imaplib()
        ));
    }

    /// Removes the message with this sequence number, as another client.
    pub(crate) fn python_expunge(&self, number: u32) {
        python(&format!(
            "{}\nm.select()\nm.store('{number}', '+FLAGS', '\\\\Deleted')\nm.expunge()",
            self.imaplib()
        ));
    }

    fn imaplib(&self) -> String {
        format!(
            "import imaplib\nm = imaplib.IMAP4('127.0.0.1', {})\nm.login('alice', 'wonderland')",
            self.imap
        )
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn message(n: u32) -> String {
    format!(
        "From: Ines Haddad <ines@example.com>\nTo: alice@example.com\nSubject: Number {n}\n\
         Date: Mon, 23 Nov 2026 09:15:00 +0100\nMessage-ID: <{n}@example.com>\n\n\
         This is number {n}.\n"
    )
}

fn configuration(folder: &std::path::Path, imap: u16, pop3: u16) -> String {
    let folder = folder.display();
    // Where the test is the administrator, mail belongs to a user who is not: Dovecot insists.
    let root = identity("-u") == "0";
    let (user, group) = if root {
        ("mail".to_owned(), "mail".to_owned())
    } else {
        (identity("-un"), identity("-gn"))
    };
    let login = if root {
        String::new()
    } else {
        format!("default_internal_user = {user}\ndefault_login_user = {user}\n")
    };
    format!(
        "protocols = imap pop3\nlisten = 127.0.0.1\nbase_dir = {folder}/run\nlog_path = {folder}/log\n\
         ssl = no\ndisable_plaintext_auth = no\nauth_mechanisms = plain\n{login}\
         mail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n\
         mail_home = {folder}\nmail_location = mbox:{folder}/mail:INBOX={folder}/inbox\n\
         mbox_write_locks = fcntl\nmail_max_userip_connections = 50\n\
         passdb {{\n  driver = passwd-file\n  args = {folder}/users\n}}\n\
         userdb {{\n  driver = static\n  args = uid={user} gid={group} home={folder}\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {imap}\n  }}\n  \
         inet_listener imaps {{\n    port = 0\n  }}\n}}\n\
         service pop3-login {{\n  chroot =\n  inet_listener pop3 {{\n    port = {pop3}\n  }}\n  \
         inet_listener pop3s {{\n    port = 0\n  }}\n}}\nservice anvil {{\n  chroot =\n}}\n"
    )
}

fn identity(what: &str) -> String {
    let output = Command::new("id").arg(what).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

fn python(script: &str) -> String {
    let output = Command::new("python3")
        .args(["-c", script])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}
