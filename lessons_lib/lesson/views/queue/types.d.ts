// A run of the queue: as the kernel sends it, and as the browser plays it.

import type { Card } from "../../../classroom/widgets/types";

export interface Setting {
  rate_per_s: number;
  max_batch_size: number;
  batch_wait_timeout_ms: number;
  /** At its timeout, even while the model is busy; missing in tours and older notebooks. */
  closes_while_busy?: boolean;
}

export type Stop = Setting & { name: string; look: string };

export interface Figures {
  p50_ms: number;
  p99_ms: number;
  texts_per_s: number;
  utilization: number;
  n: number;
}

/** A simulated run; its times are in microseconds, by request. */
export interface SimulatedRun {
  n: number;
  arrivals_s: number[];
  started_s: number[];
  finished_s: number[];
  batch_number: number[];
  figures: Omit<Figures, "n">;
  grows: boolean;
  warnings: string;
  seen: string;
}

export type MeasuredFigures = Omit<Figures, "utilization"> & { simulated: Figures };

/** A measurement of a setting: running, failed or done; empty before the first. */
export type Measured = Partial<Setting & MeasuredFigures> & {
  state?: "running" | "done";
  error?: string;
};

export type Queue = Card<
  {
    limits: Record<Exclude<keyof Setting, "closes_while_busy">, [least: number, most: number]>;
    tour: Stop[];
    can_measure: boolean;
  },
  /** The number of a run counts up, since an equal run is played again. */
  {
    asked: Setting;
    run: { number: number } & (SimulatedRun | { error: string });
    measured: Measured;
  }
>;

/** Requests `first` … `first + size - 1`, which run from `start` to `end`. */
export interface Batch {
  first: number;
  size: number;
  start: number;
  end: number;
  /** For how many seconds on the screen it has the model to itself. */
  alone: number;
}

/** A row of the table of figures. */
export type FigureShown = [
  name: keyof Figures,
  term: string,
  rest: string,
  format: (figure: number) => string,
];

/** What happens at a moment of a run, in the order in which simultaneous events are played. */
export type RunEvent =
  | { kind: "arrival"; at: number; request: number; batch?: undefined }
  | { kind: "end" | "start"; at: number; batch: Batch; request?: undefined };

/** First come, first served, so three counts determine the state of every request. */
export interface State {
  arrived: number;
  started: number;
  answered: number;
  batch: Batch | null;
}

/** A run with the times at which the screen shows its events, in seconds. */
export interface Run extends SimulatedRun {
  asked: Setting;
  events: RunEvent[];
  /** Before the first event and after each one. */
  states: State[];
  seenAt: number[];
  arrivalsSeenAt: number[];
  batchOf: Batch[];
  /** Microseconds of the run in a second on the screen. */
  perSecond: number;
  end: number;
  length: number;
  fastFrom: number;
  isCut: boolean;
}

/** What the clock shows: `seen` seconds on the screen, after `count` events. */
export interface Moment {
  count: number;
  seen: number;
  time: number;
  isFast: boolean;
}

/** The values at the positions 0 … `last` of a slider; `grain` is the step of typed values. */
export interface Scale {
  last: number;
  ends: [least: number, most: number];
  grain: number;
  valueAt(position: number): number;
  positionOf(value: number): number;
}

export interface Knob {
  name: string;
  unit: string;
  words(value: number): string;
}

export interface SliderEvents {
  onMove(): void;
  onNote(words: string): void;
}

export type Change = "load" | "play" | "pause" | "step" | "restart" | "end";

export interface PlayerParts {
  /** `dt` is the time since the last picture; null moves everything to its place at once. */
  draw(run: Run, moment: Moment, dt: number | null): void;
  onChange(what: Change): void;
  /** Whether the reader asked for less motion. */
  isCalm(): boolean;
  /** Calls with the seconds since the last frame until that returns false; returns what stops it. */
  everyFrame(call: (seconds: number) => boolean): () => void;
}

export type SceneText =
  "queue" | "batch" | "model" | "answered" | "more" | "oldest" | "service" | "latest" | "fast";

export type ScenePart =
  SceneText | "hall" | "batchBox" | "cells" | "modelBox" | "lanes" | "waited" | "worked" | "dots";

export type SceneParts = Record<ScenePart, SVGElement>;

export interface Spot {
  x: number;
  y: number;
  r: number;
}

export type Zone = "coming" | "waiting" | "working" | "done";
export type Target = Spot & { zone: Zone };

export interface Dot extends Target {
  node: SVGElement;
  /** For how many seconds it has been leaving, and from where. */
  leaving: number;
  from: number;
  isDrawn: boolean;
}
