//! Reading a lesson from a file, and saying what is wrong with it so that its author can mend it.

use std::{collections::HashSet, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    action::Action,
    check::Check,
    lesson::{Lesson, Step},
};

/// Octets of a file that are read.
pub const MOST_OCTETS: usize = 128 * 1024;

/// What is wrong with a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where: a line, such as `line 12`, or a field, such as `steps[2].hints`; empty where it is all
    /// of it. Steps count from 1, as a reader counts them.
    pub at: String,
    /// What.
    pub what: String,
}

impl Problem {
    /// What is wrong with the lesson and no part of it.
    pub fn of_all(what: &str) -> Self {
        Self {
            at: String::new(),
            what: what.to_owned(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => f.write_str(&self.what),
            at => write!(f, "{at}: {}", self.what),
        }
    }
}

/// Reads a lesson in TOML, or in JSON where it begins with `{`.
///
/// # Errors
/// All that is wrong with it; where its form is, what is wrong first.
pub fn check(text: &str) -> Result<Lesson, Vec<Problem>> {
    if text.len() > MOST_OCTETS {
        let what = format!("it is longer than {} KiB", MOST_OCTETS / 1024);
        return Err(vec![Problem::of_all(&what)]);
    }
    let lesson: Lesson = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| vec![line(error.line(), error.to_string())])?
    } else {
        toml::from_str(text).map_err(|error| {
            let before = error
                .span()
                .map_or("", |span| text.get(..span.start).unwrap_or(text));
            let number = before.bytes().filter(|&octet| octet == b'\n').count() + 1;
            vec![line(number, error.message().to_owned())]
        })?
    };
    let mut problems = Vec::new();
    whole(&lesson, &mut problems);
    match problems.is_empty() {
        true => Ok(lesson),
        false => Err(problems),
    }
}

fn line(number: usize, what: String) -> Problem {
    Problem {
        at: format!("line {number}"),
        what,
    }
}

fn whole(lesson: &Lesson, problems: &mut Vec<Problem>) {
    let mut say = |at: String, what: &str| {
        problems.push(Problem {
            at,
            what: what.to_owned(),
        });
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if lesson.id.is_empty() || lesson.id.len() > 64 || !lesson.id.chars().all(fits) {
        say(
            "id".to_owned(),
            "has to be made of a to z, 0 to 9 and -, at most 64 of them: links name the lesson by it",
        );
    }
    for (at, text) in [("title", &lesson.title), ("about", &lesson.about)] {
        if text.trim().is_empty() {
            say(at.to_owned(), "is empty");
        }
    }
    if lesson.steps.is_empty() {
        say(
            "steps".to_owned(),
            "there is none: a lesson is what is to be done",
        );
    }
    for (step, number) in lesson.steps.iter().zip(1..) {
        one(step, &mut |at, what| {
            say(format!("steps[{number}].{at}"), what)
        });
    }
}

fn one(step: &Step, say: &mut dyn FnMut(&str, &str)) {
    for (at, text) in [
        ("title", &step.title),
        ("task", &step.task),
        ("why", &step.why),
        ("prediction.question", &step.prediction.question),
    ] {
        if text.trim().is_empty() {
            say(at, "is empty");
        }
    }
    if step.prediction.choices.len() < 2 {
        say("prediction.choices", "has to have two at least");
    }
    if step.prediction.right == 0 || step.prediction.right > step.prediction.choices.len() {
        say(
            "prediction.right",
            "names none of the choices, which count from 1",
        );
    }
    if step.hints.is_empty() {
        say("hints", "there is none: somebody who is stuck needs one");
    }
    if step.checks.is_empty() {
        say("checks", "there is none: doing nothing would do");
    } else if step.checks.iter().all(holds_by_itself) {
        say("checks", "all of them hold before anything is done");
    }
    if step.answer.is_empty() {
        say(
            "answer",
            "is empty: nobody can tell whether the step can be done",
        );
    }
    if step.wrong.is_empty() || step.wrong.iter().any(Vec::is_empty) {
        say(
            "wrong",
            "has to have an attempt at least that does not do it, and none that is empty",
        );
    }
    let mut subjects = HashSet::new();
    for letter in &step.server.messages {
        if !subjects.insert(letter.subject.as_str()) {
            say(
                "server.messages",
                "two have the same subject, which names them in checks",
            );
        }
    }
    if step.server.round_trip > 60_000 {
        say(
            "server.round-trip",
            "is more than a minute, which nobody waits",
        );
    }
    let events = |actions: &Vec<Action>| actions.contains(&Action::Event);
    let attempts = step.wrong.iter().chain([&step.answer]);
    if step.server.event.is_none() && attempts.into_iter().any(events) {
        say(
            "server.event",
            "is missing, though an attempt lets it happen",
        );
    }
}

/// Whether a check can hold without anything having been done.
fn holds_by_itself(check: &Check) -> bool {
    matches!(check, Check::Never { .. } | Check::Unchanged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
id = "counting"
title = "Counting"
about = "How many there are."
protocol = "pop3"

[[steps]]
title = "How many?"
task = "Ask."
hints = ["Four letters."]
why = "It is kept."
par = { turns = 1, octets = 60 }
answer = ["send STAT"]
wrong = [["send NOOP"]]

[steps.prediction]
question = "How many commands does it take?"
choices = ["One", "Two"]
right = 1

[[steps.checks]]
check = "command"
name = "STAT"
"#;

    #[test]
    fn a_lesson_is_read_in_either_form() {
        let lesson = check(GOOD).unwrap();
        let json = serde_json::to_string(&lesson).unwrap();
        assert_eq!(check(&json), Ok(lesson));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (good, bad, problem) in [
            (
                "id = \"counting\"",
                "id = \"Counting!\"",
                "id: has to be made of",
            ),
            (
                "right = 1",
                "right = 3",
                "steps[1].prediction.right: names none",
            ),
            (
                "hints = [\"Four letters.\"]",
                "hints = []",
                "steps[1].hints: there is none",
            ),
            ("name = \"STAT\"", "nmae = \"STAT\"", "line "),
            (
                "\"send STAT\"",
                "\"shout STAT\"",
                "line 13: `shout STAT` is nothing that can be done",
            ),
            ("protocol = \"pop3\"", "protocol = \"pop4\"", "line 5: "),
            (
                "[[\"send NOOP\"]]",
                "[[\"event\"]]",
                "steps[1].server.event: is missing",
            ),
            (
                "check = \"command\"\nname = \"STAT\"",
                "check = \"unchanged\"",
                "steps[1].checks: all of them hold",
            ),
            ("[[steps]]", "[[steps]", "line 7: "),
        ] {
            assert_eq!(GOOD.matches(good).count(), 1, "{good}");
            let problems = check(&GOOD.replace(good, bad)).unwrap_err();
            let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
            assert!(
                said.iter().any(|said| said.starts_with(problem)),
                "{problem}: {said:?}"
            );
        }
        assert!(check(&" ".repeat(MOST_OCTETS + 1)).is_err());
        assert!(check("").is_err());
    }
}
