// What the views of the pipeline receive from the kernel.

import type { Control } from "../../classroom/widgets/explore/types";
import type { Card, Link } from "../../classroom/widgets/types";

/** A label of the classifier. */
export interface Class {
  name: string;
  sign: string;
}

/** The five layers of one prediction. */
export interface Layers {
  tokens: string[];
  unknown: boolean[];
  dropped: string[];
  more_dropped: number;
  ids: number[];
  full_color_at: number;
  vectors: number[][];
  pooled: number[];
  classes: Class[];
  bias: number[];
  shares: number[][];
  logits: number[];
  probabilities: number[];
  label: string;
  seen: string;
}

/** What a grid shows; numbers of `fullAt` and above have the full color. */
export interface Matrix {
  names: string[];
  matrix: number[][];
  fullAt: number;
  isPadding(row: number): boolean;
}

export interface LayerView {
  node: HTMLElement;
  draw(answer: Layers): void;
}

export type Explorer = Card<object, { text: string } & (Layers | { error: string })>;

/** How many texts are done, and after how many seconds of the lane's own clock. */
export type LaneStanding = [done: number, seconds: number];

/** What labeling and the borders have in common. */
interface Rated {
  title: string;
  lead: string;
  note: string;
  classes: Class[];
}
/** A text, and once it has a label, that of the crowd; "" before. */
export type Labeling = Card<
  Rated,
  {
    number: number;
    text: string;
    mine: string;
    crowd: string;
    rating: string;
    labeled: number;
    agreed: number;
    streak: number;
  }
>;
/** How many ratings there are in each tenth from −4 to 4, and our borders in tenths from zero. */
export type Borders = Card<Rated & { counts: number[]; border: number }, object>;

export type Race = Card<
  { total: number; note: string; lanes: { name: string; way: string }[] },
  {
    phase: "ready" | "running" | "over" | "stopped" | "failed";
    lanes: LaneStanding[];
    status: string;
    ratio: [times: string, words: string];
    history: RaceHistory;
  }
>;

/** Of each lane: when how many texts were done. */
export type RaceHistory = [seconds: number, done: number][][];

export type Start = Card<
  { title: string; longest: number; classes: Class[]; queue: Door; explorer: Door },
  {
    own: OwnLabel;
    problem: string;
    failed: string;
    is_running: boolean;
    batch: Batch | Record<string, never>;
    point: string;
  }
>;

export type Door = Link & { title: string; about: string };

export interface OwnLabel {
  number: number;
  text: string;
  label: string;
  probabilities: number[];
  time: string;
  /** How much each word contributes to the label; null until somebody asks. */
  why: { words: [string, number][]; seen: string } | { error: string } | null;
}

/** The labels of an archive: a digit for each text, and when each pass ended. */
export interface Batch {
  number?: number; // an equal batch has another one
  digits: string;
  texts_a_pass: number;
  ends_ms: number[];
  time: string;
  seen: string;
  note: string;
}

/** A draft as it grows. */
export type Writing = Card<
  { title: string; lead: string; mood: Control; words: Control; pace: number },
  { text: string; note: string; problem: string; seen: string; is_running: boolean }
>;

/** Texts with what they show after each token, and what a pass takes: reading, or a step. */
export interface Streams {
  title: string;
  texts: { mood: string; first: string; shown: string[] }[];
  read_ms: number;
  step_ms: number[];
  note: string;
}
