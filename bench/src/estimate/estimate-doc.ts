import { type Errors, type Figures, HELD_OUT_SEEDS, measureFigures, TRAINING_SEEDS } from "./figures.ts";
import { MINUTE_MS, SCENARIOS } from "./scenarios.ts";

/** docs/wait-estimate.md: how waits are estimated, and how far off that is on held-out days. */
export function describeWaitEstimate(): string {
  const figures = measureFigures(HELD_OUT_SEEDS);
  return `<!-- Printed from bench/src/estimate by \`npm run docs\`; edit there. -->

# How long a bot waits

Each waiting bot has an estimate: \`ms\`, as likely too long as too short, and the range from \`lowMs\` to \`highMs\`, in which
eight of ten waits should lie. It says when the bot **gets a slot, should it wait for it**: an estimate beyond its deadline means
that it will probably give up before.

## How it is made

\`packages/placement\` plays the queue forward, 21 to 61 times, without clock or chance (the draws are a fixed sequence):

- **Slots** come free as holds of their age were seen to end. How likely a hold of a given age is to end is measured from
  the last 200 ends on each platform *and* from what still runs (a life table: Nelson–Aalen, with delayed entry), so that a
  slot held for 29 minutes is nearly free when meetings last 30, and the figures are not too short while the day gets busier.
- **Each slot goes to the first bot that may use it**: in the order of the queue, by when the stages of each open which
  platform. Those ahead that reach their deadline before get none, and hold up nobody.
- **As many of a higher priority come** as were given a slot in the last 15 minutes, for two hours, and go ahead.
- **A failing platform** fails for another time in each course: half of them for as long again as it has or longer, one in
  ten for nine times that (the guess that has no idea of how long outages are). One on hold or being drained has no slots; over a
  lowered limit, the first slots that come free are nobody's; one that refused for lack of capacity has those it holds.
- **Some days are slower**: in each course all slots together are a little faster or slower than was watched, the more so the
  fewer ends were seen. How much (13 %) is the one constant that was tuned, on days with other seeds (${TRAINING_SEEDS.join(", ")}) than those below.

Beyond the first 500 of the queue a bot is told by the pace and the share of giving up of those. Where nothing can be said
there is no estimate but a reason: no platform takes bots and nobody knows when (\`closed\`), none has a slot (\`no_slots\`),
or no bot has ended yet (\`no_history\`).

No draw is made for slots that nobody of those 500 lives to see come free, so that the work does not grow with the slots.

## How far off it is

${HELD_OUT_SEEDS.length} held-out days of each kind, each looked at every 13 min 17 s from 6:00 to 22:00: every bot that waits at that moment is one
estimate. The truth is when it got a slot or, had it given up, would have got one: nobody who gives up changes what was
before, so the simulation knows that exactly, and the days on which many give up are not flattered.

| kind of day | what is particular |
|---|---|
${SCENARIOS.map(({ name, what }) => `| ${name} | ${what} |`).join("\n")}

Errors in minutes; *mean wait* is how long they had yet to wait. *Classical*: position × mean service time, of the same 200 last
ends of each platform. *Per slot*: that, over the slots of the platforms that take bots at that moment.

| kind of day | estimates | mean wait | **mean error** | classical | per slot | **median error** | classical | per slot |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
${figures.map(errorRow).join("\n")}

| kind of day | waits within the range | its mean width |
|---|--:|--:|
${figures.map((f) => `| ${f.name} | ${Math.round(100 * f.coverage)} % | ${minutes(f.widthMs)} |`).join("\n")}

A test fails when on any kind of day the estimate does not beat both others, by mean and by median error.

## What it does not know

- **What is yet to fail.** An outage that has not begun is in no estimate: who waits when it begins waits longer than told.
- **Who is yet to be cancelled**, and who comes yet in another number than lately.
- **How long a launch takes.** It ends with the slot, not with the bot in its call; where few launches may be under way at once, a
  burst onto empty slots takes longer than told.
`;
}

function errorRow({ name, estimates, actualMs, errors }: Figures): string {
  const cells = (of: keyof Errors) => [errors.estimate, errors.naive, errors.fair].map((error) => minutes(error[of]));
  const [mean = "", ...means] = cells("meanMs");
  const [median = "", ...medians] = cells("medianMs");
  return `| ${[name, estimates, minutes(actualMs), `**${mean}**`, ...means, `**${median}**`, ...medians].join(" | ")} |`;
}

function minutes(ms: number): string {
  return (ms / MINUTE_MS).toFixed(1);
}
