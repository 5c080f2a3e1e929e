// A patient's page: counts the time that it is in view, follows the task in hand, and draws the charts.
import { drawCharts } from "./charts.js";
import { part } from "./live.js";

const KEEP_MS = 60000;
const RENEW_MS = 60000;
const IDLE_MS = 5 * 60000; // nobody spends time on a page that is left open

function countTime() {
  const timer = document.getElementById("timer");
  const button = timer.querySelector("button");
  const elapsed = document.getElementById("elapsed");
  let seconds = 0;
  let kept = null;
  let isPaused = false;
  let touched = Date.now();
  const keep = () => {
    if (seconds === kept) return; // nobody is here: there is nothing to keep
    kept = seconds;
    fetch(timer.dataset.visit, {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ seconds }),
      keepalive: true,
    }).catch(() => (kept = null));
  };
  const tick = () => {
    if (isPaused || document.hidden || Date.now() - touched > IDLE_MS) return;
    seconds += 1;
    elapsed.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  for (const sign of ["pointerdown", "pointermove", "keydown", "scroll"])
    document.addEventListener(sign, () => (touched = Date.now()), { passive: true, capture: true });
  button.hidden = false;
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    button.textContent = isPaused ? "Go on" : "Pause";
  });
  setInterval(tick, 1000);
  setInterval(keep, KEEP_MS);
  window.addEventListener("pagehide", keep);
  keep();
}

// What surrounds the record is renewed; the task in hand only while nobody works on it. Its clock and ages always
// are, as is what the clock shows where the patient is: they go on by themselves.
async function follow() {
  const html = await part(location.pathname);
  if (html === null) return;
  document.querySelector("#charts[data-missing] .controls")?.dispatchEvent(new Event("change")); // draws them now
  const next = new DOMParser().parseFromString(html, "text/html");
  for (const beside of [".week", ".contact", ".there"]) renew(beside, next);
  const todo = document.getElementById("todo");
  const isUsed = todo.querySelector("details[open] form, .htmx-request") || todo.contains(document.activeElement);
  if (isUsed || state(next.getElementById("todo")) === state(todo)) {
    const task = todo.querySelector("article.task");
    for (const moving of task ? [".clock", ".facts"] : []) renew(`#${task.id} ${moving}`, next);
    return;
  }
  renew("#todo", next);
  window.htmx.process(document.getElementById("todo"));
}

function renew(selector, next) {
  const [old, fresh] = [document.querySelector(selector), next.querySelector(selector)];
  if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
}

const state = (root) =>
  [...root.querySelectorAll("[data-version], .others li, .history li")]
    .map((each) => each.dataset.version ?? each.textContent.trim())
    .join();

countTime();
drawCharts();
document.addEventListener("news", follow);
setInterval(() => document.hidden || follow(), RENEW_MS);
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "record") drawCharts();
});
