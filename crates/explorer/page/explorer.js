// @ts-check
/** @file The page of `synod explore`: puts the parts together. */

import { makeAddress } from "synod/address.js";
import { call } from "synod/api.js";
import { tell } from "synod/bar.js";
import { makeChoices } from "synod/choices.js";
import { claims } from "synod/claims.js";
import { comparison } from "synod/compare.js";
import { h } from "synod/dom.js";
import * as films from "synod/film.js";
import { makeFinds } from "synod/finds.js";
import { head } from "synod/head.js";
import { initialStates } from "synod/initial.js";
import { listen, openKeys } from "synod/keys.js";
import { openPicker } from "synod/picker.js";
import { redraw } from "synod/redraw.js";
import { dismiss, doing, notice, notices, problem, say } from "synod/say.js";
import { makeSession } from "synod/session.js";
import { makeSharing } from "synod/sharing.js";
import { makeTabs } from "synod/tabs.js";
import { nextTheme, restoreTheme } from "synod/theme.js";
import { triedTree } from "synod/tried.js";
import { makeWatch } from "synod/watch.js";

/** How long a state is shown before its choices are asked for while the film plays, in milliseconds. */
const CHOICES_PAUSE = 120;

restoreTheme();

/** @type {import("synod/types").Specs} */
let specs = { opened: null, specs: [] };
const session = makeSession({ changed: draw, failed: problem });
const address = makeAddress(session.link);
const sharing = makeSharing({ session, address });
const finds = makeFinds(session);

// The parts of the page

const watch = makeWatch({
  read: watched,
  onStep,
  onDeliver: (message, process) => doing(() => deliver(message, process)),
  canDeliver: session.canDeliver,
  onUndo: () => session.turn(films.undo),
  onRedo: () => session.turn(films.redo),
  onCompare: compare,
  hasComparison: () => Boolean(session.state.spec?.paper),
});
const choices = makeChoices({
  onTake: take,
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
const top = h("header", { class: "top" });
const beside = h("div", { class: "comparison", role: "main", hidden: true });
const main = h("main", { id: "main", tabindex: -1 }, watch.stage.now, watch.stage.picture, tabs.element);
document.body.append(top, notices, main, beside, watch.bar.element);

/** What the stage and the bar show. */
function watched() {
  const { spec, film, sought, find, doomed, asides } = session.state;
  if (!spec || !film) return null;
  const line = films.line(film);
  const unavoidable = line.findIndex((one) => one.id === doomed);
  return {
    views: line.map((one) => one.view),
    at: films.position(film),
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
let drawnView = /** @type {import("synod/types").View | null} */ (null);

function draw() {
  if (session.state.spec !== drawnSpec) drawHead();
  drawnSpec = session.state.spec;
  watch.draw();
  drawChoices();
  drawPanels();
  drawComparison();
  address.follow();
  if (shownView() !== drawnView) tellStep();
  drawnView = shownView();
}

function shownView() {
  const { film } = session.state;
  return film ? films.entry(film, film.at).view : null;
}

function drawHead() {
  const { spec } = session.state;
  top.replaceChildren(
    ...head(spec, {
      onChoose: choose,
      onBreak: finds.expected,
      onCheck: finds.check,
      onBegin: () => doing(async () => spec && session.open(spec.name)),
      onCompare: compare,
      onShare: sharing.open,
      onTheme: theme,
      onKeys: () => openKeys(shortcuts),
    }),
  );
  document.title = spec ? `${spec.name} · Synod` : "Synod";
  beginning.replaceChildren(...beginnings());
}

/** What stands in the place of the choices as long as there is no state. */
function beginnings() {
  const { spec } = session.state;
  if (!spec) return [h("p", {}, "No spec is open. ", h("button", { type: "button", class: "first", onclick: choose }, "Choose a spec"))];
  if (!spec.initial) return [];
  const ask = (/** @type {number} */ from, /** @type {number} */ count, /** @type {string} */ filter) => call("initial", { spec: spec.name, from, count, filter });
  const onBegin = (/** @type {import("synod/types").Begin} */ begin) => doing(() => session.load({ begin, steps: [], end: null, at: 0 }));
  return [initialStates({ ask, onBegin, atLeast: spec.initial.count_at_least })];
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function drawChoices() {
  const { film, asides, offered, delivering } = session.state;
  const { isPlaying } = watch.clock;
  beginning.hidden = film !== null;
  choices.element.hidden = film === null;
  main.toggleAttribute("data-beginning", film === null);
  clearTimeout(soon);
  if (isPlaying) soon = setTimeout(drawChoices, CHOICES_PAUSE);
  const broken = shownView()?.violations.map((one) => one.claim) ?? [];
  choices.update({ choices: session.choices(!isPlaying), broken, asides, offered, delivering });
}

function drawPanels() {
  const { spec, film } = session.state;
  redraw(claimsPanel, spec && claims(spec, shownView(), { onViolation: finds.violation, onExample: finds.example, onCheck: finds.check }));
  redraw(triedPanel, film && triedTree(film, (id) => session.turn((now) => films.goTo(now, id))));
}

function drawComparison() {
  const { spec, paper } = session.state;
  const now = watched();
  const isOpen = paper !== null && spec !== null && now !== null;
  main.hidden = isOpen;
  beside.hidden = !isOpen;
  if (!isOpen) return redraw(beside);
  const { mutant, name, drops } = spec;
  redraw(beside, ...comparison({ ...now, paper, mutant: mutant ?? name, drops, steps: session.lineSteps(), onStep, onPossible, onClose: closeComparison }));
}

function tellStep() {
  const now = watched();
  if (!now || watch.clock.isPlaying) return;
  const broken = shownView()?.violations.map((one) => `${one.claim} is violated: ${one.witness}`) ?? [];
  say([tell(now.views, now.at), ...broken].join(". "));
}

// Acts

/** @param {number} step */
function onStep(step) {
  session.turn((film) => films.show(film, films.line(film)[step]?.id ?? film.at));
}

/** @param {string} step */
function take(step) {
  if (watch.clock.isPlaying) watch.clock.stop();
  doing(() => session.take(step));
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
  finds.stop();
  dismiss();
  await session.open(name);
  main.focus();
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

function theme() {
  const name = nextTheme();
  say(name === "system" ? "Light or dark as the system has it." : `The ${name} theme.`);
}

/**
 * Opens a tab, and goes to its first button.
 * @param {string} id
 * @param {HTMLElement} panel
 */
function goToTab(id, panel) {
  tabs.open(id);
  panel.querySelector("button")?.focus();
}

function escape() {
  const { paper, offered } = session.state;
  if (paper) return closeComparison();
  if (offered) return session.change({ offered: null, delivering: null });
  dismiss("problem");
  dismiss("result");
}

/** @type {import("synod/keys.js").Shortcut[]} */
const shortcuts = [
  ...watch.shortcuts,
  { keys: ["Control+z", "U"], shown: "Ctrl Z", what: "undo the last choice or jump", act: () => session.turn(films.undo) },
  { keys: ["Control+y", "Control+Shift+z", "R"], shown: "Ctrl Y", what: "redo", act: () => session.turn(films.redo) },
  { keys: ["["], shown: "[", what: "the branch before, where several were tried", act: () => session.turn((film) => films.sibling(film, -1)) },
  { keys: ["]"], shown: "]", what: "the branch after", act: () => session.turn((film) => films.sibling(film, 1)) },
  { keys: ["V"], shown: "Shift V", what: "show how the spec breaks", act: finds.expected },
  { keys: ["K"], shown: "Shift K", what: "check the whole space", act: finds.check },
  { keys: ["P"], shown: "Shift P", what: "compare with the paper, step by step", act: compare },
  { keys: ["."], shown: ".", what: "why another step is not possible", act: () => choices.toggleWhyNot() },
  { keys: ["O"], shown: "Shift O", what: "to the choices", act: () => goToTab("choices", choices.element) },
  { keys: ["C"], shown: "Shift C", what: "to the claims", act: () => goToTab("claims", claimsPanel) },
  { keys: ["T"], shown: "Shift T", what: "to the tree of what was tried", act: () => goToTab("tried", triedPanel) },
  { keys: ["/"], shown: "/", what: "choose another spec", act: choose },
  { keys: ["S"], shown: "Shift S", what: "share: link, files, take in a run", act: sharing.open },
  { keys: ["L"], shown: "Shift L", what: "copy the link", act: sharing.copyLink },
  { keys: ["D"], shown: "Shift D", what: "light or dark", act: theme },
  { keys: ["?"], shown: "?", what: "these keys", act: () => openKeys(shortcuts) },
  { keys: ["Escape"], shown: "Esc", what: "close the comparison, the offer, the notices", act: escape },
];

listen(shortcuts, (key) => {
  const step = session.state.paper ? null : choices.stepOf(key);
  if (step !== null) take(step);
  return step !== null;
});

// Beginning

/** Opens what the address names, or else the spec that the server was started with. */
async function restore() {
  const link = address.named();
  const name = link?.spec ?? specs.opened;
  if (!name) return choose();
  await session.open(name);
  if (!link || (link.steps.length === 0 && !link.begin)) return;
  await sharing.openLink(link);
  await finds.askAvoidable();
}

addEventListener("hashchange", () => doing(restore));
drawHead();
drawChoices();
doing(async () => {
  specs = await call("specs", {});
  await restore();
});
