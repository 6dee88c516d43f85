// Everything works without this: it adds filters, frames that are stops of the keyboard only when they scroll, and open
// details in print.
"use strict";

function filter(list) {
  const form = list.querySelector("form");
  const found = list.querySelector(".found");
  const items = [...list.querySelectorAll("[data-item]")];
  const groups = [...list.querySelectorAll("[data-group]")];
  const fits = (item, name, wanted) => {
    if (!wanted) return true;
    if (name !== "q") return item.dataset[name] === wanted;
    const words = item.dataset.words.toLowerCase();
    return wanted.toLowerCase().split(/\s+/).every((word) => words.includes(word));
  };
  const show = () => {
    const wanted = [...new FormData(form)].map(([name, value]) => [name, value.trim()]);
    for (const item of items) item.hidden = !wanted.every(([name, value]) => fits(item, name, value));
    for (const group of groups) group.hidden = !group.querySelector("[data-item]:not([hidden])");
    const shown = items.filter((item) => !item.hidden).length;
    found.textContent = shown === items.length ? `All ${shown} are shown.` : `${shown} of ${items.length} are shown.`;
  };
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.addEventListener("input", show);
  form.addEventListener("reset", () => setTimeout(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}

function stops() {
  for (const frame of document.querySelectorAll(".wide")) {
    if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
}

document.querySelectorAll("[data-filter]").forEach(filter);
for (const frame of document.querySelectorAll(".chart-frame")) frame.scrollLeft = frame.scrollWidth;
stops();
addEventListener("resize", stops);
document.addEventListener("toggle", stops, true);
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const details of closed) details.open = true;
});
addEventListener("afterprint", () => closed.forEach((details) => { details.open = false; }));
