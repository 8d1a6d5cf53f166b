//! The tunnel: a WebSocket to the proxy that carries one TCP connection.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use js_sys::{ArrayBuffer, Uint8Array};
use porthole_engine::{
    ConnectionId, DialError, DialErrorKind, Dialled, TlsSummary,
    account::{Destination, Security},
};
use porthole_tunnel::{
    CloseCode, ErrorKind, Failure, PageMessage, ProxyMessage, Request, Security as TunnelSecurity,
    Tls, limits,
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What happened on a tunnel.
#[derive(Debug)]
pub(super) enum Happened {
    Dialled(Result<Dialled, DialError>),
    Secured(Result<TlsSummary, DialError>),
    Input(Vec<u8>),
    Closed,
}

/// An open tunnel. Dropping it closes the WebSocket and silences its events.
pub(super) struct Tunnel {
    socket: WebSocket,
    state: Rc<RefCell<State>>,
    _listeners: Vec<Closure<dyn FnMut(web_sys::Event)>>,
}

#[derive(Default)]
struct State {
    connected: bool,
    over: bool,
    securing: bool,
    consumed: u64,
    acknowledged: u64,
    waiting: VecDeque<Vec<u8>>,
}

impl Tunnel {
    /// Asks the proxy at `base` (a `ws:` or `wss:` URL without a path) for a connection. `tell` is
    /// called with everything that happens on it.
    pub(super) fn dial(
        base: &str,
        id: ConnectionId,
        destination: &Destination,
        tell: impl Fn(ConnectionId, Happened) + 'static,
    ) -> Result<Self, DialError> {
        let security = match destination.security {
            Security::Tls => TunnelSecurity::Implicit,
            Security::StartTls => TunnelSecurity::StartTls,
            Security::None => TunnelSecurity::None,
        };
        let request = Request::new(&destination.host, destination.port, security)
            .map_err(|error| dial_error(DialErrorKind::Resolve, error.to_string()))?;
        let url = format!("{}{}", base.trim_end_matches('/'), request.target());
        let socket = WebSocket::new(&url).map_err(|_| {
            dial_error(
                DialErrorKind::NoProxy,
                format!("{base} is not the address of a proxy"),
            )
        })?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let state = Rc::new(RefCell::new(State::default()));
        let tell = Rc::new(tell);
        let mut listeners = Vec::new();

        let (inner, events) = (Rc::clone(&state), Rc::clone(&tell));
        listeners.push(listen(&socket, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else {
                return;
            };
            if let Some(happened) = received(&inner, &event) {
                events(id, happened);
            }
        }));
        // What the page's own policy forbids ends with an error alone, all else with a close.
        for end in ["error", "close"] {
            let (inner, events, base) = (Rc::clone(&state), Rc::clone(&tell), base.to_owned());
            listeners.push(listen(&socket, end, move |event| {
                if std::mem::replace(&mut inner.borrow_mut().over, true) {
                    return;
                }
                let code = event.dyn_ref::<CloseEvent>().map_or(0, CloseEvent::code);
                if inner.borrow().connected {
                    events(id, Happened::Closed);
                } else {
                    events(id, Happened::Dialled(Err(refused(code, &base))));
                }
            }));
        }
        Ok(Self {
            socket,
            state,
            _listeners: listeners,
        })
    }

    /// Sends octets, as fast as the WebSocket takes them.
    pub(super) fn send(&self, bytes: &[u8]) {
        let mut state = self.state.borrow_mut();
        for piece in bytes.chunks(limits::MAX_MESSAGE) {
            state.waiting.push_back(piece.to_vec());
        }
        drop(state);
        self.push();
    }

    /// Hands the WebSocket what it has room for; `false` while something is left.
    pub(super) fn push(&self) -> bool {
        let mut state = self.state.borrow_mut();
        if state.securing {
            return true;
        }
        while self.socket.buffered_amount() <= limits::MAX_BUFFERED {
            let Some(piece) = state.waiting.pop_front() else {
                return true;
            };
            // It fails on a closed socket only, which tells by its event.
            let _ = self.socket.send_with_u8_array(&piece);
        }
        state.waiting.is_empty()
    }

    /// The engine has taken so many octets in: the proxy may send more.
    pub(super) fn consumed(&self, octets: usize) {
        let mut state = self.state.borrow_mut();
        state.consumed += octets as u64;
        if state.consumed - state.acknowledged >= limits::ACKNOWLEDGE_EVERY {
            state.acknowledged = state.consumed;
            let _ = self
                .socket
                .send_with_str(&PageMessage::Ack(state.consumed).to_json());
        }
    }

    /// Asks the proxy for TLS, having acknowledged everything: what it has sent beyond that came
    /// in the clear.
    pub(super) fn start_tls(&self) {
        let mut state = self.state.borrow_mut();
        state.securing = true;
        state.acknowledged = state.consumed;
        let ack = PageMessage::Ack(state.consumed).to_json();
        let _ = self.socket.send_with_str(&ack);
        let _ = self
            .socket
            .send_with_str(&PageMessage::StartTls {}.to_json());
    }

    /// Sends what is left, says that no more comes, and closes.
    pub(super) fn close(self) {
        let rest: Vec<_> = self.state.borrow_mut().waiting.drain(..).collect();
        for piece in rest {
            let _ = self.socket.send_with_u8_array(&piece);
        }
        let _ = self.socket.send_with_str(&PageMessage::Eof {}.to_json());
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        for name in ["message", "error", "close"] {
            for listener in &self._listeners {
                let function = listener.as_ref().unchecked_ref();
                let _ = self
                    .socket
                    .remove_event_listener_with_callback(name, function);
            }
        }
        let _ = self.socket.close();
    }
}

fn listen(
    socket: &WebSocket,
    name: &str,
    act: impl FnMut(web_sys::Event) + 'static,
) -> Closure<dyn FnMut(web_sys::Event)> {
    let closure = Closure::new(act);
    let _ = socket.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure
}

fn received(state: &RefCell<State>, event: &MessageEvent) -> Option<Happened> {
    if let Some(text) = event.data().as_string() {
        return control(state, &text);
    }
    let buffer = event.data().dyn_into::<ArrayBuffer>().ok()?;
    Some(Happened::Input(Uint8Array::new(&buffer).to_vec()))
}

fn control(state: &RefCell<State>, text: &str) -> Option<Happened> {
    match ProxyMessage::from_json(text) {
        Ok(ProxyMessage::Connected(connected)) => {
            state.borrow_mut().connected = true;
            let tls = connected.tls.map(summary);
            Some(Happened::Dialled(Ok(Dialled {
                peer: connected.peer,
                tls,
            })))
        }
        Ok(ProxyMessage::Tls(tls)) => {
            state.borrow_mut().securing = false;
            Some(Happened::Secured(Ok(summary(tls))))
        }
        Ok(ProxyMessage::Error(failure)) => {
            let mut state = state.borrow_mut();
            let error = failed(failure);
            if std::mem::take(&mut state.securing) {
                Some(Happened::Secured(Err(error)))
            } else {
                // The close that follows tells nothing new.
                let first = !std::mem::replace(&mut state.connected, true);
                first.then_some(Happened::Dialled(Err(error)))
            }
        }
        Err(error) => {
            state.borrow_mut().connected = true;
            let message = error.to_string();
            Some(Happened::Dialled(Err(dial_error(
                DialErrorKind::NoProxy,
                message,
            ))))
        }
    }
}

fn summary(tls: Tls) -> TlsSummary {
    TlsSummary {
        version: tls.version,
        cipher: tls.cipher,
        subject: tls.subject,
        issuer: tls.issuer,
        not_after: tls.not_after,
        sha256: tls.sha256,
    }
}

fn failed(failure: Failure) -> DialError {
    let kind = match failure.kind {
        ErrorKind::Denied => DialErrorKind::Denied,
        ErrorKind::Resolve => DialErrorKind::Resolve,
        ErrorKind::Connect => DialErrorKind::Connect,
        ErrorKind::Tls => DialErrorKind::Tls,
        ErrorKind::Limit => DialErrorKind::Limit,
        ErrorKind::Timeout => DialErrorKind::Timeout,
    };
    dial_error(kind, failure.message)
}

/// The WebSocket closed before the proxy said anything.
fn refused(code: u16, base: &str) -> DialError {
    let meaning = CloseCode::from_code(code).map(CloseCode::meaning);
    let message = match meaning {
        Some(meaning) => meaning.to_owned(),
        None => format!("no proxy answers at {base}"),
    };
    dial_error(DialErrorKind::NoProxy, message)
}

fn dial_error(kind: DialErrorKind, message: String) -> DialError {
    DialError { kind, message }
}
