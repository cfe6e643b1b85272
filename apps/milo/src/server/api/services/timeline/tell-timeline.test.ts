import { expect, it } from "vitest";
import { tellTimeline } from "./tell-timeline.ts";
import { at, atMs, makeAttempt, makeEvent } from "./timeline.testkit.ts";

const attempt = makeAttempt({
  phase: "ENDED",
  outcome: "failed",
  class: "transient",
  reason: "see https://x.example/?token=secret",
  identifier: "ns/job",
  acceptedAt: at(2),
  endedAt: at(9),
});

it("tells a life in its order: waited, tried, why that failed, waited again, what the bot said", () => {
  const events = [
    makeEvent({ id: 1, status: "QUEUED" }),
    makeEvent({ id: 2, atMs: atMs(0.5), code: "STAGE_PASSED", message: "No slot came free on K8s in time" }),
    makeEvent({ id: 3, atMs: atMs(1), code: "ADMITTED", message: "Took a slot", status: "DEPLOYING", deploymentId: 1 }),
    makeEvent({ id: 4, atMs: atMs(8), code: "ATTEMPT_FAILED", message: "K8s, attempt 1", deploymentId: 1 }),
    makeEvent({ id: 5, atMs: atMs(8.5), code: "REQUEUED", message: "Back in the queue", status: "QUEUED" }),
    makeEvent({ id: 6, atMs: atMs(10), code: "PRIORITY_CHANGED", message: "Its priority was changed" }),
    makeEvent({ id: 7, atMs: atMs(11), code: "LOBBY", message: "Knocked", byBot: true, deploymentId: 1 }),
    makeEvent({ id: 8, atMs: atMs(12), code: "STOP_REQUESTED", message: "Told to leave", status: "LEAVING" }),
  ];
  expect(tellTimeline({ events, attempts: [attempt] }).map((item) => [item.kind, item.code])).toEqual([
    ["queued", "QUEUED"],
    ["stage", "STAGE_PASSED"],
    ["attempt", "ADMITTED"],
    ["step", "ACCEPTED"],
    ["step", "ATTEMPT_FAILED"],
    ["queued", "REQUEUED"],
    ["step", "SLOT_FREED"],
    ["note", "PRIORITY_CHANGED"],
    ["bot", "LOBBY"],
    ["status", "STOP_REQUESTED"],
  ]);
});

it("shows each attempt once, whether its admission is among the events or not", () => {
  const admitted = makeEvent({ id: 3, atMs: atMs(1.0004), code: "ADMITTED", message: "Took a slot", deploymentId: 1 });
  for (const events of [[admitted], []]) {
    const attempts = tellTimeline({ events, attempts: [attempt] }).filter((item) => item.kind === "attempt");
    expect(attempts).toMatchObject([{ attempt: { deploymentId: 1, platform: "k8s", class: "transient" } }]);
  }
});

it("lets no secret of an address through, whoever wrote it into a message", () => {
  const events = [makeEvent({ message: "Cannot join https://zoom.example/j?pwd=secret", byBot: true })];
  expect(JSON.stringify(tellTimeline({ events, attempts: [attempt] }))).not.toContain("secret");
});

it("keeps two events of one millisecond in the order in which they were recorded", () => {
  const events = [makeEvent({ id: 1, code: "A" }), makeEvent({ id: 2, code: "B" }), makeEvent({ id: 3, code: "C" })];
  expect(tellTimeline({ events, attempts: [] }).map((item) => item.code)).toEqual(["A", "B", "C"]);
});
