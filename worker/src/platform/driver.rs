//! The worker's loop: outputs of the engine become actions, what happens becomes input.

mod learning;

use std::{cell::RefCell, rc::Rc, time::Duration};

use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use porthole_classroom::Teacher;
use porthole_engine::{
    Account, Change, Engine, Intent, Output,
    account::{Protocol, Via},
    change::Connection,
    compare::Device,
    intent::{Password, Wheel},
};
use porthole_store::Store;
use porthole_web::protocol::{FromWorker, ServersMailbox, TableOrder, ToWorker};
use porthole_wire::Instant;
use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use super::{
    network::{LineId, Network},
    other::Other,
    tunnel::Happened,
};

/// Does what the page asked for.
pub(super) fn handle(driver: &Shared, message: ToWorker) {
    match message {
        ToWorker::Intent(intent) => {
            act(driver, |driver, now| {
                driver.note(&intent, now);
                driver.engine.handle_intent(now, intent);
            });
        }
        ToWorker::Proxy(proxy) => act(driver, |driver, _| driver.network.proxy = proxy),
        ToWorker::Demo(order) => act(driver, |driver, now| {
            driver.network.demo(now).obey(order, now);
        }),
        ToWorker::Table(order) => act(driver, |driver, now| driver.look(order, now)),
        ToWorker::Lesson(order) => act(driver, |driver, now| driver.learn(order, now)),
        ToWorker::Start { .. }
        | ToWorker::Open(_)
        | ToWorker::ExplainRecorded(_)
        | ToWorker::Library(_)
        | ToWorker::Compare(_)
        | ToWorker::StopComparing => {}
    }
}

/// The driver, once there is a store.
pub(super) type Shared = Rc<RefCell<Option<Driver>>>;

pub(super) struct Driver {
    engine: Engine,
    /// Its store is on this device.
    persistent: bool,
    /// Milliseconds at `Instant::ZERO`, on the browser's monotonic clock.
    epoch: f64,
    network: Network,
    teacher: Option<Teacher>,
    /// How many steps of lessons were begun.
    steps: u32,
    timer: Option<Timeout>,
    /// Who is signed in, for whoever compares and for the other client.
    signed_in: Option<(Account, Password)>,
    connection: Connection,
    other: Option<Other>,
    /// What the page was told last of the server's mailbox, while it looks at that.
    watched: Option<Option<ServersMailbox>>,
    /// The mailbox that this client has open.
    mailbox: String,
}

impl Driver {
    /// Keeps mail in this store from now on; nobody is signed in.
    pub(super) fn keep_in(shared: &Shared, store: Store, persistent: bool) {
        if let Some(driver) = shared.borrow_mut().as_mut() {
            driver.engine.keep_in(store);
            driver.persistent = persistent;
            return;
        }
        let mut engine = Engine::new(store);
        engine.set_epoch(unix());
        *shared.borrow_mut() = Some(Self {
            engine,
            persistent,
            epoch: monotonic(),
            network: Network::default(),
            teacher: None,
            steps: 0,
            timer: None,
            signed_in: None,
            connection: Connection::SignedOut,
            other: None,
            watched: None,
            mailbox: String::new(),
        });
    }

    /// Whether mail outlives this page.
    pub(super) fn is_persistent(&self) -> bool {
        self.persistent
    }

    /// Whether an account that was left has not heard the last answer yet.
    pub(super) fn is_leaving(&self) -> bool {
        self.engine.is_leaving()
    }

    /// Where the proxy is.
    pub(super) fn proxy(&self) -> String {
        self.network.proxy.clone()
    }

    fn now(&self) -> Instant {
        Instant::from_micros(((monotonic() - self.epoch) * 1000.0).max(0.0) as u64)
    }

    /// Remembers who is signed in, as long as somebody is.
    fn note(&mut self, intent: &Intent, now: Instant) {
        let leaves = matches!(intent, Intent::Connect { .. } | Intent::Disconnect);
        if leaves && self.teacher.take().is_some() {
            // The demo of a lesson is not the one that somebody tries.
            self.network.demo = None;
        }
        if leaves {
            self.part(now);
        }
        match intent {
            Intent::Connect { account, password } => {
                self.signed_in = Some((account.clone(), password.clone()));
            }
            Intent::Disconnect => self.signed_in = None,
            _ => {}
        }
    }

    /// Who is signed in through a proxy.
    pub(super) fn account(&self) -> Option<(Account, Password)> {
        let tunnels = |(account, _): &&(Account, Password)| account.via == Via::Tunnel;
        self.signed_in.as_ref().filter(tunnels).cloned()
    }

    /// A POP3 session has the maildrop to itself: it ends, so that others can be compared.
    pub(super) fn make_room(&mut self, now: Instant) {
        let pop3 = |(account, _): &(Account, Password)| account.protocol == Protocol::Pop3;
        if self.account().as_ref().is_some_and(pop3) && self.connection == Connection::Online {
            let quit = Intent::Wheel(Wheel::line("QUIT"));
            self.engine.handle_intent(now, quit);
        }
    }

    /// Looks at a mailbox from all sides.
    fn look(&mut self, order: TableOrder, now: Instant) {
        match order {
            TableOrder::Watch(watch) => {
                self.watched = watch.then_some(None);
                self.engine.handle_intent(now, Intent::Watch(watch));
            }
            TableOrder::Arrive(protocol) => {
                self.part(now);
                let whose = self.signed_in.clone();
                self.other = whose.and_then(|(account, password)| {
                    Other::arrive(account, password, protocol, now)
                });
            }
            TableOrder::Act(intent) => {
                if let Some(other) = &mut self.other {
                    other.engine.handle_intent(now, intent);
                }
            }
            TableOrder::Leave => self.part(now),
        }
    }

    /// The other client leaves, in good order.
    fn part(&mut self, now: Instant) {
        if let Some(mut other) = self.other.take() {
            other.engine.handle_intent(now, Intent::Disconnect);
            loop {
                match other.engine.poll_output() {
                    // Nobody waits for the server's answer.
                    Output::Wait(Some(until)) => other.engine.handle_timeout(until),
                    Output::Wait(None) => break,
                    output => {
                        self.network.act(Device::Second, output, now, |_, _| {});
                    }
                }
            }
            post(&FromWorker::Other(None));
        }
    }

    /// Does what the engines ask for until they wait, then tells the page all that changed.
    fn pump(&mut self, shared: &Shared) {
        let mut changes = Vec::new();
        loop {
            let now = self.now();
            let mut deadline = None;
            for device in Device::ALL {
                let until = self.serve(shared, device, now, &mut changes);
                deadline = deadline.into_iter().chain(until).min();
            }
            if self.teach(now) {
                continue;
            }
            let happened = self.network.poll(now);
            if happened.is_empty() {
                let lesson = self.teacher.as_ref().and_then(Teacher::deadline);
                let others = lesson.into_iter().chain(self.network.deadline());
                let next = others.chain(deadline).min();
                self.sleep(shared, now, next);
                break;
            }
            for (line, event) in happened {
                self.happened(now, line, event);
            }
        }
        self.tell_table();
        if !changes.is_empty() {
            post(&FromWorker::Changes(changes));
        }
        let mut demo = self.network.demo.as_mut();
        while let Some(misdeed) = demo.as_mut().and_then(|demo| demo.next_misdeed()) {
            post(&FromWorker::Misdeed(misdeed));
        }
    }

    /// Does what an engine asks for until it waits: until when.
    fn serve(
        &mut self,
        shared: &Shared,
        device: Device,
        now: Instant,
        changes: &mut Vec<Change>,
    ) -> Option<Instant> {
        loop {
            let engine = match (device, &mut self.other) {
                (Device::First, _) => &mut self.engine,
                (Device::Second, Some(other)) => &mut other.engine,
                (Device::Second, None) => return None,
            };
            match engine.poll_output() {
                Output::Wait(deadline) => return deadline,
                Output::Change(change) => match (device, &mut self.other) {
                    (Device::Second, Some(other)) => other.note(change),
                    _ => {
                        self.changed(&change);
                        changes.push(change);
                    }
                },
                output => {
                    let weak = Rc::downgrade(shared);
                    let tell = move |id, happened| {
                        if let Some(shared) = weak.upgrade() {
                            act(&shared, |driver, now| {
                                driver.happened(now, (device, id), happened);
                            });
                        }
                    };
                    if let Some((line, event)) = self.network.act(device, output, now, tell) {
                        self.happened(now, line, event);
                    }
                }
            }
        }
    }

    fn changed(&mut self, change: &Change) {
        match change {
            Change::Connection(connection) => self.connection = *connection,
            Change::List { mailbox, .. } => self.mailbox.clone_from(mailbox),
            _ => {}
        }
    }

    /// Tells of the mailbox as others have it, where that has changed.
    fn tell_table(&mut self) {
        if let Some(other) = &mut self.other {
            other.tell();
        }
        let Some(told) = &mut self.watched else {
            return;
        };
        let demo = self.network.demo.as_ref();
        let mailbox = demo.and_then(|demo| demo.mailbox(&self.mailbox));
        if *told != mailbox {
            told.clone_from(&mailbox);
            post(&FromWorker::Server(mailbox.map(Box::new)));
        }
    }

    fn happened(&mut self, now: Instant, line: LineId, happened: Happened) {
        let engine = match (line.0, &mut self.other) {
            (Device::First, _) => &mut self.engine,
            (Device::Second, Some(other)) => &mut other.engine,
            (Device::Second, None) => return,
        };
        match happened {
            Happened::Dialled(result) => {
                if result.is_err() {
                    self.network.forget(line);
                }
                engine.handle_dialled(now, line.1, result, random());
            }
            Happened::Secured(result) => engine.handle_tls(now, line.1, result),
            Happened::Input(bytes) => {
                engine.handle_input(now, line.1, &bytes);
                self.network.consumed(line, bytes.len());
            }
            Happened::Closed => {
                engine.handle_eof(now, line.1);
                self.network.forget(line);
            }
        }
    }

    /// Sets the timer for what comes next: an engine's or the demo's deadline, or octets that a
    /// WebSocket had no room for.
    fn sleep(&mut self, shared: &Shared, now: Instant, deadline: Option<Instant>) {
        let push = (!self.network.push()).then_some(Duration::from_millis(10));
        let wait = deadline.map(|deadline| deadline - now);
        let Some(wait) = push.into_iter().chain(wait).min() else {
            self.timer = None;
            return;
        };
        // A browser takes longer delays for none at all.
        let millis = u32::try_from(wait.as_millis() + 1)
            .unwrap_or(u32::MAX)
            .min(60_000);
        let weak = Rc::downgrade(shared);
        self.timer = Some(Timeout::new(millis, move || {
            if let Some(shared) = weak.upgrade() {
                act(&shared, |driver, now| {
                    driver.engine.handle_timeout(now);
                    if let Some(other) = &mut driver.other {
                        other.engine.handle_timeout(now);
                    }
                });
            }
        }));
    }
}

/// Lets something happen to the engine, and acts on what comes of it.
pub(super) fn act(shared: &Shared, happen: impl FnOnce(&mut Driver, Instant)) {
    if let Some(driver) = shared.borrow_mut().as_mut() {
        let now = driver.now();
        happen(driver, now);
        driver.pump(shared);
    }
}

pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

pub(super) fn post(message: &FromWorker) {
    // Plain data of ours always has a form as bytes.
    let Ok(bytes) = postcard::to_allocvec(message) else {
        return;
    };
    let array = Uint8Array::from(bytes.as_slice());
    let transfer = js_sys::Array::of1(&array.buffer());
    let _ = scope().post_message_with_transfer(&array, &transfer);
}

/// Milliseconds on a clock that never goes back.
pub(super) fn monotonic() -> f64 {
    let performance = js_sys::Reflect::get(&js_sys::global(), &"performance".into());
    let now = performance.and_then(|performance| {
        let now = js_sys::Reflect::get(&performance, &"now".into())?;
        now.unchecked_into::<js_sys::Function>().call0(&performance)
    });
    now.ok()
        .and_then(|now| now.as_f64())
        .unwrap_or_else(js_sys::Date::now)
}

/// Seconds since 1970.
pub(super) fn unix() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}

/// Fresh randomness from the browser.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = scope().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}
