// Works the task in hand by single keys.
import { listen, toggle } from "./keys.js";

const at = (key) => (card) => card?.querySelector(`[data-key=${key}]`);
const press = (key) => (card) => at(key)(card)?.click();
const open = (key) => (card) => toggle(at(key)(card));

function leave(_, event) {
  const form = event.target.closest(".doing details");
  form?.querySelector("summary").focus();
}

listen(
  {
    c: press("c"), t: open("t"), e: open("e"), d: open("d"), s: open("s"), h: open("h"),
    b: () => document.querySelector(".site a").click(),
    Escape: leave,
  },
  () => document.querySelector("article.task"),
);
