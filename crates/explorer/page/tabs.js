// @ts-check
/** @file Tabs. On a wide page all panels are seen at once, and the tabs are not. */

import { h } from "synod/dom.js";

/**
 * @param {{ id: string, name: string, key: string, panel: HTMLElement }[]} all
 */
export function makeTabs(all) {
  const tabs = all.map(({ id, name, key }) =>
    h("button", { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`, "aria-keyshortcuts": key, onclick: () => open(id) }, name),
  );
  const panels = all.map(({ id, name, panel }) =>
    h("section", { class: "panel", role: "tabpanel", id: `panel-${id}`, "aria-label": name }, h("h2", {}, name), panel),
  );
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": "Beside the state", onkeydown: turn }, ...tabs);
  const element = h("div", { class: "side" }, list, ...panels);

  /** @param {string} id */
  function open(id) {
    tabs.forEach((tab) => {
      const isOpen = tab.id === `tab-${id}`;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
    });
    panels.forEach((panel) => panel.toggleAttribute("data-open", panel.id === `panel-${id}`));
  }

  /** @param {KeyboardEvent} event */
  function turn(event) {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const place = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true") + by;
    const tab = tabs[(place + tabs.length) % tabs.length];
    tab?.click();
    tab?.focus();
    event.preventDefault();
  }

  open(all[0]?.id ?? "");
  return { element, open };
}
