// Keeps a page live: one event stream while it is in view, none while it is hidden (HTTP/1.1 allows six a host).
// Whoever wants to know listens for "news" on the document; it also comes when a page is looked at again.
const MISSED_BEATS_MS = 35000; // the gateway sends something every 15 s
const RETRY_MS = 3000;
const BANNER_MS = 30000;
const NEWS_MS = 2000;
const connection = document.getElementById("connection");
let source = null;
let watchdog = 0;
let retry = 0;
let lostAt = null;

const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });

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
  lostAt ??= clock();
  say("lost", `Connection lost at ${lostAt}: this page is out of date. Trying again …`);
  close();
  retry = setTimeout(open, RETRY_MS);
}

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

/** A part of a page as the gateway shows it now; null where it cannot be had. Who is signed out goes to sign in. */
export async function part(url, options = {}) {
  try {
    const answer = await fetch(url, { ...options, headers: { "HX-Request": "true" } });
    if (answer.status === 401) location.assign("/sign-in");
    return answer.ok ? await answer.text() : null;
  } catch {
    return null; // the stream says that the connection is lost
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
window.addEventListener("offline", lost);
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", open);
setInterval(refreshBanner, BANNER_MS);
say("connecting", "Connecting …");
open();
