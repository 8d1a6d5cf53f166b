//! What is wrong with a document that was to be safe, judged by a parser that is not ours.

use std::cell::RefCell;

use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, states,
};
use porthole_html::{Remote, SafeDocument};

/// The tags of a document as html5ever reads them, and the text of its style sheets.
#[derive(Default)]
pub(crate) struct Reader {
    pub(crate) tags: RefCell<Vec<Tag>>,
    styles: RefCell<String>,
    in_style: RefCell<bool>,
    comments: RefCell<usize>,
}

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let is_style = &*tag.name == "style";
                *self.in_style.borrow_mut() = is_style && tag.kind == TagKind::StartTag;
                let result = match (is_style, tag.kind) {
                    (true, TagKind::StartTag) => TokenSinkResult::RawData(states::RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
                self.tags.borrow_mut().push(tag);
                result
            }
            Token::CharacterTokens(text) => {
                if *self.in_style.borrow() {
                    self.styles.borrow_mut().push_str(&text);
                }
                TokenSinkResult::Continue
            }
            Token::CommentToken(_) => {
                *self.comments.borrow_mut() += 1;
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

pub(crate) fn read(html: &str) -> Reader {
    let input = BufferQueue::default();
    input.push_back(html.into());
    let tokenizer = Tokenizer::new(Reader::default(), Default::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

/// Elements that a safe document may hold; written down here again, so that a slip of the
/// allow-list is seen.
const ALLOWED: &str = " a abbr acronym address area article aside b bdi bdo big blockquote body br \
    caption center cite code col colgroup data dd del details dfn dir div dl dt em figcaption figure \
    font footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i img ins kbd li listing main map mark \
    menu meta nav nobr ol p pre q rb rp rt rtc ruby s samp search section small span strike strong \
    style sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr ";

/// What is wrong with a document that was to be safe.
pub(crate) fn faults(document: &SafeDocument, remote: Remote) -> Vec<String> {
    let mut faults = Vec::new();
    let reader = read(&document.srcdoc);
    let mut metas = 0;
    for tag in reader
        .tags
        .borrow()
        .iter()
        .filter(|tag| tag.kind == TagKind::StartTag)
    {
        let element = &*tag.name;
        if !ALLOWED.contains(&format!(" {element} ")) {
            faults.push(format!("element {element}"));
        }
        metas += usize::from(element == "meta");
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            if let Some(fault) = fault_of(element, name, value, remote) {
                faults.push(format!("{element} {name}={value:?}: {fault}"));
            }
        }
        if matches!(element, "a" | "area") {
            let value = |name: &str| {
                tag.attrs
                    .iter()
                    .find(|a| &*a.name.local == name)
                    .map(|a| a.value.to_string())
            };
            if value("target").as_deref() != Some("_blank")
                || value("rel").as_deref() != Some("noopener noreferrer")
            {
                faults.push(format!("{element} without target and rel"));
            }
        }
    }
    if metas != 5 {
        faults.push(format!("{metas} meta elements"));
    }
    if *reader.comments.borrow() > 0 {
        faults.push("a comment".to_owned());
    }
    faults.extend(css_fault(&reader.styles.borrow(), remote));
    faults
}

fn fault_of(element: &str, name: &str, value: &str, remote: Remote) -> Option<String> {
    let known = match name {
        _ if element == "meta" => true,
        _ if name.starts_with("on") => false,
        "href" => {
            let schemes = ["http://", "https://", "mailto:"];
            matches!(element, "a" | "area") && schemes.iter().any(|s| value.starts_with(s))
        }
        "src" | "background" => {
            value.starts_with("data:image/") && !value.contains("svg")
                || remote == Remote::Allowed && value.starts_with("http")
        }
        "usemap" => value.starts_with('#'),
        "style" => return css_fault(value, remote),
        "srcset" | "action" | "formaction" | "ping" | "poster" | "data" | "cite" | "longdesc"
        | "lowsrc" | "dynsrc" | "manifest" | "profile" | "xlink:href" | "http-equiv" | "srcdoc"
        | "autofocus" | "contenteditable" | "tabindex" | "popover" | "is" | "slot" => false,
        _ => true,
    };
    (!known).then(|| "not allowed".to_owned())
}

/// Anything in style sheets that could load or run, by its letters. The sanitiser writes no escape
/// of a letter, and puts a backslash before the slash that would end the element.
fn css_fault(css: &str, remote: Remote) -> Option<String> {
    let css = css.replace("<\\/", "</").to_ascii_lowercase();
    let (words, plain) = (without_strings(&css, false), without_strings(&css, true));
    let escaped = css.split('\\').skip(1).any(hides_a_letter);
    let bad = [
        "@import",
        "@font-face",
        "@namespace",
        "@property",
        "expression(",
        "behavior",
        "-moz-binding",
        "image-set(",
        "src(",
        "javascript:",
        "vbscript:",
        "position: fixed",
        "position: sticky",
        "cross-fade(",
        "element(",
        "image(",
        "attr(",
    ];
    let found = bad.iter().find(|word| {
        let begins = |at: usize| !words[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
        words.match_indices(**word).any(|(at, _)| begins(at))
    });
    let remote_found = plain.match_indices("url(").find(|(at, _)| {
        let url = plain[at + 4..].trim_start_matches('"');
        !(url.starts_with("data:image/") || remote == Remote::Allowed && url.starts_with("http"))
    });
    if escaped {
        Some("an escape".to_owned())
    } else if let Some(word) = found {
        Some((*word).to_owned())
    } else {
        remote_found.map(|_| "a remote url".to_owned())
    }
}

/// Whether what follows a backslash stands for a letter that could have been written as it is: of a
/// word that is not to be recognised.
fn hides_a_letter(escape: &str) -> bool {
    let digits = escape.bytes().take(6).take_while(u8::is_ascii_hexdigit);
    let code = u32::from_str_radix(&escape[..digits.count()], 16);
    let letter = code.ok().and_then(char::from_u32);
    letter.is_some_and(|letter| letter.is_ascii_alphabetic())
}

/// The style sheet with its strings empty, or all but those that are a URL: what is in another
/// neither loads nor runs.
fn without_strings(css: &str, but_urls: bool) -> String {
    let mut plain = String::new();
    let mut letters = css.chars();
    while let Some(letter) = letters.next() {
        plain.push(letter);
        if !matches!(letter, '"' | '\'') {
            continue;
        }
        let is_url = but_urls && plain[..plain.len() - 1].ends_with("url(");
        while let Some(inner) = letters.next() {
            match inner {
                // A line's end ends a string that has none.
                _ if inner == letter || inner == '\n' => {
                    plain.push(inner);
                    break;
                }
                '\\' => drop(letters.next()),
                _ if is_url => plain.push(inner),
                _ => {}
            }
        }
    }
    plain
}
