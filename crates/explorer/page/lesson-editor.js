// @ts-check
/**
 * @file Figure 1 with buttons: a click changes a vote, a quorum, a decree or a number, and the server judges the ballots
 * anew. The buttons lie over the picture, which stays as `figure.js` draws it.
 */

import { call } from "synod/api.js";
import { h } from "synod/dom.js";
import { FIGURE_1, inRows, PRIESTS, toggleDecree, toggleMember, toggleNumber, toggleVote } from "synod/lesson-ballots.js";
import { drawBallots, onWidth } from "synod/lesson-drawn.js";
import { processName } from "synod/words.js";

/** @typedef {import("synod/lesson-ballots.js").Ballot} Ballot */
/** @typedef {import("synod/types").Figure} Figure */
/** @typedef {{ key: string, row: number, column: number, label: string, pressed: boolean | null, act: () => void }} Spot A place to click. */

/**
 * @param {import("synod/lesson.js").Lesson} lesson
 * @param {(figure: Figure) => void} onFigure
 */
export function makeEditor(lesson, onFigure) {
  let ballots = FIGURE_1;
  let isOnQuorums = false;
  let turn = 0;
  /** @type {Figure | null} */
  let judged = null;
  const picture = h("div", { class: "editor-picture" });
  const mode = (/** @type {string} */ name, /** @type {boolean} */ quorums) =>
    h("label", {}, h("input", { type: "radio", name: "mode", checked: quorums === isOnQuorums, "data-mode": quorums ? "quorums" : "votes", onchange: () => setMode(quorums) }), ` ${name}`);
  const reset = h("button", { type: "button", "data-reset": true, onclick: () => edit(() => FIGURE_1) }, "Figure 1 again");
  const modes = h("fieldset", { class: "modes" }, h("legend", {}, "A click on a priest changes"), mode("his vote", false), mode("the quorum", true), reset);
  const element = h("div", { class: "editor" }, modes, picture);
  onWidth(element, draw);

  /** @param {boolean} quorums */
  function setMode(quorums) {
    isOnQuorums = quorums;
    draw();
  }

  /** @param {(ballots: Ballot[]) => Ballot[]} how */
  function edit(how) {
    ballots = how(ballots);
    lesson.doing(judge);
  }

  async function judge() {
    const mine = ++turn;
    const found = await call("judge", { ballots });
    if (mine !== turn) return;
    judged = found;
    draw();
    onFigure(found);
  }

  function draw() {
    if (!judged || element.clientWidth === 0) return;
    const focused = document.activeElement instanceof HTMLElement && picture.contains(document.activeElement) ? document.activeElement.dataset["spot"] : undefined;
    const drawn = drawBallots(judged, picture.clientWidth);
    picture.replaceChildren(drawn);
    lay(drawn, inRows(ballots, judged).flatMap(spotsOf));
    if (focused) /** @type {HTMLElement | null} */ (picture.querySelector(`[data-spot="${focused}"]`))?.focus();
  }

  /**
   * @param {number} place The place of the ballot in the list.
   * @param {number} row Its row in the picture.
   * @returns {Spot[]}
   */
  function spotsOf(place, row) {
    const ballot = ballots[place];
    if (!ballot) return [];
    const name = `Ballot ${ballot.number}`;
    return [
      { key: `${place}.number`, row, column: -2, label: `${name}: give it the number of the ballot above, or its own`, pressed: null, act: () => edit((all) => toggleNumber(all, place)) },
      { key: `${place}.decree`, row, column: -1, label: `${name}: its decree is ${ballot.decree}; change it`, pressed: null, act: () => edit((all) => toggleDecree(all, place)) },
      ...PRIESTS.map((priest, column) => spotOf(ballot, place, row, priest, column)),
    ];
  }

  /**
   * @param {Ballot} ballot
   * @param {number} place
   * @param {number} row
   * @param {string} priest
   * @param {number} column
   * @returns {Spot}
   */
  function spotOf(ballot, place, row, priest, column) {
    const toggle = isOnQuorums ? toggleMember : toggleVote;
    const pressed = (isOnQuorums ? ballot.quorum : ballot.voters).includes(priest);
    const label = `${processName(priest)} ${isOnQuorums ? "is in the quorum of" : "votes in"} ballot ${ballot.number}`;
    return { key: `${place}.${priest}`, row, column, label, pressed, act: () => edit((all) => toggle(all, place, priest)) };
  }

  lesson.doing(judge);
  return { element };
}

/**
 * Lays buttons over the picture, at the places of its rows and columns. One of them has a place in the order of the
 * Tab key; the arrow keys go to the others.
 * @param {HTMLElement} drawn
 * @param {Spot[]} spots
 */
function lay(drawn, spots) {
  const grid = drawn.querySelector("svg.grid");
  if (!(grid instanceof SVGSVGElement)) return;
  const { width, height } = grid.viewBox.baseVal;
  const heads = [...grid.querySelectorAll("text.head")].map((text) => Number(text.getAttribute("x")));
  const decree = Number(grid.querySelector("text.decree")?.getAttribute("x")) - 10;
  const rows = [...grid.querySelectorAll("rect.ground")].map((rect) => ({ top: Number(rect.getAttribute("y")), height: Number(rect.getAttribute("height")) }));
  const cell = (heads[1] ?? 0) - (heads[0] ?? 0);
  const first = (heads[0] ?? 0) - cell / 2;
  const sides = (/** @type {number} */ column) => (column === -2 ? [4, decree] : column === -1 ? [decree, first] : [first + column * cell, first + (column + 1) * cell]);
  const part = (/** @type {number} */ length, /** @type {number} */ of) => `${(100 * length) / of}%`;
  const buttons = spots.map(({ key, row, column, label, pressed, act }, i) => {
    const [left = 0, right = 0] = sides(column);
    const button = h("button", { type: "button", class: "spot", "data-spot": key, "aria-label": label, title: label, "aria-pressed": pressed, tabindex: i === 0 ? 0 : -1, onclick: act });
    const { top, height: rowHeight } = rows[row] ?? { top: 0, height: 0 };
    Object.assign(button.style, { left: part(left, width), top: part(top, height), width: part(right - left, width), height: part(rowHeight, height) });
    return button;
  });
  const layer = h("div", { class: "spots", role: "group", "aria-label": "Change the ballots. Arrow keys move, Enter changes.", onkeydown: (/** @type {KeyboardEvent} */ event) => move(event, buttons) }, ...buttons);
  const frame = h("div", { class: "spotted" });
  grid.replaceWith(frame);
  frame.append(grid, layer);
}

const IN_A_ROW = 2 + PRIESTS.length;

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} buttons
 */
function move(event, buttons) {
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: IN_A_ROW, ArrowUp: -IN_A_ROW }[event.key];
  const from = buttons.findIndex((button) => button === document.activeElement);
  if (by === undefined || from < 0) return;
  event.preventDefault();
  const to = buttons[from + by];
  if (!to) return;
  buttons.forEach((button) => (button.tabIndex = button === to ? 0 : -1));
  to.focus();
}
