import type { Operation } from "fast-json-patch";
import { describe, expect, it } from "vitest";
import type { Launch } from "../platform-service.ts";
import { KubernetesSettingsError } from "./kubernetes-settings.ts";
import { checkSettings, renderRequest } from "./render-request.ts";
import { LAUNCH, settingsFor } from "./testing/kubernetes-fixtures.ts";

const render = (launch: Partial<Launch> = {}, settings = settingsFor()) =>
  renderRequest({ ...LAUNCH, ...launch }, settings);
const podSpecOf = (request: ReturnType<typeof render>) => request.job.spec?.template.spec;
const botOf = (request: ReturnType<typeof render>) => podSpecOf(request)?.containers[0];

/** Where each field of a launch shows in the rendering; a field without a line here does not compile. */
const COVERAGE: { [field in keyof Launch]: (request: ReturnType<typeof render>) => void } = {
  launchKey: (request) => {
    expect(request.job.metadata?.name).toBe("bot-abc234-42-a3");
    expect(request.job.metadata?.labels?.["milo.dev/launch-key"]).toBe("bot-abc234-42-a3");
    expect(botOf(request)?.env).toContainEqual({ name: "MILO_LAUNCH_KEY", value: "bot-abc234-42-a3" });
    expect(botOf(request)?.envFrom).toEqual([{ secretRef: { name: "bot-abc234-42-a3" } }]);
  },
  installationId: (request) => expect(request.job.metadata?.labels?.["milo.dev/installation"]).toBe("abc234"),
  botId: (request) => expect(request.job.metadata?.labels?.["milo.dev/bot-id"]).toBe("42"),
  attempt: (request) => expect(request.job.metadata?.labels?.["milo.dev/attempt"]).toBe("3"),
  meetingPlatform: (request) => {
    expect(botOf(request)?.image).toBe("registry/meet:1");
    expect(request.job.metadata?.labels?.["milo.dev/meeting-platform"]).toBe("google-meet");
  },
  miloUrl: (request) => {
    expect(botOf(request)?.env).toContainEqual({ name: "MILO_URL", value: "https://milo.example" });
  },
  maxDurationSeconds: (request) => expect(request.job.spec?.activeDeadlineSeconds).toBe(14_400 + 300 + 120),
};

describe("the rendered Job", () => {
  for (const [field, expectField] of Object.entries(COVERAGE)) {
    it(`carries the launch's ${field}`, () => expectField(render()));
  }

  it("runs nothing by itself, makes one pod at most, and never a second [attendee#797]", () => {
    expect(render().job.spec).toMatchObject({
      suspend: true,
      parallelism: 1,
      completions: 1,
      backoffLimit: 0,
      podReplacementPolicy: "Failed",
      ttlSecondsAfterFinished: 3_600,
    });
    expect(podSpecOf(render())?.restartPolicy).toBe("Never");
  });

  it("has the Job keep the exit code on request, without ever making another pod", () => {
    expect(render().job.spec?.podFailurePolicy).toBeUndefined();
    const rules = render({}, settingsFor({ reportExits: true })).job.spec?.podFailurePolicy?.rules ?? [];
    expect(rules.map((rule) => rule.action)).toEqual(["FailJob", "FailJob"]);
  });

  it("gives a bot time to leave its meeting, and keeps tidying controllers away from it", () => {
    expect(podSpecOf(render())?.terminationGracePeriodSeconds).toBe(120);
    expect(render().job.spec?.template.metadata?.annotations).toMatchObject({
      "karpenter.sh/do-not-disrupt": "true",
      "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
    });
  });

  it("gives a bot no rights", () => {
    expect(podSpecOf(render())).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(botOf(render())?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });

  it("labels the pod as it labels the Job, so that a pod is found even without its Job", () => {
    expect(render().job.spec?.template.metadata?.labels).toEqual(render().job.metadata?.labels);
  });

  it("takes every setting of the operator", () => {
    const request = render(
      {},
      settingsFor({
        resources: { requests: { cpu: "2" }, limits: { memory: "3Gi" } },
        priorityClassName: "meeting-bot",
        serviceAccountName: "bot",
        nodeSelector: { pool: "bots" },
        imagePullSecrets: ["registry"],
        extraLabels: { team: "a", "milo.dev/bot-id": "not mine to set" },
        terminationGracePeriodSeconds: 30,
        ttlSecondsAfterFinished: 60,
      }),
    );
    expect(podSpecOf(request)).toMatchObject({
      priorityClassName: "meeting-bot",
      serviceAccountName: "bot",
      nodeSelector: { pool: "bots" },
      imagePullSecrets: [{ name: "registry" }],
      terminationGracePeriodSeconds: 30,
    });
    expect(botOf(request)?.resources).toEqual({ requests: { cpu: "2" }, limits: { memory: "3Gi" } });
    expect(request.job.metadata?.labels).toMatchObject({ team: "a", "milo.dev/bot-id": "42" });
    expect(request.job.spec?.ttlSecondsAfterFinished).toBe(60);
  });

  it("bears a hash that tells it from any other Job, whatever order its keys come back in", () => {
    const hashOf = (request: ReturnType<typeof render>) => request.job.metadata?.annotations?.["milo.dev/spec-hash"];
    expect(hashOf(render())).toMatch(/^[0-9a-f]{32}$/);
    expect(hashOf(render())).toBe(hashOf(render()));
    expect(hashOf(render({ miloUrl: "https://other.example" }))).not.toBe(hashOf(render()));
  });

  it("refuses a launch key that is too long for a pod's label", () => {
    expect(() => render({ launchKey: "b".repeat(64) })).toThrow(KubernetesSettingsError);
  });
});

describe("the operator's Job patch", () => {
  const patched = (operation: Operation) => settingsFor({ jobPatch: [operation] });
  const BOT = "/spec/template/spec/containers/0";

  it("adds what has no setting", () => {
    const settings = patched({ op: "add", path: "/spec/template/spec/runtimeClassName", value: "gvisor" });
    expect(podSpecOf(render({}, settings))?.runtimeClassName).toBe("gvisor");
  });

  const REFUSED: [string, Operation][] = [
    ["a place that is not there", { op: "replace", path: "/spec/nowhere/at/all", value: 1 }],
    ["a Job that starts by itself", { op: "replace", path: "/spec/suspend", value: false }],
    ["a Job that retries", { op: "replace", path: "/spec/backoffLimit", value: 6 }],
    ["another name", { op: "replace", path: "/metadata/name", value: "x" }],
    ["a lost label", { op: "remove", path: "/metadata/labels/milo.dev~1installation" }],
    ["a lost label of the pod", { op: "remove", path: "/spec/template/metadata/labels" }],
    ["a lost token", { op: "remove", path: `${BOT}/envFrom` }],
    ["another container in the bot's place", { op: "add", path: BOT, value: { name: "sidecar" } }],
  ];
  for (const [what, operation] of REFUSED) {
    it(`is refused at start-up for ${what}`, () => {
      expect(() => checkSettings(patched(operation))).toThrow(KubernetesSettingsError);
    });
  }
});

describe("settings", () => {
  it("are refused in a sentence when no bot could run with them", () => {
    expect(() => checkSettings(settingsFor({ terminationGracePeriodSeconds: 0 }))).toThrow(/grace period/);
    expect(() => checkSettings(settingsFor({ installationId: "ABC" }))).toThrow(/base32/);
    const images = { ...settingsFor().images, zoom: " " };
    expect(() => checkSettings(settingsFor({ images }))).toThrow(/No image is set for zoom/);
    expect(() => checkSettings(settingsFor())).not.toThrow();
  });
});
