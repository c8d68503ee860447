// Shows one question as a form in a shadow root: choose, commit, read the feedback. The answer is not here: Python sends it
// after the commitment. One message at a time goes to Python, so that a choice cannot overtake its commitment.
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
  const feedback = form.querySelector(".feedback");
  const radios = [...form.querySelectorAll("input")];

  const applyTheme = () => el.setAttribute("data-theme", themeOfThePage());
  applyTheme();
  const watcher = new MutationObserver(applyTheme);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });

  const draw = () => {
    const committed = model.get("committed");
    radios.forEach((radio, index) => {
      if (committed || model.get("feedback") === "") radio.checked = index === model.get("chosen");
      radio.disabled = committed;
    });
    button.textContent = committed ? "Answer again" : "Commit to this answer";
    if (feedback.innerHTML !== model.get("feedback")) feedback.innerHTML = model.get("feedback");
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (model.get("committed")) return model.send({ kind: "again" });
    model.send({ kind: "commit", chosen: radios.findIndex((radio) => radio.checked) });
  });

  draw();
  model.on("change", draw);
  return () => {
    watcher.disconnect();
    model.off("change", draw);
  };
}

export default { render };
