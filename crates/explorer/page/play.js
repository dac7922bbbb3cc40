// @ts-check
/** @file The clock of the film: it asks for the next step again and again. */

/** Steps in a second. */
export const SPEEDS = /** @type {const} */ ([0.5, 1, 2, 4, 8]);

/**
 * @param {{ advance: () => boolean, changed: () => void }} film `advance` shows the next step, and says whether to go on.
 */
export function makeClock({ advance, changed }) {
  let speed = 1;
  /** @type {ReturnType<typeof setTimeout> | null} */
  let timer = null;
  const wait = () => setTimeout(tick, 1000 / (SPEEDS[speed] ?? 1));

  function tick() {
    timer = null;
    if (advance()) timer = wait();
    changed();
  }

  function stop() {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    changed();
  }

  return {
    get isPlaying() {
      return timer !== null;
    },
    /** The position in `SPEEDS`. */
    get speed() {
      return speed;
    },
    stop,
    toggle() {
      if (timer !== null) stop();
      else tick();
    },
    /** @param {number} place A position in `SPEEDS`; others mean the nearest. */
    setSpeed(place) {
      speed = Math.max(0, Math.min(place, SPEEDS.length - 1));
      changed();
    },
  };
}
