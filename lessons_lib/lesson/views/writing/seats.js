// Who writes when: the rules of `pipeline/writing/seats.py`, for a run that is watched.

/** @import { Streams } from "../types" */

/**
 * One way to fill the seats, from the moment when all texts have arrived.
 * @param {Streams} about
 * @param {boolean} isStatic
 */
export function seatsOf({ texts, read_ms, step_ms }, isStatic) {
  const lengths = texts.map(({ shown }) => shown.length);
  const waiting = [...texts.keys()];
  /** @type {Map<number, number>} */
  const taken = new Map();
  const run = texts.map(() => ({ seat: 0, tokens: 0, firstMs: 0, lastMs: 0, hasLeft: false }));
  let now = 0;
  let isClosed = false; // whether the group of a static batch is on its way
  let computed = 0; // the seats of that group, also those whose texts have ended

  /** @param {number} text */
  const free = (text) => {
    taken.forEach((other, seat) => other === text && taken.delete(seat));
    if (!taken.size) isClosed = false;
  };
  /** @param {number} text */
  const isOver = (text) => run[text].hasLeft || run[text].tokens === lengths[text];
  const seat = () => step_ms.findIndex((_, number) => !taken.has(number));
  /**
   * The texts that get a token in the next pass, and how long it takes.
   * @returns {[number[], number]}
   */
  const nextPass = () => {
    const mayBoard = !isClosed && taken.size < step_ms.length;
    const newcomer = mayBoard ? waiting.shift() : undefined;
    if (newcomer === undefined) {
      if (!isClosed) computed = taken.size;
      isClosed = isStatic;
      return [[...taken.values()], step_ms[computed - 1]];
    }
    const place = seat();
    taken.set(place, newcomer);
    run[newcomer].seat = place + 1;
    return [[newcomer], read_ms];
  };
  /** @type {[number[], number] | null} */
  let pass = null;
  return {
    texts: run,
    /** @type {(text: number) => boolean} */
    isWaiting: (text) => waiting.includes(text),
    isOver,
    /** The reader of a text leaves; its seat is free after the current pass. */
    leave(/** @type {number} */ text) {
      run[text].hasLeft = true;
      if (waiting.includes(text)) waiting.splice(waiting.indexOf(text), 1);
      else if (!pass) free(text);
    },
    /** Runs the passes that end by a time; returns whether anything is left to do. */
    until(/** @type {number} */ end) {
      for (;;) {
        if (!pass && !taken.size && !waiting.length) return false;
        pass ??= nextPass();
        const [written, duration] = pass;
        if (now + duration > end) return true;
        now += duration;
        pass = null;
        for (const text of written) {
          const one = run[text];
          if (!one.hasLeft) one.tokens += 1;
          if (one.tokens === 1) one.firstMs = now;
          one.lastMs = now;
        }
        taken.forEach((text) => isOver(text) && free(text));
      }
    },
  };
}
