// The pages of a quiz, of practice and of a test, as `classroom/sessions` sends them. Texts under
// keys that end in `html` are HTML that the kernel has made safe.

import type { Compared } from "../explore/types";
import type { CardFace } from "../flashcards/types";
import type { Card, Link } from "../types";

export type Standing = "open" | "answered" | "right" | "partly" | "wrong";

export interface Reply {
  what: "" | "hint" | "solution" | "problem" | "verdict";
  text: string;
}

/** A button that leads elsewhere. */
export interface Door {
  do: string;
  text: string;
}

/** What surrounds each question and each review. */
export interface QuizFrame {
  title_html: string;
  notices: string[];
  reply: Reply;
  standings: Standing[];
  note: string;
  doors: Door[];
  /** Whether the card looks for what was begun elsewhere. */
  looks?: boolean;
}

/** The options of a question or its field, and what draws what the learner may know about them. */
export interface Answers {
  nodes: Node[];
  read(): Partial<Given>;
  write(given: Partial<Given>): void;
  same(mine: Partial<Given>, given: Given): boolean;
  draw(question: Question, isProblem: boolean): void;
}

/** An answer: the letters of options, or a number as it was typed; the other one is empty. */
export interface Given {
  letters: string[];
  number: string;
}

/** An option on the page, and where its marks are drawn. */
export interface OptionRow {
  letter: string;
  input: HTMLInputElement;
  mark: HTMLElement;
  node: HTMLElement;
}

export interface Remark {
  letter: string;
  is_right: boolean;
  html: string;
}

export interface Verdict {
  outcome: Exclude<Standing, "open">;
  sentence: string;
  rule: string;
  remarks: Remark[];
}

export interface Solution {
  steps: { title_html: string; html: string }[];
  final_html: string;
  check_html: string;
  mistakes_html: string[];
}

/** A question, with what this learner may know about it now. */
export interface Question {
  id: string;
  kind: "single" | "several" | "number" | "opinion";
  difficulty: string;
  stem_html: string;
  options: { letter: string; html: string }[];
  unit: string;
  given: Given;
  attempts: number;
  standing: Standing;
  is_over: boolean;
  teaches: boolean;
  verdict: Verdict | null;
  key: Given | null;
  hints_html: string[];
  hints_left: number;
  may_open_solution: boolean;
  solution: Solution | null;
}

export interface QuestionPage extends QuizFrame {
  view: "question";
  turn: string;
  number: number;
  /** 0 in practice without an end. */
  of: number;
  back: string;
  next: string;
  question: Question;
  /** In a test, turning the page submits the answer. */
  is_kept_on_turning?: boolean;
}

export interface Place extends Link {
  about: string;
  /** The numbers of the questions that were missed. */
  numbers?: number[];
}

export interface Chart {
  title: string;
  rows: { name: string; right: number; of: number }[];
}

/** The review of a quiz, the last check of a test, and its result; the others have fewer parts. */
export interface ReviewPage extends QuizFrame {
  view: "review" | "check" | "result";
  heading: string;
  summary: string;
  questions: { number: number; difficulty: string; standing: Standing }[];
  again?: string;
  reading?: Place[];
  following?: Place[];
  level?: string;
  rule?: string;
  charts?: Chart[];
  button?: string;
  /** What goes on after the questions. */
  onward?: Door;
  ending?: Ending;
}

/** The end of a lesson. */
export interface Ending {
  can: (Place & { standing: Standing })[];
  /** How the learner's guesses went, in words; empty without one. */
  guesses: string;
  onward: Place | null;
}

export interface StartPage extends Partial<QuizFrame> {
  view: "start";
  title_html: string;
  heading: string;
  introduction: string[];
  /** How a test is judged. */
  rule?: string;
  problem: string;
  button: string;
}

export interface ErrorPage extends Partial<QuizFrame> {
  view: "error";
  text: string;
}

/** A flashcard that is due, among the questions of today. */
export type DueCardPage = QuizFrame & CardFace & { turn: string };

export type QuizPage = QuestionPage | DueCardPage | ReviewPage | StartPage | ErrorPage;

/** What was done in all quizzes and in the other modes. */
export interface Progress {
  rows: ProgressRow[];
  objectives: { title: string; questions: number; right: number }[];
  summary: string;
  others: (Link & { words: string })[];
  guesses: (Compared & { question: string })[];
  calibration: string;
  advice: Link & { before: string; after: string; about?: string };
  broken: string[];
  notices: string[];
}

export interface ProgressRow extends Link {
  questions: number;
  answered: number;
  right: number;
}

/** What is due today, which lesson comes then, how long it takes, and the link that begins it. */
export type Today = Link & { due: string; lesson: string; about: string };

export type TodayPage = Card<object, { begun: number; today: Today | null }>;
