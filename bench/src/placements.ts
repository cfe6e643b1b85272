import { join } from "node:path";
import { startChild } from "./child.ts";
import type { CallersSetup, DispatcherSetup, PlacementsDone, Ready, Usage } from "./messages.ts";
import { CONNECTIONS, makePlan } from "./plan.ts";

/** Placements before the clock starts: both processes compile their hot paths, every connection is open. */
const WARM_UP = 400;

export type Placements = PlacementsDone & { perS: number; dispatcher: Usage };

/** Callers in one process, the dispatcher in another, until every bot is placed. */
export async function measurePlacements(options: {
  url: string;
  folder: string;
  bundles: { dispatcher: string; callers: string };
  placements: number;
  /** Write a CPU profile of both processes here. */
  profileFolder: string | undefined;
}): Promise<Placements> {
  const { url, folder, bundles, placements, profileFolder } = options;
  const everything = placements + WARM_UP;
  const plan = makePlan({ k8s: everything, aws: everything, coolify: everything });
  const dispatcherSetup: DispatcherSetup = { url, plan, logFile: join(folder, "dispatcher.log"), tellCreates: false };
  const execArgv = profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}`];
  const dispatcher = startChild(bundles.dispatcher, dispatcherSetup, execArgv);
  try {
    await dispatcher.next<Ready>("ready");
    const callersSetup: CallersSetup = {
      url,
      plan,
      logFile: join(folder, "web.log"),
      callers: CONNECTIONS,
      warmUp: WARM_UP,
      placements,
    };
    const callers = startChild(bundles.callers, callersSetup, execArgv);
    try {
      await callers.next<Ready>("ready");
      const answer = callers.next<PlacementsDone>("done");
      callers.send("go");
      const done = await answer;
      const usage = dispatcher.next<Usage>("usage");
      dispatcher.send("usage");
      return { ...done, perS: (done.starting * 1_000) / done.elapsedMs, dispatcher: await usage };
    } finally {
      await callers.stop();
    }
  } finally {
    await dispatcher.stop();
  }
}
