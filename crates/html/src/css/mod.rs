//! Style sheets and style attributes, taken apart and put together again: CSS Syntax Level 3.
//!
//! Nothing is copied from the source. Each token that is kept is written anew, so that what was
//! left open is closed, what was escaped is plain, and what browsers might read otherwise than we
//! do is gone. What stays is rules, media queries, key frames and declarations; what goes is every
//! way to load something, to run something, or to leave the message's place on the page.

mod value;

use cssparser::{Delimiter, ParseError, Parser, Token};

use crate::resource::Resources;
use value::{Context, Writer};

/// A safe style sheet.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// For a `style` element; it holds no `</`.
    pub(crate) css: String,
    /// Whether it sets colours, so that the message must be seen on the paper it was made for.
    pub(crate) is_coloured: bool,
}

/// Makes a style sheet safe. `media` is the style element's attribute.
pub(crate) fn stylesheet(css: &str, media: &str, resources: &Resources) -> Sheet {
    let mut sheet = Sheet::default();
    let mut parser = Parser::new(css);
    rules(&mut parser, resources, &mut sheet);
    if !media.trim().is_empty() && !sheet.css.is_empty() {
        let mut parser = Parser::new(media);
        match prelude(&mut parser, None) {
            (Some(media), End::Eof) => sheet.css = format!("@media {media}{{{}}}", sheet.css),
            _ => return Sheet::default(),
        }
    }
    sheet
}

/// Makes the content of a style attribute safe.
pub(crate) fn declarations(css: &str, resources: &Resources) -> String {
    let mut sheet = Sheet::default();
    block(&mut Parser::new(css), resources, &mut sheet);
    sheet.css.trim_end_matches([';', ' ']).to_owned()
}

/// Whether declarations that were made safe set colours.
pub(crate) fn is_coloured(css: &str) -> bool {
    css.split(';')
        .filter_map(|declaration| declaration.split_once(':'))
        .any(|(name, value)| sets_colour(name.trim(), value))
}

/// Why a rule or declaration was dropped does not matter.
type Dropped = ParseError<()>;

/// What ended the part of a rule before its block.
enum End {
    Block,
    Semicolon,
    Eof,
}

/// Section 5.4.1: a list of rules, of a style sheet or in a media query.
fn rules(parser: &mut Parser<'_>, resources: &Resources, sheet: &mut Sheet) {
    while let Ok(token) = parser.next() {
        match token.clone() {
            Token::CDO | Token::CDC | Token::Semicolon | Token::CurlyBracketBlock => {}
            Token::AtKeyword(name) => at_rule(&name.to_ascii_lowercase(), parser, resources, sheet),
            first => {
                let (selectors, End::Block) = prelude(parser, Some(first)) else {
                    continue;
                };
                let start = sheet.css.len();
                let content = nested(parser, |parser| block(parser, resources, sheet));
                match (selectors, content) {
                    (Some(selectors), Some(())) if sheet.css.len() > start => {
                        sheet.css.insert_str(start, &format!("{selectors}{{"));
                        sheet.css.push('}');
                    }
                    _ => sheet.css.truncate(start),
                }
            }
        }
    }
}

/// Section 5.4.2, after its keyword. Unknown ones go with all they hold.
fn at_rule(name: &str, parser: &mut Parser<'_>, resources: &Resources, sheet: &mut Sheet) {
    let (condition, End::Block) = prelude(parser, None) else {
        return;
    };
    let start = sheet.css.len();
    let keyword = match name {
        "media" | "supports" | "keyframes" => name,
        "-webkit-keyframes" => "keyframes",
        "font-face" => {
            // Never loaded; what it asks for is counted.
            nested(parser, |parser| block(parser, resources, sheet));
            sheet.css.truncate(start);
            return;
        }
        _ => return,
    };
    let content = nested(parser, |parser| rules(parser, resources, sheet));
    match (condition, content) {
        (Some(condition), Some(())) if sheet.css.len() > start => {
            sheet
                .css
                .insert_str(start, &format!("@{keyword} {condition}{{"));
            sheet.css.push('}');
        }
        _ => sheet.css.truncate(start),
    }
}

/// Reads a block that was just opened. Nothing if it is too deep.
fn nested(parser: &mut Parser<'_>, read: impl FnOnce(&mut Parser<'_>)) -> Option<()> {
    parser
        .parse_nested_block(|parser| -> Result<(), Dropped> {
            read(parser);
            // What was not read is passed over.
            while parser.next().is_ok() {}
            Ok(())
        })
        .ok()
}

/// The selectors or the condition before a block, and what ended it. Nothing if it is not kept.
fn prelude(parser: &mut Parser<'_>, first: Option<Token<'_>>) -> (Option<String>, End) {
    let mut writer = Writer::new(Context::Prelude);
    let mut kept = true;
    if let Some(first) = first {
        kept = writer.component(&first, parser).is_ok();
    }
    loop {
        let Ok(token) = parser.next_including_whitespace().cloned() else {
            return (kept.then(|| writer.finish()), End::Eof);
        };
        match token {
            Token::CurlyBracketBlock => return (kept.then(|| writer.finish()), End::Block),
            Token::Semicolon => return (None, End::Semicolon),
            token => kept = kept && writer.component(&token, parser).is_ok(),
        }
    }
}

/// Section 5.4.4: the declarations of a block or of a style attribute.
fn block(parser: &mut Parser<'_>, resources: &Resources, sheet: &mut Sheet) {
    loop {
        match parser.next() {
            Err(_) => return,
            Ok(Token::Semicolon) => {}
            Ok(Token::Ident(name)) => {
                let name = name.clone();
                let declaration = parser.parse_until_after(Delimiter::Semicolon, |parser| {
                    declaration(&name, parser, resources)
                });
                if let Ok(declaration) = declaration {
                    let (name, value) = declaration;
                    sheet.is_coloured |= sets_colour(&name, &value);
                    sheet.css.push_str(&format!("{name}: {value}; "));
                }
            }
            // Rules in rules, and what cannot be read, go up to the next semicolon.
            Ok(_) => {
                let _passed_over = parser.parse_until_after(Delimiter::Semicolon, |parser| {
                    while parser.next().is_ok() {}
                    Ok::<(), Dropped>(())
                });
            }
        }
    }
}

/// One declaration, after the name of its property.
fn declaration(
    name: &str,
    parser: &mut Parser<'_>,
    resources: &Resources,
) -> Result<(String, String), Dropped> {
    parser.expect_colon()?;
    let lower = name.to_ascii_lowercase();
    let mut writer = Writer::new(Context::Value {
        resources,
        is_source: lower == "src",
    });
    parser.skip_whitespace();
    while let Ok(token) = parser.next_including_whitespace().cloned() {
        writer.component(&token, parser)?;
    }
    let value = writer.finish();
    let property = value::identifier(if name.starts_with("--") { name } else { &lower });
    if value.is_empty() || !is_kept(&lower, &value) {
        return Err(ParseError::custom(()));
    }
    Ok((property, value))
}

/// Properties that load or run something in old browsers, and positions that leave the flow of the
/// message to lie over what the page shows.
fn is_kept(property: &str, value: &str) -> bool {
    match property {
        "behavior" | "-ms-behavior" | "-moz-binding" | "src" => false,
        "position" => {
            let value = value.to_ascii_lowercase();
            let value = value.trim_end_matches("!important").trim();
            matches!(
                value,
                "static" | "relative" | "absolute" | "inherit" | "initial" | "unset"
            )
        }
        _ => true,
    }
}

fn sets_colour(property: &str, value: &str) -> bool {
    let value = value.trim();
    matches!(
        property,
        "background" | "background-color" | "background-image" | "color"
    ) && !matches!(
        value,
        "inherit" | "initial" | "none" | "transparent" | "unset" | "currentcolor"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Options, Remote};

    fn check(css: &str, expected: &str) {
        let resources = Resources::new(Options::default());
        assert_eq!(stylesheet(css, "", &resources).css, expected, "{css}");
    }

    fn check_attribute(css: &str, expected: &str) {
        let resources = Resources::new(Options::default());
        assert_eq!(declarations(css, &resources), expected, "{css}");
    }

    #[test]
    fn rules_are_kept() {
        check("p{color:red}", "p{color: red; }");
        check(
            "<!-- a , b > c.d#e[f=\"g\"]:hover::after { X : 1px } -->",
            "a , b > c.d#e[f=\"g\"]:hover::after{x: 1px; }",
        );
        check(
            "@media (max-width:600px) and (min-width: 1px){.a{width:100% !important}}",
            "@media (max-width:600px) and (min-width: 1px){.a{width: 100% !important; }}",
        );
        check(
            "@media (width<600px){a{b:c}}",
            "@media (width<600px){a{b: c; }}",
        );
        check(
            "@keyframes k{from{left:0}50%{left:1px}}",
            "@keyframes k{from{left: 0; }50%{left: 1px; }}",
        );
        check("a{}b{c:d}", "b{c: d; }");
        check("a{/* x */b/**/:c/**/d}", "a{b: c/**/d; }");
    }

    #[test]
    fn rules_that_go() {
        check("@import url(http://t.example/);a{b:c}", "a{b: c; }");
        check("@import 'http://t.example/'", "");
        check(
            "@charset \"utf-8\";@namespace x url(y);@page{a:b}@layer x{a{b:c}}",
            "",
        );
        check("@font-face{font-family:x;src:url(http://t.example/f)}", "");
        check("@media url(x){a{b:c}}", "");
        check("a{b:c", "a{b: c; }");
        check("a{b:c}}d{e:f}", "a{b: c; }");
        check("a{b:url(", "a{b: none; }");
        check("{a:b}c{d:e}", "c{d: e; }");
    }

    #[test]
    fn declarations_are_kept() {
        check_attribute("color:#FFF; margin:0 auto", "color: #FFF; margin: 0 auto");
        check_attribute(
            "font:bold 12px/1.4 'A B', Arial",
            "font: bold 12px/1.4 \"A B\", Arial",
        );
        check_attribute(
            "background:linear-gradient(red, rgba(0,0,0,.5))",
            "background: linear-gradient(red, rgba(0,0,0,0.5))",
        );
        check_attribute("width:calc(100% - 2px)", "width: calc(100% - 2px)");
        check_attribute(
            "mso-line-height-rule:exactly",
            "mso-line-height-rule: exactly",
        );
        check_attribute("--X: 1; a: var(--X)", "--X: 1; a: var(--X)");
    }

    #[test]
    fn declarations_that_go() {
        check_attribute(
            "background:#fff url(http://t.example/a) no-repeat",
            "background: #fff none no-repeat",
        );
        check_attribute(
            "background:url( \"http://t.example\" );color:red",
            "background: none; color: red",
        );
        check_attribute(
            "background:url(http://t.example/unclosed",
            "background: none",
        );
        check_attribute("width:expression(alert(1))", "");
        check_attribute("w\\69 dth:e\\78 pression(alert(1))", "");
        check_attribute("behavior:url(x);-moz-binding:none;color:red", "color: red");
        check_attribute(
            "position:fixed;position:FiXeD !important;position:sticky;position:var(--x)",
            "",
        );
        check_attribute("position:relative", "position: relative");
        check_attribute("background:image-set('http://t.example' 1x)", "");
        check_attribute("background:-webkit-image-set(url(x) 1x)", "");
        check_attribute("background:src('x')", "");
        check_attribute("a:{b:c};d:e", "d: e");
        check_attribute("a:b}c:d", "");
        check_attribute("filter:progid:DXImageTransform.Microsoft.gradient()", "");
        check_attribute("a:\"unclosed\n;b:c", "b: c");
        check_attribute(
            "content:\"</style><script>\"",
            "content: \"<\\/style><script>\"",
        );
    }

    #[test]
    fn remote_pictures_when_allowed() {
        let options = Options {
            remote: Remote::Allowed,
            ..Options::default()
        };
        let resources = Resources::new(options);
        assert_eq!(
            declarations("background:url(http://t.example/a(b)", &resources),
            "",
        );
        assert_eq!(
            declarations("background:URL('http://t.example/a b')", &resources),
            "background: url(\"http://t.example/a%20b\")",
        );
    }

    #[test]
    fn media_of_the_element() {
        let resources = Resources::new(Options::default());
        let sheet = stylesheet("a{b:c}", "screen and (min-width:1px)", &resources);
        assert_eq!(sheet.css, "@media screen and (min-width:1px){a{b: c; }}");
        assert_eq!(stylesheet("a{b:c}", "x{} y", &resources).css, "");
    }

    #[test]
    fn colours() {
        let resources = Resources::new(Options::default());
        assert!(stylesheet("a{color:red}", "", &resources).is_coloured);
        assert!(!stylesheet("a{font:1px x}", "", &resources).is_coloured);
        assert!(is_coloured("margin: 0; background-color: #fff"));
        assert!(!is_coloured("background: transparent; color: inherit"));
    }

    #[test]
    fn depth_is_bounded() {
        let resources = Resources::new(Options::default());
        for open in ["(", "[", "{", "a(", "@media x{", "calc(", "a{"] {
            stylesheet(&open.repeat(50_000), "", &resources);
            declarations(&format!("a:{}", open.repeat(50_000)), &resources);
        }
    }
}
