//! HTTP by hand: requests that no client library would send, and the answers to them.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Duration, timeout},
};

/// An answer.
#[derive(Debug)]
pub struct Reply {
    /// Its status code.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// What came behind the headers: all, if the connection was read to its end.
    pub body: Vec<u8>,
}

impl Reply {
    /// Sends these octets on a connection of their own and reads it to its end. `None` is an end
    /// without an answer.
    ///
    /// # Panics
    /// When the connection does not end.
    pub async fn to(address: SocketAddr, request: &[u8]) -> Option<Self> {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // Who has seen enough of a request may close before it has all of it.
        let _ = stream.write_all(request).await;
        let mut all = Vec::new();
        let end = timeout(PATIENCE, stream.read_to_end(&mut all)).await;
        let _ = end.expect("the connection is closed");
        Self::split(&all)
    }

    /// The answer to a GET of this path, with more header lines.
    ///
    /// # Panics
    /// When there is none.
    pub async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        Self::asked(address, "GET", path, headers).await
    }

    /// As [`get`](Self::get), with another method.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn asked(
        address: SocketAddr,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Self {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {address}\r\n"));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        Self::to(address, request.as_bytes())
            .await
            .expect("an answer")
    }

    /// Reads an answer's head; `body` is what happened to arrive with it.
    pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Self> {
        let mut all = Vec::new();
        loop {
            if all.windows(4).any(|window| window == b"\r\n\r\n") {
                return Self::split(&all);
            }
            match timeout(PATIENCE, stream.read_buf(&mut all)).await {
                Ok(Ok(1..)) => {}
                Ok(_) => return None,
                Err(_) => panic!("no answer"),
            }
        }
    }

    /// The value of a header that is there once.
    ///
    /// # Panics
    /// When it is there twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} is there twice");
        value
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn split(all: &[u8]) -> Option<Self> {
        let end = all.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&all[..end]);
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Self {
            status,
            headers,
            body: all[end + 4..].to_vec(),
        })
    }
}

/// More than any time-out that the proxy has for a request.
const PATIENCE: Duration = Duration::from_secs(15);
