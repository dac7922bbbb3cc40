// @ts-check
/** @file The ballots of the lesson: Figure 1 of the paper, and how the student may change them. */

/** @typedef {{ number: number, decree: string, quorum: string[], voters: string[] }} Ballot */
/** @typedef {import("synod/types").Figure} Figure */

export const PRIESTS = ["Α", "Β", "Γ", "Δ", "Ε"];

/**
 * @param {number} number
 * @param {string} decree
 * @param {string} quorum
 * @param {string} voters
 * @returns {Ballot}
 */
export const ballot = (number, decree, quorum, voters) => ({ number, decree, quorum: [...quorum], voters: [...voters] });

/** Figure 1 of the paper (§2.1). */
export const FIGURE_1 = [
  ballot(2, "α", "ΑΒΓΔ", "Δ"),
  ballot(5, "β", "ΑΒΓΕ", "Γ"),
  ballot(14, "α", "ΒΔΕ", "ΒΕ"),
  ballot(27, "β", "ΑΓΔ", "ΑΓΔ"),
  ballot(29, "β", "ΒΓΔ", "Β"),
];

/**
 * Changes one ballot.
 * @param {Ballot[]} ballots
 * @param {number} place
 * @param {(ballot: Ballot) => Ballot} how
 */
const change = (ballots, place, how) => ballots.map((one, i) => (i === place ? how(one) : one));

/**
 * Adds a priest to a set, or takes him out.
 * @param {string[]} set
 * @param {string} priest
 */
const toggled = (set, priest) => PRIESTS.filter((one) => set.includes(one) !== (one === priest));

/**
 * @param {Ballot[]} ballots
 * @param {number} place
 * @param {string} priest
 */
export const toggleVote = (ballots, place, priest) => change(ballots, place, (one) => ({ ...one, voters: toggled(one.voters, priest) }));

/**
 * A quorum is not empty: its last member stays.
 * @param {Ballot[]} ballots
 * @param {number} place
 * @param {string} priest
 */
export function toggleMember(ballots, place, priest) {
  return change(ballots, place, (one) => {
    const quorum = toggled(one.quorum, priest);
    return quorum.length > 0 ? { ...one, quorum } : one;
  });
}

/**
 * @param {Ballot[]} ballots
 * @param {number} place
 */
export const toggleDecree = (ballots, place) => change(ballots, place, (one) => ({ ...one, decree: one.decree === "α" ? "β" : "α" }));

/**
 * Gives a ballot the number of the one above it, or its own number back.
 * @param {Ballot[]} ballots
 * @param {number} place
 */
export function toggleNumber(ballots, place) {
  const own = FIGURE_1[place]?.number ?? 0;
  const above = ballots[place - 1]?.number ?? own;
  return change(ballots, place, (one) => ({ ...one, number: one.number === own ? above : own }));
}

/**
 * The ballots in the order of a figure's rows, each as its place in the list: ballots of one number may change places.
 * @param {Ballot[]} ballots
 * @param {Figure} figure
 */
export function inRows(ballots, figure) {
  const left = ballots.map((_, place) => place);
  const isIt = (/** @type {import("synod/types").Ballot} */ row, /** @type {Ballot | undefined} */ one) =>
    one !== undefined && row.number === String(one.number) && row.decree === one.decree && row.quorum.join() === one.quorum.join() && row.voters.join() === one.voters.join();
  return figure.ballots.map((row) => left.splice(Math.max(left.findIndex((place) => isIt(row, ballots[place])), 0), 1)[0] ?? 0);
}

/**
 * The ballots at fault in a condition, by their rows; none if it holds.
 * @param {Figure} figure
 * @param {string} condition
 */
export function atFault({ conditions, ballots }, condition) {
  const found = conditions.find((one) => one.name === condition);
  return found && found.witness !== null ? found.ballots.map((place) => ballots[place]?.number ?? "") : [];
}

/**
 * Whether all conditions hold.
 * @param {Figure} figure
 */
export const allHold = ({ conditions }) => conditions.every((one) => one.witness === null);
