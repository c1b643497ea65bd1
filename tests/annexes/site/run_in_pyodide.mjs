// node run_in_pyodide.mjs SITE SCRIPT ARGUMENT: run a Python script in Node as a page's worker would.

import { readFileSync, readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [site, script, argument] = process.argv.slice(2);
const folders = readdirSync(`${site}/_static`);
const runtime = `${site}/_static/${folders.find((one) => one.startsWith("pyodide-"))}/`;
const { loadPyodide } = await import(pathToFileURL(`${runtime}pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: runtime, stdout: console.log });
const code = new Uint8Array(readFileSync(`${site}/_static/app.zip`));
python.unpackArchive(code, "zip", { extractDir: "/lessons" });
python.globals.set("argument", argument);
python.runPython("import sys; sys.path.insert(0, '/lessons'); sys.argv = ['', argument]");
python.runPython(readFileSync(script, "utf8"));
