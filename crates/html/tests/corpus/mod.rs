//! Reads the corpus of hostile HTML; its format is told in its first lines.

/// A case: its name and its HTML.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) html: String,
}

/// All cases.
pub(crate) fn cases() -> Vec<Case> {
    let corpus = include_str!("../data/hostile-html.txt");
    let mut cases: Vec<Case> = Vec::new();
    for line in corpus.lines() {
        match (line.strip_prefix("== "), cases.last_mut()) {
            (Some(name), _) => cases.push(Case {
                name,
                html: String::new(),
            }),
            (None, Some(case)) => {
                if !case.html.is_empty() {
                    case.html.push('\n');
                }
                case.html
                    .push_str(&characters(&line.replace("@@", case.name)));
            }
            (None, None) => {}
        }
    }
    for case in &mut cases {
        case.html.truncate(case.html.trim_end_matches('\n').len());
    }
    cases
}

/// Puts characters in the place of their hexadecimal numbers.
fn characters(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        text.push_str(before);
        let number = after.split_once("}}").and_then(|(number, after)| {
            Some((
                char::from_u32(u32::from_str_radix(number, 16).ok()?)?,
                after,
            ))
        });
        match number {
            Some((c, after)) => {
                text.push(c);
                rest = after;
            }
            None => {
                text.push_str("{{");
                rest = after;
            }
        }
    }
    text + rest
}
