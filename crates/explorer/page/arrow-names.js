// @ts-check
/** @file The names of messages beside their arrows, where nothing else is written. */

/** @typedef {import("synod/measure.js").Measure} Measure */
/** @typedef {import("synod/places.js").Box} Box */
/** @typedef {import("synod/places.js").PlacedArrow} PlacedArrow */

/**
 * Writes the name of each message on its arrow where nothing else is. Where there is no such place
 * the name is left out: the row in which the message arrives has it too.
 * @param {PlacedArrow[]} arrows
 * @param {Box[]} boxes What is written already.
 * @param {number[]} lanes
 * @param {number} size
 * @param {Measure} measure
 */
export function nameArrows(arrows, boxes, lanes, size, measure) {
  const taken = new Taken(lanes);
  for (const box of boxes) taken.add(box);
  for (const placed of arrows) {
    if (placed.isLoop) continue;
    const text = placed.arrow.message.name;
    const width = measure(text, size) + 6;
    const box = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78]
      .map((part) => nameBox(placed, part, width, size))
      .find((box) => taken.isFree(box));
    if (!box) continue;
    taken.add(box);
    placed.name = { x: box.x + box.width / 2, y: box.y + size, text, box };
  }
}

/**
 * @param {PlacedArrow} arrow
 * @param {number} part
 * @param {number} width
 * @param {number} size
 * @returns {Box}
 */
function nameBox({ from, to }, part, width, size) {
  const [x, y] = [from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part];
  return { x: x - width / 2, y: y - size * 0.65, width, height: size * 1.3 };
}

/** The boxes that are written on, by stripes of the picture. */
class Taken {
  /** @type {Map<number, Box[]>} */
  #stripes = new Map();

  /** @param {number[]} lanes */
  constructor(lanes) {
    this.lanes = lanes;
  }

  /** @param {Box} box */
  add(box) {
    for (const stripe of stripesOf(box)) {
      const boxes = this.#stripes.get(stripe);
      if (boxes) boxes.push(box);
      else this.#stripes.set(stripe, [box]);
    }
  }

  /** @param {Box} box */
  isFree(box) {
    if (this.lanes.some((x) => x > box.x - 2 && x < box.x + box.width + 2)) return false;
    const wide = { ...box, x: box.x - 6, width: box.width + 12 };
    return stripesOf(box).every(
      (stripe) => !this.#stripes.get(stripe)?.some((other) => overlap(wide, other)),
    );
  }
}

/** @param {Box} box */
function stripesOf({ y, height }) {
  const [first, last] = [Math.floor(y / 64), Math.floor((y + height) / 64)];
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}

/**
 * @param {Box} one
 * @param {Box} other
 */
function overlap(one, other) {
  const isApart = (
    /** @type {number} */ a,
    /** @type {number} */ wa,
    /** @type {number} */ b,
    /** @type {number} */ wb,
  ) => a + wa <= b || b + wb <= a;
  return (
    !isApart(one.x, one.width, other.x, other.width) && !isApart(one.y, one.height, other.y, other.height)
  );
}
