//! The proxy as a process of its own, with whatever settings a test asks for.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, OnceLock, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use crate::{
    folder::Folder,
    program::{cargo, run},
};

/// A running proxy on a free port of loopback. It ends when this is dropped.
#[derive(Debug)]
pub struct Daemon {
    child: Child,
    address: SocketAddr,
    /// Where it runs: an empty folder, so that it finds no page that it was not told of.
    folder: Folder,
    log: Arc<Mutex<String>>,
    /// Writes the log, until the proxy ends.
    reader: Option<JoinHandle<()>>,
}

/// A proxy that ended by itself.
#[derive(Debug)]
pub struct Ended {
    /// How.
    pub status: ExitStatus,
    /// What it said on standard error.
    pub said: String,
}

impl Daemon {
    /// Builds the proxy, if need be, starts it with these flags, and waits until it listens.
    ///
    /// # Panics
    /// When it ends instead.
    pub fn start(flags: &[&str]) -> Self {
        Self::within(flags, &[])
    }

    /// Starts it in this environment.
    ///
    /// # Panics
    /// As [`start`](Self::start).
    pub fn within(flags: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut all = vec!["--listen", "127.0.0.1:0"];
        all.extend(flags);
        let folder = Folder::new();
        let mut child = spawn(&all, environment, &folder);
        let (sender, said) = mpsc::channel();
        let log = Arc::<Mutex<String>>::default();
        let kept = Arc::clone(&log);
        let stderr = BufReader::new(child.stderr.take().unwrap());
        // Read to its end: a proxy whose log is full stands still.
        let reader = thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                *kept.lock().unwrap() += &format!("{line}\n");
                // Nobody listens any more once the address is known.
                let _ = sender.send(line);
            }
        });
        let address = loop {
            match said.recv_timeout(PATIENCE) {
                Ok(line) => {
                    if let Some(address) = address_in(&line) {
                        break address;
                    }
                }
                Err(error) => {
                    let log = log.lock().unwrap();
                    panic!("the proxy does not come up: {error}: {log}");
                }
            }
        };
        Self {
            child,
            address,
            folder,
            log,
            reader: Some(reader),
        }
    }

    /// Has it end, and answers all that it has said.
    ///
    /// # Panics
    /// When it does not end.
    pub fn last_log(&mut self) -> String {
        self.terminate();
        self.wait(PATIENCE);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.log.lock().unwrap().clone()
    }

    /// How many files it has left where it runs.
    ///
    /// # Panics
    /// When that place is gone.
    pub fn files(&self) -> usize {
        fs::read_dir(self.folder.path()).unwrap().count()
    }

    /// Starts a proxy that is expected to refuse these flags and end.
    ///
    /// # Panics
    /// When it does not.
    pub fn refused(flags: &[&str]) -> Ended {
        Self::refused_within(flags, &[])
    }

    /// The same in this environment.
    ///
    /// # Panics
    /// When it does not end.
    pub fn refused_within(flags: &[&str], environment: &[(&str, &str)]) -> Ended {
        let folder = Folder::new();
        let mut child = spawn(flags, environment, &folder);
        let status = end_of(&mut child, PATIENCE);
        let mut said = String::new();
        let mut stderr = child.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        Ended { status, said }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asks it to end, as a service manager does.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Asks it to read its configuration again.
    ///
    /// # Panics
    /// When it has ended already.
    pub fn reload(&self) {
        self.signal("HUP");
    }

    fn signal(&self, name: &str) {
        run(Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]));
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When that takes longer than this.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        end_of(&mut self.child, patience)
    }

    /// The octets of memory that it has in use (`VmRSS` of proc(5)).
    ///
    /// # Panics
    /// Where there is no `/proc`.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.unwrap().trim().strip_suffix(" kB").unwrap();
        kib.parse::<u64>().unwrap() << 10
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(flags: &[&str], environment: &[(&str, &str)], folder: &Folder) -> Child {
    Command::new(executable())
        .args(flags)
        .env("PORTHOLE_LOG", "info")
        .env("NO_COLOR", "1")
        .envs(environment.iter().copied())
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The address in the line that says that it listens.
pub fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, url) = line.split_once("listening")?.1.split_once("://")?;
    url.split(['"', ' ', '/']).next()?.parse().ok()
}

fn end_of(child: &mut Child, patience: Duration) -> ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if start.elapsed() > patience {
            let _ = child.kill();
            panic!("the proxy does not end");
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Where Cargo puts the program, built like the test that asks.
fn executable() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut cargo = cargo();
        cargo.args(["build", "--locked", "--package", "porthole-proxy"]);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let messages = run(cargo.arg("--message-format=json"));
        let found = messages.lines().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(message["executable"].as_str()?.into())
        });
        found.unwrap()
    })
}

/// A debug build reads the platform's root certificates slowly.
const PATIENCE: Duration = Duration::from_secs(60);
