// The pages of the exercises, as `classroom/sessions/exercises.py` sends them.

import type { Standing } from "../quiz/types";

/** One of all exercises; the fragment leads to its cell in the same notebook. */
export interface ExerciseRow {
  fragment: string;
  title_html: string;
  standing: Standing;
}

/** `next` is the index of the next exercise that is not solved, or -1. */
export interface Exercises {
  count: string;
  rows: ExerciseRow[];
  next: number;
  notices: string[];
}

/** What happened when the code ran; only the advice is HTML. */
export interface Report {
  is_right: boolean;
  sentence: string;
  code: string;
  case: string;
  advice_html: string;
}

export interface Exercise {
  id: string;
  title_html: string;
  standing: Standing;
  report: Report | null;
  hints_html: string[];
  hints_left: number;
  may_open_solution: boolean;
  solution: string;
  last_try: string;
  all: Exercises;
  notices: string[];
}
