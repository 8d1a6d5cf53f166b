//! Headless Chromium, used as a person does: by role and accessible name, by keyboard.

mod driver;
pub mod keys;
mod look;
mod rows;
mod wire;

use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    elements::Element,
    error::CmdError,
    wd::{Capabilities, WindowHandle},
};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use self::{
    driver::{Driver, Extra},
    keys::ENTER,
};
use crate::{Folder, program::root};

pub use look::{Look, Scheme, Size};
pub use rows::{Scrolled, ShownRow};

/// A browser with a profile of its own.
#[derive(Debug)]
pub struct Browser {
    runtime: Runtime,
    client: Client,
    folder: Folder,
    look: RefCell<Look>,
    _driver: Driver,
}

/// A worker that was stopped.
#[derive(Debug)]
pub struct PausedWorker(Value);

/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(40);

impl Browser {
    /// Starts one. It finds no host but this machine; with a `trap`, the hosts under `example` are
    /// that port of it.
    ///
    /// # Panics
    /// When Chromium or its driver is not installed.
    pub fn start(trap: Option<u16>) -> Self {
        Self::with(trap, true)
    }

    /// Starts one in which no page may keep anything.
    ///
    /// # Panics
    /// When Chromium or its driver is not installed.
    pub fn without_storage() -> Self {
        Self::with(None, false)
    }

    fn with(trap: Option<u16>, keeps: bool) -> Self {
        let (driver, folder) = (Driver::start(), Folder::new());
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let capabilities = capabilities(&folder, trap, keeps);
        let connected = runtime.block_on(async {
            let mut builder =
                ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
            builder
                .capabilities(capabilities)
                .connect(&driver.url())
                .await
        });
        let client = connected.unwrap_or_else(|error| {
            panic!("Chromium does not start: {error}; type: apt-get install chromium")
        });
        let browser = Self {
            runtime,
            client,
            folder,
            look: RefCell::new(Look::DESKTOP),
            _driver: driver,
        };
        browser.look(Look::DESKTOP);
        browser
    }

    fn wait<T>(&self, future: impl Future<Output = Result<T, CmdError>>) -> Result<T, CmdError> {
        self.runtime.block_on(future)
    }

    /// Opens a page.
    pub fn open(&self, url: &str) {
        self.wait(self.client.goto(url)).unwrap();
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.wait(self.client.current_url()).unwrap().into()
    }

    /// Opens a page in another tab and goes there; answers the tab that it came from.
    pub fn open_another(&self, url: &str) -> WindowHandle {
        let before = self.wait(self.client.window()).unwrap();
        let new = self.wait(self.client.new_window(true)).unwrap();
        self.switch(&new.handle);
        self.open(url);
        before
    }

    /// Goes to another tab; answers the one that it came from.
    pub fn switch(&self, tab: &WindowHandle) -> WindowHandle {
        let before = self.wait(self.client.window()).unwrap();
        self.wait(self.client.switch_to_window(tab.clone()))
            .unwrap();
        let look = *self.look.borrow();
        self.look(look);
        before
    }

    /// Asks again and again until there is an answer.
    ///
    /// # Panics
    /// With what was waited for and a picture of the page, when it does not come.
    pub fn until<T>(&self, what: &str, ask: impl Fn() -> Option<T>) -> T {
        self.until_within(PATIENCE, what, ask)
    }

    /// Does so for as long.
    ///
    /// # Panics
    /// With what was waited for and a picture of the page, when it does not come.
    pub fn until_within<T>(
        &self,
        patience: Duration,
        what: &str,
        ask: impl Fn() -> Option<T>,
    ) -> T {
        let start = Instant::now();
        loop {
            if let Some(answer) = ask() {
                return answer;
            }
            if start.elapsed() > patience {
                self.keep_picture("failed");
                let text = self.script("return document.body.innerText", &[]);
                let said = self.console();
                panic!("no {what} on the page:\n{text:#}\n{said:?}");
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    /// The element of this role and name, if it is there and shown.
    pub fn find(&self, role: &str, name: &str) -> Option<Element> {
        let found = self
            .wait(self.client.find_all(Locator::Css(candidates(role))))
            .ok()?;
        found.into_iter().find(|element| {
            self.label(element).is_some_and(|label| label == name)
                && self.wait(element.is_displayed()).unwrap_or(false)
        })
    }

    /// What a screen reader calls an element; nothing once it is gone.
    fn label(&self, element: &Element) -> Option<String> {
        let label = self.wait(self.client.issue_cmd(Extra::Label(element.element_id())));
        Some(label.ok()?.as_str()?.to_owned())
    }

    /// The element of this role and name, as soon as it is there.
    pub fn get(&self, role: &str, name: &str) -> Element {
        self.until(&format!("{role} {name}"), || self.find(role, name))
    }

    /// Clicks on it, as soon as it is there, can be clicked, and keeps still.
    pub fn click(&self, role: &str, name: &str) {
        self.until(&format!("{role} {name} to click"), || {
            let element = self.find(role, name)?;
            self.wait(element.is_enabled()).ok()?.then_some(())?;
            self.wait(element.click()).ok()
        });
    }

    /// Types on it, as somebody does who has come to it by keyboard.
    pub fn press_on(&self, role: &str, name: &str, keys: &str) {
        self.until(&format!("{role} {name} to type on"), || {
            let element = self.find(role, name)?;
            self.wait(element.is_enabled()).ok()?.then_some(())?;
            self.wait(element.send_keys(keys)).ok()
        });
    }

    /// Uses a control by keyboard, as soon as it is there and can be used.
    pub fn activate(&self, role: &str, name: &str) {
        let key = match role {
            "button" | "link" => ENTER,
            "checkbox" | "radio" | "switch" => " ",
            other => panic!("no key activates the role {other}"),
        };
        self.press_on(role, name, key);
    }

    /// Unfolds, by keyboard, what stands under the summary whose name begins so.
    pub fn unfold(&self, name: &str) {
        self.until(&format!("{name} to unfold"), || {
            let summaries = self.wait(self.client.find_all(Locator::Css("summary")));
            let begins = |label: String| label.starts_with(name);
            let is_meant = |summary: &Element| self.label(summary).is_some_and(begins);
            let summary = summaries.ok()?.into_iter().find(is_meant)?;
            let argument = [serde_json::to_value(&summary).ok()?];
            let is_open = "return arguments[0].parentElement.open";
            if self.script(is_open, &argument) == false {
                self.wait(summary.send_keys(ENTER)).ok()?;
            }
            (self.script(is_open, &argument) == true).then_some(())
        });
    }

    /// Types into a field, in the place of what it has.
    pub fn fill(&self, role: &str, name: &str, text: &str) {
        let field = self.get(role, name);
        // WebDriver's own way to empty a field tells the page nothing, which then puts back what
        // it knows as soon as it paints again: what is typed goes in the place of what is selected.
        let select = "arguments[0].focus(); arguments[0].select()";
        self.script(select, &[serde_json::to_value(&field).unwrap()]);
        self.wait(field.send_keys(text)).unwrap();
    }

    /// What a field holds, as soon as it is there.
    pub fn value(&self, name: &str) -> String {
        self.until(&format!("value of {name}"), || {
            self.wait(self.find("textbox", name)?.prop("value")).ok()?
        })
    }

    /// Types on what has the focus.
    pub fn press(&self, keys: &str) {
        let focused = self.wait(self.client.active_element()).unwrap();
        self.wait(focused.send_keys(keys)).unwrap();
    }

    /// Chooses in a list of options.
    pub fn choose(&self, name: &str, option: &str) {
        let select = self.get("combobox", name);
        self.wait(select.select_by_label(option)).unwrap();
    }

    /// Chooses a file for the field of this name.
    pub fn choose_file(&self, name: &str, path: &Path) {
        let css = format!("input[type=file][aria-label='{name}']");
        let field = self.until(name, || {
            self.wait(self.client.find(Locator::Css(&css))).ok()
        });
        self.wait(field.send_keys(&path.to_string_lossy())).unwrap();
    }

    /// The text of an element, as soon as it is there.
    pub fn text(&self, role: &str, name: &str) -> String {
        self.until(&format!("text of {role} {name}"), || {
            self.wait(self.find(role, name)?.text()).ok()
        })
    }

    /// An attribute of an element, if both are there.
    pub fn attribute(&self, role: &str, name: &str, attribute: &str) -> Option<String> {
        self.wait(self.find(role, name)?.attr(attribute)).ok()?
    }

    /// Waits until the text of an element holds this.
    pub fn until_text(&self, role: &str, name: &str, part: &str) {
        self.until(&format!("{part:?} in {role} {name}"), || {
            let text = self.wait(self.find(role, name)?.text()).ok()?;
            text.contains(part).then_some(())
        });
    }

    /// Waits until the message that is shown in a frame has this text, and no more.
    pub fn until_frame_text(&self, name: &str, text: &str) {
        self.until(&format!("{text:?} in frame {name}"), || {
            self.wait(self.find("frame", name)?.enter_frame()).ok()?;
            let body = self.wait(self.client.find(Locator::Css("body")));
            let found = body.and_then(|body| self.wait(body.text()));
            self.wait(self.client.enter_parent_frame()).unwrap();
            (found.ok()? == text).then_some(())
        });
    }

    /// Runs a script in the page, beside its content security policy.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.wait(self.client.execute(script, arguments.to_vec()))
            .unwrap()
    }

    /// Runs a script whose last argument is to be called with its result.
    pub fn slow_script(&self, script: &str, arguments: &[Value]) -> Value {
        self.wait(self.client.execute_async(script, arguments.to_vec()))
            .unwrap()
    }

    /// Commands the browser itself (DevTools protocol).
    pub fn devtools(&self, method: &str, parameters: Value) -> Value {
        let command = Extra::DevTools(method.to_owned(), parameters);
        self.wait(self.client.issue_cmd(command)).unwrap()
    }

    /// Stops the page's worker in its tracks, as a debugger does; answers what resumes it.
    pub fn pause_worker(&self) -> PausedWorker {
        let targets = self.devtools("Target.getTargets", json!({ "filter": [{}] }));
        let mut targets = targets["targetInfos"].as_array().into_iter().flatten();
        let worker = targets.find(|target| target["type"] == "worker");
        let target = &worker.unwrap()["targetId"];
        // Not flat: what is for the worker travels inside of what is for the page.
        let attach = json!({ "targetId": target, "flatten": false });
        let session = self.devtools("Target.attachToTarget", attach);
        let worker = PausedWorker(session["sessionId"].clone());
        self.tell_worker(&worker, "Debugger.enable");
        self.tell_worker(&worker, "Debugger.pause");
        worker
    }

    /// Lets it go on.
    pub fn resume_worker(&self, worker: &PausedWorker) {
        self.tell_worker(worker, "Debugger.resume");
    }

    fn tell_worker(&self, worker: &PausedWorker, method: &str) {
        let message = json!({ "id": 1, "method": method }).to_string();
        let parameters = json!({ "sessionId": worker.0, "message": message });
        self.devtools("Target.sendMessageToTarget", parameters);
    }

    /// What the console said since this was asked last.
    pub fn console(&self) -> Vec<String> {
        let entries = self.wait(self.client.issue_cmd(Extra::Console)).unwrap();
        let message = |entry: &Value| entry["message"].as_str().map(str::to_owned);
        entries
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(message)
            .collect()
    }

    /// What is downloaded under this name, as soon as it is whole.
    pub fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.download(name);
        // Its name is taken by an empty file until it is.
        let read = || fs::read(&path).ok().filter(|octets| !octets.is_empty());
        self.until(&format!("download {name}"), read)
    }

    /// Opens what is downloaded under this name, as a page of its own.
    pub fn open_downloaded(&self, name: &str) {
        self.downloaded(name);
        self.open(&format!("file://{}", self.download(name).display()));
    }

    fn download(&self, name: &str) -> PathBuf {
        self.folder.path().join("downloads").join(name)
    }

    /// Shows everything as on that screen from now on.
    pub fn look(&self, look: Look) {
        self.look.replace(look);
        for (method, parameters) in look.commands() {
            self.devtools(method, parameters);
        }
    }

    /// Keeps a picture of what is shown.
    pub fn keep_picture(&self, name: &str) -> PathBuf {
        let folder = root().join("target/screenshots");
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{name}-{}.png", self.look.borrow()));
        let picture = self.wait(self.client.screenshot()).unwrap();
        fs::write(&path, picture).unwrap();
        path
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends with its driver if it does not end now.
        let _ = self.wait(self.client.clone().close());
    }
}

fn capabilities(folder: &Folder, trap: Option<u16>, keeps: bool) -> Capabilities {
    let mut arguments: Vec<String> = [
        "--headless",
        // Chromium's own sandbox needs more rights than a container gives; what is tested is
        // the sandbox of frames, which is another.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=en-GB",
    ]
    .map(str::to_owned)
    .into();
    let profile = folder.path().join("profile");
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let mut rules = "EXCLUDE 127.0.0.1,EXCLUDE localhost".to_owned();
    if let Some(port) = trap {
        rules += &format!(",MAP *.example 127.0.0.1:{port}");
    }
    arguments.push(format!("--host-resolver-rules={rules},MAP * ~NOTFOUND"));
    let downloads: &Path = &folder.path().join("downloads");
    let options = json!({
        "args": arguments,
        "prefs": {
            "download.default_directory": downloads,
            "download.prompt_for_download": false,
            "intl.accept_languages": "en-GB",
            // 1 is to allow, 2 to block.
            "profile.default_content_setting_values.cookies": if keeps { 1 } else { 2 },
        },
    });
    let mut capabilities = Capabilities::new();
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    // Nobody signs the certificates of the tests.
    capabilities.insert("acceptInsecureCerts".to_owned(), json!(true));
    capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    capabilities
}

/// Elements that may have a role.
fn candidates(role: &str) -> &'static str {
    match role {
        "alert" => "[role=alert]",
        "alertdialog" => "[role=alertdialog]",
        "article" => "article",
        "button" => "button",
        "checkbox" => "input[type=checkbox]",
        "combobox" => "select",
        "dialog" => "dialog",
        "form" => "form",
        "frame" => "iframe",
        "group" => "[role=group]",
        "heading" => "h1, h2, h3",
        "image" => "[role=img]",
        "link" => "a[href]",
        "listbox" => "[role=listbox]",
        "log" => "[role=log]",
        "navigation" => "nav",
        "option" => "[role=option]",
        "radio" => "input[type=radio]",
        "radiogroup" => "[role=radiogroup]",
        "region" => "section",
        "searchbox" => "input[type=search]",
        "slider" => "input[type=range]",
        "status" => "[role=status]",
        "switch" => "input[role=switch]",
        "table" => "table",
        "textbox" => "input[type=text], input[type=password], input[type=number], textarea",
        "toolbar" => "[role=toolbar]",
        other => panic!("no test has asked for the role {other} before: name its elements here"),
    }
}
