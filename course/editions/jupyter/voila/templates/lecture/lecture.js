// One screen at a time, as large as the room needs, turned and scrolled by keys; the code folded away.
(() => {
  const cells = [...document.querySelectorAll(".screen-cell")];
  const last = Math.max(...cells.map((cell) => Number(cell.dataset.screen)));
  const sections = document.getElementById("lecture-sections");
  // At this width, in pixels, nothing is enlarged; on a projector of twice the width everything is twice as large.
  const plain = 1100;
  // A screen that is too high is made smaller, to this share at most, and beyond that it is scrolled.
  const smallest = 0.7;
  let now = 0;

  const scroller = () => document.getElementById("rendered_cells");
  const numbered = (number) => (cell) => Number(cell.dataset.screen) === number;

  function show(number) {
    now = Math.min(last, Math.max(0, number));
    for (const cell of cells) cell.classList.toggle("now", numbered(now)(cell));
    document.getElementById("lecture-place").textContent = `Screen ${now + 1} of ${last + 1}`;
    const begun = [...sections.options].filter((section) => Number(section.value) <= now);
    if (begun.length) begun.at(-1).selected = true;
    history.replaceState(null, "", `#${now + 1}`);
    scroller().scrollTop = 0;
    // What draws itself by its size had none while its screen was hidden.
    dispatchEvent(new Event("resize"));
  }

  function fit() {
    const content = scroller().firstElementChild;
    const large = Math.max(1, innerWidth / plain);
    content.style.zoom = large;
    const room = innerHeight - document.getElementById("lecture-bar").offsetHeight - 24;
    const needed = content.getBoundingClientRect().height;
    if (needed > room) content.style.zoom = large * Math.max(smallest, room / needed);
  }

  // Turns only where there is nothing left to scroll to, so that no key passes over what was not seen.
  function move(direction) {
    const box = scroller();
    const before = box.scrollTop;
    box.scrollTop += direction * box.clientHeight * 0.8;
    if (Math.abs(box.scrollTop - before) < 2) show(now + direction);
  }

  function toggleCode() {
    const shown = document.body.classList.toggle("with-code");
    document.querySelector("[data-code]").setAttribute("aria-pressed", shown);
    fit();
  }

  // On a busy machine the page may ask for a widget before the kernel has told of it, and then says so for good.
  async function mend(output, model) {
    const deadline = performance.now() + 60000;
    while (performance.now() < deadline) {
      const failed = output.querySelector(".jp-OutputArea-output");
      const app = window.jupyterapp;
      if (failed && app?.widgetManager && failed.textContent.startsWith("Error displaying widget")) {
        try {
          const view = await app.widgetManager.create_view(await app.widgetManager.get_model(model));
          failed.remove();
          // The class of JupyterLab's own widgets, which attaches one to a page.
          app.shell.constructor.attach(view.luminoWidget, output);
          view.luminoWidget.addClass("jp-OutputArea-output");
          return fit();
        } catch {
          // Not there yet: ask again.
        }
      } else if (failed?.childElementCount) return;
      await new Promise((done) => setTimeout(done, 500));
    }
  }

  // Whoever types into a control, a picture or a terminal does not turn the screen; a presenter's remote always does.
  const controls = "input, select, textarea, [role=slider], [role=textbox], [data-key], [data-lm-suppress-shortcuts]";
  const pressed = "button, summary, a";
  const remote = ["PageDown", "PageUp"];

  function isForControl(event) {
    const within = (selector) => event.composedPath().some((node) => node.matches?.(selector));
    return !remote.includes(event.key) && (within(controls) || (event.key === " " && within(pressed)));
  }

  const keys = {
    ArrowRight: () => show(now + 1), n: () => show(now + 1),
    ArrowLeft: () => show(now - 1), p: () => show(now - 1),
    PageDown: () => move(1), " ": (event) => move(event.shiftKey ? -1 : 1), PageUp: () => move(-1),
    ArrowDown: () => { scroller().scrollTop += 80; }, ArrowUp: () => { scroller().scrollTop -= 80; },
    Home: () => show(0), End: () => show(last), c: toggleCode,
    f: () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen(),
  };

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key] || isForControl(event)) return;
    event.preventDefault();
    keys[event.key](event);
  });
  document.getElementById("lecture-bar").addEventListener("click", (event) => {
    const turn = event.target.dataset.turn;
    if (turn) show(now + Number(turn));
    else if ("code" in event.target.dataset) toggleCode();
  });
  for (const heading of document.querySelectorAll(".screen-cell :is(h1, h2)")) {
    const title = heading.firstChild.textContent.trim();
    sections.add(new Option(title, heading.closest(".screen-cell").dataset.screen));
  }
  sections.addEventListener("change", () => { show(Number(sections.value)); sections.blur(); });
  addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
  addEventListener("resize", fit);
  new ResizeObserver(fit).observe(scroller().firstElementChild);
  show(Number(location.hash.slice(1)) - 1 || 0);
  window.mendWidgets = () => window.lectureOutputs.forEach(([output, model]) => mend(output, model));
  window.mendWidgets();
})();
