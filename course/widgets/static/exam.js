// Shows the exam as one form in a shadow root. The answers are not here: Python marks the paper once it is handed in.
function themeOfThePage() {
  const light = document.body.dataset.jpThemeLight;
  if (light !== undefined) return light === "false" ? "dark" : "light";
  if (document.body.classList.contains("vscode-dark")) return "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function render({ model, el }) {
  // Arrow keys choose an option here; without this, JupyterLab would move to the next cell.
  el.setAttribute("data-lm-suppress-shortcuts", "true");
  const root = el.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${model.get("css")}</style>${model.get("form")}`;
  const form = root.querySelector("form");
  const button = form.querySelector("button");
  const result = form.querySelector(".result");
  const groups = [...form.querySelectorAll("fieldset")];
  const feedback = [...form.querySelectorAll(".feedback")];

  const applyTheme = () => el.setAttribute("data-theme", themeOfThePage());
  applyTheme();
  const watcher = new MutationObserver(applyTheme);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });

  const choices = () => groups.map((group) => [...group.querySelectorAll("input")].findIndex((radio) => radio.checked));
  let told = model.get("handed_in");
  const draw = () => {
    const done = model.get("handed_in");
    groups.forEach((group, number) => {
      group.disabled = done;
      const radio = group.querySelectorAll("input")[model.get("chosen")[number]];
      if (radio) radio.checked = true;
      feedback[number].innerHTML = done ? model.get("remarks")[number] : "";
    });
    button.hidden = done;
    if (result.innerHTML !== model.get("result")) result.innerHTML = model.get("result");
    // Once, and from its top: the table is longer than a screen.
    if (done && !told) {
      result.focus({ preventScroll: true });
      result.scrollIntoView({ block: "start" });
    }
    told = done;
  };
  // What is chosen is told to the kernel at once: a page that is loaded again, or a second view, finds it.
  form.addEventListener("change", () => {
    model.set("chosen", choices());
    model.save_changes();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    model.send({ kind: "hand_in", chosen: choices() });
  });

  draw();
  model.on("change", draw);
  return () => {
    watcher.disconnect();
    model.off("change", draw);
  };
}

export default { render };
