import { describe, expect, it } from "vitest";
import type { Launch } from "../platform-service.ts";
import { environmentBody, readRequest, renderApplication } from "./application-request.ts";
import { coolifySettings, launchOf } from "./testing/coolify-wire.ts";

describe("renderApplication", () => {
  it("makes an application that is not deployed by being made, and has no domain", () => {
    const { application } = renderApplication(coolifySettings(), launchOf());
    expect(application).toMatchObject({ name: "bot-abc234-42-a1", instant_deploy: false, autogenerate_domain: false });
  });

  it("ends the restarts that Coolify's docker policy would make, and leaves the bot time to leave", () => {
    const { application } = renderApplication(coolifySettings({ stopGraceSeconds: 90 }), launchOf());
    expect(application).toMatchObject({ max_restart_count: 1, stop_grace_period: 90 });
  });

  it("names an image by tag, or by a digest that Coolify joins with a colon", () => {
    const byTag = renderApplication(coolifySettings(), launchOf()).application;
    expect(byTag).toMatchObject({
      docker_registry_image_name: "registry.example/bot",
      docker_registry_image_tag: "1.4.2",
    });
    const pinned = { name: "registry.example/bot", digest: "sha256:abcd" } as const;
    const images = { zoom: pinned, "google-meet": pinned, "microsoft-teams": pinned };
    const byDigest = renderApplication(coolifySettings({ images }), launchOf()).application;
    expect(`${byDigest.docker_registry_image_name}:${byDigest.docker_registry_image_tag}`).toBe(
      "registry.example/bot@sha256:abcd",
    );
  });

  it("describes the bot in characters that Coolify allows in a description", () => {
    const { application } = renderApplication(coolifySettings(), launchOf());
    expect(application.description).toMatch(/^[A-Za-z0-9 =-]+$/);
  });

  it("renders the same launch the same, and survives storage", () => {
    const request = renderApplication(coolifySettings(), launchOf());
    expect(renderApplication(coolifySettings(), launchOf())).toEqual(request);
    expect(readRequest(JSON.parse(JSON.stringify(request)))).toEqual(request);
    expect(readRequest({ input: {} })).toBeNull();
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
    const before = JSON.stringify(renderApplication(coolifySettings(), launchOf()));
    for (const [field, value] of Object.entries(changed)) {
      const after = JSON.stringify(renderApplication(coolifySettings(), launchOf({ [field]: value })));
      expect(after, field).not.toBe(before);
    }
  });
});

describe("environmentBody", () => {
  it("adds the attempt token when it is sent, every value a literal string, and stores it nowhere", () => {
    const request = renderApplication(coolifySettings(), launchOf());
    expect(environmentBody(request, { attemptToken: "t$0" }).data).toEqual([
      { key: "MILO_URL", value: "https://milo.example", is_literal: true, is_preview: false },
      { key: "MILO_LAUNCH_KEY", value: "bot-abc234-42-a1", is_literal: true, is_preview: false },
      { key: "MILO_ATTEMPT_TOKEN", value: "t$0", is_literal: true, is_preview: false },
    ]);
    expect(JSON.stringify(request)).not.toContain("ATTEMPT_TOKEN");
  });
});
