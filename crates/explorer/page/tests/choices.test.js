// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { groups, receiving } from "synod/choices.js";

/** @typedef {import("synod/types").Choice} Choice */
const message = { name: "Voted(0)", from: "Β", to: ["Α"] };
/** @param {string} process @param {string} does @param {Partial<Choice>} [part] @returns {Choice} */
const choice = (process, does, part) => ({ step: `${process}: ${does}`, process, does, kind: does, happens: "acts", receives: null, changes: [], violates: [], objection: null, panics: null, leaves_bounds: false, ...part });
const choices = [choice("Α", "Try"), choice("Β", "Send"), choice("Α", "Receive", { receives: message }), choice("Β", "Receive", { receives: message })];
/** @param {ReturnType<typeof groups>} found */
const written = (found) => found.map((group) => `${group.process}: ${group.choices.map((one) => `${one.key} ${one.choice.does}`).join(", ")}`);

test("choices are grouped by process and numbered in the order of the page", () => {
  assert.deepEqual(written(groups(choices)), ["Α: 1 Try, 2 Receive", "Β: 3 Send, 4 Receive"]);
});

test("after nine choices the keys are letters, and then there are none", () => {
  const many = Array.from({ length: 40 }, (_, i) => choice("Α", `step ${i}`));
  const keys = groups(many)[0]?.choices.map((one) => one.key);
  assert.deepEqual([keys?.[8], keys?.[9], keys?.[34], keys?.[35]], ["9", "a", "z", null]);
});

test("a message that was put aside is not received", () => {
  assert.deepEqual(written(groups(choices, { asides: [{ ...message }] })), ["Α: 1 Try", "Β: 2 Send"]);
});

test("a filter leaves what has its words", () => {
  assert.deepEqual(written(groups(choices, { filter: "receive" })), ["Α: 1 Receive", "Β: 2 Receive"]);
});

test("a message may be received by one process or by several", () => {
  assert.equal(receiving(choices, message).length, 2);
  assert.deepEqual(receiving(choices, message, "Β").map((one) => one.process), ["Β"]);
  assert.equal(receiving(choices, { ...message, to: [] }).length, 0);
});

test("a step that leads out of the bounds cannot be taken", () => {
  const leaving = choice("Α", "Receive", { receives: message, leaves_bounds: true });
  assert.deepEqual(written(groups([leaving, choice("Α", "Try")])), ["Α: 1 Try"]);
  assert.equal(receiving([leaving], message).length, 0);
});
