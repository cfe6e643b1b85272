import type { Action } from "./actions.ts";
import { type FakeWorkload, isRunning, pastClaim } from "./world/fake-workload.ts";
import type { World } from "./world/world.ts";

type Trouble = (world: World, workload: FakeWorkload) => string;

/** What befalls a container that runs, by weight. */
const TROUBLES: readonly (readonly [weight: number, trouble: Trouble])[] = [
  [3, takeAtOnce],
  [3, takeAfterNotice],
  [1, restart],
  [2, cutOff],
  [3, loseNode],
];

/** Something happens to a container, rather to one whose bot is past its claim. */
export const loseSomeContainer: Action = async (world) => {
  const { random } = world;
  const running = [...world.clusters.values()]
    .flatMap((cluster) => cluster.workloads)
    .filter((one) => isRunning(one) && !one.strayed && !one.cutOff && one.reclaim === undefined);
  const claimed = running.filter((one) => pastClaim(one).length > 0);
  const among = claimed.length > 0 && random.chance(0.8) ? claimed : running;
  if (among.length === 0) return null;
  const workload = random.pick(among);
  return `${workload.identifier} ${random.weighted(TROUBLES)(world, workload)}`;
};

function takeAtOnce({ clusters }: World, workload: FakeWorkload): string {
  clusters.get(workload.platform)?.takeAway(workload, 0, false);
  return "is taken away";
}

/** Spot's two minutes, an eviction's grace: the bot gets SIGTERM soon after the notice, or at its end. */
function takeAfterNotice({ clusters, random, clock, bots }: World, workload: FakeWorkload): string {
  const graceMs = random.integer(5_000, 120_000);
  clusters.get(workload.platform)?.takeAway(workload, graceMs, workload.platform !== "coolify");
  const its = bots.filter((bot) => bot.workload === workload);
  clock.after(random.integer(0, graceMs), () => {
    for (const bot of its) bot.terminate();
  });
  return `is to be taken away in ${graceMs} ms`;
}

/** Its process ends; docker starts another one where it restarts containers. */
function restart({ clusters }: World, workload: FakeWorkload): string {
  clusters.get(workload.platform)?.exit(workload, { exitCode: 139, reason: "It crashed", infrastructure: false });
  return "crashes";
}

/** Shown, and silent. */
function cutOff({ random, clock }: World, workload: FakeWorkload): string {
  const ms = random.integer(20_000, 400_000);
  workload.cutOff = true;
  clock.after(ms, () => {
    workload.cutOff = false;
  });
  return `cannot reach milo for ${ms} ms`;
}

/** Only Kubernetes takes what it cannot reach out of its lists. Its bot may well be heard all the while. */
function loseNode(world: World, workload: FakeWorkload): string {
  if (workload.platform !== "k8s") return cutOff(world, workload);
  const { random, clusters } = world;
  const ms = random.integer(20_000, 600_000);
  workload.cutOff = random.chance(0.7);
  clusters.get("k8s")?.hide(workload, ms);
  return `is on a node that cannot be reached for ${ms} ms`;
}
