// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { missingPromise } from "synod/promise.js";
import { ballot, view } from "./samples.js";

/** @typedef {import("synod/types").View} View */

const first = ballot("0");
const voted = ballot("0", { voters: ["Β"] });
const second = ballot("1", { decree: "b", bound_by: { voter: "Β", ballot: 0 } });
/** @param {import("synod/types").Ballot[]} ballots @param {number[]} [broken] */
const figure = (ballots, broken = []) => ({ caption: "", drawing: "", ballots, conditions: [{ name: "B3", meaning: "", witness: broken.length > 0 ? "broken" : null, ballots: broken }] });
const lastVote = (/** @type {string} */ vote) => ({ name: `LastVote(1, ${vote})`, from: "Β", to: ["Α"] });

const begins = view("begins", { figure: figure([first]) });
const votes = view("votes", { figure: figure([voted]) });
const sends = (/** @type {string} */ vote, /** @type {import("synod/types").Ballot} */ now) => view("sends", { process: "Β", sends: [lastVote(vote)], figure: figure([now]) });
const arrives = (/** @type {import("synod/types").Ballot} */ now) => view("arrives", { process: "Α", receives: lastVote("(Β, 0, a)"), figure: figure([now]) });
const breaks = view("breaks", { figure: figure([voted, second], [1]) });

/** @param {View[]} views */
const told = (views) => missingPromise(views, views.length - 1)?.map((piece) => (typeof piece === "string" ? piece : `(${piece.step})`)).join("");

test("a LastVote that tells of the vote is ignored", () => {
  const run = [view("0"), begins, votes, sends("(Β, 0, a)", voted), arrives(voted), breaks];
  assert.equal(told(run), "Β voted for a in ballot 0 (2). Β then sent LastVote(1, (Β, 0, a)) (3), which arrived (4). Ballot 1 has the decree b all the same (5).");
});

test("a vote after the promise breaks it", () => {
  const run = [view("0"), begins, sends("null_Β", first), votes, breaks];
  assert.equal(told(run), "Β promised with LastVote(1, null_Β) (2) to vote in no earlier ballot any more. Β voted for a in ballot 0 (3) after that. Ballot 1 has the decree b all the same (4).");
});

test("a ballot that asked nobody has no promise", () => {
  assert.equal(told([view("0"), begins, votes, breaks]), "Β voted for a in ballot 0 (2), and sent no LastVote for ballot 1 that tells of it. Ballot 1 has the decree b all the same (3).");
});

test("nothing is told while B3 holds", () => {
  assert.equal(told([view("0"), begins, votes]), undefined);
});

test("a step back tells nothing of what comes later", () => {
  assert.equal(missingPromise([view("0"), begins, votes, breaks], 2), null);
});
