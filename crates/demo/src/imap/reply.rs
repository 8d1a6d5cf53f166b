//! How commands end, and the responses that say what the server is.

use super::{Awaiting, ImapSession, State};
use crate::session::World;

/// The end of a command: `OK`, `NO` or `BAD`.
#[derive(Debug)]
pub(super) struct Completion {
    status: &'static str,
    code: Option<String>,
    text: String,
}

impl Completion {
    pub(super) fn ok(text: &str) -> Self {
        Self::new("OK", text)
    }

    pub(super) fn no(text: &str) -> Self {
        Self::new("NO", text)
    }

    pub(super) fn bad(text: &str) -> Self {
        Self::new("BAD", text)
    }

    /// No mailbox of that name.
    pub(super) fn nonexistent() -> Self {
        Self::no("no such mailbox").code("NONEXISTENT")
    }

    /// The mailbox was opened by EXAMINE.
    pub(super) fn read_only() -> Self {
        Self::no("the mailbox is open for reading only").code("READ-ONLY")
    }

    /// Another client has deleted the open mailbox.
    pub(super) fn gone() -> Self {
        Self::no("the open mailbox was deleted").code("NONEXISTENT")
    }

    /// The same with what stands in brackets.
    pub(super) fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    fn new(status: &'static str, text: &str) -> Self {
        Self {
            status,
            code: None,
            text: text.to_owned(),
        }
    }
}

impl ImapSession {
    pub(super) fn complete(&mut self, tag: &str, completion: Completion) {
        self.write(|out| {
            out.raw(tag).raw(" ").raw(completion.status).raw(" ");
            if let Some(code) = &completion.code {
                out.raw("[").raw(code).raw("] ");
            }
            out.raw(&completion.text).raw("\r\n");
        });
    }

    /// The server ends the session.
    pub(super) fn bye(&mut self, why: &str) {
        self.write(|out| {
            out.raw("* BYE ").raw(why).raw("\r\n");
        });
        self.awaiting = Awaiting::Command;
        self.outbox.closing = true;
    }

    pub(super) fn logout(&mut self) -> Completion {
        self.bye("goodbye");
        self.state = State::NotAuthenticated;
        Completion::ok("logged out")
    }

    /// What the server can do in this state, as one line.
    pub(super) fn capabilities(&self, world: &World) -> String {
        let mut names = vec!["IMAP4rev1".to_owned(), "IMAP4rev2".to_owned()];
        if let State::NotAuthenticated = self.state {
            if self.link.security.agreement().is_some() {
                names.push("STARTTLS".to_owned());
            }
            let mechanisms = world.options.mechanisms.iter();
            names.extend(mechanisms.map(|mechanism| format!("AUTH={mechanism}")));
        }
        names.extend(CAPABILITIES.map(str::to_owned));
        names.push(format!("APPENDLIMIT={}", world.options.max_message));
        names.join(" ")
    }

    pub(super) fn capability(&mut self, world: &World) -> Completion {
        let capabilities = self.capabilities(world);
        self.write(|out| {
            out.raw("* CAPABILITY ").raw(&capabilities).raw("\r\n");
        });
        Completion::ok("that is all")
    }

    /// ENABLE (RFC 9051 section 6.3.1); what is not known is passed over.
    pub(super) fn enable(&mut self, names: &[String]) -> Completion {
        if let State::Selected(_) = self.state {
            return Completion::bad("not while a mailbox is open");
        }
        let mut enabled = Vec::new();
        for name in names {
            match name.to_ascii_uppercase().as_str() {
                "CONDSTORE" => {
                    self.enabled.cond_store = true;
                    enabled.push("CONDSTORE");
                }
                "QRESYNC" => {
                    self.enabled.cond_store = true;
                    self.enabled.q_resync = true;
                    enabled.push("QRESYNC");
                }
                "IMAP4REV2" => {
                    self.enabled.rev2 = true;
                    self.enabled.utf8 = true;
                    enabled.push("IMAP4rev2");
                }
                "UTF8=ACCEPT" => {
                    self.enabled.utf8 = true;
                    enabled.push("UTF8=ACCEPT");
                }
                _ => {}
            }
        }
        self.write(|out| {
            out.raw("* ENABLED");
            for name in enabled {
                out.raw(" ").raw(name);
            }
            out.raw("\r\n");
        });
        Completion::ok("enabled")
    }

    /// COMPRESS (RFC 4978).
    pub(super) fn compress(&mut self) -> Completion {
        if self.enabled.compression {
            return Completion::no("that is so already").code("COMPRESSIONACTIVE");
        }
        self.enabled.compression = true;
        self.outbox.compress = true;
        Completion::ok("compressed from here on")
    }

    /// ID (RFC 2971).
    pub(super) fn id(&mut self) -> Completion {
        self.write(|out| {
            out.raw("* ID (\"name\" \"Porthole-Demo\" \"version\" ")
                .string(env!("CARGO_PKG_VERSION").as_bytes())
                .raw(")\r\n");
        });
        Completion::ok("pleased to meet you")
    }

    /// NAMESPACE (RFC 9051 section 6.3.10): one's own mailboxes and no others.
    pub(super) fn namespace(&mut self) -> Completion {
        self.write(|out| {
            out.raw("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
        });
        Completion::ok("that is all")
    }
}

/// What is announced besides the versions and the mechanisms.
const CAPABILITIES: [&str; 23] = [
    "SASL-IR",
    "LITERAL+",
    "ID",
    "COMPRESS=DEFLATE",
    "ENABLE",
    "IDLE",
    "NOTIFY",
    "NAMESPACE",
    "CHILDREN",
    "SPECIAL-USE",
    "LIST-EXTENDED",
    "LIST-STATUS",
    "STATUS=SIZE",
    "UIDPLUS",
    "UNSELECT",
    "MOVE",
    "CONDSTORE",
    "QRESYNC",
    "ESEARCH",
    "SORT",
    "BINARY",
    "PREVIEW",
    "UTF8=ACCEPT",
];
