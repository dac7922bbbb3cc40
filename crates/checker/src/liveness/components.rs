//! Strongly connected components, by Tarjan's algorithm without recursion.

use super::graph::{Graph, OUTSIDE};

/// Some states, which are told from the others by a number of their own.
pub(super) struct Part {
    pub(super) states: Vec<u32>,
    /// Their number in [`Parts`].
    pub(super) number: u32,
}

/// Which part each state is in; 0 if it is in none.
pub(super) struct Parts {
    of: Vec<u32>,
    last: u32,
}

impl Parts {
    pub(super) fn new(states: usize) -> Self {
        Self {
            of: vec![0; states],
            last: 0,
        }
    }

    /// Makes a part of these states. They leave the part in which they were.
    pub(super) fn part(&mut self, states: Vec<u32>) -> Part {
        self.last += 1;
        for state in &states {
            self.of[*state as usize] = self.last;
        }
        Part {
            states,
            number: self.last,
        }
    }

    pub(super) fn has(&self, part: &Part, state: u32) -> bool {
        self.of[state as usize] == part.number
    }

    /// Whether the target of an edge is in a part. One out of the boundary is not.
    pub(super) fn has_target(&self, part: &Part, target: u32) -> bool {
        target != OUTSIDE && self.has(part, target)
    }
}

/// What Tarjan's algorithm keeps of each state. Reused for each part.
pub(super) struct Tarjan {
    /// The order in which the states of this part were met, from 1; 0 if not yet, and
    /// [`DONE`] when its component is known.
    met: Vec<u32>,
    /// The earliest state that is known to be reachable, in that order.
    low: Vec<u32>,
}

const DONE: u32 = u32::MAX;

/// How often it is asked whether the run goes on, in states.
const OFTEN: u32 = 1 << 12;

impl Tarjan {
    pub(super) fn new(states: usize) -> Self {
        Self {
            met: vec![0; states],
            low: vec![0; states],
        }
    }

    /// The strongly connected components of a part. A state without a cycle is one by itself.
    /// Not all of them if the run is stopped meanwhile, which `goes_on` tells.
    pub(super) fn components(
        &mut self,
        graph: &Graph,
        parts: &Parts,
        part: &Part,
        goes_on: &dyn Fn() -> bool,
    ) -> Vec<Vec<u32>> {
        for state in &part.states {
            self.met[*state as usize] = 0;
        }
        let mut found = Vec::new();
        // States whose component is not known, and the way from the root: each state with its
        // next edge.
        let (mut open, mut way, mut count) = (Vec::new(), Vec::new(), 0);
        for root in &part.states {
            if count % OFTEN == 0 && !goes_on() {
                return found;
            }
            if self.met[*root as usize] == 0 {
                self.meet(*root, &mut count, &mut open);
                way.push((*root, graph.edges(*root).start));
            }
            while let Some((state, edge)) = way.pop() {
                let mut left = edge..graph.edges(state).end;
                let inside = left.find(|edge| parts.has_target(part, graph.target(*edge)));
                if let Some(edge) = inside {
                    let next = graph.target(edge);
                    way.push((state, edge + 1));
                    if count % OFTEN == 0 && !goes_on() {
                        return found;
                    }
                    match self.met[next as usize] {
                        0 => {
                            self.meet(next, &mut count, &mut open);
                            way.push((next, graph.edges(next).start));
                        }
                        DONE => {}
                        met => self.lower(state, met),
                    }
                    continue;
                }
                if let Some((before, _)) = way.last() {
                    self.lower(*before, self.low[state as usize]);
                }
                if self.low[state as usize] == self.met[state as usize] {
                    found.push(self.close(state, &mut open));
                }
            }
        }
        found
    }

    fn meet(&mut self, state: u32, count: &mut u32, open: &mut Vec<u32>) {
        *count += 1;
        self.met[state as usize] = *count;
        self.low[state as usize] = *count;
        open.push(state);
    }

    fn lower(&mut self, state: u32, to: u32) {
        let low = &mut self.low[state as usize];
        *low = to.min(*low);
    }

    /// Removes the component whose first state this is from the open states.
    fn close(&mut self, first: u32, open: &mut Vec<u32>) -> Vec<u32> {
        let begins = open.iter().rposition(|state| *state == first);
        let component = open.split_off(begins.unwrap_or_default());
        for state in &component {
            self.met[*state as usize] = DONE;
        }
        component
    }
}
