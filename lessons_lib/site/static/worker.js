// Python in a worker: answers the messages of pages one by one, and stores what they record.

import { recordStore } from "./store.js";

/** @import { Asked, Row } from "./types" */

const files = new URL("./", import.meta.url);
/** @type {(name: string) => Promise<any>} */
const load = (name) => import(new URL(name, files).href);
/** @type {(error: any) => string} */
const reason = (error) =>
  String(error?.message ?? error)
    .trim()
    .split("\n")
    .at(-1) ?? "";

/** @type {Promise<unknown>} */
let queue = Promise.resolve();
/** @type {ReturnType<typeof start> | undefined} */
let started;

// Set before anything is awaited: messages that arrive while Python starts would be lost.
onmessage = ({ data: { number, asked, database } }) => {
  started ??= start(database);
  queue = queue.then(async () => {
    try {
      postMessage({ number, ...(await (await started)?.(asked)) });
    } catch (error) {
      postMessage({ number, failed: reason(error), isFatal: !(await hasStarted()) });
    }
  });
};

const hasStarted = () => Promise.resolve(started).then(Boolean, () => false);

/**
 * Rejects with what Pyodide only warns of, or leaves to nobody.
 * @returns {Promise<never>}
 */
const whatFails = () =>
  new Promise((_, reject) => {
    const { warn } = console;
    console.warn = (...words) => {
      warn(...words);
      if (words[0] instanceof Error) reject(words[0]);
    };
    addEventListener("unhandledrejection", (event) => reject(event.reason));
  });

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(new URL(address, files));
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}

/**
 * Starts Python and returns what answers a message.
 * @param {string} database
 */
async function start(database) {
  const [{ loadPyodide }, code] = await Promise.all([
    load("@pyodide@/pyodide.mjs"),
    fetched("@app.zip@"),
  ]);
  const failure = whatFails(); // Pyodide waits for ever if its own file cannot be loaded
  const pyodide = loadPyodide({ indexURL: new URL("@pyodide@/", files).href });
  const python = await Promise.race([pyodide, failure]);
  python.unpackArchive(code, "zip", { extractDir: "/lessons" });
  python.runPython("import sys; sys.path.insert(0, '/lessons')");
  const serve = python.pyimport("lessons_lib.site.half.serve").serve;
  const record = recordIn(database);
  return async (/** @type {Asked} */ { needs = [], ...asked }) => {
    for (const address of needs) await provide(python, address);
    const answer = (/** @type {Asked} */ message, /** @type {string[]} */ lines) =>
      JSON.parse(serve(JSON.stringify(message), JSON.stringify(lines)));
    const reply = answer(asked, await record.unread());
    const { fault, rows } = await record.add(reply.rows);
    if (fault === undefined) return { ...reply, rows };
    const { changes } = answer({ do: "fail", place: asked.place, reason: fault }, []);
    return { ...reply, rows, changes: { ...reply.changes, ...changes } };
  };
}

/**
 * The record, also where the browser stores nothing; `add` returns the rows that are not stored, and
 * why.
 * @param {string} database
 */
function recordIn(database) {
  const store = recordStore(database);
  /** @type {Row[]} */
  let waiting = [];
  return {
    unread: () => store.unread().catch(() => []),
    /** @param {Row[]} rows */
    async add(rows) {
      waiting.push(...rows);
      try {
        if (waiting.length) await store.add(waiting);
        waiting = [];
        return { rows: waiting };
      } catch (error) {
        return { rows: waiting, fault: reason(error) };
      }
    },
  };
}

/**
 * Puts a file of the site where Python finds it, once.
 * @param {any} python
 * @param {string} address
 */
async function provide(python, address) {
  const path = `/lessons/lessons_lib/course_files/${address.split("?")[0]}`;
  if (python.FS.analyzePath(path).exists) return;
  python.FS.writeFile(path, new Uint8Array(await fetched(address)));
}
