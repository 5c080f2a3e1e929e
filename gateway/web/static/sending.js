// What is sent and does not get through is said where it is seen, and what was typed stays on the page.
import { clock, isSignedOut, part, signedOut } from "./live.js";

const notice = document.getElementById("notice");
const asked = new WeakSet(); // forms for which the gateway is asked whether it is there
const sure = new WeakSet(); // forms for which it has said so

function tell(text) {
  const line = Object.assign(document.createElement("p"), { className: "notice", textContent: text });
  line.setAttribute("role", "alert");
  notice.replaceChildren(line);
}

function unanswered(event) {
  if (event?.detail.requestConfig.verb === "get") return tell(`This could not be had at ${clock()}. Please try again.`);
  tell(`This did not get through at ${clock()}, and may not have been kept. What you typed is still here: once the page is live again, look, and send it again.`);
}

// The browser would put its own page in the place of a form that nobody answers, and what was typed would be gone.
async function send(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || sure.delete(form)) return;
  event.preventDefault();
  if (asked.has(form)) return;
  asked.add(form);
  form.setAttribute("aria-busy", "true");
  const isThere = (await part("/banner")) !== null;
  form.removeAttribute("aria-busy");
  asked.delete(form);
  if (isThere) {
    sure.add(form);
    form.requestSubmit(event.submitter);
  } else if (!isSignedOut()) unanswered();
}

document.addEventListener("submit", send);
document.addEventListener("htmx:beforeRequest", () => notice.replaceChildren());
document.addEventListener("htmx:sendError", unanswered);
document.addEventListener("htmx:timeout", unanswered);
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401) return;
  event.preventDefault();
  signedOut();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status < 500) return;
  event.detail.shouldSwap = false;
  unanswered(event);
});
