// @ts-check
/** @file Drawing a part of the page anew, without a loss of the focus. */

/**
 * Replaces what an element holds. If the focus was in it, it goes to the control at the same place, or else to the
 * element.
 * @param {HTMLElement} element
 * @param {...(Node | null | false | undefined)} children
 */
export function redraw(element, ...children) {
  const place = controls(element).findIndex((one) => one === document.activeElement);
  const hadFocus = element.contains(document.activeElement);
  element.replaceChildren(...children.filter((child) => child instanceof Node));
  if (!hadFocus) return;
  element.tabIndex = -1;
  const same = controls(element)[place] ?? element;
  same.focus({ preventScroll: true });
}

/**
 * @param {HTMLElement} element
 * @returns {HTMLElement[]}
 */
const controls = (element) => [...element.querySelectorAll("button, summary, input, [tabindex]")].filter((one) => one instanceof HTMLElement);
