// The serial console of a live machine, in xterm.js. The terminal itself comes from Python as a message when it is first
// needed, so that it is not part of the widget's saved state: 340 kB of program in every saved notebook.
const SHELL = `
:host{display:block}
.bar{display:flex;flex-wrap:wrap;gap:8px;align-items:center;padding:4px 0;font:13px system-ui,sans-serif;
  color:var(--jp-content-font-color0,#14202b)}
.bar button{font:inherit;padding:4px 10px;border:1px solid var(--jp-border-color0,#5b6670);border-radius:4px;
  background:var(--jp-layout-color1,#fff);color:inherit;cursor:pointer}
.bar button:focus-visible,.screen:focus-within{outline:3px solid var(--jp-brand-color1,#0b51a8);outline-offset:1px}
.level{font-weight:700;color:#fff;background:#8a3d00;border-radius:4px;padding:2px 8px}
.screen{height:24em;padding:6px;border-radius:4px;resize:vertical;overflow:hidden}
`;
const THEMES = {
  light: { background: "#ffffff", foreground: "#14202b", cursor: "#0b51a8", selectionBackground: "#b4d0e4" },
  dark: { background: "#111111", foreground: "#f2f4f5", cursor: "#7fb8ff", selectionBackground: "#35434f" },
};

function themeOfThePage() {
  const light = document.body.dataset.jpThemeLight;
  if (light !== undefined) return light === "false" ? "dark" : "light";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function importText(text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  return import(address).finally(() => URL.revokeObjectURL(address));
}

function render({ model, el }) {
  const root = el.shadowRoot ?? el.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${SHELL}</style><div class="bar" role="toolbar" aria-label="Console of the live machine">
    <span class="level">L1</span><span class="status" role="status"></span>
    <button data-do="reset">Reset the machine</button><button data-do="stop">Stop it</button>
    <span>Ctrl+] leaves the console.</span></div><div class="screen"></div>`;
  const screen = root.querySelector(".screen");
  const status = root.querySelector(".status");
  const early = [];
  let terminal = null;
  let fit = null;
  let ended = false;

  const paint = () => {
    const theme = THEMES[themeOfThePage()];
    screen.style.background = theme.background;
    if (terminal) terminal.options.theme = theme;
  };
  const tell = () => (status.textContent = model.get("status"));
  const measure = () => {
    if (!fit || !screen.clientWidth) return;
    fit.fit();
    model.send({ kind: "size", columns: terminal.cols, rows: terminal.rows });
  };

  const open = async (sources) => {
    const [{ Terminal }, { FitAddon }] = await Promise.all([importText(sources.terminal), importText(sources.fit)]);
    if (ended) return;
    const style = document.createElement("style");
    style.textContent = sources.style;
    root.append(style);
    terminal = new Terminal({ screenReaderMode: true, cursorBlink: false, scrollback: 5000, fontSize: 14, minimumContrastRatio: 4.5 });
    fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(screen);
    terminal.textarea?.setAttribute("aria-label", "Console of the live machine. Control and right bracket leave it.");
    terminal.attachCustomKeyEventHandler((event) => {
      if (event.type === "keydown" && event.ctrlKey && event.key === "]") {
        root.querySelector("button").focus();
        return false;
      }
      return true;
    });
    terminal.onData((data) => model.send({ kind: "keys", data }));
    paint();
    measure();
    for (const piece of early.splice(0)) terminal.write(piece);
  };

  const receive = (message, buffers) => {
    if (message.kind === "sources") open(message);
    if (message.kind !== "output") return;
    const piece = new Uint8Array(buffers[0].buffer, buffers[0].byteOffset, buffers[0].byteLength);
    terminal ? terminal.write(piece) : early.push(piece);
  };
  // What is typed is the machine's: the notebook's own shortcuts must not see it.
  screen.addEventListener("keydown", (event) => event.stopPropagation());
  root.querySelector(".bar").addEventListener("click", (event) => {
    const action = event.target.dataset.do;
    if (action) model.send({ kind: action });
  });

  const watcher = new MutationObserver(paint);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const sizes = new ResizeObserver(measure);
  sizes.observe(screen);
  model.on("msg:custom", receive);
  model.on("change:status", tell);
  paint();
  tell();
  model.send({ kind: "ready" });
  return () => {
    ended = true;
    watcher.disconnect();
    sizes.disconnect();
    model.off("msg:custom", receive);
    model.off("change:status", tell);
    terminal?.dispose();
  };
}

export default { render };
