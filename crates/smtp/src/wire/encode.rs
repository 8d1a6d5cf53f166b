//! Values to octets.

use std::{fmt, ops::Range};

use crate::types::{Body, Command, MailParameters, Reply};

/// A line as it crosses, and where in it something must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The line with its ending.
    pub line: Vec<u8>,
    /// The SASL step, if there is one.
    pub secret: Option<Range<usize>>,
}

impl Encoded {
    fn plain(text: String) -> Self {
        Self {
            line: (text + "\r\n").into_bytes(),
            secret: None,
        }
    }
}

impl fmt::Debug for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self
            .secret
            .as_ref()
            .map_or(self.line.len(), |secret| secret.start);
        write!(f, "Encoded({}..)", self.line[..end].escape_ascii())
    }
}

/// The line of a command.
pub fn encode_command(command: &Command) -> Encoded {
    let verb = command.verb();
    match command {
        Command::Ehlo(name) | Command::Helo(name) => {
            Encoded::plain(format!("{verb} {}", name.as_str()))
        }
        Command::Auth {
            mechanism,
            initial_response: None,
        } => Encoded::plain(format!("AUTH {mechanism}")),
        Command::Auth {
            mechanism,
            initial_response: Some(initial),
        } => {
            let before = format!("AUTH {mechanism} ");
            let initial = initial.expose();
            Encoded {
                line: format!("{before}{initial}\r\n").into_bytes(),
                secret: Some(before.len()..before.len() + initial.len()),
            }
        }
        Command::Mail { from, parameters } => {
            Encoded::plain(format!("MAIL FROM:{from}{}", mail_parameters(*parameters)))
        }
        Command::Rcpt { to } => Encoded::plain(format!("RCPT TO:{to}")),
        Command::StartTls
        | Command::Data
        | Command::Rset
        | Command::Vrfy
        | Command::Help
        | Command::Noop
        | Command::Quit => Encoded::plain(verb.as_str().to_owned()),
    }
}

fn mail_parameters(parameters: MailParameters) -> String {
    let mut text = String::new();
    if let Some(size) = parameters.size {
        text += &format!(" SIZE={size}");
    }
    match parameters.body {
        Some(Body::SevenBit) => text += " BODY=7BIT",
        Some(Body::EightBitMime) => text += " BODY=8BITMIME",
        None => {}
    }
    if parameters.smtp_utf8 {
        text += " SMTPUTF8";
    }
    text
}

/// Appends a reply's lines. Line endings within a text become spaces.
pub fn encode_reply(reply: &Reply, out: &mut Vec<u8>) {
    let enhanced = reply
        .enhanced
        .map(|code| format!("{code} "))
        .unwrap_or_default();
    let last = reply.lines.len().saturating_sub(1);
    for (at, text) in reply.lines.iter().enumerate() {
        let separator = if at == last { ' ' } else { '-' };
        let text = text.replace(['\r', '\n'], " ");
        let line = format!("{}{separator}{enhanced}{text}\r\n", reply.code);
        out.extend_from_slice(line.as_bytes());
    }
}
