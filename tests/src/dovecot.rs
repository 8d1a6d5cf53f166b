//! A private Dovecot in a temporary folder: ports, certificate, users and mail of its own.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use porthole_engine::{
    Account,
    account::{Destination, Protocol, Security, Via},
};

use crate::{
    Certificate, Folder, KeptPort,
    mail::{self, Mail},
    program::run,
};

/// Whose mail there is.
pub const USER: &str = "alice";
/// Her password.
pub const PASSWORD: &str = "wonderland";

/// A server that runs until it is dropped, or killed.
#[derive(Debug)]
pub struct Dovecot {
    folder: Folder,
    ports: Ports,
    /// Theirs: nobody else is given one, also while it is killed.
    _kept: [KeptPort; 4],
    certificate: Certificate,
    owner: Owner,
    mechanisms: &'static str,
    format: Format,
    child: Option<Child>,
}

/// How mail is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// A file for each message.
    Maildir,
    /// One file for all: a hundred thousand small ones take minutes to make and to remove.
    Mbox,
}

/// Where it listens.
#[derive(Debug, Clone, Copy)]
struct Ports {
    imap: u16,
    imaps: u16,
    pop3: u16,
    pop3s: u16,
}

impl Ports {
    fn all(self) -> [u16; 4] {
        [self.imap, self.imaps, self.pop3, self.pop3s]
    }
}

/// Whose files the mail is: Dovecot serves no mail that belongs to the administrator.
#[derive(Debug, Clone)]
struct Owner {
    user: String,
    group: String,
    is_root: bool,
}

/// Dovecot is where only the administrator's PATH looks.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

impl Dovecot {
    /// Starts one whose inbox has this mail, the first one oldest, and that has sign-in in one
    /// step only.
    ///
    /// # Panics
    /// When it is not installed or does not come up.
    pub fn start(inbox: &[Mail]) -> Self {
        Self::with_mechanisms("plain login", inbox)
    }

    /// Starts one that offers these SASL mechanisms.
    ///
    /// # Panics
    /// When it is not installed or does not come up.
    pub fn with_mechanisms(mechanisms: &'static str, inbox: &[Mail]) -> Self {
        Self::keeping(Format::Maildir, mechanisms, inbox)
    }

    /// As [`start`](Self::start), with an inbox that may be large and is not filled again.
    ///
    /// # Panics
    /// When it is not installed or does not come up.
    pub fn large(inbox: &[Mail]) -> Self {
        Self::keeping(Format::Mbox, "plain login", inbox)
    }

    fn keeping(format: Format, mechanisms: &'static str, inbox: &[Mail]) -> Self {
        let kept = [(); 4].map(|()| KeptPort::new());
        let [imap, imaps, pop3, pop3s] = kept.each_ref().map(KeptPort::number);
        let mut dovecot = Self {
            folder: Folder::new(),
            ports: Ports {
                imap,
                imaps,
                pop3,
                pop3s,
            },
            _kept: kept,
            certificate: Certificate::new(),
            owner: Owner::find(),
            mechanisms,
            format,
            child: None,
        };
        dovecot.write_files();
        match format {
            Format::Maildir => dovecot.fill("", inbox),
            Format::Mbox => {
                mail::mbox(&dovecot.home().join("mail"), inbox);
                dovecot.own();
            }
        }
        dovecot.resume();
        dovecot
    }

    /// The certificate that it shows.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The account of its user.
    pub fn account(&self, protocol: Protocol, security: Security) -> Account {
        let port = match (protocol, security) {
            (Protocol::Imap, Security::Tls) => self.ports.imaps,
            (Protocol::Imap, _) => self.ports.imap,
            (Protocol::Pop3, Security::Tls) => self.ports.pop3s,
            (Protocol::Pop3, _) => self.ports.pop3,
        };
        Account {
            protocol,
            via: Via::Tunnel,
            destination: Destination {
                host: "localhost".to_owned(),
                port,
                security,
            },
            user: USER.to_owned(),
            cleartext_allowed: security == Security::None,
        }
    }

    /// The port without TLS, as an argument for other programs.
    pub fn port(&self, protocol: Protocol) -> String {
        match protocol {
            Protocol::Imap => self.ports.imap.to_string(),
            Protocol::Pop3 => self.ports.pop3.to_string(),
        }
    }

    /// All its ports.
    pub fn ports(&self) -> [u16; 4] {
        self.ports.all()
    }

    /// The file of its certificate.
    pub fn certificate_file(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// The file of its private key.
    pub fn key_file(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// Puts this mail in the place of a mailbox and all that Dovecot knew of it. The inbox has
    /// the name ``.
    pub fn fill(&self, mailbox: &str, mail: &[Mail]) {
        let root = self.home().join("Maildir");
        let folder = match mailbox {
            "" => root,
            name => root.join(format!(".{name}")),
        };
        // It need not have been there.
        let _ = fs::remove_dir_all(&folder);
        mail::maildir(&folder, mail);
        self.own();
    }

    /// Gives the mail to whom Dovecot serves it as.
    fn own(&self) {
        let owner = format!("{}:{}", self.owner.user, self.owner.group);
        run(Command::new("chown").args(["-R", &owner]).arg(self.home()));
    }

    /// Puts a message into the inbox, as its server's delivery does: who listens is told.
    pub fn deliver(&self, mail: &Mail) {
        let file = self.folder.path().join("delivered.eml");
        fs::write(&file, &mail.raw).unwrap();
        run(Command::new("doveadm")
            .env("PATH", PATH)
            .arg("-c")
            .arg(self.folder.path().join("dovecot.conf"))
            .args(["save", "-u", USER])
            .arg(file));
    }

    /// Gives a mailbox another UIDVALIDITY, as a server does that was restored.
    pub fn set_uid_validity(&self, mailbox: &str, validity: u32) {
        let validity = validity.to_string();
        run(Command::new("doveadm")
            .env("PATH", PATH)
            .arg("-c")
            .arg(self.folder.path().join("dovecot.conf"))
            .args(["mailbox", "update", "-u", USER, "--uid-validity"])
            .args([&validity, mailbox]));
    }

    /// Ends every process of it at once, as a power cut does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let group = format!("-{}", child.id());
            // Some of them may be gone already.
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = child.wait();
            // The others of its group are not our children; they let go of the ports when they
            // are gone.
            let bound = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err();
            for _ in 0..200 {
                if !self.ports.all().into_iter().any(bound) {
                    break;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Starts it again, on the same ports.
    ///
    /// # Panics
    /// When it does not come up.
    pub fn resume(&mut self) {
        // What it says before it can write its own log.
        let early = fs::File::create(self.folder.path().join("stderr")).unwrap();
        let child = Command::new("dovecot")
            .env("PATH", PATH)
            .args(["-F", "-c"])
            .arg(self.folder.path().join("dovecot.conf"))
            .stdout(Stdio::null())
            .stderr(early)
            .process_group(0)
            .spawn();
        let child = child.unwrap_or_else(|error| {
            panic!("dovecot: {error}; type: apt-get install dovecot-imapd dovecot-pop3d")
        });
        self.child = Some(child);
        let up = |port| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
        // Half a minute: a machine that has just compiled all of this is busy.
        for _ in 0..600 {
            if self.ports.all().into_iter().all(up) {
                return;
            }
            if self.has_ended() {
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let said = |name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        panic!(
            "Dovecot does not come up: {}{}",
            said("stderr"),
            said("log")
        );
    }

    fn has_ended(&mut self) -> bool {
        let status = self.child.as_mut().map(Child::try_wait);
        !matches!(status, Some(Ok(None)))
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join(USER)
    }

    fn write_files(&self) {
        let folder = self.folder.path();
        fs::write(folder.join("cert.pem"), &self.certificate.pem).unwrap();
        fs::write(folder.join("key.pem"), &self.certificate.key).unwrap();
        fs::write(
            folder.join("users"),
            format!("{USER}:{{PLAIN}}{PASSWORD}\n"),
        )
        .unwrap();
        let text = self.configuration();
        fs::write(folder.join("dovecot.conf"), text).unwrap();
    }

    fn configuration(&self) -> String {
        let Ports {
            imap,
            imaps,
            pop3,
            pop3s,
        } = self.ports;
        let Owner {
            user,
            group,
            is_root,
        } = &self.owner;
        let (folder, mechanisms) = (self.folder.path().display(), self.mechanisms);
        let location = match self.format {
            Format::Maildir => "maildir:~/Maildir",
            Format::Mbox => "mbox:~/mail:INBOX=~/mail/inbox",
        };
        let unprivileged = if *is_root {
            String::new()
        } else {
            format!("default_internal_user = {user}\ndefault_login_user = {user}\n")
        };
        format!(
            "base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = 50
first_valid_uid = 1
first_valid_gid = 1
mail_location = {location}
protocol imap {{
  mail_plugins = $mail_plugins imap_zlib
}}
{unprivileged}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Trash {{
    auto = subscribe
    special_use = \\Trash
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = {pop3s}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"
        )
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Owner {
    fn find() -> Self {
        let id = |what| run(Command::new("id").arg(what)).trim().to_owned();
        if id("-u") == "0" {
            return Self {
                user: "mail".to_owned(),
                group: "mail".to_owned(),
                is_root: true,
            };
        }
        Self {
            user: id("-un"),
            group: id("-gn"),
            is_root: false,
        }
    }
}

/// So many ports that nobody listens on just now, each another.
///
/// # Panics
/// When there are none.
pub fn free_ports<const N: usize>() -> [u16; N] {
    // All are taken before the first is given back.
    let listeners = [(); N].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
