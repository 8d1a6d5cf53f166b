//! What is done for each task, step by step.

use porthole_interface::{
    account::Protocol,
    compare::{Device, Risk, Sample, Task},
};

/// One step of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Have this mail delivered.
    Deliver(Sample),
    /// Have this allowed.
    Allow(Risk),
    /// Have the device cut off.
    Cut(Device),
    /// Sign in, until the ten newest rows are shown and nothing more is to come of it.
    Connect(Device),
    /// Until nothing is under way.
    Settle(Device),
    /// Until the server tells by itself what is new, where it can.
    Listen(Device),
    /// Sign out in good order.
    Leave(Device),
    /// The user wants something: from here on it counts.
    Begin,
    /// It is there.
    Goal(Device),
    /// Open the newest message.
    Open,
    /// Save the largest attachment of the open message.
    Save,
    /// Delete the newest message.
    Delete,
    /// Mark the newest unread message as read.
    Mark,
    /// What the other device shows of it.
    Look,
    /// Until the mail that was delivered is shown, by itself or on asking.
    News,
    /// Search.
    Search,
    /// Open the ten newest messages, one after the other.
    ReadAll,
    /// POP3: bring the mail to the first device.
    Download,
    /// POP3: end the session, so that what was marked goes. The list stays.
    Rest(Device),
}

/// The steps of a task. They begin where the mailbox is as it was found.
pub(super) fn plan(task: Task, protocol: Protocol) -> Vec<Step> {
    use Device::{First, Second};
    use Step::{
        Allow, Begin, Connect, Cut, Delete, Deliver, Download, Goal, Leave, Listen, Look, Mark,
        News, Open, ReadAll, Rest, Save, Search, Settle,
    };
    let open = [Connect(First), Settle(First)];
    let end = [Settle(First), Leave(First)];
    let visit = [Connect(Second), Settle(Second), Leave(Second)];
    let done_there = |risk, act| {
        // The second device has been here; then it is away.
        let before = [
            &[Allow(risk)][..],
            &visit,
            &open,
            &[Begin, act, Settle(First)],
        ];
        // A maildrop is locked by its session, and what DELE marked goes at QUIT (RFC 1939
        // sections 3 and 6): the second device sees nothing before the first has left.
        let (at_once, later): (&[Step], &[Step]) = match protocol {
            Protocol::Pop3 => (&[Leave(First)], &[]),
            Protocol::Imap => (&[], &[Settle(First), Leave(First)]),
        };
        let look = [
            Connect(Second),
            Look,
            Goal(Second),
            Settle(Second),
            Leave(Second),
        ];
        [&before.concat(), at_once, &look, later].concat()
    };
    let within = |before: &[Step], task: &[Step]| {
        [before, &open, &[Begin], task, &[Goal(First)], &end].concat()
    };
    match task {
        Task::TopTen => [&[Begin, Connect(First), Goal(First)][..], &end].concat(),
        Task::ReadOne => within(&[], &[Open]),
        Task::ReadLarge => within(&[Deliver(Sample::Large)], &[Open, Save]),
        Task::SecondVisit => [
            &open[..],
            &[Leave(First), Begin, Connect(First), Goal(First)],
            &end,
        ]
        .concat(),
        Task::DeleteThere => done_there(Risk::Delete, Delete),
        Task::MarkThere => done_there(Risk::MarkRead, Mark),
        Task::NewMail => [
            &open[..],
            &[
                Listen(First),
                Begin,
                Deliver(Sample::Small),
                News,
                Goal(First),
            ],
            &end,
        ]
        .concat(),
        Task::Search => within(&[], &[Search]),
        Task::Unplugged => {
            // POP3 was made to bring mail home; by IMAP it stays.
            let bring: &[Step] = match protocol {
                Protocol::Pop3 => &[Download, Rest(First)],
                Protocol::Imap => &[],
            };
            let read = [Cut(First), Begin, ReadAll, Goal(First)];
            [&open[..], &[Open, Settle(First)], bring, &read, &visit].concat()
        }
    }
}
