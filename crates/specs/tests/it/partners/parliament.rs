//! The partners of the parliament.

use crate::reached::{
    Specs, asked, ballots, ballots_of_two, consistency_says_nothing, differ, parliaments, search,
    spec,
};
use synod_models::parliament::{Candidate, conditional_partners};
use synod_models::world::{InSetting, World};
use synod_protocol::parliament::VotedTo;
use synod_vocabulary::Partner;

type Parliament = World<Candidate>;

/// Whether a partner may happen although the model does not ask for it.
fn may_happen(world: &Parliament, asked: &[&str], partner: &str) -> bool {
    // A legislator may know the decree in another way: he counted votes, or passed it himself, or
    // the message Success that told him was left out later.
    let learns_otherwise = world.setting().variant.voted_to == VotedTo::Everybody
        || world.reductions().useless_messages
        || asked.contains(&"two presidents compete");
    // A president may crash between a BeginBallot and his own vote. His next ballot may then be
    // on another decree, or leave a gap.
    let proposes_without_a_vote = world.crashes() > 0;
    (partner == "a Success rides on a BeginBallot" && learns_otherwise)
        || (partner == "a request is retried with another president, and passed once"
            && proposes_without_a_vote)
        || (partner == "a gap is filled with the olive day" && proposes_without_a_vote)
}

const DECREES_DIFFER: Partner<Parliament> = Partner {
    name: "two ballots at one number have different decrees",
    happens: |world, state| {
        let (setting, history) = (world.setting(), world.history(state));
        let numbers = 1..=setting.numbers;
        differ(numbers.map(|number| &setting.instance(history, number).ballots))
    },
};

/// The partners that are asked for and do not happen, and those that happen and are not asked
/// for. None if there are too many states, and nothing is wrong in the visited ones.
fn wrong(world: &Parliament, most: usize) -> Option<Vec<String>> {
    let asked: Vec<_> = asked(world).iter().map(|partner| partner.name).collect();
    let mut partners = conditional_partners();
    partners.push(DECREES_DIFFER);
    let mut found = search(world, &partners, most);
    let mut wrong = Vec::new();
    partners.pop();
    if found.reached.pop() == Some(true) && consistency_says_nothing(world) {
        wrong.push("Consistency says nothing, but decrees differ".to_owned());
    }
    for (partner, is_reached) in partners.iter().zip(found.reached) {
        let name = partner.name;
        match (asked.contains(&name), is_reached) {
            (true, false) if found.is_complete => wrong.push(format!("asked for: {name}")),
            (false, true) if !may_happen(world, &asked, name) => {
                wrong.push(format!("not asked for: {name}"));
            }
            _ => {}
        }
    }
    (found.is_complete || !wrong.is_empty()).then_some(wrong)
}

#[allow(clippy::print_stdout)] // For a person who runs the test by hand.
/// Compares every `step`-th of these parliaments. Returns the number of those whose states were
/// all visited.
fn compare(specs: &Specs, step: usize, most: usize) -> usize {
    let (mut decided, mut all_wrong) = (0, Vec::new());
    for lines in specs.each(step) {
        let spec = spec("parliament", &lines);
        let Some(world) = spec.and_then(|spec| spec.model::<Parliament>()) else {
            continue;
        };
        let Some(wrong) = wrong(&world, most) else {
            continue;
        };
        decided += 1;
        all_wrong.extend(wrong.iter().map(|what| format!("{lines}: {what}")));
    }
    println!("{decided} of {} are decided", specs.each(step).count());
    assert!(all_wrong.is_empty(), "{}", all_wrong.join("\n"));
    decided
}

#[test]
fn partners_are_asked_for_where_the_bounds_let_them_happen() {
    let of_two = parliaments(ballots_of_two());
    assert!(compare(&of_two, 1_999, 3_000) > 50);
    let of_three = parliaments(ballots(3, 2));
    assert!(compare(&of_three, 14_009, 3_000) > 10);
}

#[test]
#[ignore = "takes minutes"]
fn partners_are_asked_for_in_more_bounds() {
    compare(&parliaments(ballots_of_two()), 101, 30_000);
    compare(&parliaments(ballots(3, 3)), 1_009, 30_000);
}
