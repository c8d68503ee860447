// Search without a server: the pages' sections are in search.js, a section is found if it has every word.
const box = document.querySelector("input[type=search]");
const list = document.getElementById("found");

function find(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.join("").length < 2) return [];
  const hits = [];
  for (const section of window.SECTIONS) {
    const title = section.title.toLowerCase();
    const body = section.text.toLowerCase();
    if (!words.every((word) => title.includes(word) || body.includes(word))) continue;
    hits.push({ section, rank: words.filter((word) => title.includes(word)).length, at: body.indexOf(words[0]) });
  }
  return hits.sort((a, b) => b.rank - a.rank).slice(0, 20);
}

function show() {
  const hits = find(box.value);
  list.hidden = !box.value.trim();
  list.replaceChildren();
  const count = document.createElement("p");
  count.textContent = hits.length ? `${hits.length} ${hits.length === 1 ? "section" : "sections"} found` : "Nothing found.";
  list.append(count);
  const items = document.createElement("ul");
  for (const { section, at } of hits) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = section.page;
    link.textContent = `${section.lesson}: ${section.title}`;
    const excerpt = document.createElement("div");
    excerpt.textContent = section.text.slice(Math.max(0, at - 60), Math.max(0, at - 60) + 160);
    item.append(link, excerpt);
    items.append(item);
  }
  list.append(items);
}

box.addEventListener("input", show);
box.form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
// "/" goes to the search, as in many documentations, unless somebody is typing.
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea")) return;
  event.preventDefault();
  box.focus();
});

// What is wider than the page is scrolled sideways, by keys as well.
for (const each of document.querySelectorAll("main .cell, main pre, main table")) {
  if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
}
