#!/usr/bin/env node
// `npx milo …`: milo's command line, run by the Node it is written for. Any Node from 20 on can begin it.
import { fileURLToPath } from "node:url";

process.argv.splice(2, 0, fileURLToPath(new URL("../apps/milo/src/cli/main.ts", import.meta.url)));
await import("./bootstrap.mjs");
