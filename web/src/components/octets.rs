//! Octets as text, with badges for what fonts have no picture of.

use yew::prelude::*;

/// Octets as text. `masked` is where a secret was replaced: start and end.
pub(super) fn octets(shown: &[u8], masked: &[(u32, u32)]) -> Html {
    let mut pieces = Vec::new();
    let mut plain = Vec::new();
    let mut at = 0;
    while at < shown.len() {
        let secret = masked.iter().find(|(start, _)| *start as usize == at);
        let (badge, length) = match (secret, &shown[at..]) {
            (Some((start, end)), _) => (Some("secret"), (end - start) as usize),
            (None, [b'\r', b'\n', ..]) => (Some("CR LF"), 2),
            (None, [b'\n', ..]) => (Some("LF"), 1),
            (None, [b'\r', ..]) => (Some("CR"), 1),
            (None, [b'\t', ..]) => (Some("TAB"), 1),
            (None, [0..=0x1f | 0x7f, ..]) => (Some("CTL"), 1),
            _ => (None, 1),
        };
        match badge {
            Some(badge) => {
                flush(&mut plain, &mut pieces);
                pieces.push(html! { <i>{ badge }</i> });
            }
            None => plain.push(shown[at]),
        }
        at += length;
    }
    flush(&mut plain, &mut pieces);
    pieces.into_iter().collect()
}

fn flush(plain: &mut Vec<u8>, pieces: &mut Vec<Html>) {
    if !plain.is_empty() {
        let text = String::from_utf8_lossy(plain).into_owned();
        pieces.push(html! { { text } });
        plain.clear();
    }
}
