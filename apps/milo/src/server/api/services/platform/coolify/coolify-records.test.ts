import { describe, expect, it } from "vitest";
import {
  isServerOutOfOrder,
  readApplications,
  readCreated,
  readDeployments,
  readDeploymentsOfApplication,
  readDeployOrder,
} from "./coolify-records.ts";
import { applicationOf } from "./testing/coolify-wire.ts";

const DEPLOYMENT = { deployment_uuid: "d-1", status: "queued" };

/** Where Coolify's API description and Coolify itself differ, and what the adapter makes of the server's answer. */
const DIFFERENCES: readonly { described: string; served: unknown; read: (json: unknown) => unknown; as: unknown }[] = [
  {
    described: "GET /deployments/applications/{uuid} is an array of applications",
    served: { count: 1, deployments: [DEPLOYMENT] },
    read: readDeploymentsOfApplication,
    as: [DEPLOYMENT],
  },
  {
    described: "GET /deployments is an array; sorted by key it is served as an object",
    served: { 12: DEPLOYMENT },
    read: readDeployments,
    as: [DEPLOYMENT],
  },
  {
    described: "the answer to a create has no domains",
    served: { uuid: "app-1", domains: "" },
    read: readCreated,
    as: "app-1",
  },
  {
    described: "a deploy always names its deployment",
    served: { deployments: [{ message: "Deployment already queued for this commit.", resource_uuid: "app-1" }] },
    read: readDeployOrder,
    as: { message: "Deployment already queued for this commit." },
  },
  {
    described: "an application has no server_status",
    served: [{ ...applicationOf(), id: 7, server_status: false }],
    read: (json) => readApplications(json)?.[0]?.server_status,
    as: false,
  },
];

describe("Coolify's answers", () => {
  it.each(DIFFERENCES)("are read as served where the description differs: $described", ({ served, read, as }) => {
    expect(read(served)).toEqual(as);
  });

  it("are not half read: a list with one unreadable record is no list", () => {
    expect(readApplications([applicationOf(), { name: "no uuid" }])).toBeNull();
    expect(readDeployments("queued")).toBeNull();
    expect(readDeploymentsOfApplication([DEPLOYMENT])).toBeNull();
  });

  it("call a server out of order only when they say so", () => {
    expect(isServerOutOfOrder({ settings: { is_reachable: true, is_usable: false } })).toBe(true);
    expect(isServerOutOfOrder({ settings: { is_reachable: true } })).toBe(false);
    expect(isServerOutOfOrder({ name: "server" })).toBe(false);
  });
});
