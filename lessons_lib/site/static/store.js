// The record in the browser's database: one row for each event, as in a record's file.

/** @import { Row } from "./types" */

const EVENTS = "events";

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
 * Opens the database with this name.
 * @param {string} name
 */
export async function openStore(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    const events = opening.result.createObjectStore(EVENTS, { autoIncrement: true });
    events.createIndex("id", "id", { unique: true });
  };
  const database = await done(opening);
  let last = 0; // the key of the latest row that was read
  return {
    /** Returns the lines stored since the last call, by any tab. */
    async unread() {
      const events = database.transaction(EVENTS).objectStore(EVENTS);
      const range = IDBKeyRange.lowerBound(last, true);
      const [keys, rows] = await Promise.all([
        done(events.getAllKeys(range)),
        done(events.getAll(range)),
      ]);
      last = Number(keys.at(-1) ?? last);
      return rows.map((row) => row.line);
    },
    /**
     * Stores rows; resolves when they are on disk.
     * @param {Row[]} rows
     */
    add(rows) {
      return new Promise((resolve, reject) => {
        const change = database.transaction(EVENTS, "readwrite", { durability: "strict" });
        for (const row of rows) change.objectStore(EVENTS).add(row);
        change.oncomplete = () => resolve(undefined);
        change.onabort = () => reject(change.error ?? new Error("The transaction was aborted."));
      });
    },
    clear: () => done(database.transaction(EVENTS, "readwrite").objectStore(EVENTS).clear()),
  };
}
