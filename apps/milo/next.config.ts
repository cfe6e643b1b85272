import { fileURLToPath } from "node:url";
import type { NextConfig } from "next";

const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

const config: NextConfig = {
  // The workspaces' packages and their lock file are two folders up.
  outputFileTracingRoot: REPOSITORY,
  turbopack: { root: REPOSITORY },
  poweredByHeader: false,
  // `npm run check` checks types of the whole repository; the build that npm start waits for need not.
  typescript: { ignoreBuildErrors: true },
  // Next would otherwise write files into the repository that instruct other tools.
  agentRules: false,
};

export default config;
