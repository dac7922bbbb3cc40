/** @file Where the space-time diagram is drawn. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openMessages, spaceTime } from "synod/layout.js";
import { guessWidth, shorten, wrap } from "synod/measure.js";
import { places } from "synod/places.js";
import { message, step, view } from "./views.js";

const next = message("NextBallot(0)", "Α", []);
const views = [
  view(),
  step("Α", "Send NextBallot", { sends: [next], messages: [next] }),
  step("Γ", "Receive NextBallot(0) and answer with a long story", { receives: next, messages: [next] }),
  step("Β", "Crash", { happens: "crash", messages: [next] }),
];

/**
 * @param {number} width
 * @param {number} at
 * @param {string[]} processes
 */
function place(width, at = 3, processes = ["Α", "Β", "Γ"]) {
  const diagram = spaceTime(views, processes);
  return places(diagram, { width, at, open: openMessages(views, diagram, at), measure: guessWidth });
}

test("time runs downwards, and rows do not overlap", () => {
  const { rows, height } = place(800);
  rows.slice(1).forEach((row, before) => assert.ok(row.top >= rows[before].bottom));
  assert.ok(height > rows[3].bottom);
});

test("an arrow leaves at the lower end of its event and arrives at the upper end of another", () => {
  const { rows, arrows, lanes } = place(800);
  assert.deepEqual(arrows[0].from, { x: lanes[0], y: rows[1].y + rows[1].half });
  assert.deepEqual(arrows[0].to, { x: lanes[2], y: rows[2].y - rows[2].half });
});

test("rows after the present one stand below what may arrive", () => {
  const { rows, now, chips } = place(800, 2);
  assert.ok(now && now.top === rows[2].bottom && now.bottom === rows[3].top);
  assert.equal(chips.length, 3);
  chips.forEach(({ box }) => assert.ok(box.y > now.top && box.y + box.height < now.bottom));
});

for (const count of [1, 2, 3, 5, 7]) {
  for (const width of [344, 700, 3840]) {
    test(`nothing is wider than the picture: ${count} lanes, ${width} pixels`, () => {
      const processes = ["Α", "Β", "Γ", "Δ", "Ε", "Ζ", "Η"].slice(0, Math.max(count, 3)).slice(-count);
      const picture = place(width, 3, processes);
      assert.ok(picture.width <= width);
      const boxes = picture.rows.flatMap(({ lines }) =>
        lines.map(({ x, text, size, anchor }) =>
          anchor === "start" ? [x, x + guessWidth(text, size)] : [x - guessWidth(text, size), x],
        ),
      );
      const chips = picture.chips.map(({ box }) => [box.x, box.x + box.width]);
      [...boxes, ...chips].forEach(([left, right]) =>
        assert.ok(left >= 0 && right <= picture.width, `${left} to ${right} of ${picture.width}`),
      );
    });
  }
}

test("three hundred rows are placed in a fraction of a second", () => {
  const many = Array.from({ length: 300 }, (_, row) => (row % 2 ? views[1] : views[2]));
  const diagram = spaceTime(many, ["Α", "Β", "Γ"]);
  const begin = performance.now();
  places(diagram, { width: 800, at: 299, open: [], measure: guessWidth });
  assert.ok(performance.now() - begin < 500);
});

test("a text that is too wide ends with an ellipsis", () => {
  const measure = (/** @type {string} */ text) => text.length;
  assert.equal(shorten("LastVote(0, null)", 12, 9, measure), "LastVote…");
  assert.equal(shorten("short", 12, 9, measure), "short");
});

test("a sentence has at most three lines", () => {
  const measure = (/** @type {string} */ text) => text.length;
  assert.deepEqual(wrap("one two three four five", 12, 7, measure), ["one two", "three", "four five"]);
});
