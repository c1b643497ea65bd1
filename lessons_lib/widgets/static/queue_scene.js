// The picture: requests are dots that glide to where the run says they are.

const BOX_TOP = 36;
const GLIDE_S = 0.075;
const COMING_S = 0.55; // so long before its arrival a request is seen on its way
const THERE_S = 0.13; // the glide lags: a dot that arrives is in its place by then
const LEAVE_S = 0.8;
const FAST_PICTURE_S = 0.3; // figures that change with each frame flicker
const NEAR = 5; // so near its place in the model, a dot may leave it: work shorter than a frame is seen
const SLOT = 15;
const ROWS = 6;

// The same words again would have the page laid out anew.
function setWords(node, words) {
  if (node.textContent !== words) node.textContent = words;
}

function sceneView() {
  const text = (name) => drawn("text", { class: `qv-text qv-${name}` });
  const parts = {
    hall: drawn("rect", { class: "qv-hall", rx: 12 }),
    batchBox: drawn("rect", { class: "qv-batch-box", rx: 10 }),
    cells: drawn("path", { class: "qv-cells" }),
    modelBox: drawn("rect", { class: "qv-model-box", rx: 10 }),
    lanes: drawn("path", { class: "qv-lanes" }),
    waited: drawn("rect", { class: "qv-waited", height: 4, rx: 2 }),
    worked: drawn("rect", { class: "qv-worked", height: 4, rx: 2 }),
    dots: drawn("g", { class: "qv-dots" }),
    ...Object.fromEntries(
      ["queue", "batch", "model", "answered", "more", "oldest", "service", "latest", "fast"].map((name) => [name, text(name)]),
    ),
  };
  const node = drawn("svg", { class: "qv-scene", role: "img" }, ...Object.values(parts));
  const dots = dotPool(parts.dots);
  let at = null;
  let sinceFast = Infinity;

  const layOut = (width, limit) => {
    at = geometry(width, limit);
    const height = BOX_TOP + at.box + 38;
    place(node, { width, height, viewBox: `0 0 ${width} ${height}` });
    node.parentNode.style.height = `${height}px`;
    place(parts.hall, { x: at.left, y: BOX_TOP - 6, width: at.batch + at.box + 8 - at.left, height: at.box + 12 });
    place(parts.batchBox, { x: at.batch, y: BOX_TOP, width: at.box, height: at.box });
    place(parts.modelBox, { x: at.model, y: BOX_TOP, width: at.box, height: at.box });
    place(parts.cells, { d: at.rings, "stroke-width": 1 });
    place(parts.lanes, { d: `M0 ${at.middle}H${at.left}M${at.batch + at.box + 8} ${at.middle}H${at.model}M${at.model + at.box} ${at.middle}H${width}` });
    const [under, centre] = [BOX_TOP + at.box + 24, (x) => x + at.box / 2];
    place(parts.queue, { x: at.left, y: 18 });
    place(parts.batch, { x: centre(at.batch), y: 18 });
    place(parts.model, { x: centre(at.model), y: 18 });
    place(parts.answered, { x: width, y: 18 });
    place(parts.oldest, { x: centre(at.batch), y: under });
    place(parts.service, { x: centre(at.model), y: under });
    place(parts.latest, { x: width, y: under });
    place(parts.more, { x: at.left + 10, y: at.middle + 4 });
    place(parts.fast, { x: at.model + at.box / 2, y: at.middle + 4 });
    for (const bar of [parts.waited, parts.worked]) place(bar, { y: BOX_TOP + at.box - 9 });
  };

  return {
    node,
    layOut,
    // `dt` is how long ago the last picture was; null draws everything where it belongs at once.
    draw(run, { count, time, seen, isFast }, dt) {
      sinceFast = isFast ? sinceFast + dt : Infinity;
      if (isFast && sinceFast < FAST_PICTURE_S) return;
      if (isFast) sinceFast = 0;
      const state = run.states[count];
      const limit = run.asked.max_batch_size;
      const [waiting, behind] = [state.arrived - state.started, state.arrived - state.started - limit];
      const hidden = Math.max(0, behind - (behind > at.slots ? at.slotsBesideText : at.slots));
      if (isFast) dots.clear();
      else dots.move(dt, run, targets(run, state, at, waiting - hidden, seen), state, at);
      const batch = state.batch ?? dots.batchInModel(run);
      node.classList.toggle("qv-is-fast", isFast);
      parts.modelBox.classList.toggle("qv-on", Boolean(batch));
      setWords(parts.queue, `${at.isNarrow ? "" : "queue: "}${waiting.toLocaleString("en")} waiting`);
      setWords(parts.batch, `${at.isNarrow ? "" : "next "}batch: ${Math.min(waiting, limit)} of ${limit}`);
      setWords(parts.model, batch ? `model: ${at.isShort ? "" : "batch of "}${batch.size}` : "model: idle");
      setWords(parts.answered, at.isNarrow ? `${state.answered}` : `answered ${state.answered.toLocaleString("en")}`);
      setWords(parts.more, hidden ? `+${hidden} more` : "");
      setWords(parts.fast, isFast ? "fast forward" : "");
      drawBars(parts, at, run, { ...state, batch }, time);
    },
    clear: () => dots.clear(),
  };
}

function geometry(width, limit) {
  const [isShort, isNarrow] = [width < 640, width < 520];
  const box = isNarrow ? 92 : 122;
  const exit = Math.max(36, Math.min(140, width * 0.15));
  const gap = isNarrow ? 24 : 48;
  const model = width - exit - box;
  const batch = model - gap - box;
  const left = Math.max(18, Math.min(56, width * 0.06));
  const columns = Math.max(0, Math.floor((batch - 12 - left) / SLOT));
  const rows = isNarrow ? 5 : ROWS;
  const side = Math.ceil(Math.sqrt(limit));
  const pitch = (box - 26) / Math.max(side, 3);
  const radius = Math.min(6.5, pitch * 0.36);
  const middle = BOX_TOP + box / 2;
  const lines = Math.ceil(limit / side);
  const cell = (x, number) => ({
    x: x + box / 2 + ((number % side) - (side - 1) / 2) * pitch,
    y: middle - 4 + (Math.floor(number / side) - (lines - 1) / 2) * pitch,
    r: radius,
  });
  // A snake: whoever moves up goes to the place beside.
  const slot = (number) => {
    const [column, row] = [Math.floor(number / rows), number % rows];
    const line = column % 2 ? rows - 1 - row : row;
    return { x: batch - 15 - column * SLOT, y: middle + (line - (rows - 1) / 2) * SLOT, r: 5 };
  };
  const rings = Array.from({ length: limit }, (_, number) => {
    const { x, y, r } = cell(batch, number);
    return `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
  }).join("");
  const door = { x: left, y: middle, r: 5 };
  const slots = columns * rows;
  const slotsBesideText = Math.max(0, columns - 5) * rows;
  return { width, isShort, isNarrow, box, model, batch, left, middle, rings, cell, slot, door, slots, slotsBesideText };
}

function drawBars(parts, at, run, { started, arrived, answered, batch }, time) {
  const room = at.box - 20;
  const timeout = 1e3 * run.asked.batch_wait_timeout_ms;
  const waited = arrived > started ? Math.max(0, time - run.arrivals_s[started]) : 0;
  const share = arrived > started ? (timeout > 0 ? Math.min(1, waited / timeout) : 1) : 0;
  place(parts.waited, { x: at.batch + 10, width: room * share });
  const worked = batch ? Math.max(0, Math.min(1, (time - batch.start) / (batch.end - batch.start))) : 0;
  place(parts.worked, { x: at.model + 10, width: room * worked });
  setWords(parts.oldest, oldestInWords(arrived - started, waited, timeout, batch, run.asked.max_batch_size));
  setWords(parts.service, batch ? `takes ${duration(batch.end - batch.start)}` : "");
  const last = answered ? run.finished_s[answered - 1] - run.arrivals_s[answered - 1] : null;
  setWords(parts.latest, last === null || at.isNarrow ? "" : `latest: ${duration(last)}`);
}

function oldestInWords(waiting, waited, timeout, batch, limit) {
  if (!waiting) return "";
  if (batch && (waiting >= limit || waited >= timeout)) return "waits for the model";
  return timeout > 0 ? `waits ${plainDuration(timeout)} at most` : "";
}

// Who is to be seen where: in the model, in the next batch, behind it, or on the way.
function targets(run, { arrived, started, answered, batch }, at, visible, seen) {
  const limit = run.asked.max_batch_size;
  const found = new Map();
  if (batch) {
    for (let one = answered; one < started; one += 1) found.set(one, { ...at.cell(at.model, one - batch.first), zone: "working" });
  }
  for (let ahead = 0; ahead < Math.min(visible, arrived - started); ahead += 1) {
    const spot = ahead < limit ? at.cell(at.batch, ahead) : at.slot(ahead - limit);
    found.set(started + ahead, { ...spot, zone: "waiting" });
  }
  for (let one = arrived; run.arrivalsSeenAt[one] - seen < COMING_S; one += 1) {
    const ahead = one - started;
    const isHidden = visible < arrived - started || ahead - limit >= at.slots;
    const spot = isHidden ? at.door : ahead < limit ? at.cell(at.batch, ahead) : at.slot(ahead - limit);
    const way = Math.min(1, (COMING_S - run.arrivalsSeenAt[one] + seen) / (COMING_S - THERE_S));
    found.set(one, { x: way * (spot.x + 8) - 8, y: at.middle + way ** 3 * (spot.y - at.middle), r: spot.r, zone: "coming" });
  }
  return found;
}

function dotPool(group) {
  const live = new Map();
  const spare = [];
  const drop = (request, dot) => {
    dot.node.setAttribute("display", "none");
    spare.push(dot.node);
    live.delete(request);
  };
  const birth = (spot) => {
    const node = spare.pop() ?? group.appendChild(drawn("circle"));
    node.removeAttribute("display");
    node.removeAttribute("opacity");
    return { ...spot, node, leaving: 0, isDrawn: false };
  };
  const glide = (dot, spot, step) => {
    const isThere = ["x", "y", "r"].every((axis) => Math.abs(spot[axis] - dot[axis]) < 0.02);
    if (isThere && dot.zone === spot.zone && dot.isDrawn) return;
    for (const axis of ["x", "y", "r"]) dot[axis] += (spot[axis] - dot[axis]) * step;
    dot.zone = spot.zone;
    dot.isDrawn = true;
    place(dot.node, { class: `qv-${dot.zone}`, cx: dot.x.toFixed(2), cy: dot.y.toFixed(2), r: dot.r.toFixed(2) });
  };
  // An answered dot first reaches its place in the model, then goes right and fades.
  const leave = (request, dot, dt, step, run, at) => {
    const { first } = run.batchOf[request];
    const spot = { ...at.cell(at.model, request - first), zone: "working" };
    if (dot.zone !== "done" && Math.abs(dot.x - spot.x) > NEAR) return glide(dot, spot, step);
    dot.zone = "done";
    dot.leaving += dt;
    if (dot.leaving >= LEAVE_S) return drop(request, dot);
    dot.x += (dt / LEAVE_S) * (at.width - at.model - at.box / 3);
    place(dot.node, { class: "qv-done", cx: dot.x.toFixed(2), opacity: (1 - (dot.leaving / LEAVE_S) ** 2).toFixed(2) });
  };
  return {
    clear() {
      for (const [request, dot] of live) drop(request, dot);
    },
    // The batch whose dots are still seen to pass the model.
    batchInModel(run) {
      for (const [request, { zone }] of live) if (zone === "working") return run.batchOf[request];
      return null;
    },
    move(dt, run, wanted, { arrived, started, answered }, at) {
      const step = dt === null ? 1 : 1 - Math.exp(-dt / GLIDE_S);
      // Whoever waited unseen comes in beside the last; others come through the door.
      const origin = (spot) => (arrived - started > at.slotsBesideText ? { x: spot.x - SLOT } : at.door);
      for (const [request, dot] of live) {
        if (wanted.has(request)) continue;
        if (request < answered && dt !== null) leave(request, dot, dt, step, run, at);
        else drop(request, dot);
      }
      for (const [request, spot] of wanted) {
        if (!live.has(request)) live.set(request, birth(dt === null || spot.zone === "coming" ? spot : { ...spot, ...origin(spot) }));
        glide(live.get(request), spot, step);
      }
    },
  };
}
