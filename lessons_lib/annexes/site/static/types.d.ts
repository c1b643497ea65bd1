// What a page of the site holds, and what its worker receives and replies.

/** A card's place in a page, as the build wrote it. */
export interface PlaceData {
  name: string;
  show: string;
  arguments: Record<string, unknown>;
  card: { script: string; style: string };
  state: CardState;
  needs: string[];
  table?: string;
  keeps: boolean;
}

export type Page = Record<string, any>;

/** What a card shows: the page is all that changes. */
export interface CardState {
  about: Page;
  page: Page;
}

/** A message to Python: `do` names an action of `serve.py`. */
export interface Asked {
  do: string;
  place?: string;
  needs?: string[];
  [name: string]: unknown;
}

/** The new pages, by place; a sentence about the action; what could not be stored. */
export interface Reply {
  pages: Record<string, Page>;
  said: string | null;
  rows: Row[];
}

/** An event of the record: one line of JSON. */
export interface Row {
  id: string;
  line: string;
}

/** Every answer of an exploration: for each setting the numbers of its parts. */
export interface Answers {
  axes: [name: string, values: (string | number)[]][];
  parts: object[];
  answers: (number[] | { problem: string })[];
}

/** What the author of a book writes about a card: `card` is what follows `embed.html?`. */
export interface BookOptions {
  site?: unknown;
  card?: unknown;
  title?: string;
}
