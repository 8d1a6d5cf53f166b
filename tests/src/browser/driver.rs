//! Chromium's driver: a process, and the commands that are its own.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
};

use fantoccini::{elements::ElementRef, wd::WebDriverCompatibleCommand};
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Runs until it is dropped, and every browser that it started with it.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts one on a port that it chooses.
    ///
    /// # Panics
    /// When it is not installed.
    pub(super) fn start() -> Self {
        // It ends where somebody has the port over IPv6 that it was given over IPv4.
        (0..5)
            .find_map(|_| Self::listening())
            .unwrap_or_else(|| panic!("chromedriver ended before it listened"))
    }

    fn listening() -> Option<Self> {
        let mut child = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("chromedriver: {error}; type: apt-get install chromium chromium-driver")
            });
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let port = stdout.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let Some(port) = port else {
            let _ = child.wait();
            return None;
        };
        Some(Self { child, port })
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Commands that the library has no name for.
#[derive(Debug)]
pub(super) enum Extra {
    /// What a screen reader calls an element (WebDriver section 12.4.10).
    Label(ElementRef),
    /// One of the browser's own (DevTools protocol): method and parameters.
    DevTools(String, Value),
    /// What the browser's console said since this was asked last.
    Console,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        let path = match self {
            Self::Label(element) => format!("element/{}/computedlabel", element.as_ref()),
            Self::DevTools(..) => "goog/cdp/execute".to_owned(),
            Self::Console => "se/log".to_owned(),
        };
        base.join(&format!("session/{session}/{path}"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        match self {
            Self::Label(_) => (Method::GET, None),
            Self::DevTools(method, parameters) => {
                let body = json!({ "cmd": method, "params": parameters });
                (Method::POST, Some(body.to_string()))
            }
            Self::Console => (Method::POST, Some(json!({ "type": "browser" }).to_string())),
        }
    }
}
