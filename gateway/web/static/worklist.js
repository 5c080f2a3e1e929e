// The task list: follows what happens without moving a row under pointer or focus, and works from the keyboard.
import { listen, toggle } from "./keys.js";
import { part } from "./live.js";

const ATTENTION_MS = 10000;
const list = document.getElementById("worklist");
const changed = document.getElementById("changed");
let waiting = null; // a newer list that is not shown yet
let asked = 0;
let isPointed = false; // a row that is replaced under the pointer is not ":hover" until the pointer moves

const rows = (root) => [...root.querySelectorAll("li.row")];
const parse = (html) => new DOMParser().parseFromString(`<section>${html}</section>`, "text/html").body.firstChild;
const filters = () => document.getElementById("filters");
const isHeld = () => isPointed || list.querySelector("#rows :focus, #rows details[open]") !== null || isTyping();
const isTyping = () => filters().contains(document.activeElement);
const order = (root) => rows(root).map((row) => row.id).join();

async function refresh() {
  const turn = ++asked;
  const html = await part("/worklist", { method: "POST", body: new URLSearchParams(new FormData(filters())) });
  if (html === null || turn !== asked) return;
  const next = parse(html);
  renew(next);
  if (order(next) === order(list)) show(next, { keepRows: true });
  else if (isHeld()) offer(next);
  else show(next);
}

// Rows that stay where they are say at once who has taken them; whoever works in one is left alone.
function renew(next) {
  for (const row of rows(list)) {
    const newer = next.querySelector(`#${row.id}`);
    if (!newer) continue;
    for (const time of [".measured", ".clock"]) pass(row.querySelector(time), newer.querySelector(time));
    if (newer.dataset.version === row.dataset.version || isUsed(row)) continue;
    const isAt = row === document.activeElement;
    const own = adopt(newer.cloneNode(true));
    row.replaceWith(own);
    if (isAt) own.focus({ preventScroll: true });
  }
}

// Ages and clocks go on by themselves: they are one line each, and nobody works in them.
function pass(old, fresh) {
  if (old && fresh && old.textContent !== fresh.textContent) old.replaceWith(document.importNode(fresh, true));
}

const isUsed = (row) => row.querySelector("details[open], .htmx-request, [role=alert]") !== null || (row.contains(document.activeElement) && row !== document.activeElement);

function adopt(element) {
  const own = document.adoptNode(element);
  queueMicrotask(() => window.htmx.process(own));
  return own;
}

function offer(next) {
  const known = new Set(rows(list).map((row) => row.id));
  const fresh = rows(next).filter((row) => !known.has(row.id)).length;
  waiting = next;
  changed.querySelector("span").textContent = fresh ? `${fresh} new` : "The list has changed";
  changed.hidden = false;
}

function show(next, { keepRows = false } = {}) {
  const at = document.activeElement?.closest?.("li.row")?.id;
  const typing = isTyping() ? document.activeElement.name : null;
  const search = typing === "search" ? document.activeElement : null;
  waiting = null;
  changed.hidden = true;
  for (const selector of [".listhead", ".narrowed", ".pages", ".empty", "#rows"]) {
    if (selector === "#rows" && keepRows) continue;
    swap(selector, next);
  }
  if (search) filters().elements.search.replaceWith(search);
  const back = search ?? (typing && filters().elements[typing]) ?? (at && !keepRows && document.getElementById(at));
  if (back?.focus) back.focus({ preventScroll: true });
}

function swap(selector, next) {
  const old = list.querySelector(selector);
  const fresh = next.querySelector(selector);
  if (old && fresh) old.replaceWith(adopt(fresh));
  else if (fresh) list.querySelector(".hint").before(adopt(fresh));
  else old?.remove();
}

async function refreshAttention() {
  const html = document.hidden ? null : await part("/attention");
  if (html !== null) document.getElementById("attention").innerHTML = html;
}

function showWaiting() {
  if (waiting) show(waiting);
  list.querySelector("li.row")?.focus();
}

// What is chosen stays in the address; what is searched for never does.
function narrow() {
  const chosen = new FormData(filters());
  chosen.delete("search");
  const query = new URLSearchParams([...chosen].filter(([name, value]) => value && !(name === "show" && value === "active")));
  history.replaceState(null, "", query.size ? `/?${query}` : "/");
  waiting = null;
  changed.hidden = true;
  refreshAll();
}

async function refreshAll() {
  const html = await part("/worklist", { method: "POST", body: new URLSearchParams(new FormData(filters())) });
  if (html !== null) show(parse(html));
}

let typed = 0;
list.addEventListener("input", (event) => {
  if (event.target.name !== "search") return;
  clearTimeout(typed);
  typed = setTimeout(narrow, 250);
});
list.addEventListener("change", (event) => {
  if (event.target.form?.id === "filters" && event.target.name !== "search") narrow();
});
list.addEventListener("submit", (event) => {
  if (event.target.id !== "filters" || event.submitter?.name === "cursor") return;
  event.preventDefault();
  narrow();
});

function move(step) {
  const all = rows(list);
  const at = all.indexOf(document.activeElement?.closest?.("li.row"));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  c: (row) => row?.querySelector("[data-key=c]")?.click(),
  s: (row) => toggle(row?.querySelector("[data-key=s]")),
  o: (row) => row?.querySelector("a")?.click(),
  Enter: (row, event) => event.target === row && row.querySelector("a").click(),
  n: showWaiting,
  "/": () => filters().elements.search.focus(),
  Escape: () => isTyping() && list.querySelector("li.row")?.focus(),
};

listen(keys, () => document.activeElement?.closest?.("li.row"));
changed.querySelector("button").addEventListener("click", showWaiting);
list.addEventListener("pointermove", (event) => (isPointed = event.target.closest("#rows") !== null));
list.addEventListener("pointerleave", () => (isPointed = false));
list.addEventListener("htmx:beforeRequest", () => asked++); // a list asked for before shows the task as it was
document.addEventListener("news", () => {
  refresh();
  refreshAttention();
});
setInterval(refresh, 60000); // what is overdue becomes so by the clock alone
setInterval(refreshAttention, ATTENTION_MS);
