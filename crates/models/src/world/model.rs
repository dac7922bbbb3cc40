//! The world as Stateright explores it.

use super::history::History;
use super::{Action, Envelope, Process, Site, State, Timers, World};
use crate::bounds::Decree;
use crate::claim::properties;
use crate::narrate::Narrate;
use crate::refinement::Broken;
use crate::svg;
use stateright::{Model, Path, Property};
use synod_math::Priest;
use synod_protocol::{Input, Ledger, Message, Note, Output, Timer};

impl<P: Process> Model for World<P> {
    type State = State<P>;
    type Action = Action;

    fn init_states(&self) -> Vec<State<P>> {
        let sites = self.bounds.priests();
        vec![State {
            sites: sites.map(|p| self.site(p, Ledger::new())).collect(),
            network: Vec::new(),
            crashes_left: self.crashes,
            history: History::default(),
        }]
    }

    fn actions(&self, state: &State<P>, actions: &mut Vec<Action>) {
        for (p, input) in self.inputs(state) {
            if state.crashes_left > 0 {
                let effects = effects(state, p, input.clone());
                let cuts = (1..effects).map(|cut| Action::CrashAfter(cut, p, input.clone()));
                actions.extend(cuts);
            }
            actions.push(Action::Handle(p, input));
        }
        if state.crashes_left > 0 {
            actions.extend(self.bounds.priests().map(Action::Crash));
        }
    }

    fn next_state(&self, last_state: &State<P>, action: Action) -> Option<State<P>> {
        let mut next = last_state.clone();
        next.history.broken = Broken::NOTHING;
        match action {
            Action::Handle(p, input) => self.handle(&mut next, p, input, None),
            Action::CrashAfter(cut, p, input) => {
                self.handle(&mut next, p, input, Some(cut));
                self.crash(&mut next, p);
            }
            Action::Crash(p) => self.crash(&mut next, p),
        }
        self.compare_with_history(&mut next);
        let is_step = next.sites != last_state.sites
            || next.network != last_state.network
            || next.crashes_left != last_state.crashes_left;
        is_step.then_some(next)
    }

    fn within_boundary(&self, state: &State<P>) -> bool {
        !state.history.is_outside
    }

    fn format_action(&self, action: &Action) -> String {
        self.step_name(action)
    }

    fn as_svg(&self, path: Path<State<P>, Action>) -> Option<String> {
        Some(svg::draw(&self.figure(path.last_state())))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.claims(), &self.other_partners())
    }
}

impl<P: Process> World<P> {
    /// A process that begins, or begins again, with a ledger; and the client
    /// who wants his decree passed is there at once.
    fn site(&self, p: Priest, ledger: Ledger<Decree>) -> Site<P> {
        let (mut process, outputs) = P::recover(&self.kind, p, &self.quorums, ledger.clone());
        let mut timers = Timers::default();
        for output in &outputs.outputs {
            carry_out_timer(&mut timers, output);
        }
        // A blank slip: the proposal is remembered, and nothing follows.
        process.handle(Input::Propose(self.proposal(p)));
        Site {
            process,
            ledger,
            timers,
        }
    }

    /// Every input that a process could take now.
    fn inputs(&self, state: &State<P>) -> Vec<(Priest, Input<Decree>)> {
        let mut inputs = Vec::new();
        for p in self.bounds.priests() {
            for timer in state.of(p).timers.iter() {
                // Presence is in `presences`.
                if timer == Timer::Round || timer == Timer::Absence && self.presidents.contains(&p)
                {
                    inputs.push((p, Input::Timeout(timer)));
                }
            }
            inputs.extend(self.presences(state, p).map(|input| (p, input)));
        }
        let received = state.network.iter().cloned();
        inputs.extend(received.map(|envelope| {
            let Envelope { to, from, message } = envelope;
            (to, Input::Receive { from, message })
        }));
        inputs
    }

    /// The Present messages that may reach a priest: from everybody since the
    /// start, and from those who know the outcome since they do.
    fn presences(&self, state: &State<P>, p: Priest) -> impl Iterator<Item = Input<Decree>> {
        let others = self.bounds.priests().filter(move |&q| q != p);
        others.flat_map(move |from| {
            let knows = state.of(from).ledger.outcome.is_some();
            [false, true]
                .into_iter()
                .filter(move |&says| knows || !says)
                .map(move |knows_outcome| Input::Receive {
                    from,
                    message: Message::Present { knows_outcome },
                })
        })
    }

    /// Carries out the outputs of an input in order, all of them or those up to
    /// the cut.
    fn handle(&self, next: &mut State<P>, p: Priest, input: Input<Decree>, cut: Option<usize>) {
        let site = &mut next.sites[p.index()];
        if let Input::Timeout(timer) = input {
            // Set no longer, unless the process sets it again.
            site.timers.cancel(timer);
        }
        let outputs = site.process.handle(input).outputs;
        let (mut effects, mut has_recorded) = (0, false);
        for output in outputs {
            if is_effect(&output) {
                let is_send = matches!(output, Output::Send { .. });
                if cut == Some(effects) {
                    next.history.crashed_before_sending |= has_recorded && is_send;
                    return;
                }
                effects += 1;
                has_recorded = !is_send;
            }
            self.carry_out(next, p, output);
        }
    }

    fn carry_out(&self, next: &mut State<P>, p: Priest, output: Output<Decree>) {
        let site = &mut next.sites[p.index()];
        carry_out_timer(&mut site.timers, &output);
        match output {
            Output::Record(note) => {
                next.history.went_back |= goes_back(&site.ledger, &note);
                site.ledger.record(note);
            }
            Output::Send { to, message } => {
                let is_presence = matches!(message, Message::Present { .. });
                if !is_presence {
                    next.send(Envelope {
                        to,
                        from: p,
                        message,
                    });
                }
            }
            Output::Did(action) => {
                let last_tried = site.process.basic().ledger().last_tried;
                self.replay(&mut next.history, (p, last_tried), &action);
            }
            Output::SetTimer(_) | Output::CancelTimer(_) | Output::Decided(_) => {}
        }
    }

    /// The process is gone, and comes back with what is on disk.
    fn crash(&self, next: &mut State<P>, p: Priest) {
        next.crashes_left -= 1;
        let ledger = next.of(p).ledger.clone();
        next.sites[p.index()] = self.site(p, ledger);
        self.replay_crash(&mut next.history, p);
    }
}

/// How many records and sends an input leads to.
fn effects<P: Process>(state: &State<P>, p: Priest, input: Input<Decree>) -> usize {
    let mut process = state.of(p).process.clone();
    let outputs = process.handle(input).outputs;
    outputs.iter().filter(|output| is_effect(output)).count()
}

/// What a crash can fall between: what others, or the next life, can see.
const fn is_effect(output: &Output<Decree>) -> bool {
    matches!(output, Output::Record(_) | Output::Send { .. })
}

fn carry_out_timer(timers: &mut Timers, output: &Output<Decree>) {
    match output {
        Output::SetTimer(timer) => timers.set(*timer),
        Output::CancelTimer(timer) => timers.cancel(*timer),
        _ => {}
    }
}

/// lastTried, nextBal and prevBal never decrease, and outcome is written once.
fn goes_back(ledger: &Ledger<Decree>, note: &Note<Decree>) -> bool {
    match note {
        Note::LastTried(number) => Some(*number) < ledger.last_tried,
        Note::NextBal(number) => Some(*number) < ledger.next_bal,
        Note::PrevVote(cast) => Some(cast.number) < ledger.prev_bal(),
        Note::Outcome(decree) => ledger.outcome.is_some_and(|outcome| outcome != *decree),
    }
}
