// What explorations and guesses ask, and what the kernel computed for them.

import type { Card, Target } from "../types";

/** An option or a text that was typed, or the position of a slider; "" if there is none yet. */
export type Value = string | number;

interface Labeled {
  label: string;
  value: Value;
}
export interface Choice extends Labeled {
  kind: "choice";
  options: string[];
}
export interface Slider extends Labeled {
  kind: "slider";
  stops: string[];
}
export interface NumberControl extends Labeled {
  kind: "number";
  unit: string;
}
export interface TextControl extends Labeled {
  kind: "text";
  max_length: number;
}
export type Control = Choice | Slider | NumberControl | TextControl;

export interface ControlView {
  node: HTMLElement;
  show(value: Value): void;
  read(): Value;
  lock(flag: boolean): void;
}

export interface Sentence {
  kind: "sentence";
  text: string;
}
export interface Chips {
  kind: "chips";
  label: string;
  chips: { text: string; mark: string; look: string }[];
}
export interface Table {
  kind: "table";
  head: string[];
  rows: string[][];
  caption: string;
  bars?: number[] | null;
}
/** Places from 0 to 1; the last one is the dot. `ends` labels left, right and top. */
export interface Curve {
  kind: "curve";
  points: [number, number][];
  ends: [string, string, string];
  x: string;
  y: string;
  alt: string;
}
/** A sentence with a link to a notebook of the course, or to a cell in it. */
export interface Link extends Target {
  kind: "link";
  before: string;
  title: string;
  after: string;
}
/** Rows of [number, length]; cells with the number -1 are empty. */
export interface Strips {
  kind: "strips";
  label: string;
  rows: [number, number][][];
  alt: string;
}
/** The controls to show, by name; without it, all are shown. */
export interface Dialogue {
  kind: "asked";
  names: string[];
}
export type Part = Sentence | Chips | Table | Curve | Strips | Link | Dialogue;

export type Exploration = Card<
  { title: string; lead: string; note: string; controls: (Control & { name: string })[] },
  { values: Record<string, Value>; parts?: Part[]; problem?: string }
>;

export interface Compared {
  you: string;
  result: string;
  words: string;
  line: string;
  /** The places of guess and result on a scale from 0 to 1; null if there is no scale. */
  at: [number, number] | null;
  ends: string[];
}

/** A guess, and its result if it was compared or shown without a guess. */
export interface Guess {
  id: string;
  question: string;
  facts: string[];
  control: Control;
  /** What to commit with, or to stop measuring if `stops`. */
  button: string;
  stops: boolean;
  /** What is going on; empty when nothing is measured. */
  measuring: string;
  /** How many steps of the measurement are done, and of how many. */
  steps: [number, number] | null;
  notices: string[];
  problem: string;
  you: string;
  is_final: boolean;
  compared: Compared | null;
  /** The attributes of the figures that the measurement drew; none without a guess. */
  pictures: { src: string; alt: string; width: string }[];
  /** The result, for who looked at it without a guess. */
  without: string;
  explain: string;
  /** The rounds before the latest one, of a guess that may be measured again. */
  earlier?: { caption: string; rows: string[][] };
  /** The machine that measured. */
  note?: string;
}
/** A card of a guess has its own first line, and asks or leads to the one that does. */
export type GuessCard = Card<{ lead: string; asks: boolean }, Guess>;
