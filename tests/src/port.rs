//! Ports that are kept free.

use std::net::Ipv4Addr;

use tokio::net::TcpSocket;

/// A port of 127.0.0.1 on which nobody listens and that nobody is given who asks for any, until
/// this is dropped. Who asks for this one may listen on it, as every server does that can be
/// started again at once (`SO_REUSEADDR`).
#[derive(Debug)]
pub struct KeptPort(TcpSocket);

impl KeptPort {
    /// Keeps one.
    ///
    /// # Panics
    /// When none is free.
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_reuseaddr(true).unwrap();
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
        Self(socket)
    }

    /// Which it is.
    ///
    /// # Panics
    /// When the system does not say.
    pub fn number(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

impl Default for KeptPort {
    fn default() -> Self {
        Self::new()
    }
}
