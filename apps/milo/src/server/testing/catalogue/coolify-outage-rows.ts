import type { CatalogueRow } from "./catalogue-row.ts";
import { movedOn, movedOnHolding, staysHere } from "./expectations.ts";

const HELD = { silentAfterMs: 10_000 } as const;
const ONE_DEPLOY = { requests: { deploy: 1 } } as const;
const GIVEN_UP = "next platform; the slot is held until it is known that nothing runs";

/** Coolify does not answer, or answers that it cannot: what became of the request is not known. */
export const COOLIFY_OUTAGE_ROWS: readonly CatalogueRow[] = [
  {
    row: 49,
    platform: "coolify",
    fault: "row-49-connection-reset",
    failure: "The connection was reset after the application was made",
    class: null,
    reaction: "looked for by name before another is made, and adopted: one application, one container",
    options: { times: 1 },
    expect: staysHere("coolify", [], { requests: { create: 1, deploy: 1 } }),
  },
  {
    row: 49,
    platform: "coolify",
    fault: "row-49-no-answer",
    failure: "Coolify takes the create and never answers",
    class: "unknown",
    reaction: GIVEN_UP,
    options: { ...HELD, requestMs: 1_200 },
    expect: movedOnHolding("coolify", { class: "unknown", reason: /Coolify/ }),
    afterwards: movedOn("coolify", { class: "unknown", reason: /Coolify/, existed: true }),
  },
  {
    row: 49,
    platform: "coolify",
    fault: "row-49-bad-gateway",
    failure: "A proxy in front of Coolify answers 502 in HTML",
    class: "unknown",
    reaction: `looked for and created again, then ${GIVEN_UP}`,
    options: HELD,
    expect: movedOnHolding("coolify", { class: "unknown", reason: /502/ }, { requests: { create: { atLeast: 2 } } }),
    afterwards: movedOn("coolify", { class: "unknown", reason: /502/, existed: true }),
  },
  {
    row: 50,
    platform: "coolify",
    fault: "row-50-envs-reset",
    failure: "The connection was reset after the variables were written",
    class: null,
    reaction: "the whole list is written again, to the same application",
    options: { times: 1 },
    expect: staysHere("coolify", [], { requests: { create: 1, "update-envs": 2, deploy: 1 } }),
  },
  {
    row: 50,
    platform: "coolify",
    fault: "row-50-envs-refused",
    failure: "The variables are refused (422), some of them written already",
    class: "invalid",
    reaction: "application deleted, a second opinion from the next platform; barred here for the rest of its wait",
    expect: movedOn(
      "coolify",
      { class: "invalid", reason: /422/ },
      { requests: { create: 1, "update-envs": 1, delete: { atLeast: 1 } } },
    ),
  },
  {
    row: 51,
    platform: "coolify",
    fault: "row-51-deploy-reset",
    failure: "The connection was reset after the deployment was queued",
    class: null,
    reaction: "the application's deployments are read before another is ordered: one deployment, one container",
    options: { times: 1 },
    expect: staysHere("coolify", [], ONE_DEPLOY),
  },
  {
    row: 51,
    platform: "coolify",
    fault: "row-51-deploy-no-answer",
    failure: "Coolify takes the deploy and never answers",
    class: "unknown",
    reaction: "its deployments are read, and it is ordered again; then next platform, application deleted",
    options: { requestMs: 1_200 },
    expect: movedOn(
      "coolify",
      { class: "unknown", reason: /Coolify/, existed: true },
      { requests: { create: 1, deploy: { atLeast: 2 }, delete: { atLeast: 1 } } },
    ),
  },
];
