//! How far large things have come.

use std::collections::HashMap;

use porthole_interface::{
    change::{Body, Message, PartId},
    intent::MessageId,
};

/// What is on its way and large: octets so far, and octets in all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress(HashMap<(MessageId, Option<PartId>), (u64, u64)>);

impl Progress {
    /// How far an attachment has come.
    pub fn of_part(&self, message: MessageId, part: &PartId) -> Option<(u64, u64)> {
        self.0.get(&(message, Some(part.clone()))).copied()
    }

    /// How far a message has come: all of it, or what of it is shown.
    pub fn of_text(&self, message: &Message) -> Option<(u64, u64)> {
        let texts = self.0.iter().filter(|(of, _)| is_text(of, message));
        let sum = |(received, total): (u64, u64), (_, more): (_, &(u64, u64))| {
            (received + more.0, total + more.1)
        };
        Some(texts.fold((0, 0), sum)).filter(|&(_, total)| total > 0)
    }

    /// More of it came.
    pub fn came(&mut self, message: MessageId, part: Option<PartId>, so_far: (u64, u64)) {
        self.0.insert((message, part), so_far);
    }

    /// It is here, or will not come.
    pub fn over(&mut self, message: MessageId, part: Option<PartId>) {
        self.0.remove(&(message, part));
    }

    /// This much of a message is shown: nothing of its text is on its way unless that says so.
    pub fn shown(&mut self, message: &Message) {
        if message.body != Body::Loading {
            self.0.retain(|of, _| !is_text(of, message));
        }
    }
}

/// Whether this is a message or what is shown of it, and not one of its attachments.
fn is_text((id, part): &(MessageId, Option<PartId>), message: &Message) -> bool {
    let saved = |part: &PartId| message.attachments.iter().any(|a| a.part == *part);
    *id == message.id && !part.as_ref().is_some_and(saved)
}

#[cfg(test)]
mod tests {
    use porthole_interface::change::Attachment;

    use super::*;

    fn message(id: i64, body: Body) -> Message {
        Message {
            id: MessageId(id),
            subject: String::new(),
            from: Vec::new(),
            to: Vec::new(),
            cc: Vec::new(),
            reply_to: Vec::new(),
            date: None,
            unread: false,
            flagged: false,
            size: 0,
            body,
            attachments: vec![Attachment {
                part: "2".to_owned(),
                name: String::new(),
                media_type: String::new(),
                size: 0,
            }],
        }
    }

    #[test]
    fn what_is_shown_is_no_longer_on_its_way() {
        for part in [None, Some("1".to_owned())] {
            let mut progress = Progress::default();
            progress.came(MessageId(7), part.clone(), (10, 400));
            progress.came(MessageId(7), Some("2".to_owned()), (5, 90));
            progress.came(MessageId(8), part.clone(), (1, 300));
            let loading = message(7, Body::Loading);
            progress.shown(&loading);
            assert_eq!(progress.of_text(&loading), Some((10, 400)), "{part:?}");
            for body in [Body::Empty, Body::Unavailable] {
                let mut progress = progress.clone();
                let shown = message(7, body);
                progress.shown(&shown);
                assert_eq!(progress.of_text(&shown), None, "{part:?}");
                // An attachment, and another message, go on.
                assert_eq!(progress.of_part(shown.id, &"2".to_owned()), Some((5, 90)));
                let other = message(8, Body::Loading);
                assert_eq!(progress.of_text(&other), Some((1, 300)));
            }
        }
    }
}
