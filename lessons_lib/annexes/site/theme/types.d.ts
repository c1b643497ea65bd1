// Of Sphinx, on the page for searching; undefined before its script has run.
declare const Search: { init(): void };
