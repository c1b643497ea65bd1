// The training lab: its settings, its runs, and how their curves are drawn.

import type { Card } from "../../../classroom/widgets/types";

export interface Knobs {
  learning_rate: number;
  epochs: number;
  ready_made: boolean;
  seed: number;
}

/** The figures after an epoch; null where one is not a number. */
export interface EpochRow {
  epoch: number;
  train_loss: number | null;
  train_accuracy: number | null;
  held_out_loss: number | null;
  held_out_accuracy: number | null;
}

export interface TrainingRun {
  rows: EpochRow[];
  best: number | null;
  summary: string;
}

export interface TrainingPage {
  phase: "ready" | "running" | "stopping" | "over" | "stopped" | "failed";
  knobs: Knobs;
  /** Per epoch in the last run; null before the first. */
  seconds: number | null;
  run: TrainingRun;
  before: Partial<TrainingRun>;
  status: string;
}

export interface TrainingAbout {
  rates: { name: string; value: number; figure: string }[];
  most_epochs: number;
  most_seed: number;
  guess: number;
  note: string;
}

export type Training = Card<TrainingAbout, TrainingPage>;

/** What a panel shows. */
export type Shown = "loss" | "accuracy";

/** A column of a run's rows, such as `held_out_loss`. */
export type Column = Exclude<keyof EpochRow, "epoch">;

/** A curve of a panel: "train" and "training", or "held_out" and "held-out". */
export interface Line {
  side: string;
  name: string;
  key: Column;
}

export interface CurveScale {
  low: number;
  high: number;
  step: number;
  ticks: number[];
}

/** Where an epoch and a value are in a panel. */
export interface Places {
  x(epoch: number): number;
  y(value: number): number;
}
