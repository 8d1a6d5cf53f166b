//! The content of a message: text with foldable quotes, or HTML in a frame that can do nothing.

use std::rc::Rc;

use porthole_interface::{
    Intent,
    change::{Body, Message},
};
use porthole_message::text::{Block, Kind, Span, Text};
use yew::prelude::*;

use crate::app::use_actions;

/// The properties of [`BodyView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The message.
    pub message: Rc<Message>,
}

/// The content.
#[component]
pub fn BodyView(props: &Props) -> Html {
    let actions = use_actions();
    let id = props.message.id;
    match &props.message.body {
        Body::Loading => html! { <p class="empty" aria-busy="true">{ "Fetching the text." }</p> },
        Body::Unavailable => {
            let again =
                Callback::from(move |_: MouseEvent| actions.intent(Intent::OpenMessage(id)));
            html! {
                <p class="empty">{ "The text is not on this device and was not fetched. " }<button onclick={again}>{ "Try again" }</button></p>
            }
        }
        Body::Empty => html! { <p class="empty">{ "This message has no text." }</p> },
        Body::Text(text) => shown_text(text),
        Body::Html {
            document,
            blocked,
            remote,
        } => {
            let allow =
                Callback::from(move |_: MouseEvent| actions.intent(Intent::AllowRemote(id)));
            html! {
                <>
                    if !blocked.is_empty() && !remote {
                        <div class="notice">
                            <span title={blocked.join(", ")}>{ hosts(blocked) }</span>
                            <button onclick={allow}>{ "Show them" }</button>
                        </div>
                    }
                    // The key makes a new frame for another document: a sandbox holds from a
                    // frame's beginning only.
                    <iframe key={format!("{}-{remote}", id.0)} title="Message text"
                        sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc={document.clone()}></iframe>
                </>
            }
        }
    }
}

fn hosts(blocked: &[String]) -> String {
    match blocked {
        [one] => format!("Remote content from {one} is blocked."),
        many => format!("Remote content from {} hosts is blocked.", many.len()),
    }
}

fn shown_text(text: &Text) -> Html {
    let shown = runs(&text.blocks).into_iter().map(|run| {
        let blocks = run.iter().map(block);
        if run[0].depth == 0 {
            return html! { <>{ for blocks }</> };
        }
        let lines: usize = run.iter().map(|block| block.lines.len()).sum();
        // A short quote reads better open.
        let open = lines <= SHORT;
        html! {
            <details class="quote" {open}>
                <summary>{ if lines == 1 { "1 quoted line".to_owned() } else { format!("{lines} quoted lines") } }</summary>
                { for blocks }
            </details>
        }
    });
    html! {
        <div class="text">
            { for shown }
            if text.truncated { <p class="small">{ "The text goes on; its source shows all of it." }</p> }
        </div>
    }
}

/// What is quoted and what is not, in turn; what was quoted again belongs to the quote.
fn runs(blocks: &[Block]) -> Vec<&[Block]> {
    let same = |a: &Block, b: &Block| (a.depth > 0) == (b.depth > 0);
    blocks.chunk_by(same).collect()
}

fn block(block: &Block) -> Html {
    let class = match block.kind {
        Kind::Signature => "signature",
        _ => "",
    };
    let lines = block.lines.iter().enumerate().map(|(at, line)| {
        html! { <>if at > 0 { <br /> }{ for line.iter().map(span) }</> }
    });
    let style =
        (block.depth > 0).then(|| format!("margin-left: {}px", 10 * u32::from(block.depth - 1)));
    html! { <p {class} {style} dir="auto">{ for lines }</p> }
}

fn span(span: &Span) -> Html {
    match &span.link {
        Some(link) => html! {
            <a href={link.clone()} target="_blank" rel="noopener noreferrer">{ &span.text }</a>
        },
        None => html! { { &span.text } },
    }
}

/// Lines of a quote that is not folded.
const SHORT: usize = 6;

#[cfg(test)]
mod tests {
    use porthole_message::text::{Format, blocks};

    use super::*;

    #[test]
    fn quotes_fold_as_one_each() {
        for (text, expected) in [
            ("Hello.\r\n", &[(0, 1)][..]),
            ("> a\r\n> b\r\nHello.\r\n", &[(1, 2), (0, 1)]),
            (
                "a\r\n> b\r\n>> c\r\n> d\r\ne\r\n",
                &[(0, 1), (1, 3), (0, 1)],
            ),
        ] {
            let text = blocks(text, Format::default());
            let lines = |run: &&[Block]| run.iter().map(|block| block.lines.len()).sum::<usize>();
            let found: Vec<_> = runs(&text.blocks)
                .iter()
                .map(|run| (run[0].depth, lines(run)))
                .collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
