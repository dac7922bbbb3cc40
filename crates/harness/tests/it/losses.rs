//! A process that loses what it has on disk.

use synod_harness::{
    Check, Input, InputOf, Outputs, OutputsOf, Process, ProcessSetup, World, check, ensure,
};

/// Nodes 1 and 2 are candidates, the others vote for the first that asks. Whoever has the votes
/// of two is elected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Node {
    disk: Disk,
    votes: Vec<u8>,
}

/// The vote that is on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Disk {
    #[default]
    Blank,
    Voted,
    /// There was a disk, and nobody knows what it had.
    Lost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Ask,
    Vote,
}

const VOTERS: [u8; 3] = [3, 4, 5];

impl Process for Node {
    type Id = u8;
    type Settings = ();
    type Ledger = Disk;
    type Message = Message;
    type Request = ();
    type Timer = ();
    type Record = ();
    type News = ();
    type Action = ();
    type Ignored = ();

    fn recover((): &(), _: u8, disk: Disk) -> (Self, OutputsOf<Self>) {
        let votes = Vec::new();
        (Self { disk, votes }, Outputs::new())
    }

    fn handle(&mut self, input: InputOf<Self>) -> OutputsOf<Self> {
        let mut out = Outputs::new();
        match input {
            Input::Propose(()) => VOTERS
                .iter()
                .for_each(|&voter| out.send(voter, Message::Ask)),
            Input::Receive {
                from,
                message: Message::Ask,
            } if self.disk == Disk::Blank => {
                self.disk = Disk::Voted;
                out.record(());
                out.send(from, Message::Vote);
            }
            Input::Receive {
                from,
                message: Message::Vote,
            } if !self.votes.contains(&from) => {
                self.votes.push(from);
                self.votes.sort_unstable();
            }
            _ => {}
        }
        out
    }

    fn apply(disk: &mut Disk, (): ()) {
        *disk = Disk::Voted;
    }
}

/// Voters may lose their disks; then they have this one.
fn one_is_elected(losses: u8, lost: fn(&(), u8) -> Disk) -> Check<World<Node>> {
    let candidates = [1, 2].map(|id| ProcessSetup::new(id, ()).asked([()]));
    let voters = VOTERS.map(|id| ProcessSetup::new(id, ()));
    let world = World::<Node>::of(candidates.into_iter().chain(voters));
    check(world.losing(losses, lost))
        .always("one is elected", |at| {
            let is_elected = |&id: &u8| at.process(id).votes.len() >= 2;
            let elected = [1, 2].into_iter().filter(is_elected).count();
            ensure!(elected < 2, "two are elected");
            Ok(())
        })
        .sometimes("one has three votes", |at| at.process(1).votes.len() == 3)
}

#[test]
fn a_voter_that_votes_again_after_it_has_lost_its_disk_is_caught() {
    one_is_elected(0, |(), _| Disk::Blank).run().assert_holds();
    let checked = one_is_elected(1, |(), _| Disk::Blank).run();
    checked.assert_violated("one is elected", 11);
    let told = checked.counterexample().unwrap();
    let loss = ": Crash, and lose its ledger\n";
    assert!(told.contains(loss), "{told}");
}

#[test]
fn a_voter_that_votes_no_more_after_it_has_lost_its_disk_is_safe() {
    one_is_elected(1, |(), _| Disk::Lost).run().assert_holds();
}

#[test]
fn one_voter_that_cannot_tell_that_its_disk_was_lost_is_enough() {
    let lost = |(): &(), id| if id == 3 { Disk::Blank } else { Disk::Lost };
    let checked = one_is_elected(1, lost).run();
    checked.assert_violated("one is elected", 11);
}
