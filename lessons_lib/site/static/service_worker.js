// Keeps what was seen for use without a network, and everything if the learner asks for it.

const BUILD = "@build@";
const COURSE = "@course@";
const PREFIX = `${COURSE}:`;
const CACHE = `${PREFIX}${BUILD}`;
/** @type {any} */
const worker = self;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) =>
  event.waitUntil(dropOthers().then(() => worker.clients.claim())),
);
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const isOurs = request.url.startsWith(worker.registration.scope);
  if (request.method === "GET" && isOurs) event.respondWith(answer(request));
});
worker.addEventListener("message", (/** @type {any} */ event) =>
  event.waitUntil(
    keepAll().then(
      (kept) => event.ports[0].postMessage({ kept }),
      (error) => event.ports[0].postMessage({ failed: error.message }),
    ),
  ),
);

async function dropOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/**
 * A page comes from the network if there is one, so that a new edition is seen at once. Its files
 * belong to a build, so a kept one is as good.
 * @param {Request} request
 */
async function answer(request) {
  const cache = await caches.open(CACHE);
  const address = plain(request.url);
  const isPage = address.endsWith(".html");
  const kept = () => cache.match(address);
  const found = isPage ? undefined : await kept();
  if (found) return found;
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(address, response.clone());
    return response;
  } catch (error) {
    const page = await kept();
    if (page) return page;
    throw error;
  }
}

/**
 * Returns the address of a file, by which it is kept.
 * @param {string} href
 */
function plain(href) {
  const address = new URL(href);
  address.search = address.hash = "";
  if (address.pathname.endsWith("/")) address.pathname += "index.html";
  return address.href;
}

async function keepAll() {
  const response = await fetch(new URL("_static/files.json", worker.registration.scope));
  const files = await response.json();
  const cache = await caches.open(CACHE);
  for (const file of files) {
    const address = new URL(file, worker.registration.scope).href;
    if (!(await cache.match(address))) await cache.add(address);
  }
  return files.length;
}
