// @ts-check
/** @file Light or dark: as the system has it, or as it was chosen here. The choice is remembered if the browser lets us. */

const KEY = "synod-theme";
const THEMES = /** @type {const} */ (["system", "light", "dark"]);

/** @typedef {typeof THEMES[number]} Theme */

/** @returns {Theme} */
function remembered() {
  try {
    const found = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === found) ?? "system";
  } catch {
    return "system";
  }
}

/** @param {Theme} theme */
function set(theme) {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The browser keeps nothing for this page. The theme holds until the page is closed.
  }
}

/** Takes up the remembered theme. */
export function restoreTheme() {
  set(remembered());
}

/**
 * Changes to the next theme.
 * @returns {Theme}
 */
export function nextTheme() {
  const now = document.documentElement.dataset["theme"] ?? "system";
  const place = THEMES.findIndex((theme) => theme === now);
  const next = THEMES[(place + 1) % THEMES.length] ?? "system";
  set(next);
  return next;
}
