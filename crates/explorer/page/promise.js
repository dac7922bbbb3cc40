// @ts-check
/**
 * @file Why B3 is broken: the vote that should have bound the ballot, and the LastVote that should have told of it.
 * B3: a ballot has the decree of the latest earlier vote of its quorum (§2.1).
 */

/** @typedef {import("synod/types").View} View */
/** @typedef {import("synod/types").Figure} Figure */
/** @typedef {import("synod/types").Ballot} Ballot */

/** A piece of a sentence: a text, or a step of the film. @typedef {string | { step: number }} Piece */

/**
 * The story of the missing promise in a run, up to its state `at`; null if B3 is not broken there, or if no vote
 * binds the ballot.
 * @param {View[]} views
 * @param {number} at
 * @returns {Piece[] | null}
 */
export function missingPromise(views, at) {
  const figure = views[at]?.figure;
  const found = figure && offender(figure);
  if (!found) return null;
  const { ballot, earlier, voter } = found;
  const seen = views.slice(0, at + 1);
  const begun = seen.findIndex((view) => has(view.figure, ballot));
  const voted = seen.findIndex((view) => has(view.figure, earlier)?.voters.includes(voter));
  if (begun < 0 || voted < 0) return null;
  const sent = seen.findIndex((view) => view.sends.some((message) => isPromise(message, view.process, voter, ballot)));
  const received = seen.findIndex((view) => view.receives && isPromise(view.receives, null, voter, ballot));
  return story({ ballot, earlier, voter, begun, voted, sent, received, lastVote: nameOf(seen[sent], voter, ballot) });
}

/**
 * The ballot that breaks B3, the earlier ballot and the voter that bind it.
 * @param {Figure} figure
 * @returns {{ ballot: Ballot, earlier: Ballot, voter: string } | null}
 */
function offender(figure) {
  const b3 = figure.conditions.find((one) => one.name === "B3" && one.witness !== null);
  for (const place of b3?.ballots ?? []) {
    const ballot = figure.ballots[place];
    const bound = ballot?.bound_by;
    const earlier = bound && figure.ballots[bound.ballot];
    if (ballot && earlier && earlier.decree !== ballot.decree) return { ballot, earlier, voter: bound.voter };
  }
  return null;
}

/**
 * The same ballot in the figure of another state.
 * @param {Figure | null} figure
 * @param {Ballot} ballot
 */
function has(figure, ballot) {
  return figure?.ballots.find(
    (one) => one.number === ballot.number && one.instance === ballot.instance && one.decree === ballot.decree,
  );
}

/**
 * Whether a message is the voter's LastVote for the ballot.
 * @param {import("synod/types").Message} message
 * @param {string | null} process The process that takes the step, if the message does not say who sent it.
 * @param {string} voter
 * @param {Ballot} ballot
 */
function isPromise({ name, from }, process, voter, ballot) {
  const sender = from ?? process;
  const isFor = name.startsWith(`LastVote(${ballot.number},`) || name === `LastVote(${ballot.number})`;
  return isFor && (sender === voter || (sender === null && name.includes(voter)));
}

/**
 * @param {View | undefined} view
 * @param {string} voter
 * @param {Ballot} ballot
 */
function nameOf(view, voter, ballot) {
  return view?.sends.find((message) => isPromise(message, view.process, voter, ballot))?.name ?? "LastVote";
}

/**
 * @param {{ ballot: Ballot, earlier: Ballot, voter: string, begun: number, voted: number, sent: number, received: number, lastVote: string }} of
 * @returns {Piece[]}
 */
function story({ ballot, earlier, voter, begun, voted, sent, received, lastVote }) {
  const vote = [`${voter} voted for ${earlier.decree} in ballot ${earlier.number} `, { step: voted }];
  const start = [`Ballot ${ballot.number} has the decree ${ballot.decree} all the same `, { step: begun }, "."];
  if (sent < 0) return [...vote, `, and sent no LastVote for ballot ${ballot.number} that tells of it. `, ...start];
  if (sent <= voted) {
    const promise = [`${voter} promised with ${lastVote} `, { step: sent }, " to vote in no earlier ballot any more. "];
    return [...promise, ...vote, " after that. ", ...start];
  }
  const told = [`. ${voter} then sent ${lastVote} `, { step: sent }];
  const hasArrived = received > 0 && received <= begun;
  const arrival = hasArrived ? [", which arrived ", { step: received }, ". "] : [", which did not arrive in time. "];
  return [...vote, ...told, ...arrival, ...start];
}
