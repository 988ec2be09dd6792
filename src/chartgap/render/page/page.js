"use strict";
// A row shows what it rests on: its words are marked in the note beside it. Escape takes the marks away.
const show = (button) => {
  const section = button.closest("section");
  const pressed = button.getAttribute("aria-pressed") === "true";
  clear(section);
  if (pressed) return;
  button.setAttribute("aria-pressed", "true");
  const wanted = new Set(button.dataset.rests.split(" ").filter(Boolean));
  const marks = [...section.querySelectorAll("mark")].filter((mark) =>
    mark.dataset.of.split(" ").some((name) => wanted.has(name)));
  marks.forEach((mark) => mark.classList.add("on"));
  if (marks.length) marks[0].scrollIntoView({ block: "center" });
  const apart = (mark, at) => (at && marks[at - 1].nextSibling !== mark ? " … " : "");
  const words = marks.map((mark, at) => apart(mark, at) + mark.textContent).join("").trim();
  tell(words ? `rests on: ${words}` : "rests on no words of the note");
};
// Who does not see the marks is told their words.
const tell = (words) => {
  const told = document.getElementById("told");
  if (told) told.textContent = words;
};
const clear = (root) => {
  tell("");
  root.querySelectorAll("mark.on").forEach((mark) => mark.classList.remove("on"));
  root.querySelectorAll("button.row[aria-pressed=true]").forEach((other) => other.setAttribute("aria-pressed", "false"));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("button.row");
  if (button) show(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return clear(document);
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const here = document.activeElement.closest("button.row");
  if (!here) return;
  const rows = [...document.querySelectorAll("button.row")].filter((row) => !row.closest("details:not([open])"));
  const next = rows[rows.indexOf(here) + (event.key === "ArrowDown" ? 1 : -1)];
  if (next) { next.focus(); event.preventDefault(); }
});
// Paper has no folds.
let folded = [];
window.addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  folded.forEach((fold) => { fold.open = true; });
});
window.addEventListener("afterprint", () => folded.forEach((fold) => { fold.open = false; }));
