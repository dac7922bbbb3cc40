// @ts-check
/** @file Hints for a ballot by hand: the step that is furthest along in the basic protocol, and what it is for. */

/** @typedef {import("synod/types").Choice} Choice */

/** The kinds of steps of A.1, those that are furthest along first. */
const KINDS = /** @type {[kind: string, why: string][]} */ ([
  ["Receive Success", "Step 6: a priest who hears of the success writes the decree in his ledger."],
  ["Send Success", "Step 6: tell the others."],
  ["Succeed", "Step 5: the whole quorum has voted, so the decree may be written in the ledger."],
  ["Receive Voted", "Step 5: deliver the vote to the priest who began the ballot."],
  ["Send Voted", "Step 4: the priest who has voted says so."],
  ["Receive BeginBallot", "Step 4: deliver BeginBallot to a priest of the quorum. He votes."],
  ["Send BeginBallot", "Step 3: send the decree to the quorum."],
  ["Start Polling", "Step 3: a majority set has answered. Nobody has voted before, so the ballot may have any decree."],
  ["Receive LastVote", "Step 3: deliver the answer."],
  ["Send LastVote", "Step 2: the priest answers with his latest vote. He has none: null."],
  ["Receive NextBallot", "Step 2: deliver NextBallot to a priest. By taking it into nextBal he promises to vote in no ballot below."],
  ["Send NextBallot", "Step 1: ask the others."],
  ["Try New Ballot", "Step 1: choose a number."],
]);

/**
 * @param {Choice[]} choices
 * @returns {{ step: string, why: string } | null} Null if no step of the protocol is possible.
 */
export function hint(choices) {
  for (const [kind, why] of KINDS) {
    const found = choices.find((one) => one.kind === kind);
    if (found) return { step: found.step, why };
  }
  return null;
}
