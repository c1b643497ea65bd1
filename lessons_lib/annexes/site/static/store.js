// The record in the browser's database: one row for each event, as in a record's file.

/** @import { Row } from "./types" */

const EVENTS = "events";
const VERSION = 1;
const NEWER = "a newer edition of these pages stores answers in another way: reload this page";

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {string} name
 * @param {() => void} onEnd called when the connection can no longer be used
 */
async function connected(name, onEnd) {
  const opening = indexedDB.open(name, VERSION);
  opening.onupgradeneeded = () => {
    const events = opening.result.createObjectStore(EVENTS, { autoIncrement: true });
    events.createIndex("id", "id", { unique: true });
  };
  const database = await done(opening).catch((error) => {
    throw error.name === "VersionError" ? new Error(NEWER) : error;
  });
  database.onclose = onEnd;
  database.onversionchange = () => {
    database.close(); // or the edition that changes it would wait for ever
    onEnd();
  };
  return database;
}

/**
 * Returns the record in the database with this name, which is opened whenever it is needed.
 * @param {string} name
 */
export function recordStore(name) {
  /** @type {Promise<IDBDatabase> | undefined} */
  let connection;
  /** @type {IDBTransaction | undefined} */
  let change;
  let last = 0; // the key of the latest row that was read
  const forget = () => (connection = change = undefined);
  const events = async (/** @type {IDBTransactionMode} */ mode = "readonly") => {
    connection ??= connected(name, forget);
    connection.catch(forget); // the next call tries again
    change = (await connection).transaction(EVENTS, mode, { durability: "strict" });
    return change.objectStore(EVENTS);
  };
  return {
    /** Returns the lines stored since the last call, by any tab. */
    async unread() {
      const rows = await events();
      const range = IDBKeyRange.lowerBound(last, true);
      const [keys, found] = await Promise.all([
        done(rows.getAllKeys(range)),
        done(rows.getAll(range)),
      ]);
      last = Number(keys.at(-1) ?? last);
      // A damaged row is a line that cannot be read.
      return found.map((row) => (typeof row?.line === "string" ? row.line : "null"));
    },
    /**
     * Stores rows, in the place of damaged ones with their id; resolves when they are on disk.
     * @param {Row[]} rows
     */
    async add(rows) {
      const all = await events("readwrite");
      return new Promise((resolve, reject) => {
        for (const row of rows) {
          const found = all.index("id").getKey(row.id);
          found.onsuccess = () => {
            if (found.result) all.delete(found.result);
            all.add(row);
          };
        }
        all.transaction.oncomplete = () => resolve(undefined);
        all.transaction.onabort = () =>
          reject(all.transaction.error ?? new Error("The transaction was aborted."));
      });
    },
    count: async () => done((await events()).count()),
    clear: async () => done((await events("readwrite")).clear()),
    abort: () => change?.abort(),
    close: () => void connection?.then((database) => database.close(), forget).then(forget),
  };
}

/**
 * Uses the record for a moment: an open connection would be in the way of a later edition, and in
 * WebKit (2.54), a transaction that its page leaves open is in the way of all that write.
 * @template T
 * @param {string} name
 * @param {(record: ReturnType<typeof recordStore>) => Promise<T>} use
 */
export function withRecord(name, use) {
  const record = recordStore(name);
  addEventListener("pagehide", record.abort, { once: true });
  return use(record).finally(record.close);
}
