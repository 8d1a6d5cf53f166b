//! Values to octets.

use std::{fmt, ops::Range};

use porthole_wire::Secret;

use crate::types::{Command, ResponseCode, StatusIndicator};

/// A line as it crosses, and where in it something must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The line with its ending.
    pub line: Vec<u8>,
    /// The password, digest or SASL step, if there is one.
    pub secret: Option<Range<usize>>,
}

impl Encoded {
    fn plain(text: String) -> Self {
        Self {
            line: (text + "\r\n").into_bytes(),
            secret: None,
        }
    }

    fn with_secret(before: &str, secret: &Secret) -> Self {
        let secret = secret.expose();
        Self {
            line: format!("{before}{secret}\r\n").into_bytes(),
            secret: Some(before.len()..before.len() + secret.len()),
        }
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self
            .secret
            .as_ref()
            .map_or(self.line.len(), |secret| secret.start);
        write!(
            f,
            "Encoded({:?}..)",
            self.line[..shown].escape_ascii().to_string()
        )
    }
}

/// The line of a command.
pub fn encode_command(command: &Command) -> Encoded {
    let verb = command.verb();
    match command {
        Command::Pass(password) => Encoded::with_secret("PASS ", password.secret()),
        Command::Apop { name, digest } => {
            Encoded::with_secret(&format!("APOP {name} "), digest.secret())
        }
        Command::Auth {
            mechanism,
            initial_response: Some(initial),
        } => Encoded::with_secret(&format!("AUTH {mechanism} "), initial),
        Command::Auth {
            mechanism,
            initial_response: None,
        } => Encoded::plain(format!("AUTH {mechanism}")),
        Command::User(name) => Encoded::plain(format!("USER {name}")),
        Command::Top { number, lines } => Encoded::plain(format!("TOP {number} {lines}")),
        Command::List(Some(number))
        | Command::Uidl(Some(number))
        | Command::Retr(number)
        | Command::Dele(number) => Encoded::plain(format!("{verb} {number}")),
        Command::List(None)
        | Command::Uidl(None)
        | Command::Capa
        | Command::Stls
        | Command::Stat
        | Command::Rset
        | Command::Noop
        | Command::Utf8
        | Command::Quit => Encoded::plain(verb.as_str().to_owned()),
    }
}

/// The line of a client's SASL step in base64; `None` cancels the exchange.
pub fn encode_sasl_response(response: Option<&Secret>) -> Encoded {
    match response {
        Some(response) => Encoded::with_secret("", response),
        None => Encoded::plain("*".to_owned()),
    }
}

/// Appends the line that a response begins with. Line endings in `text` become spaces.
pub fn encode_status(
    status: StatusIndicator,
    code: Option<&ResponseCode>,
    text: &str,
    out: &mut Vec<u8>,
) {
    let mut line = status.to_string();
    if let Some(code) = code {
        line += &format!(" [{code}]");
    }
    if !text.is_empty() {
        line.push(' ');
        line += &text.replace(['\r', '\n'], " ");
    }
    line += "\r\n";
    out.extend_from_slice(line.as_bytes());
}
