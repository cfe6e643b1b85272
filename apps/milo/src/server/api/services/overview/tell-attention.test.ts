import { describe, expect, it } from "vitest";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import { type AttentionFacts, tellAttention } from "./tell-attention.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const SINCE = new Date(NOW - 90_000);
const WEB = { webUnheardMs: 15_000 };

const k8s: PlatformState = {
  platform: "k8s",
  position: 0,
  used: 1,
  limit: 30,
  mode: "enabled",
  modeReason: null,
  modeSince: SINCE,
  breaker: { state: "closed", reason: null, since: SINCE, opensUntil: null },
  closedReason: null,
  healthy: true,
  massStop: null,
};

const calm: AttentionFacts = {
  processes: {
    nowMs: NOW,
    dispatchers: 1,
    dispatcherHeardMs: NOW,
    plans: 1,
    startedMs: NOW,
    webHeardMs: NOW,
    expiring: 0,
  },
  platforms: [k8s],
  checks: [{ platform: "k8s", healthy: true, reason: "ok", checkedMs: NOW, answerSinceMs: NOW }],
  alarms: [],
  failed: [],
};

const told = (facts: Partial<AttentionFacts>) => tellAttention({ ...calm, ...facts }, WEB);
const processes = (facts: Partial<AttentionFacts["processes"]>) => told({ processes: { ...calm.processes, ...facts } });
const platform = (state: Partial<PlatformState>) => told({ platforms: [{ ...k8s, ...state }] });

describe("what needs a person", () => {
  it("is nothing while all is well", () => {
    expect(told({})).toEqual([]);
  });

  it("is a dispatcher that is missing, since when, before everything that is less urgent", () => {
    const items = told({
      processes: { ...calm.processes, dispatchers: 0, plans: 0, dispatcherHeardMs: NOW - 120_000, expiring: 2 },
      platforms: [{ ...k8s, mode: "hold", modeReason: "upgrade" }],
    });
    expect(items.map(({ kind }) => kind)).toEqual(["no_dispatcher", "entries_expiring", "platform_held"]);
    expect(items[0]).toMatchObject({
      sinceMs: NOW - 120_000,
      text: expect.stringMatching(/^No dispatcher is running: bots wait.*\. Start one\.$/),
    });
    expect(items[1]).toMatchObject({ count: 2, href: "/infrastructure#queue" });
    expect(items[2]?.text).toBe("K8s is on hold: it gets no new bots (upgrade)");
  });

  it("is that nobody hears bots, and that dispatchers disagree", () => {
    expect(processes({ webHeardMs: NOW - 15_001 })).toMatchObject([{ kind: "web_unheard", severity: "critical" }]);
    expect(processes({ webHeardMs: null })).toMatchObject([{ kind: "web_unheard", sinceMs: null }]);
    expect(processes({ dispatchers: 2, plans: 2 })).toMatchObject([{ kind: "plans_disagree", count: 2 }]);
  });

  it.each([
    ["open", "breaker_open", "critical"],
    ["half_open", "breaker_trying", "info"],
    ["ramping", "breaker_trying", "info"],
  ] as const)("is a breaker that is %s, once, though its platform is unhealthy too", (state, kind, severity) => {
    const breaker = { ...k8s.breaker, state, reason: "refused at https://k8s.example/?token=secret" };
    const items = platform({ breaker, healthy: false });
    expect(items).toMatchObject([{ kind, severity, platform: "k8s", href: "/infrastructure#k8s" }]);
    expect(JSON.stringify(items)).not.toContain("secret");
    expect(items[0]?.detail ?? null).toBe(state === "open" ? "refused at https://k8s.example/?(hidden)" : null);
  });

  it("is a bad or missing check, unless no dispatcher is there to make one", () => {
    const checks = [
      { platform: "k8s", healthy: false, reason: "no answer", checkedMs: NOW, answerSinceMs: NOW - 9 } as const,
    ];
    expect(told({ checks, platforms: [{ ...k8s, healthy: false }] })).toMatchObject([
      {
        kind: "platform_unhealthy",
        text: "K8s is not healthy: its last check was bad",
        detail: "no answer",
        sinceMs: NOW - 9,
      },
    ]);
    expect(platform({ healthy: false })[0]?.text).toContain("nothing has been heard of it lately");
    const items = told({
      platforms: [{ ...k8s, healthy: false }],
      processes: { ...calm.processes, dispatchers: 0, plans: 0 },
    });
    expect(items.map(({ kind }) => kind)).toEqual(["no_dispatcher"]);
  });

  it("is a mass stop that is held, and a platform that is drained", () => {
    const massStop = { since: SINCE, reason: "20 of 21 bots", agreedSince: null, confirmedUntil: null };
    expect(platform({ massStop, mode: "drain" })).toMatchObject([
      { kind: "mass_stop", severity: "critical", sinceMs: SINCE.getTime() },
      { kind: "platform_draining", severity: "info" },
    ]);
  });

  it("leads to the bot when it is about one, to its platform when it is about many", () => {
    const alarm = { kind: "unreachable", platform: "aws", sinceMs: NOW } as const;
    expect(told({ alarms: [{ ...alarm, count: 1, botId: 7 }] })[0]).toMatchObject({
      kind: "bots_unreachable",
      text: "1 bot on AWS cannot be reached: replaced only on request",
      href: "/bots/7",
    });
    expect(told({ alarms: [{ ...alarm, count: 3, botId: null }] })[0]).toMatchObject({
      count: 3,
      href: "/infrastructure#aws",
    });
    const overdue = { ...alarm, kind: "stop_overdue", count: 2, botId: null } as const;
    expect(told({ alarms: [overdue] })[0]?.text).toBe("2 stops on AWS do not take: the slots stay held");
  });

  it("is launches that failed, with the commonest reason, without what it hides", () => {
    const reason = "403 at https://api.example/v1?key=secret";
    const [item] = told({ failed: [{ platform: "coolify", count: 4, sinceMs: NOW, reason }] });
    expect(item).toMatchObject({ kind: "launches_failed", count: 4, severity: "warning" });
    expect(item?.text).toBe("4 launches failed on Coolify in the last hour");
    expect(item?.detail).toBe("Most often: 403 at https://api.example/v1?(hidden)");
  });

  it("calls nothing the commonest of one", () => {
    const [item] = told({ failed: [{ platform: "k8s", count: 1, sinceMs: NOW, reason: "no such image" }] });
    expect(item).toMatchObject({ text: "1 launch failed on K8s in the last hour", detail: "no such image" });
  });
});
