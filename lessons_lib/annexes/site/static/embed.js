// One card in a page of its own, for the page of a learning platform or a book around it.

import { element } from "../../../classroom/widgets/elements.js";

/**
 * Tells the page around this one how high it is, whenever that changes.
 */
export function tellHeight() {
  const tell = () => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    parent.postMessage({ type: "lessons:height", height }, "*");
  };
  new ResizeObserver(tell).observe(document.documentElement);
}

/**
 * Puts the card that the address asks for into the page, or a sentence that says which there are.
 * @param {HTMLElement} root
 * @param {Record<string, any>} cards every card by the words of its address: "quiz=06&place=end"
 */
export function embedded(root, cards) {
  const asked = new URLSearchParams(location.search);
  const [name, value = ""] = [...asked][0] ?? [""];
  const place = asked.get("place") || "end";
  const known = Object.keys(cards);
  const found = known.filter((one) =>
    name === "quiz"
      ? one.startsWith(`quiz=${value}`) && value && one.endsWith(`&place=${place}`)
      : one === name,
  );
  if (found.length === 1) {
    const source = element("script", { type: "application/json" }, JSON.stringify(cards[found[0]]));
    root.replaceChildren(element("div.lessons-place", source));
    return;
  }
  const items = known.map((one) => element("li", element("a", { href: `?${one}` }, `?${one}`)));
  const words = element("p", "There is no card with this address. These exist:");
  root.replaceChildren(words, element("ul", items));
}
