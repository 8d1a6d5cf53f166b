//! The states of a protocol and the ways between them, the present one lit.
//!
//! ```text
//!   [ first ] --> [ second ] --> [ third ]
//!       |             |              |
//!       +-------> [ fourth ] <-------+
//! ```

use porthole_interface::change::{Move, State};
use yew::prelude::*;

const WIDTH: f64 = 116.0;
const HEIGHT: f64 = 30.0;
const GAP: f64 = 54.0;
const LEFT: f64 = 4.0;
const TOP: f64 = 22.0;
const BOTTOM: f64 = 98.0;

/// Draws the machine that this state belongs to.
pub(super) fn drawing(now: State) -> Html {
    let protocol = now.protocol();
    let states = State::all(protocol);
    let place = |state: State| states.iter().position(|s| *s == state).unwrap_or_default();
    let names: Vec<_> = states.iter().map(|state| state.name()).collect();
    let name = format!("State machine: {}; now {}", names.join(", "), now.name());
    let width = 2.0 * LEFT + 3.0 * WIDTH + 2.0 * GAP;
    let height = BOTTOM + HEIGHT + 4.0;
    html! {
        <svg class="states" role="img" aria-label={name} viewBox={format!("0 0 {width} {height}")}>
            <defs>
                <marker id="way" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" /></marker>
            </defs>
            { for State::moves(protocol).iter().map(|way| line(way, place(way.from), place(way.to))) }
            { for states.iter().enumerate().map(|(at, state)| node(*state, at, *state == now)) }
        </svg>
    }
}

/// The upper left corner of the state in this place.
fn corner(place: usize) -> (f64, f64) {
    match place {
        3 => (LEFT + WIDTH + GAP, BOTTOM),
        place => (LEFT + place as f64 * (WIDTH + GAP), TOP),
    }
}

fn node(state: State, place: usize, on: bool) -> Html {
    let (x, y) = corner(place);
    let class = classes!("node", on.then_some("on"));
    html! {
        <g {class}>
            <rect x={x.to_string()} y={y.to_string()} width={WIDTH.to_string()} height={HEIGHT.to_string()} rx="8" />
            <text x={(x + WIDTH / 2.0).to_string()} y={(y + HEIGHT / 2.0 + 4.0).to_string()} text-anchor="middle">{ state.name() }</text>
        </g>
    }
}

fn line(way: &Move, from: usize, to: usize) -> Html {
    let ((x, y), (to_x, to_y)) = (corner(from), corner(to));
    let middle = y + HEIGHT / 2.0;
    let (path, text) = match (from, to) {
        // Straight down, or down and to its side.
        (1, 3) => (
            format!("M{} {}V{to_y}", x + WIDTH / 2.0, y + HEIGHT),
            (x + WIDTH / 2.0 + 6.0, y + HEIGHT + 24.0, "start"),
        ),
        (0, 3) => (
            format!(
                "M{} {}V{}H{to_x}",
                x + WIDTH / 2.0,
                y + HEIGHT,
                to_y + HEIGHT / 2.0
            ),
            (x + WIDTH / 2.0 + 6.0, to_y + HEIGHT / 2.0 - 5.0, "start"),
        ),
        (_, 3) => (
            format!(
                "M{} {}V{}H{}",
                x + WIDTH / 2.0,
                y + HEIGHT,
                to_y + HEIGHT / 2.0,
                to_x + WIDTH
            ),
            (x + WIDTH / 2.0 - 6.0, to_y + HEIGHT / 2.0 - 5.0, "end"),
        ),
        (from, to) if from < to => (
            format!("M{} {}H{to_x}", x + WIDTH, middle - 7.0),
            (x + WIDTH + GAP / 2.0, middle - 12.0, "middle"),
        ),
        _ => (
            format!("M{x} {}H{}", middle + 7.0, to_x + WIDTH),
            (x - GAP / 2.0, middle + 20.0, "middle"),
        ),
    };
    let (x, y, anchor) = text;
    html! {
        <g class="way">
            <path d={path} marker-end="url(#way)" />
            <text x={x.to_string()} y={y.to_string()} text-anchor={anchor}>{ way.by }</text>
        </g>
    }
}
