// @ts-check
/** @file The choices beside the state: what may happen next, grouped by process; and why the rest may not. */

import { h } from "synod/dom.js";
import { keyHint, plural, processName } from "synod/words.js";

/** @typedef {import("synod/types").Choice} Choice */
/** @typedef {import("synod/types").Message} Message */
/** @typedef {import("synod/types").ForbiddenStep} ForbiddenStep */
/** @typedef {{ process: string | null, choices: { key: string | null, choice: Choice }[] }} Group */

const KEYS = "123456789abcdefghijklmnopqrstuvwxyz";

/**
 * Whether two messages are one.
 * @param {Message} a
 * @param {Message} b
 */
export function isSame(a, b) {
  return a.name === b.name && a.from === b.from && a.to.join() === b.to.join();
}

/**
 * The choices that can be taken. The others lead out of the bounds of the spec.
 * @param {Choice[]} choices
 */
const takeable = (choices) => choices.filter((one) => !one.leaves_bounds);

/**
 * The choices that receive a message and can be taken, at this process if one is named.
 * @param {Choice[]} choices
 * @param {Message} message
 * @param {string} [process]
 */
export function receiving(choices, message, process) {
  const all = takeable(choices).filter((one) => one.receives && isSame(one.receives, message));
  return process === undefined ? all : all.filter((one) => one.process === process);
}

/**
 * The choices in the order of the page, each with its key. Those of messages that were put aside are left out, and
 * those that lead out of the bounds.
 * @param {Choice[]} choices
 * @param {{ asides?: Message[], offered?: Choice[] | null, filter?: string }} [only]
 * @returns {Group[]}
 */
export function groups(choices, { asides = [], offered = null, filter = "" } = {}) {
  const isAside = (/** @type {Choice} */ one) => asides.some((message) => one.receives && isSame(message, one.receives));
  const words = filter.toLowerCase();
  const shown = takeable(offered ?? choices).filter((one) => !isAside(one) && one.step.toLowerCase().includes(words));
  const processes = [...new Set(shown.map((one) => one.process))];
  let place = 0;
  return processes.map((process) => ({
    process,
    choices: shown.filter((one) => one.process === process).map((choice) => ({ key: KEYS[place++] ?? null, choice })),
  }));
}

/**
 * `broken` are the claims that do not hold in this state: a step does not break them.
 * @typedef {{ choices: Choice[] | null, broken: string[], asides: Message[], offered: Choice[] | null, delivering: Message | null }} ChoicesState
 */
/**
 * @typedef {{
 *   onTake: (step: string) => void, onLose: (message: Message) => void, onFind: (message: Message) => void,
 *   onAll: () => void, forbidden: () => Promise<ForbiddenStep[]> }} ChoicesActions
 */

/** @param {ChoicesActions} on */
export function makeChoices(on) {
  /** @type {ChoicesState} */
  let shown = { choices: null, broken: [], asides: [], offered: null, delivering: null };
  let hadFocus = false;
  const filter = h("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": "Show only steps with this in their name",
    oninput: () => draw(),
  });
  const list = h("div", { class: "list" });
  const whyNot = makeWhyNot(on.forbidden);
  const element = h("div", { class: "choices" }, h("div", { class: "tools" }, filter), list, whyNot.element);
  const now = () => groups(shown.choices ?? [], { ...shown, filter: filter.value });

  /** @param {ChoicesState} [next] */
  function draw(next = shown) {
    const isNew = next.choices !== shown.choices;
    // A disabled button loses the focus: it returns with the next choices.
    hadFocus = list.contains(document.activeElement) || (hadFocus && document.activeElement === document.body);
    shown = next;
    list.setAttribute("aria-busy", String(next.choices === null));
    if (isNew) whyNot.forget();
    if (next.choices === null) {
      for (const button of list.querySelectorAll("button")) button.disabled = true;
      return;
    }
    filter.hidden = next.choices.length < 10 && filter.value === "";
    list.replaceChildren(...content(next, now(), on));
    if (hadFocus && isNew) list.querySelector("button")?.focus();
  }

  list.addEventListener("keydown", (event) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const all = /** @type {HTMLButtonElement[]} */ ([...list.querySelectorAll("button.take")]);
    const place = all.findIndex((button) => button.parentElement?.contains(document.activeElement));
    all[(place + by + all.length) % all.length]?.focus();
  });

  return {
    element,
    update: draw,
    /** The step of a key; null if there is none. @param {string} key */
    stepOf(key) {
      const found = now()
        .flatMap((group) => group.choices)
        .find((one) => one.key === key);
      return shown.choices === null ? null : (found?.choice.step ?? null);
    },
    /** Opens or closes the list of steps that are not possible. @param {string} [about] */
    toggleWhyNot: (about) => whyNot.toggle(about),
  };
}

/**
 * @param {ChoicesState} state
 * @param {Group[]} found
 * @param {ChoicesActions} on
 */
function content({ choices, broken, asides, offered, delivering }, found, on) {
  const all = choices ?? [];
  const leaving = all.filter((one) => one.leaves_bounds);
  const nothing = all.length > leaving.length ? "No step is left to show." : "No step is possible here: the run ends.";
  return [
    offered && delivering ? offer(delivering, on.onAll) : null,
    found.length === 0 ? h("p", { class: "empty" }, nothing) : null,
    ...found.map((one) => group(one, broken, on)),
    asides.length > 0 ? lost(asides, on.onFind) : null,
    leaving.length > 0 ? outside(leaving) : null,
  ].filter((one) => one !== null);
}

/**
 * @param {Message} message
 * @param {() => void} onAll
 */
function offer(message, onAll) {
  return h(
    "p",
    { class: "offer" },
    `Several steps receive ${message.name}: choose one. `,
    h("button", { type: "button", class: "link", onclick: onAll }, "Show all steps"),
  );
}

/**
 * The steps that the bounds of the spec do not let happen.
 * @param {Choice[]} leaving
 */
function outside(leaving) {
  const items = leaving.map(({ step }) => h("li", {}, step));
  return h(
    "details",
    { class: "outside" },
    h("summary", {}, `${plural(leaving.length, "step leads", "steps lead")} out of the bounds`),
    h("ul", {}, ...items),
  );
}

/**
 * @param {Group} of
 * @param {string[]} broken
 * @param {ChoicesActions} on
 */
function group({ process, choices: of }, broken, on) {
  const name = processName(process);
  return h(
    "section",
    { class: "group", "aria-label": name },
    h("h3", {}, name),
    h("ol", {}, ...of.map((one) => h("li", {}, ...row(one, broken, on)))),
  );
}

/**
 * @param {{ key: string | null, choice: Choice }} of
 * @param {string[]} broken
 * @param {ChoicesActions} on
 */
function row({ key, choice }, broken, on) {
  const { step, does, changes, receives } = choice;
  const take = h(
    "button",
    { type: "button", class: "take", "data-step-name": step, "aria-keyshortcuts": key, onclick: () => on.onTake(step) },
    key ? keyHint(key) : null,
    h("span", { class: "does" }, does),
    ...warnings(choice, broken),
    h("span", { class: "changes" }, ...changes.map((line) => h("span", {}, line))),
  );
  const lose =
    receives &&
    h(
      "button",
      {
        type: "button",
        class: "lose quiet",
        "aria-label": `Put ${receives.name} aside as lost`,
        title: "Put aside as lost",
        onclick: () => on.onLose(receives),
      },
      "✕",
    );
  return [take, lose];
}

/**
 * @param {Choice} choice
 * @param {string[]} broken
 */
function warnings({ violates, objection, panics, happens }, broken) {
  const breaks = violates.filter((claim) => !broken.includes(claim));
  return [
    happens === "acts" ? null : h("span", { class: "flag" }, happens.replace("-", " ")),
    breaks.length > 0
      ? h("span", { class: "flag bad" }, `✗ breaks ${breaks.slice(0, 3).join(", ")}${breaks.length > 3 ? " …" : ""}`)
      : null,
    panics ? h("span", { class: "flag bad" }, `✗ panics: ${panics}`) : null,
    objection ? h("span", { class: "flag warn" }, `⚠ ${objection}`) : null,
  ];
}

/**
 * @param {Message[]} asides
 * @param {(message: Message) => void} onFind
 */
function lost(asides, onFind) {
  const items = asides.map((message) =>
    h(
      "li",
      {},
      h("code", {}, message.name),
      " ",
      h("button", { type: "button", class: "link", onclick: () => onFind(message) }, "bring back"),
    ),
  );
  const note = "A lost message is one that is never delivered. A duplicate is one that is delivered again.";
  return h(
    "section",
    { class: "lost", "aria-label": "Put aside as lost" },
    h("h3", {}, "Put aside as lost"),
    h("ul", {}, ...items),
    h("p", { class: "note" }, note),
  );
}

/**
 * The steps that are not possible, each with the guard that forbids it. They are asked for when they are opened.
 * @param {() => Promise<ForbiddenStep[]>} ask
 */
function makeWhyNot(ask) {
  const body = h("div", {});
  const element = h(
    "details",
    { class: "why-not", ontoggle: () => open() },
    h("summary", { "aria-keyshortcuts": "." }, "Why not another step? ", keyHint(".")),
    body,
  );
  let filter = "";
  let isFresh = false;

  async function open() {
    if (!element.open || isFresh) return;
    isFresh = true;
    body.replaceChildren(...guards(await ask(), filter));
  }

  return {
    element,
    /** The state has changed. */
    forget() {
      isFresh = false;
      filter = "";
      if (element.open) void open();
      else body.replaceChildren();
    },
    /** @param {string} [about] Only steps with this in their names. */
    toggle(about = "") {
      isFresh &&= filter === about;
      filter = about;
      const opens = about !== "" || !element.open;
      element.open = opens;
      void open();
      if (opens) element.scrollIntoView({ block: "nearest" });
    },
  };
}

const IDLE = "it would change nothing";

/**
 * @param {ForbiddenStep[]} steps
 * @param {string} filter
 */
function guards(steps, filter) {
  const shown = steps.filter((one) => one.step.includes(filter));
  const idle = shown.filter((one) => one.why === IDLE).map((one) => one.step);
  const guarded = shown.filter((one) => one.why !== IDLE);
  if (shown.length === 0) return [h("p", { class: "empty" }, "The spec tells no guard of a step that is not possible here.")];
  return [
    h("dl", {}, ...guarded.flatMap(({ step, why }) => [h("dt", {}, step), h("dd", {}, why)])),
    idle.length > 0 ? h("p", { class: "note" }, `These would change nothing: ${idle.join("; ")}.`) : "",
  ];
}
