// @ts-check
/** @file Watching a run: the stage, the bar below it, its clock and its keys. The explorer and an exported file share it. */

import { makeBar } from "synod/bar.js";
import { marks, newlyBroken } from "synod/film.js";
import { makeClock } from "synod/play.js";
import { makeStage } from "synod/stage.js";

/** @typedef {import("synod/stage.js").StageState & { canUndo?: boolean, canRedo?: boolean }} Watched */
/**
 * @typedef {{
 *   read: () => Watched | null | undefined, onStep: (step: number) => void, onDraw?: () => void,
 *   onDeliver?: import("synod/stage.js").StageActions["onDeliver"],
 *   canDeliver?: import("synod/stage.js").StageActions["canDeliver"], onCompare?: () => void, hasComparison?: () => boolean,
 *   onUndo?: () => void, onRedo?: () => void }} Watching
 */

/** @param {Watching} on */
export function makeWatch(on) {
  const onStep = (/** @type {number} */ step) => {
    const views = on.read()?.views ?? [];
    if (step >= 0 && step < views.length) on.onStep(step);
  };
  const pause = (/** @type {number} */ step) => {
    if (clock.isPlaying) clock.stop();
    onStep(step);
  };
  const stage = makeStage({ ...on, onStep: pause });
  const clock = makeClock({ advance, changed: () => drawBar() });
  const bar = makeBar({ ...on, onStep: pause, onPlay: () => clock.toggle(), onSpeed: clock.setSpeed });

  /** Shows the next step. A run that has ended begins again. It stops where a claim is broken. */
  function advance() {
    const now = on.read();
    if (!now) return false;
    const last = now.views.length - 1;
    const next = now.at >= last ? 0 : now.at + 1;
    onStep(next);
    return next < last && newlyBroken(now.views, next).length === 0;
  }

  function drawBar() {
    const now = on.read();
    if (!now) return;
    bar.update({ ...now, marks: marks(now.views, now.unavoidable), isPlaying: clock.isPlaying, speed: clock.speed });
  }

  function draw() {
    const now = on.read();
    for (const element of [stage.picture, stage.now, bar.element]) element.hidden = !now;
    if (!now) return;
    stage.update(now);
    drawBar();
  }

  const by = (/** @type {number} */ steps) => () => pause((on.read()?.at ?? 0) + steps);
  /** @type {import("synod/keys.js").Shortcut[]} */
  const shortcuts = [
    { keys: [" "], shown: "Space", what: "play and pause", act: () => clock.toggle() },
    { keys: ["ArrowLeft", "Backspace"], shown: "←", what: "one step back", act: by(-1) },
    { keys: ["ArrowRight"], shown: "→", what: "one step forward", act: by(1) },
    { keys: ["Home"], shown: "Home", what: "to the initial state", act: () => pause(0) },
    { keys: ["End"], shown: "End", what: "to the last step", act: () => pause((on.read()?.views.length ?? 1) - 1) },
    { keys: ["+", "="], shown: "+", what: "play faster", act: () => clock.setSpeed(clock.speed + 1) },
    { keys: ["-"], shown: "-", what: "play slower", act: () => clock.setSpeed(clock.speed - 1) },
    { keys: ["F"], shown: "Shift F", what: "filter the variables", act: stage.focusFilter },
  ];

  return { stage, bar, clock, draw, shortcuts };
}
