/** @import { Manager, Target } from "./types" */

const RELATIVE = /^([\w.%!~*'()-][^:\\]*)?$/; // "": the notebook that is open

/**
 * Makes a link open a notebook of the course, or a cell in it.
 * JupyterLab does this by itself for HTML outputs, but widgets must call its resolver and handler.
 * What is no file of the course, such as another address or a script, opens nothing.
 * @template {HTMLElement} Kind
 * @param {Kind} node
 * @param {Target} target
 * @param {Manager} [manager]
 * @returns {Kind}
 */
export function courseLink(node, { file, fragment = "" }, manager) {
  if (!RELATIVE.test(file)) return node;
  node.setAttribute("href", manager?.address?.(file, fragment) ?? `${file}${fragment}`);
  const resolver = manager?.context?.urlResolver;
  const handler = manager?.rendermime?.linkHandler;
  if (resolver && handler) {
    resolver
      .resolveUrl(file)
      .then((path) => {
        handler.handleLink(node, decodeURIComponent(path), fragment);
        return resolver.getDownloadUrl(path);
      })
      .then((url) => node.setAttribute("href", `${url}${fragment}`))
      .catch(() => {});
  }
  return node;
}
