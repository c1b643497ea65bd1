// The clock of the picture: it plays a run once, pauses, steps from event to event, and ends.

import { element, KEYS_STAY_HERE } from "../elements.js";
import { countAt, plainDuration, SLOW_S, timeAt } from "./run.js";
import { setWords } from "./scene.js";

const SETTLE_S = 0.5; // dots glide to their place after a step
const TICK_S = 1; // between two pictures where motion is to be reduced

export function player({ draw, onChange }) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let run = null;
  let [seen, count, settling, sinceDrawn] = [0, 0, 0, 0];
  let [isPlaying, request, last] = [false, 0, 0];

  const moment = () => ({ count, seen, time: timeAt(run, seen, count), isFast: isPlaying && !calm.matches && seen > run.fastFrom });
  const jump = () => draw(run, moment(), null);
  const stopClock = () => {
    cancelAnimationFrame(request);
    request = 0;
  };
  const tick = (now) => {
    const dt = Math.min(0.1, Math.max(0, (now - last) / 1000)); // a hidden page is not caught up with
    last = now;
    if (isPlaying) seen = Math.min(run.length, seen + dt);
    else settling -= dt;
    sinceDrawn += dt;
    const isOver = isPlaying && seen >= run.length;
    if (isOver) return finish();
    if (isPlaying) count = countAt(run, seen);
    if (!calm.matches) draw(run, moment(), dt);
    else if (sinceDrawn >= TICK_S) {
      sinceDrawn = 0;
      jump();
    }
    request = isPlaying || settling > 0 ? requestAnimationFrame(tick) : 0;
  };
  const startClock = () => {
    if (request) return;
    last = performance.now();
    request = requestAnimationFrame(tick);
  };
  const finish = () => {
    stopClock();
    isPlaying = false;
    [seen, count] = [run.length, run.events.length];
    jump();
    onChange("end");
  };
  const isAtEnd = () => count >= run.events.length;

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
    load(next) {
      run = next;
      [seen, count, settling] = [0, 0, 0];
      if (!isPlaying) stopClock();
      jump();
    },
    toggle() {
      if (!run) return;
      if (isPlaying) {
        isPlaying = false;
        stopClock();
        draw(run, moment(), calm.matches ? null : 0);
        return onChange("pause");
      }
      if (isAtEnd()) controls.restart();
      [isPlaying, sinceDrawn] = [true, TICK_S];
      startClock();
      onChange("play");
    },
    step() {
      if (!run || isAtEnd()) return;
      isPlaying = false;
      count += 1;
      seen = run.seenAt[count - 1];
      if (isAtEnd()) return finish();
      if (calm.matches) {
        stopClock();
        jump();
      } else {
        settling = SETTLE_S;
        startClock();
      }
      onChange("step");
    },
    finish: () => run && finish(),
    restart() {
      if (!run) return;
      [seen, count, isPlaying] = [0, 0, false];
      stopClock();
      jump();
      onChange("restart");
    },
    redraw: () => run && jump(),
    stop: stopClock,
  };
  return controls;
}

export function transport(act) {
  const make = (name, words, kind = "") => {
    const button = element("button", { ...KEYS_STAY_HERE, type: "button", class: `qv-button ${kind}` }, words);
    button.addEventListener("click", act[name]);
    return button;
  };
  const sign = element("span", { class: "qv-sign", "aria-hidden": "true" });
  const word = element("span");
  const play = make("toggle", sign, "qv-play");
  play.append(word);
  const buttons = [play, make("step", "Step"), make("restart", "Restart"), make("finish", "To the end")];
  const clock = element("p", { class: "qv-clock" });
  const pace = element("p", { class: "qv-pace" });
  return {
    node: element("div", { class: "qv-transport" }, ...buttons, element("div", { class: "qv-time" }, clock, pace)),
    show({ isPlaying, isAtEnd }) {
      word.textContent = isPlaying ? "Pause" : isAtEnd ? "Play again" : "Play";
      sign.dataset.sign = isPlaying ? "pause" : "play";
      buttons[1].setAttribute("aria-disabled", String(isAtEnd));
    },
    tick(run, { time }) {
      setWords(clock, clockWords(time, run));
    },
    pace(run) {
      const cut = run.isCut ? " Empty time is cut." : "";
      const fast = run.fastFrom < Infinity ? ` Fast forward after ${SLOW_S} s.` : "";
      pace.textContent = `Slow motion: 1 s here = ${plainDuration(run.perSecond)}.${cut}${fast}`;
    },
  };
}

// So many decimals that the figure moves at this pace, and keeps its width; seconds from 10 s on.
function clockWords(time, { end, perSecond }) {
  const [unit, power] = end < 1e7 ? ["ms", 3] : ["s", 6];
  const digits = Math.max(0, power + 1 - Math.floor(Math.log10(perSecond)));
  const figure = (moment) =>
    (moment / 10 ** power).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${figure(time)} of ${figure(end)} ${unit}`;
}
