// What the service sends to the instructor's page. Texts under keys that end in `html` are HTML that
// the service has made safe.

export type Do = "open" | "close" | "again" | "reveal" | "end";

/** An option, or one number or range of numbers; `counts` has a figure for each round shown. */
export interface Row {
  label: string;
  html: string;
  counts: number[];
  is_right: boolean;
  why_html: string;
}

/** A question; without one, only the first five fields are there. */
export interface State {
  mark: string;
  phase: "idle" | "open" | "closed" | "revealed";
  may: Do[];
  problem: string;
  /** How many learners are here. */
  here: number;
  answered?: number;
  stem_html?: string;
  unit?: string;
  /** How many rounds asked this question so far. */
  rounds?: number;
  /** How many answered in each round whose bars are shown. */
  answers?: number[];
  rows?: Row[];
  why_html?: string;
  is_guess?: boolean;
  /** Of a guess, as an instructor may change it. */
  result?: string;
}

/** What can be asked. */
export interface Item {
  name: string;
  group: string;
  text: string;
}
