/**
 * Shifts the wall clock of the process it is preloaded into (`node --import`) by the milliseconds that the file named
 * by CHAOS_CLOCK_FILE holds. The monotonic clock is left alone, as a step of a real clock leaves it.
 */
import { readFileSync } from "node:fs";

const file = process.env.CHAOS_CLOCK_FILE;
const LOOK_EVERY_MS = 250;
let shiftMs = 0;

function look() {
  try {
    shiftMs = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // Not written yet: no shift.
  }
}

if (file !== undefined) {
  const RealDate = Date;
  const now = () => RealDate.now() + shiftMs;
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(now());
      else super(...args);
    }
    static now() {
      return now();
    }
  };
  look();
  setInterval(look, LOOK_EVERY_MS).unref();
}
