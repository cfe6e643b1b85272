/**
 * Measures the process it is preloaded into, `node --import gauge.mjs?file=…&everyMs=…`, and writes what it found to the
 * file each time. A full collection is asked for once a minute only: it takes some tens of milliseconds of the loop.
 */
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const { searchParams } = new URL(import.meta.url);
const file = searchParams.get("file") ?? "";
const everyMs = Number(searchParams.get("everyMs"));
const COLLECT_EVERY_MS = 60_000;
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let collectedMs = 0;
let heapAfterGcBytes = null;

function measure() {
  // What is recorded is the time between two ticks of its timer.
  const lagP99Ms = Math.max(0, delay.percentile(99) / NS_PER_MS - RESOLUTION_MS);
  const rssBytes = process.memoryUsage.rss();
  if (performance.now() - collectedMs >= COLLECT_EVERY_MS) {
    collect();
    collectedMs = performance.now();
    heapAfterGcBytes = process.memoryUsage().heapUsed;
  }
  delay.reset();
  const measured = { pid: process.pid, uptimeS: performance.now() / 1_000, rssBytes, heapAfterGcBytes, lagP99Ms };
  try {
    writeFileSync(`${file}.part`, JSON.stringify(measured));
    renameSync(`${file}.part`, file);
  } catch {
    // The run is over and its folder gone.
  }
}

setInterval(measure, everyMs).unref();
