/**
 * Asks the registry for known vulnerabilities in what the lock file installs. Fails for a high or critical one. A registry
 * that does not answer such questions (a mirror, no network) is no finding: the reason is printed, and nothing fails.
 *
 *   npm run audit
 */
import { runNpm } from "./run-npm.ts";

type Report = {
  message?: string;
  metadata?: { vulnerabilities?: Record<string, number> };
  vulnerabilities?: Record<string, Finding>;
};
type Finding = { name: string; severity: string; range: string };

export type Verdict = { ok: boolean; text: string };

/** What npm's answer means. */
export function judgeAudit({ stdout, stderr }: { stdout: string; stderr: string }): Verdict {
  const report = readReport(stdout);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) {
    const why = report?.message ?? stderr.trim().split("\n")[0];
    return { ok: true, text: `Not audited: the registry does not answer (${why || "without a reason"}).` };
  }
  const found = Object.values(report?.vulnerabilities ?? {}).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  const all = Object.entries(counts).filter(([level, count]) => level !== "total" && count > 0);
  const told = all.length === 0 ? "none" : all.map(([level, count]) => `${count} ${level}`).join(", ");
  const lines = found.map(({ name, range, severity }) => `  ${severity}: ${name} ${range}`);
  return { ok: found.length === 0, text: [`Known vulnerabilities: ${told}.`, ...lines].join("\n") };
}

function readReport(text: string): Report | null {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const { ok, text } = judgeAudit(runNpm(["audit", "--json"]));
  process.stdout.write(`${text}\n`);
  if (!ok) process.exitCode = 1;
}
