//! Whom a message is from and to: names at a glance, addresses when they are asked for.

use std::rc::Rc;

use porthole_interface::change::{Message, Person};
use yew::prelude::*;

/// The properties of [`People`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The message.
    pub message: Rc<Message>,
}

/// The correspondents of a message. Opened, it gives each with the address: a name is whatever its
/// sender wrote.
#[component]
pub fn People(props: &Props) -> Html {
    let message = &props.message;
    let others = [
        ("to ", &message.to),
        ("cc ", &message.cc),
        ("reply to ", &message.reply_to),
    ];
    let all = [
        ("From", &message.from),
        ("To", &message.to),
        ("Cc", &message.cc),
        ("Reply to", &message.reply_to),
    ];
    let glance = |(before, people): &(&'static str, &Vec<Person>)| {
        html! { <span>{ *before }<bdi>{ names(people) }</bdi></span> }
    };
    let field = |(name, people): &(&'static str, &Vec<Person>)| {
        let person = |person: &Person| html! { <dd dir="auto">{ full(person) }</dd> };
        html! { <><dt>{ *name }</dt>{ for people.iter().map(person) }</> }
    };
    let given = |(_, people): &&(&'static str, &Vec<Person>)| !people.is_empty();
    html! {
        // Another message begins closed.
        <details class="people" key={message.id.0}>
            <summary title="Show the addresses">
                <bdi>{ names(&message.from) }</bdi>
                <small>{ for others.iter().filter(given).map(glance) }</small>
            </summary>
            // Many may be more than fit: the keyboard must be able to scroll it.
            <dl tabindex="0" aria-label="Addresses">{ for all.iter().filter(given).map(field) }</dl>
        </details>
    }
}

/// Names, or addresses where there are none, of the first; how many others there are.
fn names(people: &[Person]) -> String {
    let shown = people.iter().take(AT_A_GLANCE).map(name);
    let mut names = shown.collect::<Vec<_>>().join(", ");
    let more = people.len().saturating_sub(AT_A_GLANCE);
    if more > 0 {
        names.push_str(&format!(" and {more} more"));
    }
    names
}

/// What somebody is called.
pub(super) fn name(person: &Person) -> &str {
    if person.name.is_empty() {
        &person.address
    } else {
        &person.name
    }
}

/// Name and address.
fn full(person: &Person) -> String {
    match (person.name.as_str(), person.address.as_str()) {
        ("", address) => address.to_owned(),
        (name, "") => name.to_owned(),
        (name, address) => format!("{name} <{address}>"),
    }
}

/// As many as fit on two lines.
const AT_A_GLANCE: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, address: &str) -> Person {
        Person {
            name: name.to_owned(),
            address: address.to_owned(),
        }
    }

    #[test]
    fn a_name_never_hides_the_address() {
        for (name, address, expected) in [
            ("Ines", "ines@example.com", "Ines <ines@example.com>"),
            (
                "bank@example.com",
                "x@example.net",
                "bank@example.com <x@example.net>",
            ),
            ("", "ines@example.com", "ines@example.com"),
            ("Undisclosed", "", "Undisclosed"),
        ] {
            assert_eq!(full(&person(name, address)), expected);
        }
    }

    #[test]
    fn a_crowd_is_counted() {
        let people = |count| vec![person("Ines", "ines@example.com"); count];
        assert_eq!(names(&[person("", "a@example.com")]), "a@example.com");
        assert_eq!(names(&people(2)), "Ines, Ines");
        assert!(!names(&people(AT_A_GLANCE)).contains("more"));
        assert!(names(&people(AT_A_GLANCE + 12)).ends_with("Ines and 12 more"));
    }
}
