// The line to the kernel: what a learner is told when it is silent, and how it is said.

const WAITING_AFTER_MS = 1500;
export const WAITING =
  "Waiting for the kernel: it may be running another cell. " +
  "If it was restarted, run this cell again.";

// Returns what calls later; a call that is still waiting then is dropped.
export function delay() {
  let timer = 0;
  return (ms, call) => {
    clearTimeout(timer);
    timer = setTimeout(call, ms);
  };
}

// Sends an action or sets a trait; where nothing comes back for a while, says so.
export function kernelLine(model, onSilence) {
  const later = delay();
  const expect = (ms = WAITING_AFTER_MS) => later(ms, onSilence);
  const reach = (send) => {
    expect();
    try {
      send();
    } catch {
      onSilence(); // the connection to a kernel that has gone
    }
  };
  return {
    expect,
    heard: () => later(0, () => {}),
    send: (action) => reach(() => model.send(action)),
    set(name, value) {
      model.set(name, value);
      reach(() => model.save_changes());
    },
  };
}

// Asks for what `read` returns once it rests, and draws the answer to the last question alone.
export function questions(model, line, { read, draw }) {
  const later = delay();
  const ask = () => line.set("asked", { serial: model.get("asked").serial + 1, ...read() });
  return {
    ask: (ms = 60) => later(ms, ask),
    receive() {
      const answer = model.get("answer");
      if (answer.serial !== model.get("asked").serial) return;
      line.heard();
      draw(answer);
    },
  };
}

// Puts a widget into its cell, and calls `updates` by the name of what changed; returns the end.
// What was put off may still come after it, to nodes that nobody sees.
export function show({ model, el }, root, updates, onEnd = () => {}) {
  const all = Object.entries(updates);
  el.append(root);
  for (const [name, update] of all) {
    model.on(`change:${name}`, update);
    update();
  }
  return () => {
    onEnd();
    for (const [name, update] of all) model.off(`change:${name}`, update);
  };
}

// The same text again would not be read out again, so the node is emptied first.
export function sayAgain(status, words) {
  if (status.textContent !== words) {
    status.textContent = words;
    return;
  }
  status.textContent = "";
  requestAnimationFrame(() => (status.textContent = words));
}
