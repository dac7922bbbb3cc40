/**
 * What the server answers: the types of its JSON. A module names one of them by
 * `@typedef {import("synod/types").View} View`.
 */

/** The name of a process, as all texts have it: "Α". */
export type Process = string;

/** An initial state, where there are several: its number in the list, and the digest of its fields. */
export interface Begin {
  number: number;
  id: string;
}

/** A run from an initial state, by the names of its steps. */
export interface Place {
  spec: string;
  begin?: Begin | null;
  steps: string[];
}

/** A message that may arrive. Name, sender and receivers together identify it. */
export interface Message {
  name: string;
  /** Null if nobody knows who sent it. */
  from: Process | null;
  /** Empty if it may arrive at any process. */
  to: Process[];
}

export type Happening = "acts" | "timer" | "request" | "crash" | "loses-ledger" | "session-ends";

/** Durable, volatile, or not said. */
export type Part = "ledger" | "slip" | null;

/** A variable of a state. */
export interface Field {
  variable: string;
  /** A name that can be typed. */
  key: string;
  /** Null for a variable of the whole system. */
  process: Process | null;
  part: Part;
  /** A set is a list of its elements. */
  value: Value;
}

export type Value = string | string[];

/** A claim that does not hold in a state. */
export interface Violation {
  claim: string;
  meaning: string;
  witness: string;
}

/** A state of a run, and the step that led to it. The first view of a run has no step. */
export interface View {
  id: string;
  action: string | null;
  process: Process | null;
  does: string | null;
  kind: string | null;
  happens: Happening;
  receives: Message | null;
  sends: Message[];
  /** What the right rule says against the step, in a spec that is wrong on purpose. */
  objection: string | null;
  /** What the step changed, a line a variable. */
  changes: string[];
  fields: Field[];
  /** What may arrive in this state, once for each copy. */
  messages: Message[];
  figure: Figure | null;
  tables: Table[];
  violations: Violation[];
  /** The partners (things that shall be possible) that are so in this state. */
  reached: string[];
}

/** A set of ballots, as in the paper's Figure 1. */
export interface Figure {
  caption: string;
  /** The same in characters. */
  drawing: string;
  ballots: Ballot[];
  conditions: Condition[];
}

/** A row of Figure 1. */
export interface Ballot {
  /** The decree number, if ballots on several are in one figure. */
  instance: string | null;
  number: string;
  decree: string;
  quorum: Process[];
  /** All who voted, also outside the quorum. */
  voters: Process[];
  is_successful: boolean;
  /** The latest earlier vote of the quorum (MaxVote). */
  bound_by: BindingVote | null;
}

export interface BindingVote {
  voter: Process;
  /** The position of its ballot in the figure. */
  ballot: number;
}

/** A condition on the ballots, such as B3. */
export interface Condition {
  name: string;
  meaning: string;
  /** What is wrong; null if the condition holds. */
  witness: string | null;
  /** The positions of the ballots at fault. */
  ballots: number[];
}

/** A table: each row has a head and a text for each column; an empty text is a gap. */
export interface Table {
  caption: string;
  columns: string[];
  rows: [head: string, texts: string[]][];
}

// The calls, each with what it takes and what it answers.

export interface Calls {
  specs: [{}, Specs];
  spec: [{ spec: string }, Spec];
  initial: [{ spec: string; from: number; count: number; filter: string }, InitialStates];
  run: [Place & { from: number }, Run];
  choices: [Place, { choices: Choice[] }];
  forbidden: [Place, { steps: ForbiddenStep[] }];
  search: [{ spec: string; for: SearchFor }, { search: number }];
  searched: [{ search: number }, Searched];
  cancel: [{ search: number }, {}];
  check: [{ spec: string }, { search: number }];
  avoidable: [Place & { claim: string }, { search: number }];
  export: [Place & { as: "html" | "mermaid" | "itf" }, { file: string; text: string }];
  import: [{ spec: string; itf: string }, { begin: Begin | null; steps: string[]; changed: Changed | null }];
  judge: [{ ballots: JudgedBallot[] }, Figure];
}

/** The status 400: what is wrong, and what to do. */
export interface Refusal {
  error: string;
  help?: string;
}

export interface Specs {
  opened: string | null;
  specs: SpecEntry[];
}

export interface SpecEntry {
  name: string;
  about: string;
  protocol: string;
  /** The name of the mutant, if the spec is wrong on purpose. */
  mutant: string | null;
  size: string;
  expects: "holds" | "violated";
  /** The property that is expected to be violated. */
  property: string | null;
  states: number | null;
}

export interface Spec extends SpecEntry {
  /** The spec's file (TOML). */
  text: string | null;
  bounds: any;
  /** The rule that the mutant drops. */
  drops: string | null;
  /** The name of the same spec without the mutant. */
  paper: string | null;
  processes: Process[];
  claims: Claim[];
  /** The names of what happens in some state. */
  partners: string[];
  /** Null if there is one initial state. */
  initial: { count_at_least: number } | null;
}

export interface Claim {
  name: string;
  meaning: string;
  partner: string | null;
}

export interface InitialStates {
  states: { begin: Begin; lines: string[] }[];
  /** Where the next page begins. */
  next: number | null;
}

/** The views of a run from state `from` on. */
export interface Run {
  begin: Begin | null;
  views: View[];
  /** The names of the steps that could be taken. */
  steps: string[];
  changed: Changed | null;
}

/** A step of a place that is not possible any more. */
export interface Changed {
  at: number;
  why: string;
  possible: string[];
}

/** A step that is possible. */
export interface Choice {
  step: string;
  process: Process | null;
  does: string;
  kind: string;
  happens: Happening;
  receives: Message | null;
  changes: string[];
  /** The claims that the next state breaks. */
  violates: string[];
  objection: string | null;
  panics: string | null;
  leaves_bounds: boolean;
}

/** A step that is not possible, and the guard that forbids it. */
export interface ForbiddenStep {
  step: string;
  process: Process | null;
  does: string;
  why: string;
}

/** A claim that some state breaks (null: any claim), or a partner that some state reaches. */
export type SearchFor = { violation: string | null } | { example: string };

export interface Searched {
  phase: string;
  states: number;
  depth: number;
  seconds: number;
  done: boolean;
  /** What the search found: which of these it is depends on the call that began the search. */
  result: Found | Checked | Avoidable | null;
}

/** The result of `search`. */
export interface Found {
  verdict: "found" | "none" | "stopped";
  why: string | null;
  property: string | null;
  begin: Begin | null;
  steps: string[];
  witness: string | null;
  is_shortest: boolean;
}

/** The result of `check`. */
export interface Checked {
  verdict: "holds" | "violated" | "inconclusive";
  why: string | null;
  states: number;
  generated: number;
  depth: number;
  properties: { name: string; kind: "always" | "sometimes"; verdict: string; length: number | null }[];
  coverage: { name: string; enabled: number; new_states: number }[];
}

/** The result of `avoidable`: after this step every run breaks the claim; before it, not. */
export interface Avoidable {
  unavoidable_after: number | null;
  why: string | null;
}

/** A ballot that somebody drew, for `judge`. */
export interface JudgedBallot {
  number: number | string;
  decree: string;
  quorum: Process[];
  voters: Process[];
}
