// The line to Python: starts its worker, numbers messages, and repeats them if it has to restart.

/** @import { Asked, Reply, Row } from "./types" */

// While a new edition takes over, the request for the worker's script is lost now and then.
const PATIENCE_MS = 20_000;

/**
 * @typedef {{ asked: Asked, resolve: (reply: Reply) => void,
 *   reject: (error: Error) => void }} Open
 */

/**
 * @param {URL} script
 * @param {string} database
 * @param {(problem: string) => void} onState called with "" when Python answers, or why it cannot
 */
export function pythonLine(script, database, onState) {
  /** @type {Worker | undefined} */
  let worker;
  let [number, timer] = [0, 0];
  /** @type {Row[]} */
  let unstored = [];
  /** @type {Map<number, Open>} */
  const open = new Map();
  const stop = () => {
    clearTimeout(timer);
    worker?.terminate();
    worker = undefined;
  };
  /** @param {string} problem */
  const fail = (problem) => (stop(), onState(problem));
  const send = (/** @type {number} */ key, /** @type {Asked} */ asked) =>
    worker?.postMessage({ number: key, asked, database });
  const start = () => {
    stop();
    worker = new Worker(script, { type: "module" });
    timer = setTimeout(start, PATIENCE_MS);
    worker.onerror = (event) => fail(event.message || "its script could not be loaded");
    worker.onmessage = ({ data }) => {
      if (data.isThere) return clearTimeout(timer);
      if (data.isFatal) return fail(data.failed);
      const one = open.get(data.number);
      open.delete(data.number);
      unstored = data.rows ?? unstored;
      onState("");
      if (data.failed) one?.reject(new Error(data.failed));
      else one?.resolve(data);
    };
    for (const [key, { asked }] of open) send(key, asked);
  };
  addEventListener("pagehide", stop); // or no later page could write in WebKit: see store.js
  addEventListener("pageshow", () => worker || !open.size || start());
  return {
    start: () => worker ?? start(),
    /** Returns the lines that the browser does not store. */
    unstored: () => unstored.map(({ line }) => line),
    /**
     * Sends a message; the reply comes when Python has started.
     * @param {Asked} asked
     * @returns {Promise<Reply>}
     */
    ask: (asked) =>
      new Promise((resolve, reject) => {
        open.set(++number, { asked, resolve, reject });
        if (worker) send(number, asked);
        else start();
      }),
    /** Sends a message that only matters to a Python that has started.
     * @param {Asked} asked
     */
    tell: (asked) => void (worker && send(++number, asked)),
    /** Ends Python, and forgets what is not stored. */
    stop: () => (stop(), (unstored = [])),
  };
}
