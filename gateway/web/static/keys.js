// Single keys. Who speaks to the machine, or brushes the keyboard, turns them off; "?" and a button list them.
const KEPT_AS = "hearthbeat-keys";
const help = document.getElementById("help");
const wanted = help.querySelector("[name=keys]");

/** Lets `keys` act: each is called with what it is about, as `subject` says, and the event. */
export function listen(keys, subject) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === "Escape") return keys.Escape?.(subject(), event);
    if (event.target.matches("select, textarea, input:not([type=radio], [type=checkbox])")) return;
    const act = event.key === "?" ? () => help.showModal() : keys[event.key];
    if (!act || (event.key.length === 1 && !wanted.checked)) return;
    if (event.key !== "Enter") event.preventDefault();
    act(subject(), event);
  });
}

/** Opens or closes what a summary heads; opened, its first field has the focus. */
export function toggle(summary) {
  if (!summary) return;
  summary.click();
  const form = summary.parentElement;
  if (form.open) form.querySelector("input:not([type=hidden]), select, textarea, button")?.focus(); // before the next key
}

wanted.checked = localStorage.getItem(KEPT_AS) !== "off";
wanted.addEventListener("change", () => localStorage.setItem(KEPT_AS, wanted.checked ? "on" : "off"));
document.addEventListener("click", (event) => event.target.closest("[data-help]") && help.showModal());
