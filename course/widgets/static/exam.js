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

  const draw = () => {
    const done = model.get("handed_in");
    groups.forEach((group, number) => {
      group.disabled = done;
      const radio = group.querySelectorAll("input")[model.get("chosen")[number]];
      if (done && radio) radio.checked = true;
      feedback[number].innerHTML = done ? model.get("remarks")[number] : "";
    });
    button.hidden = done;
    if (result.innerHTML !== model.get("result")) result.innerHTML = model.get("result");
    if (done) result.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = groups.map((group) => [...group.querySelectorAll("input")].findIndex((radio) => radio.checked));
    model.send({ kind: "hand_in", chosen });
  });

  draw();
  model.on("change", draw);
  return () => {
    watcher.disconnect();
    model.off("change", draw);
  };
}

export default { render };
