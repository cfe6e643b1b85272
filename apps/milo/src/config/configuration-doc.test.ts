import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderConfigurationDoc, renderEnvExample } from "./configuration-doc.ts";

const fromRoot = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");

describe("the configuration's documents", () => {
  it("docs/configuration.md says what the schemas say (npm run docs writes it)", () => {
    expect(fromRoot("docs/configuration.md")).toBe(renderConfigurationDoc());
  });

  it(".env.example says what the schemas say (npm run docs writes it)", () => {
    expect(fromRoot(".env.example")).toBe(renderEnvExample());
  });

  it("name every variable of the specification with its default", () => {
    const doc = renderConfigurationDoc();
    const rows = Object.fromEntries(
      [...doc.matchAll(/^\| `([A-Z0-9_]+)` \| .*? \| (.*?) \|/gm)].map(([, name, fallback]) => [name, fallback]),
    );
    expect(rows).toMatchObject({
      PLATFORM_PRIORITY: "–",
      K8S_BOT_LIMIT: "–",
      AWS_BOT_LIMIT: "–",
      COOLIFY_BOT_LIMIT: "–",
      K8S_QUEUE_TIMEOUT_MS: "`60000`",
      AWS_QUEUE_TIMEOUT_MS: "`30000`",
      COOLIFY_QUEUE_TIMEOUT_MS: "`300000`",
      GLOBAL_QUEUE_TIMEOUT_MS: "`600000`",
    });
  });
});
