// @ts-check
/** @file How wide a text is, and what of it fits. */

/** @typedef {(text: string, size: number) => number} Measure The width of a text in pixels. */

const FONT = "system-ui, sans-serif";
/** @type {CanvasRenderingContext2D | null | undefined} */
let pen;
/** @type {Map<string, number>} */
const widths = new Map();

/**
 * The width of a text in the font of the page, as `--sans` has it.
 * @param {string} text
 * @param {number} size
 */
export function measureText(text, size) {
  const known = widths.get(text);
  if (known !== undefined) return known * size;
  pen ??= document.createElement("canvas").getContext("2d");
  if (!pen) return guessWidth(text, size);
  const font = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim();
  pen.font = `100px ${font || FONT}`;
  const width = pen.measureText(text).width / 100;
  if (widths.size > 5000) widths.clear();
  widths.set(text, width);
  return width * size;
}

/**
 * The width of a text if nothing can measure it.
 * @type {Measure}
 */
export const guessWidth = (text, size) => [...text].length * size * 0.56;

/**
 * The text, with an ellipsis in place of its end if it is wider than this.
 * @param {string} text
 * @param {number} size
 * @param {number} width
 * @param {Measure} measure
 * @returns {string}
 */
export function shorten(text, size, width, measure) {
  if (measure(text, size) <= width) return text;
  const characters = [...text];
  let [fits, tooLong] = [0, characters.length];
  while (tooLong - fits > 1) {
    const middle = (fits + tooLong) >> 1;
    const isShort = measure(`${characters.slice(0, middle).join("")}…`, size) <= width;
    [fits, tooLong] = isShort ? [middle, tooLong] : [fits, middle];
  }
  return `${characters.slice(0, fits).join("").trimEnd()}…`;
}

/**
 * A sentence in at most three lines.
 * @param {string} text
 * @param {number} size
 * @param {number} width
 * @param {Measure} measure
 * @returns {string[]}
 */
export function wrap(text, size, width, measure) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    const isFull = last !== undefined && lines.length < 3 && measure(longer, size) > width;
    if (last === undefined || isFull) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
