/**
 * Shifts the wall clock of the process it is preloaded into, `node --import clock.mjs?file=…`, by the milliseconds that
 * the file holds. The monotonic clock is left alone, as a step of a real clock leaves it.
 */
import { readFileSync } from "node:fs";

const file = new URL(import.meta.url).searchParams.get("file") ?? "";
const LOOK_EVERY_MS = 250;
const RealDate = Date;
let shiftMs = 0;

function look() {
  try {
    shiftMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // Not written yet: no shift.
  }
}

class ShiftedDate extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(ShiftedDate.now());
    else super(...args);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
}

globalThis.Date = ShiftedDate;
look();
setInterval(look, LOOK_EVERY_MS).unref();
