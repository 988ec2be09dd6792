"use strict";
// The page asks its own service and nobody else. What comes back is put in as text, but for the section with the
// marked note, which the service has escaped; the page's policy lets no script run from there.
const of = (id) => document.getElementById(id);
const note = of("note"), search = of("search"), found = of("found"), chosen = of("chosen"), status = of("status");
const codes = new Map(), most = 12, shape = /^[a-z]\d[\da-z](\.?[\da-z]{1,4})?$/i;
let at = -1, asked = 0, busy = false;

const tell = (text, bad = false) => { status.textContent = text; status.classList.toggle("bad", bad); };
const ask = async (path, body) => {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (of("key").value) headers["X-API-Key"] = of("key").value;
  const answer = await fetch(path, { method: body ? "POST" : "GET", headers, body, cache: "no-store", credentials: "omit" });
  const said = await answer.json();
  if (answer.ok) return said;
  if (answer.status === 401) {
    of("key-field").hidden = false;
    if (body) of("key").focus(); // not in the midst of a word that is searched for
    throw new Error(of("key").value ? "This is not the key of the service." : "This service wants its API key.");
  }
  const wrong = (said.errors || []).map((item) => `${item.key}: ${item.reason}`).join("; ");
  throw new Error([said.title.replace(/\.$/, ""), said.detail, wrong].filter(Boolean).join(": "));
};

// Codes: a combobox. The list is the service's answer to the words; the choice stands above it.
const showChosen = () => {
  chosen.replaceChildren(...[...codes].map(([code, title]) => {
    const item = document.createElement("li"), button = document.createElement("button");
    button.type = "button";
    button.textContent = `${code} ×`;
    button.title = title;
    button.setAttribute("aria-label", `Remove ${code} ${title}`.trim());
    button.addEventListener("click", () => { codes.delete(code); showChosen(); search.focus(); tell(`${code} removed.`); });
    item.append(button);
    return item;
  }));
};
const close = () => {
  found.hidden = true;
  at = -1;
  search.setAttribute("aria-expanded", "false");
  search.removeAttribute("aria-activedescendant");
};
const take = (code, title) => {
  codes.set(code, title);
  showChosen();
  search.value = "";
  asked += 1;
  close();
  tell(`${code} chosen.`);
};
const choose = (row) => take(row.dataset.code, row.dataset.title);
// What was typed and not chosen: a code is taken as it stands, the service says what is wrong with it.
const leftOver = () => {
  const typed = search.value.trim();
  if (shape.test(typed)) take(typed.toUpperCase(), "");
  else if (typed) { tell("Choose a code from those found, or empty the field.", true); search.focus(); return true; }
  return false;
};
const move = (to) => {
  const rows = [...found.children];
  if (!rows.length) return;
  at = (to + rows.length) % rows.length;
  rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === at)));
  rows[at].scrollIntoView({ block: "nearest" });
  search.setAttribute("aria-activedescendant", rows[at].id);
};
const list = (rows) => {
  found.replaceChildren(...rows.map((row, number) => {
    const item = document.createElement("li");
    item.id = `found-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.code = row.code;
    item.dataset.title = row.title;
    item.textContent = `${row.code} ${row.title}`;
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(item); });
    return item;
  }));
  found.hidden = !rows.length;
  at = -1;
  search.removeAttribute("aria-activedescendant");
  search.setAttribute("aria-expanded", String(rows.length > 0));
  const count = rows.length === most ? `The first ${most} codes` : rows.length === 1 ? "1 code" : `${rows.length} codes`;
  tell(rows.length ? `${count} found.` : "No code has these words.");
};
let timer;
search.addEventListener("input", () => {
  clearTimeout(timer);
  const words = search.value.trim(), number = ++asked;
  if (words.length < 2) return close();
  timer = setTimeout(async () => {
    try {
      const said = await ask(`v1/codes?limit=${most}&q=${encodeURIComponent(words.slice(0, 100))}`);
      if (number === asked) list(said.codes);
    } catch (error) { tell(error.message, true); }
  }, 150);
});
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") move(at + 1);
  else if (event.key === "ArrowUp") move(at < 0 ? -1 : at - 1);
  else if (event.key === "Enter" && !found.hidden) choose(found.children[Math.max(at, 0)]);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && event.ctrlKey) return;
  else if (event.key !== "Enter") return;
  event.preventDefault();
});
search.addEventListener("blur", close);

// The check.
const copy = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus();
  }
  tell("The query is in the clipboard.");
};
const show = (said) => {
  const part = document.createElement("template");
  part.innerHTML = said.html;
  part.content.querySelectorAll(".query").forEach((box, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy query";
    button.setAttribute("aria-label", `Copy query: ${box.querySelector("strong").textContent}`);
    button.addEventListener("click", () => copy(said.queries[number], button));
    box.append(button);
  });
  of("result").replaceChildren(part.content);
  of("result").focus();
};
const check = async () => {
  if (busy) return;
  if (!note.value.trim()) { tell("There is no note yet.", true); return note.focus(); }
  if (leftOver()) return;
  busy = true;
  of("check").setAttribute("aria-disabled", "true");
  tell("Checking.");
  try {
    const body = { text: note.value, codes: [...codes.keys()], setting: of("setting").value };
    const said = await ask("page/check", JSON.stringify(body));
    show(said);
    tell(said.summary);
  } catch (error) {
    of("result").replaceChildren();
    tell(error.message, true);
  } finally {
    busy = false;
    of("check").removeAttribute("aria-disabled");
  }
};
of("form").addEventListener("submit", (event) => { event.preventDefault(); check(); });
document.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.ctrlKey) check(); });

// A file that is dropped or opened is read here, in the browser.
const read = async (file) => {
  if (!file) return;
  const text = await file.text();
  if (text.includes("\u0000") || text.includes("\ufffd")) return tell("This is not a text file in UTF-8.", true);
  note.value = text;
  tell(`${file.name} read.`);
};
note.addEventListener("dragover", (event) => { event.preventDefault(); note.classList.add("over"); });
note.addEventListener("dragleave", () => note.classList.remove("over"));
note.addEventListener("drop", (event) => {
  note.classList.remove("over");
  if (event.dataTransfer.files.length) { event.preventDefault(); read(event.dataTransfer.files[0]); }
});
of("file").addEventListener("change", (event) => read(event.target.files[0]));
