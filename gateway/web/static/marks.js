// What is drawn into a chart: days without a reading, limits, values. Shape says what colour says too.

/** The hooks of one chart. */
export function marks(shown) {
  return { drawClear: [(plot) => shadeDays(plot, shown)], draw: [(plot) => { drawLimits(plot, shown); drawValues(plot, shown); }] };
}

const dots = () => window.devicePixelRatio || 1;

function shadeDays(plot, { days, ink }) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = ink.shade;
  for (const [from, to] of days) {
    const left = plot.valToPos(from, "x", true);
    ctx.fillRect(left, bbox.top, plot.valToPos(to, "x", true) - left, bbox.height);
  }
  ctx.restore();
}

// What a limit is stands beside the drawing, where nothing is measured; two that are close stand one below the other.
function drawLimits(plot, { settings, ink }) {
  const { ctx, bbox } = plot;
  const line = 12 * dots();
  const right = bbox.left + bbox.width;
  let free = bbox.top;
  ctx.save();
  ctx.font = `${11 * dots()}px system-ui, sans-serif`;
  ctx.lineWidth = dots();
  ctx.strokeStyle = ctx.fillStyle = ink.limit;
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  for (const limit of [...settings.limits].sort((one, other) => other.value - one.value)) {
    const y = Math.round(plot.valToPos(limit.value, "y", true));
    const beside = Math.max(y, free);
    free = beside + line;
    ctx.setLineDash([6 * dots(), 4 * dots()]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(right, y);
    ctx.stroke();
    ctx.fillText(sign(limit, settings), right + 6 * dots(), beside);
  }
  ctx.restore();
}

// The caption says it in words.
function sign({ vital, value, isUpper }, { vitals }) {
  const of = vitals.length === 2 ? ["sys ", "dia "][vitals.indexOf(vital)] : "";
  return `${of}${isUpper ? ">" : "<"} ${value}`;
}

function drawValues(plot, shown) {
  const { points, settings, ink } = shown;
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = 1.5 * dots();
  if (settings.vitals.length === 1) join(plot, shown);
  for (const point of points) {
    const x = plot.valToPos(point.at, "x", true);
    const ys = settings.vitals.map((code) => plot.valToPos(point.values[code], "y", true));
    ctx.strokeStyle = ctx.fillStyle = point.isVoid ? ink.muted : isBeyond(point, settings) ? ink.beyond : ink.value;
    if (point.isVoid) for (const y of ys) cross(ctx, x, y);
    else if (ys.length === 2) pair(ctx, x, ys);
    else {
      if (point.bounds) spread(plot, x, point.bounds[settings.vitals[0]]);
      shape(ctx, x, ys[0], point.meal, ink.surface);
    }
    if (point.isEvidence) ring(ctx, x, ys[0]);
  }
  ctx.restore();
}

const isBeyond = (point, { limits }) =>
  limits.some((limit) => (limit.isUpper ? point.values[limit.vital] > limit.value : point.values[limit.vital] < limit.value));

function join(plot, { points, settings, ink }) {
  const { ctx } = plot;
  ctx.save();
  ctx.globalAlpha = 0.35;
  ctx.strokeStyle = ink.value;
  ctx.lineWidth = dots();
  ctx.beginPath();
  for (const point of points.filter((each) => !each.isVoid))
    ctx.lineTo(plot.valToPos(point.at, "x", true), plot.valToPos(point.values[settings.vitals[0]], "y", true));
  ctx.stroke();
  ctx.restore();
}

function pair(ctx, x, [top, bottom]) {
  const half = 3 * dots();
  ctx.beginPath();
  for (const y of [top, bottom]) {
    ctx.moveTo(x - half, y);
    ctx.lineTo(x + half, y);
  }
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
}

function spread(plot, x, { low, high }) {
  const { ctx } = plot;
  ctx.beginPath();
  ctx.moveTo(x, plot.valToPos(low, "y", true));
  ctx.lineTo(x, plot.valToPos(high, "y", true));
  ctx.stroke();
}

// Before a meal: hollow. After one: full. Fasting: a triangle. At bedtime: a square.
function shape(ctx, x, y, meal, ground) {
  const r = 3.2 * dots();
  ctx.beginPath();
  if (meal === "fasting") {
    ctx.moveTo(x, y - r * 1.2);
    ctx.lineTo(x + r * 1.1, y + r);
    ctx.lineTo(x - r * 1.1, y + r);
    ctx.closePath();
  } else if (meal === "bedtime") ctx.rect(x - r, y - r, 2 * r, 2 * r);
  else ctx.arc(x, y, meal ? r : r * 0.75, 0, 2 * Math.PI);
  if (meal === "preprandial") {
    ctx.save();
    ctx.fillStyle = ground;
    ctx.fill();
    ctx.restore();
    ctx.stroke();
  } else ctx.fill();
}

function cross(ctx, x, y) {
  const half = 3.5 * dots();
  ctx.beginPath();
  ctx.moveTo(x - half, y - half);
  ctx.lineTo(x + half, y + half);
  ctx.moveTo(x + half, y - half);
  ctx.lineTo(x - half, y + half);
  ctx.stroke();
}

function ring(ctx, x, y) {
  ctx.beginPath();
  ctx.arc(x, y, 6.5 * dots(), 0, 2 * Math.PI);
  ctx.stroke();
}
