// Shows one drawing or table in a shadow root and reports which of its items was chosen or reached.
// An item is any element with data-key. One item is in the tab order; arrow keys move between items by position.
const STYLE = `__HOST_STYLE__`;

function themeOfThePage() {
  const light = document.body.dataset.jpThemeLight;
  if (light !== undefined) return light === "false" ? "dark" : "light";
  if (document.body.classList.contains("vscode-dark")) return "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function nearest(from, items, key) {
  const a = from.getBoundingClientRect();
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const forward = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best = null;
  let least = Infinity;
  for (const item of items) {
    if (item === from) continue;
    const b = item.getBoundingClientRect();
    const dx = b.left + b.width / 2 - a.left - a.width / 2;
    const dy = b.top + b.height / 2 - a.top - a.height / 2;
    const along = (across ? dx : dy) * forward;
    // Boxes that overlap on the other axis are straight ahead; others count their sideways distance double.
    const gap = across
      ? Math.max(0, Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom))
      : Math.max(0, Math.max(a.left, b.left) - Math.min(a.right, b.right));
    const cost = along + 2 * gap + 0.01 * Math.abs(across ? dy : dx);
    if (along > 1 && cost < least) [best, least] = [item, cost];
  }
  return best;
}

// What ipywidgets leaves undone for the controls above the picture: the handle of a slider gets the label beside it as its
// accessible name, and lists, boxes and sliders keep the keys that they need, which the notebook would take for its own.
function adoptControls(el) {
  const controls = el.parentElement?.closest(".widget-vbox");
  for (const control of controls?.querySelectorAll("select, input, [role=slider]") ?? []) {
    control.setAttribute("data-lm-suppress-shortcuts", "true");
    const label = control.closest(".widget-inline-hbox")?.querySelector(".widget-label");
    if (control.matches("[role=slider]:not([aria-label])") && label?.textContent) {
      control.setAttribute("aria-label", label.textContent);
    }
  }
}

function render({ model, el }) {
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  // Keys pressed in here are ours: scrolling a table must not move the notebook to its next cell.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  root.innerHTML = `<style>${STYLE}</style><div class="content"></div><div class="announce" role="status" aria-live="polite"></div>`;
  const content = root.querySelector(".content");
  const announce = root.querySelector(".announce");
  const items = () => [...content.querySelectorAll("[data-key]")];
  const find = (key) => items().find((item) => item.dataset.key === key);

  const applyTheme = () => el.setAttribute("data-theme", themeOfThePage());
  applyTheme();
  const watcher = new MutationObserver(applyTheme);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  // The first size is the sign that picture and controls are on the page.
  const placed = new ResizeObserver(() => adoptControls(el));
  placed.observe(el);

  const keepOneInTabOrder = (current) => {
    for (const item of items()) {
      if (!item.matches("button, a, input, select")) item.setAttribute("tabindex", item === current ? "0" : "-1");
    }
  };
  const draw = () => {
    const focused = root.activeElement?.dataset?.key;
    content.innerHTML = model.get("content");
    // A group, not an image: assistive technology does not look inside an image for what can be chosen.
    for (const drawing of content.querySelectorAll("svg:has([data-key])")) drawing.setAttribute("role", "group");
    const again = focused && find(focused);
    keepOneInTabOrder(again || find(model.get("reached")) || find(model.get("selected")) || items()[0]);
    if (again) again.focus({ preventScroll: true });
  };
  const choose = (key) => {
    model.set("selected", key);
    model.set("presses", model.get("presses") + 1);
    model.save_changes();
  };

  content.addEventListener("click", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item) return;
    item.focus({ preventScroll: true });
    choose(item.dataset.key);
  });
  content.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item) return;
    keepOneInTabOrder(item);
    if (model.get("reached") === item.dataset.key) return;
    model.set("reached", item.dataset.key);
    model.save_changes();
  });
  content.addEventListener("keydown", (event) => {
    const item = event.target.closest("[data-key]");
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
    const native = item.matches("button, a, input, select");
    const all = items();
    let target = null;
    if ((event.key === "Enter" || event.key === " ") && !native) choose(item.dataset.key);
    else if (event.key.startsWith("Arrow") && !item.matches("input, select")) target = nearest(item, all, event.key);
    else if (event.key === "Home") target = all[0];
    else if (event.key === "End") target = all[all.length - 1];
    else return;
    // Ours, not the notebook's: an arrow key would otherwise move to the next cell.
    event.preventDefault();
    event.stopPropagation();
    target?.focus();
  });

  draw();
  model.on("change:content", draw);
  const speak = () => (announce.textContent = model.get("announcement"));
  model.on("change:announcement", speak);
  return () => {
    watcher.disconnect();
    placed.disconnect();
    model.off("change:content", draw);
    model.off("change:announcement", speak);
  };
}

export default { render };
