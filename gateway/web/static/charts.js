// Draws a patient's charts: readings with limits, evidence and missing days; values by pointer and by keyboard.
import { marks } from "./marks.js";

const PAGE = 5000;
const DAY_S = 86400;
const HEIGHT = 190;
const LIMITS_PX = 62; // beside the drawing
const PAPER_PX = 680; // the width of A4 and Letter between their margins; style fits it to other paper
const LONGEST_SHADED_DAYS = 400;
// From which distance of the marks on the axis on, how a time is written there.
const TIMES = [
  [31536000, "{YYYY}", null, null, null, null, null, null, 1],
  [2419200, "{MMM} {YYYY}", null, null, null, null, null, null, 1],
  [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM}", null, "\n{D} {MMM}", null, null, null, 1],
];
const scheme = window.matchMedia("(prefers-color-scheme: dark)");
let drawn = [];

/** Draws all charts that are on the page, and draws them again as somebody chooses. */
export function drawCharts() {
  const root = document.getElementById("charts");
  if (!root?.querySelector(".chart")) return;
  const controls = root.querySelector(".controls");
  controls.hidden = false;
  choose(controls, Number(root.dataset.newest));
  const draw = async () => {
    const wanted = chosen(root, controls);
    root.setAttribute("aria-busy", "true");
    try {
      const readings = await load(root.dataset.patient, wanted);
      redraw(() => [...root.querySelectorAll(".chart")].map((figure) => chart(figure, readings, wanted)));
      root.removeAttribute("data-missing");
    } catch {
      root.setAttribute("data-missing", "");
      for (const each of root.querySelectorAll(".readout")) each.textContent = "The values cannot be had at the moment.";
    }
    root.removeAttribute("aria-busy");
  };
  controls.addEventListener("change", draw);
  draw();
}

function choose(controls, newestMs) {
  const ago = (Date.now() - newestMs) / 1000 / DAY_S;
  const fitting = [...controls.querySelectorAll("[name=days]")].find((each) => Number(each.value) >= Math.max(30, ago));
  (fitting ?? controls.querySelector("[name=days][value='0']")).checked = true;
}

function chosen(root, controls) {
  const days = Number(controls.querySelector("[name=days]:checked").value);
  const until = Date.now() / 1000;
  const isDaily = controls.querySelector("[name=detail]:checked").value === "day";
  return { zone: root.dataset.zone, since: days ? until - days * DAY_S : null, until, isDaily };
}

async function load(patient, { since, isDaily }) {
  const query = new URLSearchParams({ limit: PAGE });
  if (since) query.set("since", new Date(since * 1000).toISOString());
  if (isDaily) query.set("bucket", "day");
  const items = [];
  do {
    const answer = await fetch(`/api/patients/${patient}/${isDaily ? "series" : "readings"}?${query}`);
    if (!answer.ok) throw new Error(answer.status);
    const page = await answer.json();
    items.push(...page.items);
    query.set("cursor", page.next ?? "");
  } while (query.get("cursor"));
  return items.reverse().map(isDaily ? average : single);
}

const single = (reading) => ({
  at: Date.parse(reading.measured_at) / 1000,
  meal: reading.meal,
  isVoid: !reading.counts,
  values: Object.fromEntries(Object.entries(reading.values).map(([code, each]) => [code, each.value])),
});

const average = (bucket) => ({
  at: Date.parse(bucket.starts_at) / 1000 + DAY_S / 2,
  meal: null,
  isVoid: false,
  values: Object.fromEntries(Object.entries(bucket.vitals).map(([code, each]) => [code, each.mean])),
  bounds: bucket.vitals,
});

function redraw(make) {
  for (const each of drawn) each.plot.destroy();
  drawn = make();
  redraw.again = () => redraw(make);
}

function chart(figure, readings, wanted) {
  const settings = JSON.parse(figure.dataset.settings);
  const box = figure.querySelector(".plot");
  const points = readings.filter((each) => settings.vitals.every((code) => code in each.values));
  const evidence = new Set(settings.evidence);
  for (const point of points) point.isEvidence = !wanted.isDaily && evidence.has(Math.floor(point.at));
  const ink = colours();
  const shown = { points, settings, wanted, ink, days: missingDays(points, wanted) };
  const readout = figure.querySelector(".readout");
  const plot = new window.uPlot(options(shown, box, readout), data(shown), box);
  box.onkeydown = (event) => step(plot, points, event);
  readout.textContent = points.length ? "" : "nothing measured in this time";
  return { plot, box };
}

const data = ({ points, settings }) => [points.map((each) => each.at), ...settings.vitals.map((code) => points.map((each) => each.values[code]))];

function options(shown, box, readout) {
  const { points, settings, wanted, ink } = shown;
  const axis = { stroke: ink.muted, font: "12px system-ui, sans-serif", grid: { stroke: ink.line, width: 1 }, ticks: { show: false } };
  const edges = [wanted.since ?? points[0]?.at - DAY_S, wanted.since ? wanted.until : points.at(-1)?.at + DAY_S];
  return {
    width: width(box),
    height: HEIGHT,
    padding: [null, settings.limits.length ? LIMITS_PX : null, null, null],
    legend: { show: false },
    tzDate: (ts) => window.uPlot.tzDate(new Date(ts * 1000), wanted.zone),
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    scales: { x: { time: true, range: () => edges }, y: { range: (_, low, high) => heights(low, high, settings.limits) } },
    axes: [{ ...axis, size: 34, values: TIMES }, { ...axis, size: 44 }],
    series: [{}, ...settings.vitals.map(() => ({ paths: () => null, points: { show: false } }))],
    hooks: { ...marks(shown), setCursor: [(plot) => (readout.textContent = say(points[plot.cursor.idx], shown))] },
  };
}

const width = (box) => (document.documentElement.hasAttribute("data-print") ? PAPER_PX : box.clientWidth);

// Limits are in view beside what was measured.
function heights(low, high, limits) {
  const all = [low, high, ...limits.map((each) => each.value)].filter(Number.isFinite);
  if (!all.length) return [0, 1];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const room = (most - least || 1) * 0.1;
  return [least - room, most + room];
}

function say(point, { settings, wanted }) {
  if (!point) return "";
  const when = new Date(point.at * 1000).toLocaleString("en-GB", {
    timeZone: wanted.zone, weekday: "short", day: "numeric", month: "short", year: "numeric",
    ...(wanted.isDaily ? {} : { hour: "2-digit", minute: "2-digit" }),
  });
  const value = settings.vitals.map((code) => Number(point.values[code].toFixed(1))).join("/");
  const of = point.bounds?.[settings.vitals[0]];
  const also = [
    of && `average of ${of.readings}, ${of.low} to ${of.high}`,
    settings.meals[point.meal] ?? point.meal, point.isEvidence && "evidence of a task", point.isVoid && "not counted",
  ].filter(Boolean);
  return [`${when}: ${value} ${settings.unit}`, ...also].join(", ");
}

function step(plot, points, event) {
  const moves = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (!(event.key in moves) || !points.length) return;
  event.preventDefault();
  const at = (plot.cursor.idx ?? points.length) + moves[event.key];
  const to = Math.min(Math.max(at, 0), points.length - 1);
  plot.setCursor({ left: plot.valToPos(points[to].at, "x"), top: 0 });
}

function missingDays(points, { zone, since, until }) {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const midnight = (at) => {
    const [hours, minutes, seconds] = clock.format(at * 1000).split(":").map(Number);
    return Math.floor(at) - (hours * 60 + minutes) * 60 - seconds;
  };
  const first = since ?? points[0]?.at;
  const last = since ? until : points.at(-1)?.at;
  if (!points.length || (last - first) / DAY_S > LONGEST_SHADED_DAYS) return [];
  const measured = new Set(points.map((each) => midnight(each.at)));
  const missing = [];
  for (let day = midnight(first); day < last; ) {
    const next = midnight(day + 1.25 * DAY_S); // days are 23 to 25 hours long
    if (!measured.has(day)) missing.push([day, next]);
    day = next;
  }
  return missing;
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return { ink: token("ink"), muted: token("muted"), line: token("line"), shade: token("sunken"), value: token("accent"), beyond: token("stat"), limit: token("urgent"), surface: token("surface") };
}

function print(isPrinting) {
  document.documentElement.toggleAttribute("data-print", isPrinting); // paper is light
  redraw.again?.();
}
window.addEventListener("beforeprint", () => print(true));
window.addEventListener("afterprint", () => print(false));
scheme.addEventListener("change", () => redraw.again?.());
window.addEventListener("resize", () => {
  for (const { plot, box } of drawn) plot.setSize({ width: width(box), height: HEIGHT });
});
