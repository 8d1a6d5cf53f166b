//! What a fuzzer calls: everything that reads a stranger's octets, in one plain function.

use crate::{
    DateTime, Event, Layout, Limits, Message, Parameters, decode_text, message_ids, preview_html,
    preview_text, safe_file_name,
    text::{self, Format},
};

/// Reads `raw` as a message, and as each of the smaller things that are parsed by themselves. It
/// panics only where there is a fault of ours.
pub fn message(raw: &[u8]) {
    let message = Message::parse(raw, &Limits::default());
    let layout = Layout::of(&message.root);
    for number in layout.html.iter().chain(&layout.text) {
        let Some(text) = message.text(raw, number) else {
            continue;
        };
        for flowed in [false, true] {
            text::blocks(
                &text,
                Format {
                    flowed,
                    delete_space: flowed,
                },
            );
        }
    }
    for attachment in &layout.attachments {
        message.decode(raw, &attachment.number);
        if let Some(text) = message.text(raw, &attachment.number) {
            Event::parse(&text);
        }
    }
    message.preview(raw);
    let text = decode_text(raw);
    preview_text(&text);
    preview_html(&text);
    safe_file_name(&text, "text/plain");
    DateTime::parse(raw);
    message_ids(raw);
    Parameters::decode([("name", raw), ("name*", raw), ("name*0*", raw)]);
}
