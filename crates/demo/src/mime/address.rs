//! Address lists as ENVELOPE has them: RFC 5322 section 3.4, undecoded.

use porthole_imap::types::envelope::Address;

/// `address-list`, groups included. What cannot be read is passed over up to the next comma.
pub(super) fn addresses(field: &[u8]) -> Vec<Address> {
    let tokens = tokens(field);
    let mut found = Vec::new();
    let mut words: Vec<&Token> = Vec::new();
    let mut in_group = false;
    for token in &tokens {
        match token {
            Token::Special(b',') if !in_route(&words) => found.extend(address(&words)),
            Token::Special(b':') if !in_route(&words) => {
                in_group = true;
                found.push(Address {
                    mailbox: Some(phrase(&words).unwrap_or_default()),
                    ..Address::default()
                });
            }
            Token::Special(b';') => {
                found.extend(address(&words));
                if std::mem::take(&mut in_group) {
                    found.push(Address::default());
                }
            }
            _ => {
                words.push(token);
                continue;
            }
        }
        words.clear();
    }
    found.extend(address(&words));
    if in_group {
        found.push(Address::default());
    }
    found
}

#[derive(Debug, PartialEq)]
enum Token {
    /// An atom with its dots, a quoted string without its quotes, or a domain literal.
    Word(Vec<u8>),
    /// A comment, which stands for a name in old messages.
    Comment(Vec<u8>),
    Special(u8),
}

/// One mailbox: `name <local@domain>`, `local@domain (name)` or less.
fn address(tokens: &[&Token]) -> Option<Address> {
    let open = tokens.iter().position(|token| is(token, b'<'));
    let (before, spec) = match open {
        Some(open) => {
            let close = tokens[open..].iter().position(|token| is(token, b'>'));
            let close = close.map_or(tokens.len(), |at| open + at);
            (&tokens[..open], &tokens[open + 1..close])
        }
        None => (&tokens[..0], tokens),
    };
    // A source route ends in a colon (RFC 5322 section 4.4).
    let route = spec.iter().rposition(|token| is(token, b':'));
    let spec = &spec[route.map_or(0, |at| at + 1)..];
    let at = spec.iter().rposition(|token| is(token, b'@'));
    let (local, domain) = spec.split_at(at.unwrap_or(spec.len()));
    let mailbox = joined(local);
    let host = joined(domain.get(1..).unwrap_or_default());
    let comment = tokens.iter().rev().find_map(|token| match token {
        Token::Comment(text) => Some(text.clone()),
        _ => None,
    });
    let name = phrase(before).or_else(|| comment.filter(|_| open.is_none()));
    if mailbox.is_empty() && host.is_empty() && name.is_none() {
        return None;
    }
    Some(Address {
        name,
        adl: None,
        mailbox: Some(mailbox),
        // NIL would mean a group.
        host: Some(host),
    })
}

/// Whether a source route has begun, which has commas and a colon of its own: `<@`.
fn in_route(tokens: &[&Token]) -> bool {
    let open = tokens.iter().rposition(|token| is(token, b'<'));
    open.is_some_and(|open| tokens.get(open + 1).is_some_and(|next| is(next, b'@')))
        && !tokens.iter().any(|token| is(token, b'>'))
}

fn is(token: &Token, special: u8) -> bool {
    *token == Token::Special(special)
}

/// Words with a space between.
fn phrase(tokens: &[&Token]) -> Option<Vec<u8>> {
    let words: Vec<&[u8]> = tokens.iter().filter_map(|token| word(token)).collect();
    (!words.is_empty()).then(|| words.join(&b' '))
}

/// Words with nothing between.
fn joined(tokens: &[&Token]) -> Vec<u8> {
    let words: Vec<&[u8]> = tokens.iter().filter_map(|token| word(token)).collect();
    words.concat()
}

fn word<'a>(token: &'a &Token) -> Option<&'a [u8]> {
    match token {
        Token::Word(word) => Some(word),
        Token::Comment(_) | Token::Special(_) => None,
    }
}

fn tokens(field: &[u8]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < field.len() {
        match field[at] {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'"' => {
                let (text, next) = delimited(field, at, b'"', b'"');
                tokens.push(Token::Word(text));
                at = next;
            }
            b'(' => {
                let (text, next) = delimited(field, at, b'(', b')');
                tokens.push(Token::Comment(text));
                at = next;
            }
            special @ (b'<' | b'>' | b',' | b';' | b':' | b'@') => {
                tokens.push(Token::Special(special));
                at += 1;
            }
            _ => {
                let ends = |octet: &u8| b" \t\r\n\"(<>,;:@".contains(octet);
                let length = field[at..].iter().position(ends);
                let end = length.map_or(field.len(), |length| at + length.max(1));
                tokens.push(Token::Word(field[at..end].to_vec()));
                at = end;
            }
        }
    }
    tokens
}

/// The text from the opening character at `at` to its closing one, and what comes after.
fn delimited(field: &[u8], at: usize, open: u8, close: u8) -> (Vec<u8>, usize) {
    let mut text = Vec::new();
    let mut depth = 0_u32;
    let mut at = at + 1;
    while at < field.len() {
        let octet = field[at];
        at += 1;
        match octet {
            b'\\' if at < field.len() => {
                text.push(field[at]);
                at += 1;
            }
            b'\r' | b'\n' => {}
            _ if octet == close && depth == 0 => break,
            _ => {
                if open != close && octet == open {
                    depth += 1;
                } else if octet == close {
                    depth -= 1;
                }
                text.push(octet);
            }
        }
    }
    (text, at)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn check(field: &str, expected: &[&str]) {
        let shown: Vec<_> = addresses(field.as_bytes())
            .iter()
            .map(|address| {
                let part = |value: &Option<Vec<u8>>| {
                    value.as_ref().map_or_else(
                        || "NIL".to_owned(),
                        |value| String::from_utf8_lossy(value).into_owned(),
                    )
                };
                format!(
                    "{}|{}|{}",
                    part(&address.name),
                    part(&address.mailbox),
                    part(&address.host)
                )
            })
            .collect();
        assert_eq!(shown, expected, "{field}");
    }

    #[test]
    fn mailboxes_and_groups() {
        check("", &[]);
        check("a@example.com", &["NIL|a|example.com"]);
        check(
            " Ann Lee <a.b@example.com>,\r\n \"Lee, B.\" <b@example.com>",
            &["Ann Lee|a.b|example.com", "Lee, B.|b|example.com"],
        );
        check("a@example.com (Ann (Lee))", &["Ann (Lee)|a|example.com"]);
        check(
            "=?utf-8?q?=C3=84nn?= <a@example.com>",
            &["=?utf-8?q?=C3=84nn?=|a|example.com"],
        );
        check(
            "<@x.example,@y.example:a@example.com>",
            &["NIL|a|example.com"],
        );
        check(
            "Team: a@example.com, b@example.com;, c@example.com",
            &[
                "NIL|Team|NIL",
                "NIL|a|example.com",
                "NIL|b|example.com",
                "NIL|NIL|NIL",
                "NIL|c|example.com",
            ],
        );
        check(
            "undisclosed-recipients:;",
            &["NIL|undisclosed-recipients|NIL", "NIL|NIL|NIL"],
        );
        check("\"a b\"@example.com", &["NIL|a b|example.com"]);
        check("broken <a@example.com", &["broken|a|example.com"]);
        check("nobody", &["NIL|nobody|"]);
        check(",,;", &[]);
    }
}
