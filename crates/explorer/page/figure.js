// @ts-check
/**
 * @file Figure 1 of the paper: a row for each ballot, a column for each process. Members of the
 * quorum are outlined, voters have a filled box. The vote that binds the chosen ballot is marked
 * with an arrow, and a sentence below says why.
 */

import {
  breaksItsBinding,
  columns,
  explain,
  explainCondition,
  faults,
  groups,
  verdict,
} from "synod/ballots.js";
import { h, svg } from "synod/dom.js";
import { measureText, shorten } from "synod/measure.js";
import { latin } from "synod/names.js";

/** @typedef {import("synod/types").Figure} Figure */
/** @typedef {import("synod/types").Condition} Condition */

/**
 * @typedef {object} Options
 * @property {string[]} [processes] In the order of the columns.
 * @property {(ballot: number | null) => void} [onBallot] Told of the ballot that is chosen.
 * @property {number} [width] In pixels; by default 560, or what the window has.
 * @property {number | null} [chosen] The ballot that is chosen at first; by default one that breaks its binding.
 */

const ROW = 38;
const HEAD = 46;
const GROUP = 30;
const SIZE = 15;
const HINT =
  "Choose a ballot to see which earlier vote binds its decree, or a condition to see what it says.";

/**
 * @param {Figure} figure
 * @param {Options} [options]
 * @returns {HTMLElement}
 */
export function figure(figure, options = {}) {
  const caption = figure.caption && h("figcaption", {}, figure.caption);
  if (figure.ballots.length === 0) {
    return h(
      "figure",
      { class: "ballots" },
      lights(figure, () => {}).element,
      h("p", { class: "none" }, "No ballot has begun."),
    );
  }
  const grid = gridOf(figure, options);
  const says = h("p", { class: "says", "aria-live": "polite" });
  let chosen = options.chosen === undefined ? faulty(figure) : options.chosen;
  const condition = lights(figure, (condition) =>
    say(condition ? explainCondition(figure, condition) : "", Boolean(condition?.witness)),
  );
  const say = (/** @type {string} */ text, /** @type {boolean} */ breaks) => {
    says.textContent = text || HINT;
    says.classList.toggle("breaks", breaks);
  };
  const show = (/** @type {number | null} */ ballot) => {
    grid.show(ballot, chosen);
    if (ballot === null) return condition.isPressed() || say("", false);
    say(explain(figure, ballot), breaksItsBinding(figure, ballot));
  };
  grid.rows.forEach(({ element, place }) => {
    const choose = () => {
      chosen = chosen === place ? null : place;
      condition.release();
      show(chosen);
      options.onBallot?.(chosen);
    };
    const listen = (/** @type {string} */ kind, /** @type {(event: any) => void} */ then) =>
      element.addEventListener(kind, then);
    listen("click", choose);
    listen("pointerenter", () => show(place));
    listen("pointerleave", () => show(chosen));
    listen("focus", () => show(place));
    listen("blur", () => show(chosen));
    listen("keydown", (event) =>
      onKey(
        event,
        choose,
        grid.rows.map((row) => row.element),
      ),
    );
  });
  show(chosen);
  return h("figure", { class: "ballots" }, condition.element, grid.element, says, legendOf(), caption);
}

/** @param {Figure} figure */
function faulty(figure) {
  const places = figure.ballots.map((_, place) => place).filter((place) => breaksItsBinding(figure, place));
  return places.at(-1) ?? null;
}

/**
 * @param {KeyboardEvent} event
 * @param {() => void} choose
 * @param {SVGElement[]} rows
 */
function onKey(event, choose, rows) {
  const place = rows.indexOf(/** @type {SVGElement} */ (event.currentTarget));
  const next = { ArrowDown: rows[place + 1], ArrowUp: rows[place - 1] }[event.key];
  if (next) next.focus();
  else if (event.key === "Enter" || event.key === " ") choose();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * A light for each condition. A light that is pressed says what its condition means.
 * @param {Figure} figure
 * @param {(condition: Condition | null) => void} onPress
 */
function lights(figure, onPress) {
  /** @type {HTMLButtonElement | null} */
  let pressed = null;
  const press = (/** @type {HTMLButtonElement | null} */ button) => {
    pressed?.setAttribute("aria-pressed", "false");
    pressed = button;
    pressed?.setAttribute("aria-pressed", "true");
  };
  const items = figure.conditions.map((condition) => {
    const holds = condition.witness === null;
    /** @type {HTMLButtonElement} */
    const button = h(
      "button",
      {
        type: "button",
        class: holds ? "light" : "light broken",
        "aria-pressed": "false",
        title: condition.witness ?? condition.meaning,
        onclick: () => {
          press(pressed === button ? null : button);
          onPress(pressed && condition);
        },
      },
      lamp(holds),
      verdict(figure, condition),
    );
    return h("li", {}, button);
  });
  const element = h("ul", { class: "lights", "aria-label": "Conditions" }, ...items);
  return { element, isPressed: () => pressed !== null, release: () => press(null) };
}

/** @param {boolean} holds */
function lamp(holds) {
  const shape = holds
    ? svg("path", { d: "M3 8.5 l3.2 3.2 L13 4.5", fill: "none", stroke: "currentColor", "stroke-width": 2.4 })
    : svg("path", {
        d: "M3.5 3.5 l9 9 M12.5 3.5 l-9 9",
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 2.6,
      });
  return svg("svg", { width: 15, height: 15, viewBox: "0 0 16 16", "aria-hidden": "true" }, shape);
}

/** @typedef {{ processes: string[], isNarrow: boolean, numbers: number, decrees: number, first: number, cell: number, remarks: number, width: number }} Grid */

/**
 * @param {Figure} figure
 * @param {Options} options
 * @returns {Grid}
 */
function measuresOf(figure, options) {
  const { ballots } = figure;
  const width = options.width ?? Math.min(560, document.documentElement.clientWidth - 32);
  const isNarrow = width < 440;
  const processes = columns(figure, options.processes);
  const widest = (/** @type {string[]} */ texts) => Math.max(...texts.map((text) => measureText(text, SIZE)));
  const numbers = Math.max(widest(ballots.map(({ number }) => number)) + 26, 40);
  const decrees = Math.min(
    Math.max(
      widest([isNarrow ? "" : "decree", ...ballots.map(({ decree }) => decree)]) + 22,
      isNarrow ? 56 : 70,
    ),
    width * 0.32,
  );
  const remarks =
    Math.max(...ballots.map((_, place) => measureText(remarkOf(figure, place, isNarrow), SIZE - 2) * 1.15)) +
    18;
  const room = (width - numbers - decrees - remarks) / Math.max(processes.length, 1);
  const cell = Math.min(Math.max(room, 30), 58);
  const first = numbers + decrees;
  return {
    processes,
    isNarrow,
    numbers,
    decrees,
    first,
    cell,
    remarks,
    width: first + cell * processes.length + remarks,
  };
}

/**
 * @param {Figure} figure
 * @param {number} place
 * @param {boolean} isNarrow
 */
function remarkOf(figure, place, isNarrow) {
  return remarks(figure, place, isNarrow)
    .map(({ text }) => text)
    .join(" ");
}

/**
 * What stands behind a ballot.
 * @param {Figure} figure
 * @param {number} place
 * @param {boolean} isNarrow
 */
function remarks(figure, place, isNarrow) {
  const broken = faults(figure, place);
  const success = figure.ballots[place]?.is_successful
    ? [{ kind: "ok", text: isNarrow ? "✓" : "✓ successful" }]
    : [];
  return broken.length > 0 ? [...success, { kind: "fault", text: `✗ ${broken.join(", ")}` }] : success;
}

/**
 * @param {Figure} figure
 * @param {Options} options
 */
function gridOf(figure, options) {
  const grid = measuresOf(figure, options);
  /** @type {{ element: SVGGElement, place: number, y: number }[]} */
  const rows = [];
  /** @type {SVGElement[]} */
  const parts = headOf(grid);
  let y = HEAD;
  for (const { instance, ballots } of groups(figure.ballots)) {
    if (instance !== null) {
      parts.push(
        svg("text", { class: "quiet", x: 12, y: y + 20, "font-size": SIZE - 2 }, `decree number ${instance}`),
      );
      parts.push(svg("line", { class: "thin", x1: 0, x2: grid.width, y1: y + GROUP - 2, y2: y + GROUP - 2 }));
      y += GROUP;
    }
    for (const place of ballots) {
      const element = rowOf(figure, place, y, grid);
      rows.push({ element, place, y });
      parts.push(element);
      y += ROW;
    }
  }
  const binding = svg("g", { "aria-hidden": "true" });
  const size = {
    width: Math.round(grid.width),
    height: y + 4,
    viewBox: `0 0 ${Math.round(grid.width)} ${y + 4}`,
  };
  const element = svg(
    "svg",
    { class: "grid", role: "group", "aria-label": "Ballots", ...size, "font-size": SIZE },
    ...parts,
    binding,
  );
  const yOf = new Map(rows.map((row) => [row.place, row.y]));
  const show = (/** @type {number | null} */ place, /** @type {number | null} */ chosen) => {
    rows.forEach((row) => {
      row.element.classList.toggle("chosen", row.place === chosen);
      row.element.setAttribute("aria-pressed", String(row.place === chosen));
    });
    binding.replaceChildren(
      ...(place === null ? [] : [bindingOf(figure, place, yOf, grid)].filter((part) => part !== null)),
    );
  };
  return { element, rows, show };
}

/** @param {Grid} grid */
function headOf({ processes, numbers, first, cell, width }) {
  const names = processes.map((process, column) => {
    const x = first + cell * (column + 0.5);
    const name = latin(process);
    const size = name && measureText(name, SIZE - 4) > cell - 2 ? SIZE - 6 : SIZE - 4;
    const text = shorten(process, SIZE + 3, cell, measureText);
    return svg(
      "g",
      {},
      svg("title", {}, name ? `${process} (${name})` : process),
      svg(
        "text",
        {
          class: "head",
          x,
          y: 20,
          "text-anchor": "middle",
          "font-size": text.length > 1 ? SIZE - 1 : SIZE + 3,
        },
        text,
      ),
      name &&
        svg(
          "text",
          { class: "quiet", x, y: 36, "text-anchor": "middle", "font-size": size },
          shorten(name, size, cell, measureText),
        ),
    );
  });
  return [
    svg("text", { class: "quiet", x: numbers - 12, y: 36, "text-anchor": "end", "font-size": SIZE - 3 }, "#"),
    svg("text", { class: "quiet", x: numbers, y: 36, "font-size": SIZE - 3 }, "decree"),
    ...names,
    svg("line", { class: "rule", x1: 0, x2: width, y1: HEAD - 3, y2: HEAD - 3 }),
  ];
}

/**
 * @param {Figure} figure
 * @param {number} place
 * @param {number} y
 * @param {Grid} grid
 * @returns {SVGGElement}
 */
function rowOf(figure, place, y, grid) {
  const { processes, isNarrow, numbers, decrees, first, cell, width } = grid;
  const ballot = figure.ballots[place];
  if (!ballot) return svg("g");
  const broken = faults(figure, place);
  const base = y + ROW / 2 + SIZE * 0.35;
  const decree = shorten(ballot.decree, SIZE, decrees - 12, measureText);
  const classes = ["ballot", ballot.is_successful && "successful", broken.length > 0 && "offends"]
    .filter(Boolean)
    .join(" ");
  const says = `${explain(figure, place)}${broken.length > 0 ? ` At fault: ${broken.join(", ")}.` : ""}`;
  const remark = { x: first + cell * processes.length + 10, y: base, "font-size": SIZE - 2 };
  return svg(
    "g",
    { class: classes, role: "button", tabindex: 0, "aria-label": says, "data-ballot": place },
    svg("title", {}, explain(figure, place)),
    svg("rect", { class: "ground", x: 2, y: y + 1, width: width - 4, height: ROW - 2, rx: 5 }),
    svg("text", { class: "number", x: numbers - 12, y: base, "text-anchor": "end" }, ballot.number),
    svg("text", { class: "decree", x: numbers, y: base }, decree),
    ...processes.map((process, column) =>
      cellOf(ballot, process, first + cell * (column + 0.5), y + ROW / 2, cell),
    ),
    svg(
      "text",
      remark,
      ...remarks(figure, place, isNarrow).map(({ kind, text }) => svg("tspan", { class: kind }, `${text} `)),
    ),
  );
}

/**
 * @param {import("synod/types").Ballot} ballot
 * @param {string} process
 * @param {number} x
 * @param {number} y
 * @param {number} cell
 */
function cellOf({ quorum, voters }, process, x, y, cell) {
  const [isMember, hasVoted] = [quorum.includes(process), voters.includes(process)];
  if (!isMember && !hasVoted) return null;
  return svg("g", {}, ...priest(process, isMember, hasVoted, x, y, half(cell)));
}

/** @param {number} cell */
function half(cell) {
  return Math.min(14, cell / 2 - 3);
}

/**
 * @param {string} process
 * @param {boolean} isMember
 * @param {boolean} hasVoted
 * @param {number} x
 * @param {number} y
 * @param {number} half Half the width of the box.
 */
function priest(process, isMember, hasVoted, x, y, half) {
  const box = { x: x - half, y: y - half, width: 2 * half, height: 2 * half };
  const kind = !hasVoted ? "member" : isMember ? "voted" : "outside";
  const size = Math.min(SIZE, 2 * half * 0.7);
  const text = shorten(process, size, 2 * half - 2, measureText);
  return [
    svg("rect", { class: kind, ...box, rx: kind === "member" ? half : 3 }),
    svg(
      "text",
      {
        class: kind === "voted" ? "priest in-box" : "priest",
        x,
        y: y + size * 0.36,
        "text-anchor": "middle",
        "font-size": size,
      },
      text,
    ),
  ];
}

/**
 * The arrow from a member of the ballot's quorum to the vote that binds the ballot, and rings around
 * the two decrees.
 * @param {Figure} figure
 * @param {number} place
 * @param {Map<number, number>} yOf
 * @param {Grid} grid
 */
function bindingOf(figure, place, yOf, { processes, numbers, decrees, first, cell }) {
  const vote = figure.ballots[place]?.bound_by;
  const [from, to] = [yOf.get(place), vote && yOf.get(vote.ballot)];
  if (!vote || from === undefined || to === undefined || to === null) return null;
  const x = first + cell * (processes.indexOf(vote.voter) + 0.5);
  const box = half(cell);
  const [begin, end] = [from + ROW / 2 - box - 1, to + ROW / 2 + box + 9];
  const bend = Math.min(cell * 0.6, 26);
  const path =
    begin - end < ROW
      ? `M${x} ${begin} V${end}`
      : `M${x + box * 0.5} ${begin} C${x + bend} ${begin - 18} ${x + bend} ${end + 18} ${x + 1} ${end}`;
  const ring = (/** @type {number} */ ballot, /** @type {number} */ y) => {
    const width = Math.min(measureText(figure.ballots[ballot]?.decree ?? "", SIZE), decrees - 12) + 18;
    return svg("rect", { x: numbers - 9, y: y + 4, width, height: ROW - 8, rx: 8 });
  };
  return svg(
    "g",
    { class: breaksItsBinding(figure, place) ? "binding breaks" : "binding" },
    svg("path", { d: path }),
    svg("path", { class: "tip", d: `M${x} ${end - 9} l-5 10 h10 z` }),
    svg("rect", {
      x: x - box - 3,
      y: to + ROW / 2 - box - 3,
      width: 2 * box + 6,
      height: 2 * box + 6,
      rx: 5,
    }),
    svg("rect", {
      x: x - box - 2,
      y: from + ROW / 2 - box - 2,
      width: 2 * box + 4,
      height: 2 * box + 4,
      rx: figure.ballots[place]?.voters.includes(vote.voter) ? 5 : box + 2,
    }),
    ring(place, from),
    ring(vote.ballot, to),
  );
}

function legendOf() {
  const item = (
    /** @type {string} */ text,
    /** @type {boolean} */ isMember,
    /** @type {boolean} */ hasVoted,
  ) =>
    h(
      "li",
      {},
      svg(
        "svg",
        { width: 22, height: 22, "aria-hidden": "true" },
        ...priest("Α", isMember, hasVoted, 11, 11, 10),
      ),
      text,
    );
  const arrow = svg(
    "svg",
    { width: 16, height: 22, class: "binding", "aria-hidden": "true" },
    svg("path", { d: "M8 21 V9" }),
    svg("path", { class: "tip", d: "M8 2 l-5 9 h10 z" }),
  );
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    item("in the quorum", true, false),
    item("in the quorum, voted", true, true),
    item("voted, not in the quorum", false, true),
    h("li", {}, h("span", { class: "ok" }, "✓"), "successful"),
    h("li", {}, arrow, "the vote that binds the ballot (MaxVote)"),
  );
}
