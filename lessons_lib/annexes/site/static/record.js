// The learner's record in this browser: take it along, bring one in, delete it; and offline use.

import { element } from "../../../classroom/widgets/elements.js";
import { plural } from "../../../classroom/widgets/numbers.js";
import { withRecord } from "./store.js";

/** @import { Asked, Reply } from "./types" */

const MOST_BYTES = 10_000_000;
const FILE = "record.jsonl";
const NOT_READ = "This page cannot use the record in this browser";
const SURE = "Delete the record? Download it first if you want to keep it.";

/**
 * @typedef {{ line: { ask(asked: Asked): Promise<Reply>, unstored(): string[], stop(): void },
 *   states: { clear(): void }, course: string }} Page
 */

/**
 * Fills the places for the record's buttons and for offline use, where a page has them.
 * @param {ParentNode} root
 * @param {Page} page
 */
export function recordControls(root, page) {
  const record = root.querySelector(".lessons-record");
  record?.replaceChildren(...recordNodes(page, record.hasAttribute("data-download-only")));
  const offline = root.querySelector(".lessons-offline");
  if (offline && navigator.serviceWorker) offline.replaceChildren(...offlineNodes());
}

/** @type {(text: string, onclick: () => unknown) => HTMLButtonElement} */
const button = (text, onclick) => element("button", { type: "button", onclick }, text);

/**
 * Returns a line with its order and its time, by which it is sorted; a damaged one comes first.
 * @param {string} line
 */
function placed(line) {
  try {
    const { order, time_utc: time } = JSON.parse(line);
    return { line, order: Number(order) || 0, time: Date.parse(time) || 0 };
  } catch {
    return { line, order: 0, time: 0 };
  }
}

/**
 * @param {Page} page
 * @param {boolean} isDownloadOnly
 * @returns {HTMLElement[]}
 */
function recordNodes({ line, states, course }, isDownloadOnly) {
  const status = element("p", { role: "status" });
  const say = (/** @type {string} */ words) => (status.textContent = words);
  const download = async () => {
    const unstored = line.unstored();
    const stored = await withRecord(course, (record) => record.unread()).catch((error) => {
      if (unstored.length) return [];
      throw error;
    });
    // What was brought in is stored last, but belongs where its order and its time put it.
    const all = [...stored, ...unstored].map(placed);
    all.sort((one, other) => one.order - other.order || one.time - other.time);
    const lines = all.map((one) => `${one.line}\n`);
    const blob = new Blob(lines, { type: "application/jsonl" });
    const link = element("a", { href: URL.createObjectURL(blob), download: FILE });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // Safari reads it later
    say(`Downloaded ${plural(all.length, "event")} as ${FILE}.`);
  };
  /** @type {() => Promise<unknown>} */
  const bring = async () => {
    /** @type {File | undefined} */
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    if (file.size > MOST_BYTES) return say(`${file.name} is larger than 10 MB: it is no record.`);
    say("Reading the file. Python has to start for this.");
    const { said } = await line.ask({ do: "bring", text: await file.text() });
    states.clear();
    say(said ?? "");
  };
  const clear = async () => {
    if (!confirm(SURE)) return;
    await withRecord(course, (record) => record.clear());
    states.clear();
    line.stop(); // Python still knows the record: a new one starts with none
    say("The record is deleted. Reload other tabs that show this site.");
  };
  const attempt = (/** @type {() => Promise<unknown>} */ call) => () =>
    call().catch((/** @type {Error} */ error) => say(`${NOT_READ}: ${error.message}.`));
  /** @type {HTMLInputElement} */
  const input = element("input", {
    type: "file",
    accept: ".jsonl",
    hidden: "",
    onchange: attempt(bring),
  });
  const others = [
    button("Bring a record in …", () => input.click()),
    input,
    button("Delete my record …", attempt(clear)),
  ];
  const all = [button("Download my record", attempt(download)), ...(isDownloadOnly ? [] : others)];
  return [element("p.lessons-buttons", all), status];
}

/** @returns {HTMLElement[]} */
function offlineNodes() {
  const status = element("p", { role: "status" });
  const keep = button("Keep everything for offline use", async () => {
    keep.disabled = true;
    status.textContent = "Keeping all pages …";
    const { active } = await navigator.serviceWorker.ready;
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => {
      keep.disabled = false;
      status.textContent = data.failed
        ? `Not everything could be kept: ${data.failed}. Try again.`
        : `All ${plural(data.kept, "file")} are kept. The lessons now work without a network.`;
    };
    active?.postMessage("keep", [channel.port2]);
    navigator.storage?.persist?.();
  });
  return [element("p", keep), status];
}
