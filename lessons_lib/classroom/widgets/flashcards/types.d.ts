// The pages of the flashcards, as `classroom/sessions/flashcards.py` sends them.

import type { Link } from "../types";

interface Frame {
  turn: string;
  reply: string;
  notices: string[];
  counts: string;
  may_undo: boolean;
}

export interface Rating {
  do: "again" | "hard" | "good" | "easy";
  title: string;
  means: string;
  /** When the card comes back. */
  rest: string;
}

/** A card; its back, lesson and ratings come after the learner asked for them. */
export interface CardFace {
  view: "card";
  id: string;
  kind: string;
  is_new: boolean;
  asks: string;
  front_html: string;
  back_html: string;
  more_html?: string;
  lesson?: Link;
  ratings: Rating[];
}

export type CardPage = Frame & CardFace;

export interface DonePage extends Frame {
  view: "done";
  title: string;
  text: string;
  met: string;
  early: number;
  more: number;
}

/** The key 1 rates a card as the first rating does. */
export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

export type FlashcardsPage = CardPage | DonePage;
