//! POP3 beside IMAP: every task by both, and figures that a relay counts the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

use porthole_engine::{
    account::Protocol,
    compare::{
        Aspect, Cell, Circumstances, Comparison, Devices, Distance, EntryId, Figure, Kind, Offers,
        Offline, Outcome, Particulars, Privacy, Question, Run, Space, Task, Value, advise, answers,
    },
};
use porthole_sasl::Mechanism;
use porthole_wire::Direction;

use crate::{
    duel::{Count, Duel, Powers},
    needles::{contains, needles},
    world::message,
};

const BOTH: [Protocol; 2] = Comparison::COLUMNS;

/// The run of a task, what a relay counted within the task, and what in all. The same each time,
/// so each is done once.
fn measured(task: Task, protocol: Protocol) -> (Run, Count, Count) {
    static RUNS: Mutex<BTreeMap<String, (Run, Count, Count)>> = Mutex::new(BTreeMap::new());
    let mut runs = RUNS.lock().unwrap();
    let run = runs.entry(format!("{task:?} {protocol:?}"));
    let done = run.or_insert_with(|| Duel::with_mail(task, protocol, 60).run());
    assert_eq!(done.0.outcome, Outcome::Measured, "{task:?} {protocol:?}");
    done.clone()
}

fn figure(run: &Run, kind: Kind) -> &Figure {
    let figure = run.figure(kind);
    figure.unwrap_or_else(|| panic!("no {kind:?} of {:?}", run.task))
}

fn number(run: &Run, kind: Kind) -> u64 {
    figure(run, kind).value.number()
}

fn particulars() -> Particulars {
    Particulars {
        server: "demo.example.com".to_owned(),
        product: "Porthole 0.1.0".to_owned(),
        date: "2026-11-24".to_owned(),
        distance: Some(Distance::new(100, None)),
        at_once: false,
    }
}

/// These tasks by both protocols.
fn comparison(tasks: &[Task]) -> Comparison {
    let mut comparison = Comparison::new(particulars());
    for &task in tasks {
        for protocol in BOTH {
            comparison.add(measured(task, protocol).0);
        }
    }
    comparison
}

#[test]
fn figures_equal_what_a_relay_counts() {
    for task in Task::ALL {
        for protocol in BOTH {
            let (run, counted, whole) = measured(task, protocol);
            let count = |turns, up, down| Count {
                turns: number(&run, turns),
                up: number(&run, up),
                down: number(&run, down),
            };
            let name = format!("{task:?} {protocol:?}");
            let in_all = count(Kind::AllTurns, Kind::AllUp, Kind::AllDown);
            assert_eq!(in_all, whole, "{name}, whole run");
            assert_eq!(count(Kind::Turns, Kind::Up, Kind::Down), counted, "{name}");
        }
    }
}

#[test]
fn figures_are_what_their_entries_say() {
    for task in Task::ALL {
        for protocol in BOTH {
            let (run, ..) = measured(task, protocol);
            for Figure {
                kind,
                value,
                entries,
            } in &run.figures
            {
                let name = format!("{task:?} {protocol:?} {kind:?}");
                let known: BTreeSet<_> = entries.iter().collect();
                assert_eq!(known.len(), entries.len(), "{name}: an entry counts once");
                let entry = |id: &EntryId| run.entry(*id).unwrap_or_else(|| panic!("{name}"));
                let opened: Vec<_> = entries.iter().map(entry).collect();
                match kind {
                    Kind::Up | Kind::Down | Kind::Ahead | Kind::AllUp | Kind::AllDown => {
                        let sum = opened.iter().map(|entry| entry.octets).sum();
                        assert_eq!(*value, Value::Octets(sum), "{name}");
                    }
                    Kind::Turns | Kind::AllTurns | Kind::RoundTrips => {
                        assert_eq!(*value, Value::Count(opened.len() as u64), "{name}");
                        let client = |entry: &&_| matches_client(entry);
                        assert!(opened.iter().all(client), "{name}");
                    }
                    Kind::Time => {
                        let ends: Vec<_> = opened.iter().map(|entry| entry.at).collect();
                        let took = ends.last().copied().unwrap_or(0);
                        let took = took - ends.first().copied().unwrap_or(0);
                        assert!(took <= value.number(), "{name}: {took} of {value}");
                    }
                    Kind::Left => {
                        let kept = String::from_utf8_lossy(&opened[0].kept);
                        assert!(kept.contains(&value.number().to_string()), "{name}: {kept}");
                    }
                    _ => {}
                }
            }
        }
    }
}

fn matches_client(entry: &&porthole_engine::change::WireEntry) -> bool {
    entry.direction == Direction::Client
}

#[test]
fn computed_times_are_those_that_distance_makes() {
    for task in Task::ALL {
        for protocol in BOTH {
            let (run, ..) = measured(task, protocol);
            let Some(time) = run.figure(Kind::Time) else {
                assert_eq!(task, Task::Unplugged);
                continue;
            };
            // Octets take no time in this world, and a round trip 100 ms; what the server tells
            // by itself comes half a round trip later.
            let told = task == Task::NewMail && protocol == Protocol::Imap;
            let computed = number(&run, Kind::Waits) * 100_000 + if told { 50_000 } else { 0 };
            assert_eq!(time.value, Value::Micros(computed), "{task:?} {protocol:?}");
        }
    }
}

#[test]
fn what_the_protocols_are_known_for_is_what_is_measured() {
    let get = |task, protocol, kind| figure(&measured(task, protocol).0, kind).value;
    let [pop3, imap] = BOTH;
    for (task, kind, by_pop3, by_imap) in [
        (Task::TopTen, Kind::Turns, Value::Count(4), Value::Count(3)),
        (Task::ReadOne, Kind::Turns, Value::Count(1), Value::Count(1)),
        (
            Task::DeleteThere,
            Kind::OtherSees,
            Value::Is(true),
            Value::Is(true),
        ),
        (
            Task::DeleteThere,
            Kind::Left,
            Value::Count(59),
            Value::Count(59),
        ),
        (
            Task::MarkThere,
            Kind::OtherSees,
            Value::Is(false),
            Value::Is(true),
        ),
        (
            Task::NewMail,
            Kind::Unprompted,
            Value::Is(false),
            Value::Is(true),
        ),
        (
            Task::NewMail,
            Kind::Left,
            Value::Count(61),
            Value::Count(61),
        ),
        // Over POP3 what is on the device is searched: fifty rows of sixty.
        (
            Task::Search,
            Kind::Found,
            Value::Count(50),
            Value::Count(60),
        ),
        (Task::Search, Kind::Turns, Value::Count(0), Value::Count(1)),
        (
            Task::ReadOne,
            Kind::Ahead,
            Value::Octets(0),
            Value::Octets(266),
        ),
        (
            Task::TopTen,
            Kind::Ahead,
            Value::Octets(0),
            Value::Octets(0),
        ),
        // What was read, and the likely next, which is fetched ahead; by POP3 all was brought.
        (
            Task::Unplugged,
            Kind::Readable,
            Value::OutOf(10, 10),
            Value::OutOf(2, 10),
        ),
        (
            Task::Unplugged,
            Kind::Left,
            Value::Count(0),
            Value::Count(60),
        ),
        (Task::TopTen, Kind::States, Value::Count(3), Value::Count(4)),
    ] {
        assert_eq!(get(task, pop3, kind), by_pop3, "POP3, {task:?}, {kind:?}");
        assert_eq!(get(task, imap, kind), by_imap, "IMAP, {task:?}, {kind:?}");
    }
}

#[test]
fn a_large_attachment_comes_whole() {
    for protocol in BOTH {
        let (run, ..) = measured(Task::ReadLarge, protocol);
        let down = number(&run, Kind::Down);
        assert!(down > 7_000_000 && down < 7_500_000, "{protocol:?}: {down}");
        assert!(number(&run, Kind::Kept) > 7_000_000, "{protocol:?}");
    }
}

#[test]
fn a_second_visit_with_nothing_new_is_cheap() {
    for protocol in BOTH {
        let (run, ..) = measured(Task::SecondVisit, protocol);
        let down = number(&run, Kind::Down);
        assert!(down < 5000, "{protocol:?}: {down}");
    }
}

#[test]
fn words_are_those_of_the_wire() {
    use porthole_engine::change::Sort;
    let said = |protocol, sort| {
        let (run, ..) = measured(Task::TopTen, protocol);
        let said = run.said.into_iter().filter(|said| said.sort == sort);
        said.map(|said| said.name).collect::<Vec<_>>()
    };
    let [pop3, imap] = BOTH;
    let commands = ["APOP", "CAPA", "LIST", "QUIT", "STAT", "TOP", "UIDL"];
    assert_eq!(sorted(said(pop3, Sort::Command)), commands);
    let states = ["AUTHORIZATION", "TRANSACTION", "UPDATE"];
    assert_eq!(said(pop3, Sort::State), states);
    assert_eq!(
        said(imap, Sort::State),
        ["not authenticated", "authenticated", "selected", "logout"]
    );

    // Without APOP two commands sign in, under one number.
    let mut duel = Duel::with_mail(Task::TopTen, pop3, 3);
    let options = duel.server.options_mut();
    options.pop3_apop = false;
    options.mechanisms.clear();
    let (run, ..) = duel.run();
    let of = |sort| run.said.iter().filter(move |said| said.sort == sort);
    assert!(of(Sort::Command).any(|said| said.name == "PASS"));
    assert_eq!(
        of(Sort::State).map(|said| &*said.name).collect::<Vec<_>>(),
        states
    );
}

fn sorted(words: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut words: Vec<_> = words.into_iter().collect();
    words.sort();
    words
}

#[test]
fn on_a_real_account_what_cannot_be_had_is_said() {
    for protocol in BOTH {
        for task in Task::ALL {
            let mut duel = Duel::with_mail(task, protocol, 60).with_powers(Powers::RealAccount);
            let (run, _, whole) = duel.run();
            let refused = Outcome::NotMeasurable("this is somebody's own mail".to_owned());
            let (expected, crossed) = match task {
                Task::ReadLarge | Task::DeleteThere | Task::MarkThere => (refused, false),
                // That nothing can be delivered shows once the list is open.
                Task::NewMail => (refused, true),
                _ => (Outcome::Measured, true),
            };
            assert_eq!(run.outcome, expected, "{task:?} {protocol:?}");
            assert_eq!(whole.up > 0, crossed, "{task:?} {protocol:?}");
            assert_eq!(run.figures.is_empty(), run.outcome != Outcome::Measured);
        }
    }
}

#[test]
fn what_somebody_takes_to_send_new_mail_is_in_no_figure() {
    for delay in [1, 20, 40].map(Duration::from_secs) {
        let [imap, pop3] = [Protocol::Imap, Protocol::Pop3].map(|protocol| {
            let mut demo = Duel::with_mail(Task::NewMail, protocol, 60);
            let (expected, ..) = demo.run();
            let duel = Duel::with_mail(Task::NewMail, protocol, 60);
            let (run, within, _) = duel.with_powers(Powers::Correspondent(delay)).run();
            assert_eq!(run.outcome, Outcome::Measured, "{protocol:?} {delay:?}");
            for kind in [Kind::Unprompted, Kind::Turns, Kind::Waits] {
                let (there, here) = (figure(&run, kind), figure(&expected, kind));
                assert_eq!(there.value, here.value, "{kind:?} {protocol:?} {delay:?}");
            }
            let crossed = Value::Octets(within.up);
            assert_eq!(figure(&run, Kind::Up).value, crossed, "{protocol:?}");
            run
        });
        let time = |run: &Run| run.figures.iter().find(|f| f.kind == Kind::Time).cloned();
        assert_eq!(time(&imap), None);
        // From the asking that found it.
        let Some(Value::Micros(time)) = time(&pop3).map(|figure| figure.value) else {
            panic!("no time")
        };
        assert!((100_000..5_000_000).contains(&time), "{time}");
    }
}

#[test]
fn nothing_is_deleted_from_an_account_for_having_been_brought_to_a_device() {
    let duel = Duel::with_mail(Task::Unplugged, Protocol::Pop3, 60);
    let mut duel = duel.with_powers(Powers::RealAccount);
    let (run, ..) = duel.run();
    assert_eq!(figure(&run, Kind::Readable).value, Value::OutOf(10, 10));
    assert_eq!(figure(&run, Kind::Left).value, Value::Count(60));
    assert!(run.manner().unwrap().ends_with("left on the server"));
    let sent = |name: &[u8]| {
        let crossed = run.transcripts.iter().flat_map(|said| &said.entries);
        crossed.filter(|entry| entry.kept.starts_with(name)).count()
    };
    assert_eq!(sent(b"DELE"), 0);
    // Nor is more fetched than is needed: it may be the mail of years.
    let fetched = sent(b"RETR");
    assert!((10..30).contains(&fetched), "{fetched}");
}

#[test]
fn what_was_done_to_the_mail_besides_is_said() {
    let comparison = comparison(&[Task::TopTen, Task::Unplugged]);
    let manners: Vec<_> = comparison.manners().collect();
    let said = "Pull the plug and read, by POP3: the mail was brought to the device and deleted";
    assert!(
        manners.len() == 1 && manners[0].starts_with(said),
        "{manners:?}"
    );
    for text in [comparison.html(), comparison.csv(), comparison.markdown()] {
        assert!(
            text.contains("was brought to the device and deleted from the server"),
            "{text}"
        );
    }
}

#[test]
fn a_mailbox_that_has_not_what_is_needed_is_not_measurable() {
    for protocol in BOTH {
        for task in Task::ALL {
            let (run, ..) = Duel::with_mail(task, protocol, 0).run();
            let needs = matches!(
                task,
                Task::ReadOne
                    | Task::DeleteThere
                    | Task::MarkThere
                    | Task::Search
                    | Task::Unplugged
            );
            let missing = matches!(run.outcome, Outcome::NotMeasurable(_));
            assert_eq!(missing, needs, "{task:?} {protocol:?} {:?}", run.outcome);
        }
    }
}

#[test]
fn a_run_always_ends() {
    for protocol in BOTH {
        for task in Task::ALL {
            let mut duel = Duel::with_mail(task, protocol, 3);
            duel.reachable = false;
            let (run, ..) = duel.run();
            assert_eq!(
                run.outcome,
                Outcome::Failed("nobody there".to_owned()),
                "{task:?}"
            );

            let mut duel = Duel::with_mail(task, protocol, 3);
            duel.silent = true;
            let (run, _, whole) = duel.run();
            assert!(
                matches!(run.outcome, Outcome::Failed(_)),
                "{task:?} {:?}",
                run.outcome
            );
            assert_eq!(whole.down, 0);
        }
    }
}

#[test]
fn questions_are_answered_by_cells_of_the_table() {
    let comparison = comparison(&Task::ALL);
    let answers = answers(&comparison);
    assert_eq!(answers.len(), Question::ALL.len());
    for answer in answers {
        assert!(!answer.rows.is_empty());
        for row in answer.rows {
            for protocol in BOTH {
                let cell = row.cell(protocol);
                assert!(
                    comparison.figure(cell).is_some(),
                    "{:?} {cell:?}",
                    answer.question
                );
            }
        }
    }
}

#[test]
fn an_answer_takes_the_task_that_was_measured() {
    let comparison = comparison(&[Task::SecondVisit]);
    let stored = &answers(&comparison)[0];
    assert_eq!(stored.question, Question::Stored);
    assert!(
        stored.rows.iter().all(|row| row.task == Task::SecondVisit),
        "{stored:?}"
    );
}

fn nobody_in_particular() -> Circumstances {
    Circumstances {
        devices: Devices::One,
        offline: Offline::Seldom,
        space: Space::Enough,
        privacy: Privacy::MayStay,
        offers: Offers::Both,
    }
}

#[test]
fn advice_rests_on_figures() {
    let all = comparison(&Task::ALL);
    let several = Circumstances {
        devices: Devices::Several,
        ..nobody_in_particular()
    };
    let advice = advise(&all, &several);
    assert_eq!(advice.protocol, Some(Protocol::Imap));
    let devices = &advice.points[0];
    assert_eq!(devices.aspect, Aspect::Devices);
    assert_eq!(
        devices.favours,
        Some(Protocol::Imap),
        "marks are seen there"
    );
    assert!(devices.missing.is_empty());
    let mark = |protocol| Cell {
        task: Task::MarkThere,
        protocol,
        kind: Kind::OtherSees,
    };
    assert!(BOTH.iter().all(|p| devices.cells.contains(&mark(*p))));

    // What the server offers decides.
    let only = Circumstances {
        offers: Offers::Only(Protocol::Pop3),
        ..several
    };
    assert_eq!(advise(&all, &only).protocol, Some(Protocol::Pop3));
}

#[test]
fn what_somebody_cares_about_decides_and_waiting_where_that_is_even() {
    let all = comparison(&Task::ALL);
    let nobody = nobody_in_particular();
    let (offline, devices) = (Offline::Often, Devices::Several);
    let (space, privacy) = (Space::Scarce, Privacy::HadBetterNot);
    let [pop3, imap] = BOTH;
    for (circumstances, fits) in [
        (Circumstances { devices, ..nobody }, imap),
        (Circumstances { offline, ..nobody }, pop3),
        (Circumstances { space, ..nobody }, pop3),
        (Circumstances { privacy, ..nobody }, pop3),
        // One turn less: three, and by POP3 four.
        (nobody, imap),
        (
            Circumstances {
                devices,
                offline,
                ..nobody
            },
            imap,
        ),
        (
            Circumstances {
                devices,
                offline,
                space,
                ..nobody
            },
            pop3,
        ),
    ] {
        let advice = advise(&all, &circumstances);
        assert_eq!(advice.protocol, Some(fits), "{circumstances:?}");
        for point in &advice.points {
            assert!(
                point.favours.is_some() && point.missing.is_empty(),
                "{point:?}"
            );
            assert!(point.cells.len() >= 2, "{point:?}");
        }
    }
}

#[test]
fn advice_says_what_was_not_measured() {
    let nothing = Comparison::new(particulars());
    let offline = Circumstances {
        offline: Offline::Often,
        ..nobody_in_particular()
    };
    let advice = advise(&nothing, &offline);
    assert_eq!(advice.protocol, None);
    assert_eq!(advice.summary(), "Nothing that decides was measured.");
    let point = &advice.points[0];
    assert_eq!((point.aspect, point.favours), (Aspect::Offline, None));
    assert_eq!((point.cells.len(), point.missing.len()), (0, 2));
}

#[test]
fn a_protocol_that_never_works_is_not_advised() {
    let mut comparison = comparison(&[Task::TopTen]);
    let mut duel = Duel::with_mail(Task::TopTen, Protocol::Imap, 3);
    duel.reachable = false;
    comparison.add(duel.run().0);
    let advice = advise(&comparison, &nobody_in_particular());
    assert_eq!(advice.protocol, Some(Protocol::Pop3));
}

#[test]
fn exports_are_text_whatever_was_said() {
    const HOSTILE: &str = "=cmd|' /C x'!A1 <script>alert(1)</script> \"q\" [l](javascript:x) | a";
    let mut mail = vec![message(1)];
    let subject = format!("Subject: {HOSTILE}");
    let hostile = String::from_utf8_lossy(&mail[0]).replace("Subject: Number 1", &subject);
    mail.push(hostile.into_bytes());
    let mut comparison = Comparison::new(Particulars {
        server: HOSTILE.to_owned(),
        ..particulars()
    });
    for protocol in BOTH {
        comparison.add(Duel::new(Task::TopTen, protocol, &mail).run().0);
    }
    let (mut run, ..) = Duel::with_mail(Task::ReadOne, Protocol::Imap, 1).run();
    run.outcome = Outcome::Failed(format!("{HOSTILE}\r\n=1+1"));
    run.figures.clear();
    comparison.add(run);

    let html = comparison.html();
    assert!(
        html.contains("&lt;script&gt;alert(1)"),
        "the subject is shown"
    );
    assert!(!html.contains("<script"));
    assert!(
        !html.contains("\"q\""),
        "no quote of theirs ends an attribute"
    );
    assert!(html.contains("default-src 'none'"));
    assert!(html.contains("prefers-color-scheme: dark"));

    let markdown = comparison.markdown();
    assert!(!markdown.contains("<script"));
    assert!(!markdown.contains("](javascript"));
    for line in markdown.lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 4, "{line}");
    }

    let csv = comparison.csv();
    for line in csv.split("\r\n").filter(|line| !line.is_empty()) {
        let fields = fields(line);
        assert_eq!(fields.len(), 7, "{line}");
        let formula = |field: &String| field.starts_with(['=', '+', '-', '@']);
        assert!(!fields.iter().any(formula), "{line}");
    }
}

/// The fields of a line (RFC 4180).
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        let last = fields.last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                last.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => last.push(c),
        }
    }
    assert!(!quoted, "{line}");
    fields
}

#[test]
fn exports_have_every_figure_and_the_entries_behind_it() {
    let comparison = comparison(&[Task::TopTen, Task::DeleteThere]);
    let (html, csv, markdown) = (comparison.html(), comparison.csv(), comparison.markdown());
    for run in &comparison.runs {
        for figure in &run.figures {
            let label = figure.kind.label();
            let row = format!("| {label} | ");
            assert!(markdown.contains(&row), "{label}");
            assert!(csv.contains(&format!(",\"{label}\",")) || csv.contains(&format!(",{label},")));
        }
        for transcript in &run.transcripts {
            assert!(!transcript.entries.is_empty());
        }
    }
    let ids: BTreeSet<_> = attributes(&html, " id=\"").collect();
    let links: BTreeSet<_> = attributes(&html, "href=\"#").collect();
    assert!(links.len() > 20);
    assert!(links.is_subset(&ids), "{:?}", links.difference(&ids));
}

#[test]
fn exports_are_without_the_password_however_it_crossed() {
    let needles = needles("wonderland");
    let ways = Mechanism::ALL.map(Some).into_iter().chain([None]);
    for (mechanism, apop) in ways.flat_map(|way| [(way, false), (way, true)]) {
        let name = format!("{mechanism:?}, APOP: {apop}");
        let mut comparison = Comparison::new(particulars());
        for protocol in BOTH {
            let mut duel = Duel::with_mail(Task::TopTen, protocol, 3);
            let options = duel.server.options_mut();
            options.mechanisms = mechanism.into_iter().collect();
            options.pop3_apop = apop;
            let (run, ..) = duel.run();
            assert_eq!(run.outcome, Outcome::Measured, "{name}");
            let mut entries = run.transcripts.iter().flat_map(|said| &said.entries);
            assert!(entries.any(|entry| !entry.masked.is_empty()), "{name}");
            comparison.add(run);
        }
        for (form, text) in [
            ("page", comparison.html()),
            ("CSV", comparison.csv()),
            ("Markdown", comparison.markdown()),
        ] {
            let found = needles.iter().find(|it| contains(text.as_bytes(), it));
            assert_eq!(found, None, "{name}: in the {form}");
        }
    }
}

fn attributes<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(name)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
}
