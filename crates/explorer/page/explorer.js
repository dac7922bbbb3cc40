// @ts-check
/** @file The page of `synod explore`: puts the parts together. */

import { call } from "synod/api.js";
import { makeAsking, tellNothing } from "synod/asking.js";
import { tell } from "synod/bar.js";
import { openChecked } from "synod/checked.js";
import { makeChoices } from "synod/choices.js";
import { claims } from "synod/claims.js";
import { comparison } from "synod/compare.js";
import { h } from "synod/dom.js";
import { copy, download, openSharing } from "synod/files.js";
import * as films from "synod/film.js";
import { firstButton, heading } from "synod/heading.js";
import { icon } from "synod/icons.js";
import { initialStates } from "synod/initial.js";
import { listen, openKeys } from "synod/keys.js";
import { openPicker } from "synod/picker.js";
import { redraw } from "synod/redraw.js";
import { dismiss, notice, notices, problem, say } from "synod/say.js";
import { makeSession } from "synod/session.js";
import { decode, encode } from "synod/share.js";
import { makeTabs } from "synod/tabs.js";
import { nextTheme, restoreTheme } from "synod/theme.js";
import { triedTree } from "synod/tried.js";
import { makeWatch } from "synod/watch.js";
import { sentence } from "synod/words.js";

/** @typedef {import("synod/types").Specs} Specs */

/** The least time between two changes of the address, in milliseconds. Browsers refuse more than some in a second. */
const ADDRESS_PAUSE = 250;
/** How long a state is shown before its choices are asked for while the film plays, in milliseconds. */
const CHOICES_PAUSE = 120;

restoreTheme();

/** @type {Specs} */
let specs = { opened: null, specs: [] };
const session = makeSession({ changed: draw, failed: problem });
const asking = makeAsking();

/** Runs an act, and tells in words what goes wrong. @param {() => Promise<unknown>} act */
const doing = (act) => {
  dismiss("problem");
  act().catch(problem);
};

const watch = makeWatch({
  read: watched,
  onStep: (step) => session.turn((film) => films.show(film, films.line(film)[step]?.id ?? film.at)),
  onDeliver: (message, process) => doing(() => deliver(message, process)),
  canDeliver: (message, process) => session.canDeliver(message, process),
  onUndo: () => session.turn(films.undo),
  onRedo: () => session.turn(films.redo),
  onCompare: compare,
  hasComparison: () => (session.state.spec?.paper ?? null) !== null,
});
const choices = makeChoices({
  onTake: (step) => doing(() => take(step)),
  onLose: (message) => session.change({ asides: [...session.state.asides, message] }),
  onFind: (message) => session.change({ asides: session.state.asides.filter((one) => one !== message) }),
  onAll: () => session.change({ offered: null, delivering: null }),
  forbidden: session.forbidden,
});
const beginning = h("div", {});
const claimsPanel = h("div", {});
const triedPanel = h("div", {});
const tabs = makeTabs([
  { id: "choices", name: "Choices", key: "Shift+O", panel: h("div", {}, beginning, choices.element) },
  { id: "claims", name: "Claims", key: "Shift+C", panel: claimsPanel },
  { id: "tried", name: "Tried", key: "Shift+T", panel: triedPanel },
]);
const head = h("header", { class: "top" });
const beside = h("div", { class: "comparison", hidden: true });
const main = h("main", { id: "main", tabindex: -1 }, watch.stage.now, watch.stage.picture, tabs.element);
document.body.append(head, notices, main, beside, watch.bar.element);

/** What the stage and the bar show. */
function watched() {
  const { spec, film, sought, find, doomed, asides } = session.state;
  if (!spec || !film) return null;
  const line = films.line(film);
  const at = films.position(film);
  const unavoidable = line.findIndex((one) => one.id === doomed);
  return {
    views: line.map((one) => one.view),
    at,
    processes: spec.processes,
    sought: sought ?? spec.property,
    unavoidable: unavoidable < 0 ? null : unavoidable,
    find: find?.entry === film.at ? find.find : null,
    asides,
    canUndo: film.past.length > 0,
    canRedo: film.future.length > 0,
  };
}

// Drawing

let drawnSpec = /** @type {import("synod/types").Spec | null} */ (null);
let drawnEntry = /** @type {import("synod/film.js").Entry | null} */ (null);

function draw() {
  const { spec, film } = session.state;
  if (spec !== drawnSpec) drawHead();
  drawnSpec = spec;
  watch.draw();
  drawChoices();
  drawPanels();
  drawComparison();
  writeAddress();
  const entry = film ? films.entry(film, film.at) : null;
  if (entry && entry.view !== drawnEntry?.view) tellStep();
  drawnEntry = entry;
}

function drawHead() {
  const { spec } = session.state;
  const pick = h("button", { type: "button", class: "pick", "aria-keyshortcuts": "/", title: "Choose another spec (/)", onclick: choose }, spec?.name ?? "Choose a spec", h("span", { "aria-hidden": "true" }, " ▾"));
  const first = spec && firstButton(spec, { onBreak: showBreak, onCheck: check });
  const beginAgain = spec?.initial ? h("button", { type: "button", onclick: () => doing(() => session.open(spec.name)) }, "Another initial state") : null;
  const tools = h(
    "div",
    { class: "tools" },
    beginAgain,
    spec?.paper ? h("button", { type: "button", "aria-keyshortcuts": "Shift+P", onclick: compare }, "Compare with the paper") : null,
    h("button", { type: "button", "aria-keyshortcuts": "Shift+S", onclick: share }, "Share"),
    h("button", { type: "button", class: "quiet", "aria-label": "Light or dark", title: "Light or dark (Shift+D)", onclick: theme }, icon("theme")),
    h("button", { type: "button", class: "quiet", "aria-label": "Keys", title: "Keys (?)", onclick: () => openKeys(shortcuts) }, "?"),
  );
  head.replaceChildren(spec ? heading(spec, { name: pick, first }) : h("div", { class: "spec" }, h("h1", {}, pick)), tools);
  document.title = spec ? `${spec.name} · Synod` : "Synod";
  beginning.replaceChildren(...(spec?.initial ? [beginnings(spec.name, spec.initial.count_at_least)] : []));
}

/**
 * @param {string} spec
 * @param {number} atLeast
 */
function beginnings(spec, atLeast) {
  return initialStates({
    atLeast,
    ask: (from, count, filter) => call("initial", { spec, from, count, filter }),
    onBegin: (begin) => doing(() => session.load({ begin, steps: [], end: null, at: 0 })),
  });
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function drawChoices() {
  const { film, asides, offered, delivering } = session.state;
  beginning.hidden = film !== null;
  choices.element.hidden = film === null;
  main.toggleAttribute("data-beginning", film === null);
  clearTimeout(soon);
  if (watch.clock.isPlaying) soon = setTimeout(drawChoices, CHOICES_PAUSE);
  const broken = film ? films.entry(film, film.at).view.violations.map((one) => one.claim) : [];
  choices.update({ choices: session.choices(!watch.clock.isPlaying), broken, asides, offered, delivering });
}

function drawPanels() {
  const { spec, film } = session.state;
  const view = film ? films.entry(film, film.at).view : null;
  redraw(claimsPanel, spec && claims(spec, view, { onViolation: findViolation, onExample: findExample, onCheck: check }));
  redraw(triedPanel, film && triedTree(film, (id) => session.turn((now) => films.goTo(now, id))));
}

function drawComparison() {
  const { spec, paper } = session.state;
  const now = watched();
  const isOpen = paper !== null && spec !== null && now !== null;
  main.hidden = isOpen;
  beside.hidden = !isOpen;
  if (!isOpen) return redraw(beside);
  const onStep = (/** @type {number} */ step) => session.turn((film) => films.show(film, films.line(film)[step]?.id ?? film.at));
  redraw(beside, ...comparison({ ...now, paper, mutant: spec.mutant ?? spec.name, drops: spec.drops, steps: session.lineSteps(), onStep, onPossible, onClose: closeComparison }));
}

function tellStep() {
  const now = watched();
  if (!now || watch.clock.isPlaying) return;
  const broken = now.views[now.at]?.violations.map((one) => `${one.claim} is violated: ${one.witness}`) ?? [];
  say([tell(now.views, now.at), ...broken].join(". "));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let addressTimer;
let written = 0;

function writeAddress() {
  clearTimeout(addressTimer);
  const wait = Math.max(0, written + ADDRESS_PAUSE - Date.now());
  addressTimer = setTimeout(() => {
    const link = session.link();
    if (!link) return;
    written = Date.now();
    history.replaceState(null, "", encode(link));
  }, wait);
}

// Acts

/** @param {string} step */
async function take(step) {
  if (watch.clock.isPlaying) watch.clock.stop();
  await session.take(step);
}

/**
 * @param {import("synod/types").Message} message
 * @param {string} [process]
 */
async function deliver(message, process) {
  tabs.open("choices");
  if (await session.deliver(message, process)) return;
  const where = process === undefined ? "" : ` at ${process}`;
  notice("result", h("strong", {}, `${message.name} cannot be received${where} now. `), "The guards say why: see “Why not another step?”");
  choices.toggleWhyNot(message.name);
}

function choose() {
  openPicker(specs.specs, session.state.spec?.name ?? null, (name) => doing(() => open(name)));
}

/** @param {string} name */
async function open(name) {
  asking.stop();
  dismiss();
  await session.open(name);
  main.focus();
}

function showBreak() {
  findViolation(session.state.spec?.property ?? null);
}

/** @param {string | null} violation */
function findViolation(violation) {
  doing(() => findRun({ violation }, violation));
}

/** @param {string} example */
function findExample(example) {
  doing(() => findRun({ example }, null));
}

/**
 * Searches, and loads the run that is found.
 * @param {import("synod/types").SearchFor} what
 * @param {string | null} claim
 */
async function findRun(what, claim) {
  const { spec } = session.state;
  if (!spec) return;
  dismiss("result");
  const found = await asking.search(spec.name, what);
  if (!found || session.state.spec !== spec) return;
  if (found.verdict !== "found") return tellNothing(found);
  await session.load({ ...found, end: null, at: found.steps.length });
  const property = found.property ?? ("example" in what ? what.example : "the claim");
  const find = { property, length: found.steps.length, isShortest: found.is_shortest };
  const entry = session.state.film?.at ?? 0;
  session.change({ sought: claim ?? ("violation" in what ? found.property : null), find: { entry, find } });
  await askAvoidable();
}

/** Asks, in the background, after which step the violation that the run ends with cannot be avoided any more. */
async function askAvoidable() {
  const { film, sought, spec } = session.state;
  if (!film || !spec) return;
  const line = films.line(film);
  const at = films.breaks(line.map((one) => one.view), sought);
  const broken = line[at];
  const claim = sought ?? broken?.view.violations[0]?.claim;
  if (!broken || !claim) return;
  const answer = await asking.avoidable(session.place(films.steps(film, broken.id)), claim);
  const after = answer?.unavoidable_after ?? null;
  if (session.state.spec === spec && after !== null) session.change({ doomed: line[after]?.id ?? null });
}

function check() {
  doing(async () => {
    const { spec } = session.state;
    if (!spec) return;
    const checked = await asking.check(spec.name);
    if (checked) openChecked(checked, { onViolation: findViolation, onExample: findExample });
  });
}

function compare() {
  if (session.state.paper) closeComparison();
  else if (session.state.spec?.paper) doing(session.compare);
}

function closeComparison() {
  session.change({ paper: null });
}

/** Opens the paper's run with another step at its end. @param {string} step */
function onPossible(step) {
  const { paper, begin } = session.state;
  if (!paper) return;
  const steps = [...session.lineSteps().slice(0, paper.views.length - 1), step];
  doing(async () => {
    await open(paper.spec);
    await session.load({ begin, steps, end: null, at: steps.length });
  });
}

function address() {
  const link = session.link();
  return new URL(link ? encode(link) : "", location.href).href;
}

function share() {
  openSharing({
    link: address(),
    onExport: (as) =>
      doing(async () => {
        const { file, text } = await call("export", { ...session.place(session.lineSteps()), as });
        download(file, text);
        say(`${file} is saved.`);
      }),
    onImport: (itf) => doing(() => takeIn(itf)),
  });
}

/** @param {string} itf */
async function takeIn(itf) {
  const spec = session.state.spec?.name;
  if (!spec) return;
  const { begin, steps, changed } = await call("import", { spec, itf });
  const opened = await session.load({ begin, steps, end: null, at: steps.length });
  tellChanged(changed ?? opened.changed, steps);
}

async function copyLink() {
  const isCopied = await copy(address());
  notice("result", isCopied ? "The link to this run is copied." : "The browser does not let this page copy. The address bar has the link.");
}

function theme() {
  const name = nextTheme();
  say(name === "system" ? "Light or dark as the system has it." : `The ${name} theme.`);
}

/**
 * Tells which step is not possible any more, and what is possible there.
 * @param {import("synod/types").Changed | null} changed
 * @param {string[]} steps
 */
function tellChanged(changed, steps) {
  if (!changed) return;
  const items = changed.possible.map((step) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => doing(() => take(step)) }, step)));
  notice(
    "problem",
    h("strong", {}, `Step ${changed.at} of this run, “${steps[changed.at - 1] ?? ""}”, is not possible any more. `),
    `${sentence(changed.why)} The run is shown as far as it goes. `,
    items.length > 0 ? h("details", {}, h("summary", {}, "What is possible there"), h("ul", {}, ...items)) : null,
  );
}

/** @type {import("synod/keys.js").Shortcut[]} */
const shortcuts = [
  ...watch.shortcuts,
  { keys: ["Control+z", "U"], shown: "Ctrl Z", what: "undo the last choice or jump", act: () => session.turn(films.undo) },
  { keys: ["Control+y", "Control+Shift+z", "R"], shown: "Ctrl Y", what: "redo", act: () => session.turn(films.redo) },
  { keys: ["["], shown: "[", what: "the branch before, where several were tried", act: () => session.turn((film) => films.sibling(film, -1)) },
  { keys: ["]"], shown: "]", what: "the branch after", act: () => session.turn((film) => films.sibling(film, 1)) },
  { keys: ["V"], shown: "Shift V", what: "show how the spec breaks", act: showBreak },
  { keys: ["K"], shown: "Shift K", what: "check the whole space", act: check },
  { keys: ["P"], shown: "Shift P", what: "compare with the paper, step by step", act: compare },
  { keys: ["."], shown: ".", what: "why another step is not possible", act: () => choices.toggleWhyNot() },
  { keys: ["O"], shown: "Shift O", what: "to the choices", act: () => (tabs.open("choices"), choices.focus()) },
  { keys: ["C"], shown: "Shift C", what: "to the claims", act: () => (tabs.open("claims"), claimsPanel.querySelector("button")?.focus()) },
  { keys: ["T"], shown: "Shift T", what: "to the tree of what was tried", act: () => (tabs.open("tried"), triedPanel.querySelector("button")?.focus()) },
  { keys: ["/"], shown: "/", what: "choose another spec", act: choose },
  { keys: ["S"], shown: "Shift S", what: "share: link, files, take in a run", act: share },
  { keys: ["L"], shown: "Shift L", what: "copy the link", act: () => doing(copyLink) },
  { keys: ["D"], shown: "Shift D", what: "light or dark", act: theme },
  { keys: ["?"], shown: "?", what: "these keys", act: () => openKeys(shortcuts) },
  { keys: ["Escape"], shown: "Esc", what: "close the comparison, the offer, the notices", act: escape },
];

function escape() {
  const { paper, offered } = session.state;
  if (paper) return closeComparison();
  if (offered) return session.change({ offered: null, delivering: null });
  dismiss("problem");
  dismiss("result");
}

listen(shortcuts, (key) => {
  const step = session.state.paper ? null : choices.stepOf(key);
  if (step !== null) doing(() => take(step));
  return step !== null;
});

// Beginning

/** Opens what the address names, or else the spec that the server was started with. */
async function restore() {
  const link = decode(location.hash);
  const name = link?.spec ?? specs.opened;
  if (!name) return choose();
  await session.open(name);
  if (!link || (link.steps.length === 0 && !link.begin)) return;
  const { changed, isOther } = await session.load(link);
  tellChanged(changed, link.steps);
  if (isOther) notice("problem", h("strong", {}, "The same steps now lead to another state. "), "The spec or this program has changed since the link was made.");
  await askAvoidable();
}

addEventListener("hashchange", () => doing(restore));
drawHead();
doing(async () => {
  specs = await call("specs", {});
  await restore();
});
