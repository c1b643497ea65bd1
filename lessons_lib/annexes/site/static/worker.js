// Python in a worker: answers the messages of pages one by one, and stores what they record.

import { recordStore } from "./store.js";

/** @import { Asked, Row } from "./types" */

const files = new URL("./", import.meta.url);
/** @type {(name: string) => Promise<any>} */
const load = (name) => import(new URL(name, files).href);
/** @type {(error: any) => string} */
const reason = (error) =>
  String(error?.message || error)
    .trim()
    .split("\n")
    .at(-1) ?? "";

/** @type {Promise<unknown>} */
let queue = Promise.resolve();
/** @type {ReturnType<typeof start> | undefined} */
let started;
/** @type {Row[]} */
let waiting = []; // what is not stored

// Set before anything is awaited: messages that arrive while Python starts would be lost.
onmessage = ({ data: { number, asked, database } }) => {
  started ??= start(database);
  queue = queue.then(async () => {
    try {
      postMessage({ number, ...(await (await started)?.(asked)) });
    } catch (error) {
      const isFatal = !(await hasStarted());
      postMessage({ number, failed: reason(error), isFatal, rows: waiting });
    }
  });
};
postMessage({ isThere: true });

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
  const serve = python.pyimport("lessons_lib.annexes.site.half.serve").serve;
  const record = recordStore(database);
  return async (/** @type {Asked} */ { needs = [], ...asked }) => {
    for (const address of needs) await provide(python, address);
    const answer = (/** @type {Asked} */ message, /** @type {string[]} */ lines) =>
      JSON.parse(serve(JSON.stringify(message), JSON.stringify(lines)));
    let fault = "";
    const failed = (/** @type {any} */ error) => ((fault = reason(error)), []);
    const reply = answer(asked, await record.unread().catch(failed));
    waiting = [...waiting, ...reply.rows];
    if (waiting.length) await record.add(waiting).then(() => (waiting = []), failed);
    const { place } = asked;
    const also = fault ? answer({ do: "fail", place, reason: fault }, []) : { said: "" };
    const [said, pages] = [`${reply.said ?? ""} ${also.said}`, { ...reply.pages, ...also.pages }];
    return { rows: waiting, said, pages };
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
