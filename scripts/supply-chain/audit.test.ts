import { expect, it } from "vitest";
import { judgeAudit } from "./audit.ts";

const report = (severity: string) =>
  JSON.stringify({
    vulnerabilities: { left: { name: "left", severity, range: "<2.0.0" } },
    metadata: { vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 0, [severity]: 1, total: 1 } },
  });

it.each(["high", "critical"])("fails for a vulnerability that is %s, and names it", (severity) => {
  const { ok, text } = judgeAudit({ stdout: report(severity), stderr: "" });
  expect([ok, text]).toEqual([false, `Known vulnerabilities: 1 ${severity}.\n  ${severity}: left <2.0.0`]);
});

it("tells of lesser ones, and of none", () => {
  expect(judgeAudit({ stdout: report("moderate"), stderr: "" })).toMatchObject({
    ok: true,
    text: expect.stringMatching(/1 moderate/),
  });
  const none = JSON.stringify({ vulnerabilities: {}, metadata: { vulnerabilities: { high: 0, total: 0 } } });
  expect(judgeAudit({ stdout: none, stderr: "" })).toEqual({ ok: true, text: "Known vulnerabilities: none." });
});

it("says why nothing was audited, as of a registry that refuses the question, and calls that no finding", () => {
  const message = "405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk";
  const refused = judgeAudit({ stdout: JSON.stringify({ message, statusCode: 405 }), stderr: "npm error" });
  expect(refused).toEqual({ ok: true, text: `Not audited: the registry does not answer (${message}).` });
  expect(judgeAudit({ stdout: "", stderr: "npm error code ENOTFOUND\n" }).text).toContain("ENOTFOUND");
});
