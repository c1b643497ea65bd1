// The line to the kernel: what a learner is told when it is silent, and how it is said.

export const WAITING_AFTER_MS = 1500;
export const WAITING = "Waiting for the kernel: it may be running another cell. If it was restarted, run this cell again.";

// Sends an action; where nothing comes back for a while, says so.
export function kernelLine(model, onSilence) {
  let timer = 0;
  const line = {
    send(action, ms) {
      line.expect(ms);
      try {
        model.send(action);
      } catch {
        onSilence(); // the connection to a kernel that has gone
      }
    },
    expect(ms = WAITING_AFTER_MS) {
      clearTimeout(timer);
      timer = setTimeout(onSilence, ms);
    },
    heard: () => clearTimeout(timer),
  };
  return line;
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
