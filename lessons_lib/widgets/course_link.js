// Makes a link lead to a notebook of the course, or to a cell in it.
// JupyterLab opens links of HTML outputs by these two; a widget has to ask for them itself.
export function courseLink(node, { file, fragment = "" }, manager) {
  node.setAttribute("href", `${file}${fragment}`);
  const resolver = manager?.context?.urlResolver;
  const handler = manager?.rendermime?.linkHandler;
  if (resolver && handler) {
    resolver
      .resolveUrl(file)
      .then((path) => {
        handler.handleLink(node, decodeURIComponent(path), fragment);
        return resolver.getDownloadUrl(path);
      })
      .then((url) => (node.href = `${url}${fragment}`))
      .catch(() => {});
  }
  return node;
}
