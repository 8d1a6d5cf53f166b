//! POP3 beside IMAP: the table, and the questions that its cells answer.

use std::rc::Rc;

use porthole_interface::{
    account::Protocol,
    compare::{Cell, Comparison, Kind, Outcome, Task, Value, answers},
};
use yew::prelude::*;

use crate::wording;

/// The properties of [`Table`] and [`Questions`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The results.
    pub comparison: Rc<Comparison>,
    /// The figure whose entries are shown.
    pub opened: Option<Cell>,
    /// The user wants to see what a figure was counted from.
    pub onopen: Callback<Cell>,
}

/// Every figure, a group of rows for each task.
#[component]
pub fn Table(props: &Props) -> Html {
    let comparison = &props.comparison;
    let group = |task: Task| {
        let kinds = comparison.kinds(task);
        let row = |kind: Kind| {
            let class = is_quiet(kind).then_some("quiet");
            html! {
                <tr key={kind.label()} {class}>
                    <th scope="row">{ kind.label() }</th>
                    { for Comparison::COLUMNS.map(|protocol| figure(props, Cell { task, protocol, kind })) }
                </tr>
            }
        };
        html! {
            <tbody key={task.slug()}>
                <tr class="task"><th scope="rowgroup" colspan="3">{ task.label() }</th></tr>
                if kinds.is_empty() {
                    <tr>
                        <th scope="row">{ "Result" }</th>
                        { for Comparison::COLUMNS.map(|protocol| html! { <td>{ missing(comparison, task, protocol) }</td> }) }
                    </tr>
                }
                { for kinds.into_iter().map(row) }
            </tbody>
        }
    };
    html! {
        <table class="comparison" aria-label="Comparison">
            { head() }
            { for comparison.tasks().map(group) }
        </table>
    }
}

/// The six questions, each with the cells that answer it.
#[component]
pub fn Questions(props: &Props) -> Html {
    let group = |answer: porthole_interface::compare::Answer| {
        let row = |row: porthole_interface::compare::AnswerRow| {
            html! {
                <tr>
                    <th scope="row">{ row.kind.label() }<span class="small">{ format!(" · {}", row.task.label()) }</span></th>
                    { for Comparison::COLUMNS.map(|protocol| figure(props, row.cell(protocol))) }
                </tr>
            }
        };
        html! {
            <tbody key={answer.question.label()}>
                <tr class="task"><th scope="rowgroup" colspan="3">{ answer.question.label() }</th></tr>
                { for answer.rows.into_iter().map(row) }
            </tbody>
        }
    };
    html! {
        <table class="comparison" aria-label="Questions">
            { head() }
            { for answers(&props.comparison).into_iter().map(group) }
        </table>
    }
}

fn head() -> Html {
    html! {
        <thead><tr><td></td>{ for Comparison::COLUMNS.map(|protocol| html! { <th scope="col">{ wording::protocol(protocol) }</th> }) }</tr></thead>
    }
}

/// A figure, which opens what it was counted from; or why there is none.
fn figure(props: &Props, cell: Cell) -> Html {
    let Some(figure) = props.comparison.figure(cell) else {
        return html! { <td class="small">{ missing(&props.comparison, cell.task, cell.protocol) }</td> };
    };
    let shown = shown(figure.value);
    let onopen = props.onopen.clone();
    let open = Callback::from(move |_: MouseEvent| onopen.emit(cell));
    let label = format!(
        "{}, {}, {}: {shown}",
        cell.task.label(),
        cell.kind.label(),
        wording::protocol(cell.protocol)
    );
    let pressed = props.opened == Some(cell);
    html! {
        <td><button aria-label={label} aria-pressed={pressed.to_string()} onclick={open}>{ shown }</button></td>
    }
}

/// A value with its unit.
pub(super) fn shown(value: Value) -> String {
    match value {
        Value::Octets(_) => format!("{value} B"),
        value => value.to_string(),
    }
}

fn missing(comparison: &Comparison, task: Task, protocol: Protocol) -> String {
    match comparison.run(task, protocol).map(|run| &run.outcome) {
        Some(Outcome::Failed(why)) => format!("failed: {why}"),
        Some(Outcome::NotMeasurable(why)) => format!("not measurable: {why}"),
        Some(Outcome::Measured) | None => "not measured".to_owned(),
    }
}

/// What is there for whoever looks closer.
fn is_quiet(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Waits
            | Kind::TimeAt(_)
            | Kind::AllTurns
            | Kind::AllUp
            | Kind::AllDown
            | Kind::Connections
            | Kind::Commands
            | Kind::Responses
            | Kind::States
    )
}
