// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { nameOf } from "synod/keys.js";
import { ruleOf } from "synod/verdict.js";

/** @param {Partial<KeyboardEvent>} event */
const name = (event) => nameOf(/** @type {KeyboardEvent} */ ({ ctrlKey: false, metaKey: false, shiftKey: false, ...event }));

test("a key has the name that the browser gives it, with Control before it", () => {
  assert.equal(name({ key: "ArrowLeft" }), "ArrowLeft");
  assert.equal(name({ key: "V", shiftKey: true }), "V");
  assert.equal(name({ key: "z", ctrlKey: true }), "Control+z");
  assert.equal(name({ key: "Z", metaKey: true, shiftKey: true }), "Control+Shift+z");
});

test("a rule is told without the words that say that it is one", () => {
  assert.equal(ruleOf("the paper forbids this step: status is not trying"), "status is not trying");
  assert.equal(ruleOf("status is not trying"), "status is not trying");
});
