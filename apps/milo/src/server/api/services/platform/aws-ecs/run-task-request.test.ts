import { describe, expect, it } from "vitest";
import type { Launch } from "../platform-service.ts";
import {
  MAX_OVERRIDES_LENGTH,
  overridesLength,
  readRequest,
  renderRunTask,
  toOnDemand,
  withAttemptToken,
} from "./run-task-request.ts";
import { ecsSettings, launchOf } from "./testing/ecs-wire.ts";

const LONGEST_KEY = `bot-abc234-${"9".repeat(47)}-a999`.slice(0, 63);
const CLIENT_TOKEN = /^[\x21-\x7e]{1,64}$/;
const STARTED_BY = /^[A-Za-z0-9\-/_]{1,128}$/;

describe("renderRunTask", () => {
  it("asks for one task under a client token and a startedBy that ECS accepts, however long the launch key", () => {
    for (const useSpot of [true, false]) {
      const { input } = renderRunTask(ecsSettings({ useSpot }), launchOf({ launchKey: LONGEST_KEY }));
      expect(input.count).toBe(1);
      expect(input.clientToken).toMatch(CLIENT_TOKEN);
      expect(input.startedBy).toMatch(STARTED_BY);
    }
  });

  it("renders the same launch the same, so that a re-send is no new request", () => {
    const settings = ecsSettings({ tags: { team: "a" } });
    expect(renderRunTask(settings, launchOf())).toEqual(renderRunTask(settings, launchOf()));
  });

  it("names Spot by a strategy of Spot alone, and on-demand by launch type, never both", () => {
    const spot = renderRunTask(ecsSettings({ useSpot: true }), launchOf()).input;
    expect(spot.capacityProviderStrategy).toEqual([{ capacityProvider: "FARGATE_SPOT", weight: 1 }]);
    expect(spot.launchType).toBeUndefined();
    const onDemand = renderRunTask(ecsSettings({ useSpot: false }), launchOf()).input;
    expect(onDemand.launchType).toBe("FARGATE");
    expect(onDemand.capacityProviderStrategy).toBeUndefined();
  });

  it("holds no secret: the attempt token joins only when it is sent", () => {
    const request = renderRunTask(ecsSettings(), launchOf());
    expect(JSON.stringify(request)).not.toContain("ATTEMPT_TOKEN");
    const sent = withAttemptToken(request, { attemptToken: "t0ken" });
    expect(sent.overrides?.containerOverrides?.[0]?.environment).toEqual([
      { name: "MILO_URL", value: "https://milo.example" },
      { name: "MILO_LAUNCH_KEY", value: "bot-abc234-42-a1" },
      { name: "MILO_ATTEMPT_TOKEN", value: "t0ken" },
    ]);
    expect(JSON.stringify(request)).not.toContain("t0ken");
  });

  it("refuses to render overrides that would not fit once the token joins", () => {
    const miloUrl = `https://milo.example/${"x".repeat(MAX_OVERRIDES_LENGTH - 600)}`;
    expect(() => renderRunTask(ecsSettings(), launchOf({ miloUrl }))).toThrow(/MILO_PUBLIC_URL/);
    const fitting = renderRunTask(ecsSettings(), launchOf({ miloUrl: miloUrl.slice(0, 7_500) }));
    const sent = withAttemptToken(fitting, { attemptToken: "x".repeat(400) });
    expect(overridesLength(sent)).toBeLessThanOrEqual(MAX_OVERRIDES_LENGTH);
  });

  it("lets no configured tag hide whose task it is", () => {
    const { input } = renderRunTask(ecsSettings({ tags: { "milo:installation": "other", team: "a" } }), launchOf());
    expect(input.tags).toContainEqual({ key: "milo:installation", value: "abc234" });
    expect(input.tags).toContainEqual({ key: "team", value: "a" });
    expect(input.tags?.filter((tag) => tag.key === "milo:installation")).toHaveLength(1);
  });

  it("puts every field of a launch into the request", () => {
    const changed: Required<{ [Field in keyof Launch]: Launch[Field] }> = {
      launchKey: "bot-abc234-42-a2",
      installationId: "zzz777",
      botId: 43,
      attempt: 2,
      meetingPlatform: "google-meet",
      miloUrl: "https://other.example",
      maxDurationSeconds: 60,
    };
    const before = JSON.stringify(renderRunTask(ecsSettings(), launchOf()));
    for (const [field, value] of Object.entries(changed)) {
      const after = JSON.stringify(renderRunTask(ecsSettings(), launchOf({ [field]: value })));
      expect(after, field).not.toBe(before);
    }
  });
});

describe("toOnDemand", () => {
  it("keeps everything but the capacity and the client token", () => {
    const spot = renderRunTask(ecsSettings({ useSpot: true }), launchOf());
    const onDemand = toOnDemand(spot, "bot-abc234-42-a1");
    expect(onDemand).toEqual(renderRunTask(ecsSettings({ useSpot: false }), launchOf()));
    expect(onDemand.input.clientToken).not.toBe(spot.input.clientToken);
  });
});

describe("readRequest", () => {
  it("reads back exactly what was rendered, after a trip through JSON", () => {
    const request = renderRunTask(ecsSettings({ useSpot: true, tags: { team: "a" } }), launchOf());
    expect(readRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
  });

  it("refuses what another platform rendered", () => {
    expect(readRequest({ job: {} })).toBeNull();
  });
});
