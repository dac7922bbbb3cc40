// @ts-check
/** @file What Figure 1 of the paper says, in sentences: which vote binds a ballot, what a condition means. */

/** @typedef {import("synod/types").Figure} Figure */
/** @typedef {import("synod/types").Ballot} Ballot */
/** @typedef {import("synod/types").Condition} Condition */

/**
 * The processes of a figure: those given, and all others that it names.
 * @param {Figure} figure
 * @param {string[]} [processes]
 * @returns {string[]}
 */
export function columns({ ballots }, processes = []) {
  const named = new Set(ballots.flatMap(({ quorum, voters }) => [...quorum, ...voters]));
  const others = [...named].filter((process) => !processes.includes(process)).sort();
  return [...processes, ...others];
}

/**
 * The ballots in groups, one for each decree number.
 * @param {Ballot[]} ballots
 * @returns {{ instance: string | null, ballots: number[] }[]}
 */
export function groups(ballots) {
  /** @type {Map<string | null, number[]>} */
  const all = new Map();
  ballots.forEach(({ instance }, place) => all.set(instance, [...(all.get(instance) ?? []), place]));
  return [...all].map(([instance, places]) => ({ instance, ballots: places }));
}

/**
 * Which vote binds the ballot, and whether it is successful.
 * @param {Figure} figure
 * @param {number} place The position of the ballot.
 * @returns {string}
 */
export function explain(figure, place) {
  const ballot = figure.ballots[place];
  if (!ballot) return "";
  return `${nameOf(ballot)} with quorum ${list(ballot.quorum)}: ${bindingOf(figure, ballot)} ${successOf(ballot)}`;
}

/** @param {Ballot} ballot */
function nameOf({ instance, number }) {
  return instance === null ? `Ballot ${number}` : `Decree number ${instance}, ballot ${number}`;
}

/**
 * @param {Figure} figure
 * @param {Ballot} ballot
 */
function bindingOf({ ballots }, { bound_by: vote, decree }) {
  const earlier = vote && ballots[vote.ballot];
  if (!earlier)
    return `no member of its quorum voted in an earlier ballot, so its decree may be any; it is ${decree}.`;
  const must = `the latest earlier vote of its quorum is ${vote.voter}'s in ballot ${earlier.number} for ${earlier.decree}, so its decree must be ${earlier.decree}`;
  return earlier.decree === decree ? `${must}.` : `${must}, but it is ${decree}.`;
}

/** @param {Ballot} ballot */
function successOf({ quorum, voters, is_successful }) {
  if (is_successful) return "Its whole quorum voted: it is successful.";
  const missing = quorum.filter((member) => !voters.includes(member));
  return `It lacks the ${missing.length === 1 ? "vote" : "votes"} of ${list(missing)}.`;
}

/** @param {string[]} processes */
function list(processes) {
  return processes.length === 0
    ? "∅"
    : processes.join(processes.every((process) => process.length === 1) ? " " : ", ");
}

/**
 * Whether the ballot is bound to another decree than it has.
 * @param {Figure} figure
 * @param {number} place
 */
export function breaksItsBinding({ ballots }, place) {
  const ballot = ballots[place];
  const earlier = ballot?.bound_by && ballots[ballot.bound_by.ballot];
  return Boolean(earlier && earlier.decree !== ballot.decree);
}

/**
 * What a condition means, and what is wrong with it.
 * @param {Figure} figure
 * @param {Condition} condition
 * @returns {string}
 */
export function explainCondition({ ballots }, { name, meaning, witness, ballots: places }) {
  if (witness === null) return `${name} holds. ${meaning}`;
  const numbers = places.map((place) => ballots[place]?.number ?? "");
  const all =
    numbers.length > 1
      ? `ballots ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`
      : `ballot ${numbers[0]}`;
  const offend = numbers.length === 0 ? "" : ` (${all})`;
  return `${name} is broken${offend}. ${meaning} Here: ${witness}.`.replace(/\.\.$/, ".");
}

/**
 * Whether a condition holds, in a few words.
 * @param {Figure} figure
 * @param {Condition} condition
 */
export function verdict({ ballots }, { name, witness, ballots: places }) {
  if (witness === null) return `${name} holds`;
  const numbers = places.map((place) => ballots[place]?.number).join(", ");
  return numbers ? `${name} broken: ${numbers}` : `${name} broken`;
}

/**
 * The names of the conditions at whose breaking the ballot is at fault.
 * @param {Figure} figure
 * @param {number} place
 */
export function faults({ conditions }, place) {
  return conditions
    .filter(({ witness, ballots }) => witness !== null && ballots.includes(place))
    .map(({ name }) => name);
}
