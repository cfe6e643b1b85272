import { renderConfigurationDoc, renderEnvExample } from "../../apps/milo/src/config/configuration-doc.ts";
import { describeWaitEstimate } from "../../bench/src/estimate/estimate-doc.ts";
import { describeLicences } from "../supply-chain/licences.ts";
import { describeCommandLine } from "./cli-reference.ts";
import { describeLessons, readNamed } from "./describe-lessons.ts";
import { describeFailureModes } from "./failure-modes.ts";
import { describeLogs } from "./logs-doc.ts";
import { describeMetrics } from "./metrics-doc.ts";
import { describeStateMachines } from "./state-machines.ts";

/** A document that is printed from the code, so that it cannot say something else. */
export interface GeneratedDoc {
  /** Path from the repository's root. */
  file: string;
  /** The whole text of the document, the same each time for the same code. */
  generate: () => Promise<string>;
}

/** Every generated document. `npm run docs` writes them; a test fails when one is stale. */
export const GENERATED_DOCS: readonly GeneratedDoc[] = [
  { file: "docs/state-machines.md", generate: async () => describeStateMachines() },
  { file: "docs/failure-modes.md", generate: async () => describeFailureModes() },
  { file: "docs/metrics.md", generate: async () => describeMetrics() },
  { file: "docs/logs.md", generate: async () => describeLogs() },
  { file: "docs/configuration.md", generate: async () => renderConfigurationDoc() },
  { file: "docs/cli.md", generate: async () => describeCommandLine() },
  { file: "docs/lessons.md", generate: async () => describeLessons(readNamed()) },
  { file: "docs/wait-estimate.md", generate: async () => describeWaitEstimate() },
  { file: "docs/licences.md", generate: async () => describeLicences() },
  { file: ".env.example", generate: async () => renderEnvExample() },
];

/** The documents of the list whose stored text differs from what the code says now. */
export async function findStaleDocs(
  docs: readonly GeneratedDoc[],
  read: (file: string) => string | null,
): Promise<{ file: string; text: string }[]> {
  const current = await Promise.all(docs.map(async ({ file, generate }) => ({ file, text: await generate() })));
  return current.filter(({ file, text }) => read(file) !== text);
}
