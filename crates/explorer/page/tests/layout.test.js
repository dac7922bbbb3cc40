/** @file What the space-time diagram shows of a run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { messageKey, openMessages, spaceTime } from "synod/layout.js";
import { field, message, step, view } from "./views.js";

const PRIESTS = ["Α", "Β", "Γ"];

test("an arrow begins where its message was sent and ends where it arrives", () => {
  const next = message("NextBallot(0)", "Α", ["Β"]);
  const views = [
    view(),
    step("Α", "Send NextBallot", { sends: [next] }),
    step("Γ", "Try New Ballot 2"),
    step("Β", "Receive NextBallot(0)", { receives: next }),
  ];
  const [arrow, ...others] = spaceTime(views, PRIESTS).arrows;
  assert.deepEqual(others, []);
  assert.deepEqual([arrow.from, arrow.to, arrow.isCopy], [{ lane: 0, row: 1 }, { lane: 1, row: 3 }, false]);
});

test("a message that arrives twice has two arrows from one point, and the second is a copy", () => {
  const vote = message("Voted(0, Β)", "Β", ["Α"]);
  const views = [
    view(),
    step("Β", "Send Voted", { sends: [vote] }),
    step("Α", "Receive", { receives: vote }),
    step("Α", "Receive", { receives: vote }),
  ];
  const { arrows } = spaceTime(views, PRIESTS);
  assert.deepEqual(
    arrows.map(({ from, to, isCopy }) => [from.row, to.row, isCopy]),
    [
      [1, 2, false],
      [1, 3, true],
    ],
  );
});

test("a message that is sent again arrives from its second sending", () => {
  const vote = message("Voted(0, Β)", "Β", ["Α"]);
  const [send, receive] = [
    step("Β", "Send Voted", { sends: [vote] }),
    step("Α", "Receive", { receives: vote }),
  ];
  const { arrows } = spaceTime([view(), send, receive, send, receive], PRIESTS);
  assert.deepEqual(
    arrows.map(({ from, isCopy }) => [from.row, isCopy]),
    [
      [1, false],
      [3, false],
    ],
  );
});

test("a broadcast has an arrow to each process at which it arrives, also its sender", () => {
  const next = message("NextBallot(0)", "Α", []);
  const arrives = PRIESTS.map((priest) => step(priest, "Receive NextBallot(0)", { receives: next }));
  const { arrows } = spaceTime([view(), step("Α", "Send", { sends: [next] }), ...arrives], PRIESTS);
  assert.deepEqual(
    arrows.map(({ from, to }) => [from.lane, from.row, to.lane]),
    [
      [0, 1, 0],
      [0, 1, 1],
      [0, 1, 2],
    ],
  );
});

test("a message that was sent before the run begins above all rows", () => {
  const vote = message("Voted(0, Β)", "Β", ["Α"]);
  const { arrows } = spaceTime(
    [view({ messages: [vote] }), step("Α", "Receive", { receives: vote })],
    PRIESTS,
  );
  assert.deepEqual(
    arrows.map(({ from }) => from),
    [{ lane: 1, row: null }],
  );
});

test("the sender of a message is whoever took the step, if the message does not say it", () => {
  const next = message("NextBallot(0)", null, []);
  const { arrows } = spaceTime(
    [view(), step("Γ", "Send", { sends: [next] }), step("Α", "Receive", { receives: next })],
    PRIESTS,
  );
  assert.deepEqual(
    arrows.map(({ from }) => from),
    [{ lane: 2, row: 1 }],
  );
});

test("a crash is said in words", () => {
  const rows = spaceTime(
    [
      view(),
      step("Α", "Crash", { happens: "crash" }),
      step("Α", "stops", { happens: "crash" }),
      step("Α", "burns", { happens: "loses-ledger" }),
    ],
    PRIESTS,
  ).rows;
  assert.deepEqual(rows.map(({ label, happens }) => [label, happens]).slice(1), [
    ["Crash", "crash"],
    ["stops: crash", "crash"],
    ["burns: crash", "loses-ledger"],
  ]);
});

test("what a step writes in a ledger is noted, what it writes on a slip is not", () => {
  const fields = (/** @type {string} */ number, /** @type {string[]} */ votes) => [
    field("Β", "nextBal", number, "ledger"),
    field("Β", "votes", votes, "ledger"),
    field("Β", "status", number, "slip"),
    field(null, "𝓜", number),
  ];
  const views = [view({ fields: fields("−∞", ["a"]) }), step("Β", "Receive", { fields: fields("0", ["b"]) })];
  const notes = spaceTime(views, PRIESTS).rows[1].notes;
  assert.deepEqual(notes, [
    { lane: 1, text: "nextBal 0" },
    { lane: 1, text: "votes − a" },
    { lane: 1, text: "votes + b" },
  ]);
});

test("a process presides if its field president says so, else by its status", () => {
  const fields = [
    field("Α", "status", "trying"),
    field("Β", "status", "trying"),
    field("Β", "president", "no"),
    field("Γ", "status", "idle"),
  ];
  assert.deepEqual(spaceTime([view({ fields })], PRIESTS).rows[0].presides, [true, false, false]);
});

test("a claim is broken in the row in which it begins to be violated", () => {
  const violations = [{ claim: "B3", meaning: "", witness: "" }];
  const rows = spaceTime(
    [view(), step("Α", "Start Polling", { violations }), step("Α", "Send", { violations })],
    PRIESTS,
  ).rows;
  assert.deepEqual(
    rows.map(({ violated, broken }) => [violated, broken]),
    [
      [[], []],
      [["B3"], ["B3"]],
      [["B3"], []],
    ],
  );
});

test("a session ends between the two processes that its step names", () => {
  const ends = view({
    action: "The session between Α and Γ ends",
    does: "The session between Α and Γ ends",
    happens: "session-ends",
  });
  assert.deepEqual(spaceTime([view(), ends], PRIESTS).rows[1].between, [0, 2]);
});

test("what may arrive has its copies, its sending and the lanes at which it may arrive", () => {
  const [next, vote] = [message("NextBallot(0)", "Α", []), message("Voted(0, Β)", "Β", ["Α"])];
  const views = [
    view(),
    step("Α", "Send", { sends: [next], messages: [next] }),
    step("Β", "Receive", { receives: next, sends: [vote], messages: [next, vote, vote] }),
  ];
  const open = openMessages(views, spaceTime(views, PRIESTS), 2);
  assert.deepEqual(
    open.map(({ copies, from, to }) => ({ copies, from, to })),
    [
      {
        copies: 1,
        from: { lane: 0, row: 1 },
        to: [
          { lane: 0, hasArrived: false },
          { lane: 1, hasArrived: true },
          { lane: 2, hasArrived: false },
        ],
      },
      { copies: 2, from: { lane: 1, row: 2 }, to: [{ lane: 0, hasArrived: false }] },
    ],
  );
  assert.equal(openMessages(views, spaceTime(views, PRIESTS), 1).length, 1);
});

test("messages are the same only if name, sender and receivers are", () => {
  const keys = [
    message("a", "Α", []),
    message("a", null, []),
    message("a", "Α", ["Β"]),
    message("a", "Α", []),
  ].map(messageKey);
  assert.equal(new Set(keys).size, 3);
});

test("without a list of processes the lanes are those of the views", () => {
  const views = [view({ fields: [field("p0", "x", "1"), field(null, "y", "2")] }), step("p1", "Act")];
  assert.deepEqual(spaceTime(views).lanes, [
    { process: "p0", latin: null },
    { process: "p1", latin: null },
  ]);
});
