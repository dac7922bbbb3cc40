//! Judges an instance that is expected to hold: both sides must reach the same states, and
//! the same depth.

use super::behavior::{
    Behavior, changes, describe_state, describe_steps, indented, shortest_behavior,
};
use super::{Judge, Judged, steps};
use crate::compare::{Comparison, Nearest, RustStates};
use crate::dump::states;
use crate::results::Recorded;
use crate::search::{Explored, explore};
use crate::tlc::{Ending, TlcError};
use crate::twin::Twin;
use crate::value::Value;

impl Judge<'_> {
    pub(super) fn holds<M: Twin>(&self, model: &M) -> Result<Judged, TlcError> {
        if let Ending::Violated { property, behavior } = &self.side.run.ending {
            let after = steps(behavior.len().saturating_sub(1) as u64);
            let mut lines = vec![format!("TLC: {property} breaks after {after}")];
            lines.extend(indented(describe_steps(behavior)));
            return Ok(Judged::Differs(lines));
        }
        let explored = explore(model, |_| false);
        let write = |position| model.twin_state(explored.state(position));
        let in_rust = RustStates::new(explored.states().len(), write);
        let comparison = in_rust.compare(self.side.workplace.dump()?)?;
        let run = &self.side.run;
        if comparison.is_equal() && explored.depth() == run.depth {
            return Ok(Judged::Equal(Recorded {
                states: Some(comparison.in_rust as u64),
                generated: Some(run.generated),
                depth: Some(run.depth),
                ..self.recorded()
            }));
        }
        let mut lines = self.counts(&comparison, explored.depth());
        lines.extend(self.only_in_rust(model, &explored, &comparison)?);
        lines.extend(self.only_in_tlc(model, &explored, &comparison)?);
        Ok(Judged::Differs(lines))
    }

    fn counts(&self, comparison: &Comparison, depth: u64) -> Vec<String> {
        let (rust, tlc) = (comparison.in_rust, comparison.in_tlc);
        vec![
            format!("states: Rust {rust}, TLC {tlc}"),
            format!("depth: Rust {depth}, TLC {}", self.side.run.depth),
            format!("states only in Rust: {}", comparison.only_in_rust.len()),
            format!("states only in TLC: {}", comparison.only_in_tlc),
        ]
    }

    /// Describes the nearest state that TLC did not find, and how the model reaches it.
    fn only_in_rust<M: Twin>(
        &self,
        model: &M,
        explored: &Explored<M>,
        comparison: &Comparison,
    ) -> Result<Vec<String>, TlcError> {
        let Some(&first) = comparison.only_in_rust.first() else {
            return Ok(Vec::new());
        };
        let state = model.twin_state(explored.state(first));
        let mut nearest = Nearest::new(&state);
        states(self.side.workplace.dump()?, |_, other| nearest.offer(other))?;
        let away = steps(explored.distance(first) as u64);
        let mut lines = vec![format!(
            "the first state only in Rust, {away} from an initial state:"
        )];
        lines.extend(indented(describe_state(&state)));
        lines.extend(describe_nearest("TLC", &state, &nearest));
        lines.push("how Rust reaches it:".to_owned());
        lines.extend(indented(describe_steps(&shortest_behavior(
            model, explored, first,
        ))));
        Ok(lines)
    }

    /// Describes the first state that the model does not have, and how TLC reaches it.
    fn only_in_tlc<M: Twin>(
        &self,
        model: &M,
        explored: &Explored<M>,
        comparison: &Comparison,
    ) -> Result<Vec<String>, TlcError> {
        let Some(state) = &comparison.first_only_in_tlc else {
            return Ok(Vec::new());
        };
        let behavior = self.behavior_to(state)?;
        let away = steps(behavior.len().saturating_sub(1) as u64);
        let mut lines = vec![format!(
            "the first state only in TLC, {away} from an initial state:"
        )];
        lines.extend(indented(describe_state(state)));
        let mut nearest = Nearest::new(state);
        for other in explored.states() {
            nearest.offer(model.twin_state(other));
        }
        lines.extend(describe_nearest("Rust", state, &nearest));
        lines.push("how TLC reaches it:".to_owned());
        lines.extend(indented(describe_steps(&behavior)));
        Ok(lines)
    }

    /// A shortest behavior that leads to a state: TLC's counterexample to the invariant
    /// that the state is not reached.
    fn behavior_to(&self, state: &Value) -> Result<Behavior, TlcError> {
        let side = self.side;
        let module = format!(
            "---- MODULE {NOWHERE} ----\nEXTENDS {}, TLC\n{NOWHERE}Holds == ~({})\n====\n",
            side.module,
            describe_state(state).join(" /\\ "),
        );
        side.workplace.add_module(NOWHERE, &module)?;
        let config = format!("{}\nINVARIANT {NOWHERE}Holds\n", side.config);
        let run = side.workplace.run(side.program, NOWHERE, &config, false)?;
        Ok(match run.ending {
            Ending::Violated { behavior, .. } => behavior,
            _ => Vec::new(),
        })
    }
}

/// The name of the module with the invariant that a state is not reached.
const NOWHERE: &str = "SynodNowhere";

/// Describes how the nearest state of the other side differs.
fn describe_nearest(side: &str, to: &Value, nearest: &Nearest<'_>) -> Vec<String> {
    let Some(found) = nearest.found() else {
        return Vec::new();
    };
    let mut lines = vec![format!("the nearest state in {side} differs by:")];
    lines.extend(indented(changes(to, found)));
    lines
}
