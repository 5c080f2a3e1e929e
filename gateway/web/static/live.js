// Keeps a page live: one event stream while it is in view, none while it is hidden (HTTP/1.1 allows six a host).
// Whoever wants to know listens for "news" on the document; it also comes when a page is looked at again.
const MISSED_BEATS_MS = 35000; // the gateway sends something every 15 s
const RETRY_MS = 3000;
const BANNER_MS = 30000;
const NEWS_MS = 2000;
const ANSWER_MS = 15000;
const NOT_TYPED = ["hidden", "search", "password", "radio", "checkbox"];
const connection = document.getElementById("connection");
let source = null;
let watchdog = 0;
let retry = 0;
let lostAt = null;

/** What the clock on the wall shows. */
export const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

function say(state, text) {
  if (connection.dataset.state === state && state !== "lost") return;
  connection.dataset.state = state;
  connection.textContent = text;
}

function live() {
  lostAt = null;
  say("live", "Live");
  clearTimeout(watchdog);
  watchdog = setTimeout(lost, MISSED_BEATS_MS);
}

function lost() {
  const isNews = lostAt === null;
  lostAt ??= clock();
  if (!isSignedOut()) say("lost", `Connection lost at ${lostAt}: this page is out of date. Trying again …`);
  close();
  retry = setTimeout(open, RETRY_MS);
  if (isNews) refreshBanner(); // a stream does not say that the session has ended
}

/** Whether the page waits for somebody to sign in again. */
export const isSignedOut = () => connection.dataset.state === "out";

/** Leads to sign in; where something is typed it stays, and the page says how it can still be sent. */
export function signedOut() {
  if (!isTyped()) return location.assign("/sign-in");
  if (isSignedOut()) return;
  const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank", textContent: "sign in in another tab" });
  connection.dataset.state = "out";
  connection.replaceChildren("You are signed out. What you typed is still here: ", link, ", come back, and send it.");
}

const isTyped = () =>
  [...document.querySelectorAll("textarea, input")].some((each) => !NOT_TYPED.includes(each.type) && each.value !== each.defaultValue);

function close() {
  clearTimeout(watchdog);
  clearTimeout(retry);
  source?.close();
  source = null;
}

function open() {
  if (document.hidden || source) return;
  source = new EventSource("/events");
  source.addEventListener("open", live);
  source.addEventListener("beat", live);
  source.addEventListener("error", lost);
  source.addEventListener("tasks", () => {
    live();
    tell();
  });
}

// However often something changes, a page asks for it at most once in NEWS_MS, and not all pages at once.
let told = 0;
let telling = 0;
function tell() {
  if (telling) return;
  const wait = Math.max(0, told + NEWS_MS - Date.now());
  telling = setTimeout(() => {
    telling = 0;
    told = Date.now();
    document.dispatchEvent(new Event("news"));
  }, wait && wait * (1 + Math.random()));
}

/** A part of a page as the gateway shows it now; null where it cannot be had: then the page is out of date, says so
 * and tries again. Who is signed out is told so. */
export async function part(url, options = {}) {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch(url, { ...options, signal, headers: { "HX-Request": "true" } });
    if (answer.status === 401) signedOut();
    if (answer.status >= 500) lost();
    return answer.ok ? await answer.text() : null;
  } catch (error) {
    if (error.name === "TimeoutError") lost(); // of all else the stream says so
    return null;
  }
}

async function refreshBanner() {
  const text = document.hidden ? null : await part("/banner");
  const banner = document.getElementById("banner");
  if (text !== null && text.trim() !== banner.innerHTML.trim()) banner.innerHTML = text;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return close();
  open();
  refreshBanner();
});
// On paper an age says nothing without the time that it counts from.
window.addEventListener("beforeprint", () => {
  const at = new Date().toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const isLive = connection.dataset.state === "live";
  document.getElementById("printed").textContent = `Printed ${at} by ${document.querySelector(".who bdi").textContent}.${isLive ? "" : ` ${connection.textContent}`}`;
});
window.addEventListener("offline", lost);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", open);
setInterval(refreshBanner, BANNER_MS);
say("connecting", "Connecting …");
open();
