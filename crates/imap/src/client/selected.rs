//! What is known of the open mailbox.

use porthole_wire::CommandId;

use super::View;
use crate::types::{
    code::ResponseCode,
    flag::Flag,
    mailbox::MailboxName,
    number::{ModSeq, Uid, UidValidity},
};

/// An open mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Its name.
    pub mailbox: MailboxName,
    /// Whether nothing can be changed.
    pub read_only: bool,
    /// Its generation.
    pub uid_validity: Option<UidValidity>,
    /// The next UID at least.
    pub uid_next: Option<Uid>,
    /// The highest modification sequence; `None` where the mailbox keeps none.
    pub highest_mod_seq: Option<ModSeq>,
    /// The flags in use.
    pub flags: Vec<Flag>,
    /// The flags that can be changed for good; all in use where the server does not say.
    pub permanent_flags: Option<Vec<Flag>>,
    /// The messages.
    pub view: View,
    pub(super) by: CommandId,
}

impl Selected {
    pub(super) fn new(mailbox: MailboxName, by: CommandId) -> Self {
        Self {
            mailbox,
            read_only: false,
            uid_validity: None,
            uid_next: None,
            highest_mod_seq: None,
            flags: Vec::new(),
            permanent_flags: None,
            view: View::default(),
            by,
        }
    }

    /// Takes in a response code that describes the mailbox.
    pub(super) fn code(&mut self, code: &ResponseCode) {
        match code {
            ResponseCode::UidValidity(validity) => self.uid_validity = Some(*validity),
            ResponseCode::UidNext(next) => self.uid_next = Some(*next),
            ResponseCode::HighestModSeq(mod_seq) => self.highest_mod_seq = Some(*mod_seq),
            ResponseCode::NoModSeq => self.highest_mod_seq = None,
            ResponseCode::PermanentFlags(flags) => self.permanent_flags = Some(flags.clone()),
            ResponseCode::ReadOnly => self.read_only = true,
            ResponseCode::ReadWrite => self.read_only = false,
            _ => {}
        }
    }
}
