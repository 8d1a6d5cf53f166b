//! One row of the list.

use porthole_interface::{change::Row, intent::MessageId};
use yew::prelude::*;

use super::icon::{Icon, Shape};
use crate::format;

/// The properties of [`RowView`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its place in the list.
    pub at: u32,
    /// How many rows there are.
    pub total: u32,
    /// What it shows; nothing while it is on its way.
    pub row: Option<Row>,
    /// Its message is open.
    pub open: bool,
    /// The keyboard is on it.
    pub active: bool,
    /// What the user looks at on the Wire is about it.
    pub linked: bool,
    /// The user points at it, or no longer does.
    pub onpoint: Callback<Option<MessageId>>,
    /// The user picks it.
    pub onpick: Callback<(u32, MessageId)>,
}

/// A row. What it shows is said in one sentence, its label.
#[component]
pub fn RowView(props: &Props) -> Html {
    let at = props.at;
    let style = format!("top: {}px", u64::from(at) * 60);
    let id = format!("row-{at}");
    let position = (at + 1).to_string();
    let Some(row) = &props.row else {
        return html! {
            <div class="row waiting" {id} {style} role="option" aria-selected="false" aria-label="Loading"
                aria-setsize={props.total.to_string()} aria-posinset={position}><i></i><i></i></div>
        };
    };
    let (onpick, message) = (props.onpick.clone(), row.id);
    let pick = Callback::from(move |_: MouseEvent| onpick.emit((at, message)));
    let point = |id| props.onpoint.reform(move |_: PointerEvent| id);
    let date = row.date.map(format::row_date).unwrap_or_default();
    html! {
        <div {id} {style} role="option" aria-selected={props.open.to_string()} aria-label={spoken(row, props.linked, &date)}
            class={classes!("row", row.unread.then_some("unread"), props.active.then_some("active"), props.linked.then_some("linked"), row.going.then_some("going"))}
            aria-setsize={props.total.to_string()} aria-posinset={position} onclick={pick} onpointerenter={point(Some(message))} onpointerleave={point(None)}>
            <div class="l1">
                <span class="from" dir="auto">{ &row.correspondent }</span>{ " " }
                if row.kept { <span class="kept" title="On this device only"><Icon shape={Shape::Device} /></span> }
                if row.answered { <Icon shape={Shape::Answered} /> }
                if row.attachment { <Icon shape={Shape::Clip} /> }
                if row.flagged { <span class="flagged"><Icon shape={Shape::Star} /></span> }
                if let Some(unix) = row.date { <time datetime={format::machine_date(unix)}>{ date }</time> }
            </div>{ " " }
            <div class="l2" dir="auto">
                <span>{ subject(row) }</span>
                if !row.preview.is_empty() { { " — " }{ &row.preview } }
            </div>
        </div>
    }
}

fn subject(row: &Row) -> &str {
    match row.subject.as_str() {
        "" => "(no subject)",
        subject => subject,
    }
}

/// The row in one sentence: its marks first, then what is seen, in the same order.
fn spoken(row: &Row, linked: bool, date: &str) -> String {
    let marks = [
        (row.unread, "Unread"),
        (row.going, "marked for deletion"),
        (row.kept, "on this device only"),
        (row.flagged, "starred"),
        (row.answered, "answered"),
        (row.attachment, "with attachment"),
        (linked, "looked at on the Wire"),
    ];
    let marks = marks
        .iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, word)| *word);
    let seen = [&row.correspondent, date, subject(row), &row.preview];
    let words: Vec<_> = marks.chain(seen).filter(|word| !word.is_empty()).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_shows_by_signs_is_said() {
        let plain = Row {
            id: MessageId(1),
            correspondent: "Ines".to_owned(),
            subject: String::new(),
            date: None,
            preview: "The tide".to_owned(),
            unread: false,
            flagged: false,
            answered: false,
            attachment: false,
            going: false,
            kept: false,
            size: 0,
        };
        let said = |change: fn(&mut Row)| {
            let mut row = plain.clone();
            change(&mut row);
            spoken(&row, false, "09:15")
        };
        let seen = "Ines, 09:15, (no subject), The tide";
        assert_eq!(said(|_| ()), seen);
        let linked = format!("looked at on the Wire, {seen}");
        assert_eq!(spoken(&plain, true, "09:15"), linked);
        for (change, sign) in [
            ((|row| row.answered = true) as fn(&mut Row), "answered"),
            (|row| row.attachment = true, "with attachment"),
            (|row| row.flagged = true, "starred"),
            (|row| row.kept = true, "on this device only"),
            (|row| row.going = true, "marked for deletion"),
            // Tests and screen readers look for it at the beginning.
            (|row| row.unread = true, "Unread"),
        ] {
            assert_eq!(said(change), format!("{sign}, {seen}"));
        }
    }
}
