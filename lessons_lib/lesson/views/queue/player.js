// The clock of the picture: plays a run once, pauses, steps from event to event, and ends.

import {
  element,
  plainButton,
  setDisabled,
  setWords,
  silent,
} from "../../../classroom/widgets/elements.js";
import { decimals, plainDuration } from "../../../classroom/widgets/numbers.js";
import { countAt, SLOW_S, timeAt } from "./run.js";

/** @import { Content } from "../../../classroom/widgets/types" */
/** @import { Change, Moment, PlayerParts, Run } from "./types" */

const SETTLE_S = 0.5; // for the dots to glide to their positions after a step
const LONGEST_FRAME_S = 0.1; // after a page was hidden, the clock continues where it was
const TICK_S = 1; // between two pictures with reduced motion

/**
 * `isCalm` says whether less motion is welcome, and `everyFrame` runs the clock.
 * @param {PlayerParts} parts
 */
export function player({ draw, onChange, isCalm, everyFrame }) {
  /** @type {Run} */
  let run; // nothing is shown before the first is loaded
  let [seen, count, settling, sinceDrawn] = [0, 0, 0, 0];
  let isPlaying = false;
  /** @type {(() => void) | null} */
  let stop = null;

  const isAtEnd = () => count >= run.events.length;
  const moment = () => {
    const isFast = isPlaying && !isCalm() && seen > run.fastFrom;
    return { count, seen, time: timeAt(run, seen, count), isFast };
  };
  const jump = () => draw(run, moment(), null);
  const stopClock = () => {
    stop?.();
    stop = null;
  };
  const startClock = () => (stop ??= everyFrame(tick));
  /** @param {number} seconds */
  const tick = (seconds) => {
    const dt = Math.min(LONGEST_FRAME_S, seconds);
    sinceDrawn += dt;
    if (isPlaying) {
      seen = Math.min(run.length, seen + dt);
      if (seen >= run.length) return finish();
      count = countAt(run, seen);
    } else settling -= dt;
    if (!isCalm()) draw(run, moment(), dt);
    else if (sinceDrawn >= TICK_S) {
      sinceDrawn = 0;
      jump();
    }
    if (!isPlaying && settling <= 0) stopClock();
    return stop !== null;
  };
  /**
   * Stops at a moment, draws it, and reports the reason.
   * @param {Change} what
   * @param {number} nextSeen
   * @param {number} nextCount
   */
  const stand = (what, nextSeen, nextCount) => {
    stopClock();
    isPlaying = false;
    [seen, count] = [nextSeen, nextCount];
    jump();
    onChange(what);
    return false;
  };
  const finish = () => stand("end", run.length, run.events.length);
  const pause = () => {
    isPlaying = false;
    stopClock();
    draw(run, moment(), isCalm() ? null : 0);
    onChange("pause");
  };

  const controls = {
    get isPlaying() {
      return isPlaying;
    },
    get isAtEnd() {
      return Boolean(run) && isAtEnd();
    },
    get count() {
      return count;
    },
    /** @param {Run} next */
    load(next) {
      run = next;
      [seen, count, settling] = [0, 0, 0];
      if (!isPlaying) stopClock();
      jump();
    },
    toggle() {
      if (!run) return;
      if (isPlaying) return pause();
      if (isAtEnd()) controls.restart();
      [isPlaying, sinceDrawn] = [true, TICK_S];
      startClock();
      onChange("play");
    },
    step() {
      if (!run || isAtEnd()) return;
      const next = run.seenAt[count];
      if (count + 1 >= run.events.length) return finish();
      if (isCalm()) return stand("step", next, count + 1);
      [isPlaying, seen, count, settling] = [false, next, count + 1, SETTLE_S];
      startClock();
      onChange("step");
    },
    // Plays a run that was just loaded; with reduced motion, shows its end.
    begin() {
      if (isCalm()) finish();
      else if (!isPlaying) controls.toggle();
    },
    finish: () => run && finish(),
    restart: () => run && stand("restart", 0, 0),
    redraw: () => run && jump(),
    stop: stopClock,
  };
  return controls;
}

/** @param {ReturnType<typeof player>} clock */
export function transport(clock) {
  /** @type {(content: Content, kind: string, act: () => void) => HTMLElement} */
  const make = (content, kind, act) => plainButton(`qv-button.${kind}`, content, act);
  const sign = silent("span.qv-sign");
  const word = element("span");
  const play = make([sign, word], "qv-play", clock.toggle);
  const step = make("Step", "", clock.step);
  const restart = make("Restart", "", clock.restart);
  const end = make("To the end", "", clock.finish);
  const time = element("p.qv-clock");
  const pace = element("p.qv-pace");
  return {
    node: element("div.qv-transport", play, step, restart, end, element("div.qv-time", time, pace)),
    /** @param {{ isPlaying: boolean, isAtEnd: boolean }} clock */
    show({ isPlaying, isAtEnd }) {
      word.textContent = isPlaying ? "Pause" : isAtEnd ? "Play again" : "Play";
      sign.dataset.sign = isPlaying ? "pause" : "play";
      setDisabled(step, isAtEnd);
    },
    /** @type {(run: Run, moment: Moment) => void} */
    tick: (run, moment) => setWords(time, clockWords(moment.time, run)),
    /** @param {Run} run */
    pace(run) {
      const cut = run.isCut ? " Empty time is cut." : "";
      const fast = run.fastFrom < Infinity ? ` Fast forward after ${SLOW_S} s.` : "";
      pace.textContent = `Slow motion: 1 s here = ${plainDuration(run.perSecond)}.${cut}${fast}`;
    },
  };
}

/**
 * Enough decimals for the number to change at this pace with a constant width; seconds from 10 s.
 * @type {(time: number, run: Run) => string}
 */
function clockWords(time, { end, perSecond }) {
  const [unit, power] = end < 1e7 ? ["ms", 3] : ["s", 6];
  const digits = Math.max(0, power + 1 - Math.floor(Math.log10(perSecond)));
  /** @param {number} moment */
  const figure = (moment) => decimals(moment / 10 ** power, digits);
  return `${figure(time)} of ${figure(end)} ${unit}`;
}
