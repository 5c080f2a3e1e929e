// Says whether the page is live, and leaves the list alone while somebody works in it.
(() => {
  "use strict";
  const MISSED_BEATS_MS = 35000; // the gateway sends something every 15 s
  const list = document.getElementById("worklist");
  const changed = document.getElementById("changed");
  const connection = document.getElementById("connection");
  let watchdog = 0;
  let lostAt = null;

  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  const live = () => {
    lostAt = null;
    connection.dataset.state = "live";
    connection.textContent = "Live";
    clearTimeout(watchdog);
    watchdog = setTimeout(lost, MISSED_BEATS_MS);
  };

  const lost = () => {
    lostAt = lostAt ?? clock();
    connection.dataset.state = "lost";
    connection.textContent = `Connection lost at ${lostAt}: this list is out of date. Trying again …`;
  };

  if (list.hasAttribute("hx-get")) {
    connection.dataset.state = "connecting";
    connection.textContent = "Connecting …";
  }
  document.body.addEventListener("htmx:sseOpen", (event) => {
    live();
    for (const name of ["beat", "tasks"]) event.detail.source.addEventListener(name, live);
  });
  for (const name of ["htmx:sseError", "htmx:sseClose"]) document.body.addEventListener(name, lost);
  window.addEventListener("offline", lost);

  // A list that somebody reads details or writes a note in is not replaced under them.
  const isHeld = () => list.querySelector("details[open]") !== null;
  const show = () => {
    changed.hidden = true;
    for (const open of list.querySelectorAll("details[open]")) open.open = false;
    window.htmx.trigger(list, "show");
  };
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== list || event.detail.isError || !isHeld()) return;
    const state = /data-state="(\w+)"/.exec(event.detail.serverResponse);
    const shown = document.getElementById("worklist-content").dataset.state;
    event.detail.shouldSwap = false;
    changed.hidden = state !== null && state[1] === shown;
  });
  // A list asked for before a claim shows the task unclaimed: it is not waited for, the claim makes a newer one.
  list.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.tagName === "FORM") window.htmx.trigger(list, "htmx:abort");
  });
  let hadFocus = false;
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    hadFocus = event.detail.target === list && list.contains(document.activeElement);
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target !== list) return;
    changed.hidden = true;
    document.getElementById("notice").replaceChildren();
    // htmx gives the focus back where the same element is still there; else the keyboard starts at the top.
    if (hadFocus && document.activeElement === document.body) list.querySelector("h1").focus();
  });
  changed.querySelector("button").addEventListener("click", show);
  list.addEventListener("toggle", () => {
    if (!changed.hidden && !isHeld()) show();
  }, true);
})();
