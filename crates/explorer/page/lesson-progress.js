// @ts-check
/** @file Where the student is in the lesson: the chapter in the address, and the tasks that are solved. */

/**
 * Whether an address names the lesson.
 * @param {string} hash
 */
export function isLesson(hash) {
  return /^#learn(=|$)/.test(hash);
}

/**
 * The chapter that an address names: from 1 to `count`.
 * @param {string} hash
 * @param {number} count
 */
export function chapterOf(hash, count) {
  const named = Number(/^#learn=(\d+)$/.exec(hash)?.[1] ?? 1);
  return Math.min(Math.max(named, 1), count);
}

/** @param {number} chapter */
export function hashOf(chapter) {
  return `#learn=${chapter}`;
}

/**
 * The tasks that a browser has kept as solved.
 * @param {string | null} kept
 * @returns {string[]}
 */
export function solvedIn(kept) {
  try {
    const found = JSON.parse(kept ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

const KEY = "synod-lesson";

/** The tasks that are solved. The browser keeps them if it lets this page. */
export function makeProgress() {
  const solved = new Set(solvedIn(read()));
  return {
    /** @param {string} task */
    has: (task) => solved.has(task),
    /** @param {string} task */
    add(task) {
      solved.add(task);
      write(JSON.stringify([...solved]));
    },
    clear() {
      solved.clear();
      write("[]");
    },
  };
}

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @param {string} text */
function write(text) {
  try {
    localStorage.setItem(KEY, text);
  } catch {
    // The browser keeps nothing for this page. The progress holds until the page is closed.
  }
}
