#!/usr/bin/env node
import { createSimulatedDriver } from "./drivers/simulated-driver.ts";
import { runProcess } from "./process.ts";

/** The reference bot: attends the meeting that its URL describes. */
await runProcess((effects) =>
  createSimulatedDriver(effects.clock, {
    exit: (code) => process.exit(code),
    freeze: () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  }),
);
