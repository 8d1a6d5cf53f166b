//! What failures and notices are called, and what to try.

use porthole_interface::{
    account::{Protocol, Security},
    change::{Action, Connection, FailureKind, Notice, Stage},
    intent::Wish,
};

/// What a stage does.
pub fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Proxy => "Reaching the proxy",
        Stage::Name => "Finding the server",
        Stage::Tcp => "Connecting to it",
        Stage::Tls => "Securing the connection",
        Stage::Greeting => "Waiting for its greeting",
        Stage::SignIn => "Signing in",
        Stage::Mailbox => "Opening the inbox",
    }
}

/// Why an exchange took place.
pub fn wish(wish: Wish) -> &'static str {
    match wish {
        Wish::SignIn => "because you signed in",
        Wish::SignOut => "because you signed out",
        Wish::Retry => "because you tried again",
        Wish::OpenMailbox => "because you opened a mailbox",
        Wish::Scroll => "because of the rows that the list shows",
        Wish::Read => "because you opened a message",
        Wish::ReadNext => "ahead, because you are likely to open this message next",
        Wish::ShowSource => "because you asked for the source",
        Wish::Save => "because you saved an attachment",
        Wish::Stop => "because you stopped something",
        Wish::Mark => "because you set a mark",
        Wish::Delete => "because you deleted",
        Wish::Move => "because you moved a message",
        Wish::Undo => "because you took something back",
        Wish::Search => "because you searched",
        Wish::Check => "because you looked for new mail",
        Wish::Wheel => "because you said so",
        Wish::Explain => "because you asked what it means",
    }
}

/// What happened, and what to try.
pub fn failure(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::NoProxy => (
            "The proxy does not answer.",
            "A page cannot reach mail servers by itself. Start the proxy, or give its address under Advanced.",
        ),
        FailureKind::Denied => (
            "The proxy does not allow this server or port.",
            "Check both; whoever runs the proxy can allow more.",
        ),
        FailureKind::NoHost => ("There is no server of that name.", "Check its spelling."),
        FailureKind::NoAnswer => (
            "The server does not take the connection.",
            "Check the port and the security; 993 and 995 go with TLS, 143 and 110 with STARTTLS.",
        ),
        FailureKind::Tls => (
            "The connection cannot be secured.",
            "The name may be another than the certificate's, or the server wants STARTTLS.",
        ),
        FailureKind::NoStartTls => (
            "The server does not offer STARTTLS.",
            "Choose TLS. If it was offered before, somebody in between may have removed it.",
        ),
        FailureKind::Limit => (
            "There are too many connections.",
            "Close other pages, or wait.",
        ),
        FailureKind::NotThatProtocol => (
            "What answers there does not speak this protocol.",
            "Check protocol, port and security.",
        ),
        FailureKind::TurnedAway => ("The server turned us away.", "Wait and try again."),
        FailureKind::WrongPassword => (
            "The server does not accept the user name or the password.",
            "Large providers want an app password. The user name is often the whole address.",
        ),
        FailureKind::OnlyInTheClear => (
            "The server would take the password in the clear only.",
            "Choose TLS or STARTTLS, or allow it for this server below the security.",
        ),
        FailureKind::NoMechanism => (
            "The server offers no way of signing in that Porthole has.",
            "It may want OAuth or a certificate.",
        ),
        FailureKind::InUse => (
            "Another session holds the maildrop.",
            "POP3 lets one in at a time: close the other mail program, or wait.",
        ),
        FailureKind::LoginDelay => (
            "The server wants a pause between sessions.",
            "Wait a little.",
        ),
        FailureKind::NoMailbox => ("The mailbox cannot be opened.", "It may have been deleted."),
        FailureKind::MessageGone => (
            "The message is no longer there.",
            "Another mail program may have deleted or moved it.",
        ),
        FailureKind::NotGiven => (
            "The server does not give this message.",
            "If its words do not say why, another mail program may have deleted it.",
        ),
        FailureKind::Dropped => ("You dropped the command.", "The server has not seen it."),
        FailureKind::Refused => ("The server refused.", "Its own words say why."),
        FailureKind::Lost => ("The connection was lost.", "It is made again by itself."),
        FailureKind::Misbehaved => (
            "What the server said makes no sense.",
            "The Wire below shows its last words.",
        ),
    }
}

/// A notice in words.
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::Alert(text) => format!("The server says: {text}"),
        Notice::NoUidl => "This server has no UIDL: which messages are new cannot be told, so \
                           nothing is kept from one session to the next."
            .to_owned(),
        Notice::NoTop => {
            "This server has no TOP: each message is fetched whole to show its row.".to_owned()
        }
        Notice::NoPipelining => "This server has no PIPELINING: each row costs a round trip, so \
                                 they come one by one."
            .to_owned(),
        Notice::NoIdle => {
            "This server has no IDLE: new mail is looked for twice a minute.".to_owned()
        }
        Notice::MailboxesLeftOut(count) => {
            format!("The server has more mailboxes than can be shown; left out: {count}.")
        }
        Notice::MailboxReset => {
            "The mailbox was made anew on the server; what was kept of it here \
                                 is of no use any more."
                .to_owned()
        }
        Notice::Unreadable { beginning } => {
            format!("Something the server said could not be read and was left out: {beginning}")
        }
        Notice::NotSent => "That connection is over, so the command was not sent. The up arrow \
                            brings it back."
            .to_owned(),
        Notice::NotSaved(why) => format!("What crossed was not saved: {why}."),
        Notice::Quirk(text) => format!("This server deviates from the standard: {text}."),
    }
}

/// What the status shows.
pub fn connection(connection: Connection) -> String {
    match connection {
        Connection::SignedOut => "Signed out".to_owned(),
        Connection::Connecting => "Connecting".to_owned(),
        Connection::CatchingUp => "Catching up".to_owned(),
        Connection::Online | Connection::Resting => "Online".to_owned(),
        Connection::Offline { .. } => "Offline".to_owned(),
        Connection::SignInNeeded => "Sign in to continue".to_owned(),
    }
}

/// The same, with how many actions wait for the server.
pub fn waiting(state: Connection, actions: u32) -> String {
    let state = connection(state);
    match actions {
        0 => state,
        actions => format!("{state} · {actions} waiting"),
    }
}

/// What was done and can be taken back; `waits` where the server has not heard of it.
/// `until` says what it waits for, if it does.
pub fn action(action: &Action, count: u32, until: Option<&str>) -> String {
    let what = if count == 1 {
        "Message".to_owned()
    } else {
        format!("{count} messages")
    };
    match (action, until) {
        (Action::Moved(mailbox), Some(until)) => {
            format!("{what} to be moved to {mailbox} {until}.")
        }
        (Action::Moved(mailbox), None) => format!("{what} moved to {mailbox}."),
        (Action::Trashed, Some(until)) => format!("{what} to be moved to the trash {until}."),
        (Action::Trashed, None) => format!("{what} moved to the trash."),
        (Action::Deleted, _) => format!("{what} will be deleted for good in a moment."),
        (Action::DeletedHere, _) => format!("{what} deleted on this device."),
        (Action::MarkedForDeletion, _) => {
            format!("{what} marked with DELE. The server deletes when the session ends with QUIT.")
        }
    }
}

/// How a connection is secured.
pub fn security(security: Security) -> &'static str {
    match security {
        Security::Tls => "TLS",
        Security::StartTls => "STARTTLS",
        Security::None => "None",
    }
}

/// The protocol's name.
pub fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Imap => "IMAP",
        Protocol::Pop3 => "POP3",
    }
}
