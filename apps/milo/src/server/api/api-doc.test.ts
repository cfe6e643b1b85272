import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { appRouter } from "./root.ts";

const doc = readFileSync(new URL("../../../../../docs/api.md", import.meta.url), "utf8");
const sections = doc.split(/^### /m).slice(1);

/** Every procedure with its kind, as the document's headings have them. */
const procedures = Object.entries(appRouter._def.procedures).map(([path, procedure]) => {
  const { type } = (procedure as unknown as { _def: { type: string } })._def;
  return { path, heading: `\`${path}\` (${type})` };
});

it("docs/api.md has every procedure of the API, once, and none that does not exist", () => {
  const headings = sections.map((section) => section.split("\n")[0]);
  expect(headings.toSorted()).toEqual(procedures.map(({ heading }) => heading).toSorted());
});

it.each(procedures)(
  "docs/api.md says of $path what goes in and out, with a call whose input is accepted",
  ({ path, heading }) => {
    const section = sections.find((text) => text.startsWith(heading)) ?? "";
    expect(section).toMatch(/^- in/m);
    expect(section).toMatch(/^- out/m);
    expect(section).toContain(`$MILO/api/trpc/${path}`);
    const input = /\{"json":(.*)\}'/.exec(section)?.[1];
    const { _def } = (appRouter._def.procedures as unknown as Record<string, { _def: Definition }>)[path] ?? {};
    for (const schema of _def?.inputs ?? []) schema.parse(input === undefined ? undefined : JSON.parse(input));
  },
);

type Definition = { inputs: { parse(input: unknown): unknown }[] };
