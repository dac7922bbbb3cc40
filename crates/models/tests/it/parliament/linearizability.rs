//! §4: whether answers to clients are linearizable, in examples, and compared with trying
//! all orders of a few requests.

use synod_models::parliament::clients::Clients;
use synod_models::parliament::setting::{Command, Machine, Response};
use synod_protocol::state_machine::StateMachine;

/// An event of a client. Events are in the order of time, and each client asks once.
#[derive(Clone, Copy, Debug)]
enum Event {
    Ask(usize),
    Answer(usize, Response),
}
use Event::{Answer, Ask};

const READ: Command = Command::Read;
const NOTHING: Response = Response::Value(None);
const WRITTEN: Response = Response::Written;

fn found(value: u8) -> Response {
    Response::Value(Some(value))
}

fn is_allowed(commands: &[Command], events: &[Event]) -> bool {
    let mut clients = Clients::default();
    for event in events {
        match *event {
            Ask(position) => clients.ask(position),
            Answer(position, response) => clients.answer(position, response),
        }
    }
    clients.are_linearizable(commands)
}

#[test]
fn a_stale_read_after_an_answered_write_is_refused() {
    let commands = [Command::Write(0), READ];
    let written = [Ask(0), Answer(0, WRITTEN), Ask(1)];
    let then = |response| [&written[..], &[Answer(1, response)]].concat();
    assert!(is_allowed(&commands, &written));
    assert!(is_allowed(&commands, &then(found(0))));
    assert!(!is_allowed(&commands, &then(NOTHING)));
    assert!(!is_allowed(&commands, &then(found(1))));
}

#[test]
fn a_read_during_a_write_may_find_it_or_not() {
    let commands = [Command::Write(0), READ];
    for response in [NOTHING, found(0)] {
        for events in [
            [Ask(0), Ask(1), Answer(1, response), Answer(0, WRITTEN)],
            [Ask(1), Ask(0), Answer(0, WRITTEN), Answer(1, response)],
        ] {
            assert!(is_allowed(&commands, &events), "{events:?}");
        }
    }
    // The read was over before the write began.
    let early = |response| [Ask(1), Answer(1, response), Ask(0), Answer(0, WRITTEN)];
    assert!(is_allowed(&commands, &early(NOTHING)));
    assert!(!is_allowed(&commands, &early(found(0))));
}

#[test]
fn a_write_without_an_answer_may_have_happened_or_not() {
    let commands = [Command::Write(0), READ];
    for response in [NOTHING, found(0)] {
        assert!(is_allowed(
            &commands,
            &[Ask(0), Ask(1), Answer(1, response)]
        ));
    }
    // But it has not happened if no client asked for it.
    assert!(!is_allowed(&commands, &[Ask(1), Answer(1, found(0))]));
}

#[test]
fn two_reads_do_not_go_back() {
    let commands = [Command::Write(0), READ, READ];
    let reads = |first, second| [Ask(0), Ask(1), Answer(1, first), Ask(2), Answer(2, second)];
    assert!(is_allowed(&commands, &reads(NOTHING, found(0))));
    assert!(is_allowed(&commands, &reads(found(0), found(0))));
    assert!(!is_allowed(&commands, &reads(found(0), NOTHING)));
}

#[test]
fn the_first_question_and_the_first_answer_count() {
    let mut clients = Clients::default();
    clients.answer(0, WRITTEN); // This client has not asked.
    assert_eq!(clients.call(0).response, None);
    clients.ask(1);
    clients.ask(0);
    clients.answer(0, WRITTEN);
    clients.ask(1); // He asks again, and has been waiting since before the write.
    clients.answer(1, NOTHING);
    clients.answer(1, found(0));
    assert_eq!(clients.call(1).response, Some(NOTHING));
    assert!(clients.are_linearizable(&[Command::Write(0), READ]));
}

/// For every history of at most three clients with every possible answer, Stateright's
/// tester and trying all orders agree.
#[test]
fn the_tester_agrees_with_trying_all_orders() {
    let kinds = [
        READ,
        Command::Write(0),
        Command::Write(1),
        Command::CompareAndSet {
            expected: Some(0),
            new: 1,
        },
    ];
    let (mut allowed, mut refused) = (0_u32, 0_u32);
    for one in kinds {
        for two in kinds {
            for three in kinds {
                let commands = [one, two, three];
                every_history(&commands, &mut Vec::new(), &mut |events| {
                    let is_allowed = is_allowed(&commands, events);
                    let expected = some_order_explains(&commands, events);
                    assert_eq!(is_allowed, expected, "{commands:?}, {events:?}");
                    *(if is_allowed {
                        &mut allowed
                    } else {
                        &mut refused
                    }) += 1;
                });
            }
        }
    }
    assert!(allowed > 20_000 && refused > 20_000, "{allowed}, {refused}");
}

fn every_history(commands: &[Command], events: &mut Vec<Event>, visit: &mut impl FnMut(&[Event])) {
    visit(events);
    for (position, command) in commands.iter().enumerate() {
        let has_asked = asked(events, position).is_some();
        let next = match (has_asked, answered(events, position)) {
            (false, _) => vec![Ask(position)],
            (true, None) => {
                let responses = responses(*command).into_iter();
                responses.map(|answer| Answer(position, answer)).collect()
            }
            (true, Some(_)) => Vec::new(),
        };
        for event in next {
            events.push(event);
            every_history(commands, events, visit);
            events.pop();
        }
    }
}

fn responses(command: Command) -> Vec<Response> {
    match command {
        Command::Read => vec![NOTHING, found(0), found(1)],
        Command::Write(_) => vec![WRITTEN],
        Command::CompareAndSet { .. } => vec![Response::Swapped(true), Response::Swapped(false)],
    }
}

/// The time at which a client asked.
fn asked(events: &[Event], of: usize) -> Option<usize> {
    let mut events = events.iter();
    events.position(|event| matches!(event, Ask(position) if *position == of))
}

/// The time at which a client was answered, and the answer.
fn answered(events: &[Event], of: usize) -> Option<(usize, Response)> {
    let mut events = events.iter().enumerate();
    events.find_map(|(time, event)| match event {
        Answer(position, response) if *position == of => Some((time, *response)),
        _ => None,
    })
}

/// Whether some order of all answered requests and some unanswered ones gives these
/// answers, and no request is before another one that was answered before it was asked.
fn some_order_explains(commands: &[Command], events: &[Event]) -> bool {
    let must = |position| answered(events, position).is_some();
    orders(commands.len()).iter().any(|order| {
        let asked_for = |&position: &usize| asked(events, position).is_some();
        let is_whole = (0..commands.len()).all(|p| !must(p) || order.contains(&p));
        let keeps_time = order.iter().enumerate().all(|(place, &later)| {
            order[place + 1..].iter().all(|&p| {
                let over = answered(events, p).map(|(time, _)| time);
                over.is_none_or(|over| Some(over) > asked(events, later))
            })
        });
        let mut machine = Machine::default();
        let explains = order.iter().all(|&position| {
            let response = machine.apply(&commands[position]);
            answered(events, position).is_none_or(|(_, answer)| answer == response)
        });
        order.iter().all(asked_for) && is_whole && keeps_time && explains
    })
}

/// Every order of some of the numbers below `count`.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    let mut place = 0;
    while place < orders.len() {
        for next in (0..count)
            .filter(|next| !orders[place].contains(next))
            .collect::<Vec<_>>()
        {
            let longer = [&orders[place][..], &[next]].concat();
            orders.push(longer);
        }
        place += 1;
    }
    orders
}
