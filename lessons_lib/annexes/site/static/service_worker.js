// Keeps what was seen for use without a network, and everything if the learner asks for it. All
// that it keeps belongs to one edition: a new one takes over when it has all that the old one kept.

/** @type {any} */
const worker = self;
const { scope } = worker.registration;
const CACHE = `@course@:${scope}`; // another copy of the course may be on the same host
const EVERYTHING = `${scope}everything`; // is in the cache if the learner asked for everything
/** @type {Map<string, Request>} Each file by its name, from its address and hash. */
const files = new Map(
  Object.entries(JSON.parse(`@files@`)).map(([address, integrity]) => [
    address.split("?")[0],
    new Request(scope + address, { cache: "reload", integrity }),
  ]),
);

worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(succeed()));
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(dropOthers().then(() => worker.clients.claim())),
);
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const file = files.get(nameOf(event.request.url));
  if (file && event.request.method === "GET") event.respondWith(answer(event.request, file));
});
worker.addEventListener("message", (/** @type {any} */ event) => {
  const reply = keepAll().catch((error) => ({ failed: error.message }));
  event.waitUntil(reply.then((words) => event.ports[0].postMessage(words)));
});

/** @param {string} href */
function nameOf(href) {
  const name = href.startsWith(scope) ? href.slice(scope.length).split(/[?#]/)[0] : href;
  return name || "index.html";
}

/**
 * Returns a file of this edition, or whatever the server has. Pages come from the network if there
 * is one, so that a new edition is seen immediately; what they load has changing addresses.
 * @param {Request} request
 * @param {Request} file
 */
async function answer(request, file) {
  const cache = await caches.open(CACHE);
  const version = new URL(request.url).searchParams.get("v");
  const isOfAnother = version && !file.url.endsWith(`?v=${version}`);
  const isPage = !version && !nameOf(request.url).startsWith("_static/");
  const found = isPage || isOfAnother ? undefined : await cache.match(file);
  if (found) return found;
  const { integrity } = file;
  const mode = isPage ? "no-cache" : "default";
  const own = isOfAnother ? undefined : await attempt(fetch(request, { cache: mode, integrity }));
  if (own) {
    await attempt(cache.put(file, own.clone())); // it may not fit
    return own;
  }
  const other = await attempt(fetch(request, { cache: "no-cache" }));
  const isError = !other || other.status >= 400;
  return (isError && (await cache.match(file))) || other || Response.error();
}

/** @type {<T>(promise: Promise<T>) => Promise<T | undefined>} */
const attempt = (promise) => promise.catch(() => undefined);

/** Keeps this edition's version of whatever is kept of another; or fails, and that one goes on. */
async function succeed() {
  const kept = (await (await caches.open(CACHE)).keys()).map(({ url }) => plain(nameOf(url)));
  const isKept = (/** @type {string} */ name) => kept.includes(plain(name));
  await keep([...files.keys()].filter(kept.includes("everything") ? () => true : isKept));
  await worker.skipWaiting();
}

/** Pyodide asks for its own files, so the name of its folder changes with it.
 * @param {string} name
 */
const plain = (name) => name.replace(/pyodide-\w+/, "pyodide");

async function keepAll() {
  await keep([...files.keys()]);
  await (await caches.open(CACHE)).put(EVERYTHING, new Response());
  return { kept: files.size };
}

/** @param {string[]} names */
async function keep(names) {
  const cache = await caches.open(CACHE);
  /** @type {Request[]} */
  const added = [];
  try {
    for (const file of names.flatMap((name) => files.get(name) ?? [])) {
      if (await cache.match(file)) continue;
      await cache.add(file);
      added.push(file);
    }
  } catch (error) {
    // What is there already is there next time, unless it takes the space that answers need.
    if (/** @type {Error} */ (error).name === "QuotaExceededError")
      await Promise.all(added.map((file) => cache.delete(file)));
    throw error;
  }
}

async function dropOthers() {
  const cache = await caches.open(CACHE);
  const own = new Set([EVERYTHING, ...[...files.values()].map(({ url }) => url)]);
  for (const request of await cache.keys()) if (!own.has(request.url)) await cache.delete(request);
}
