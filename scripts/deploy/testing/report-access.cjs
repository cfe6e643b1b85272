// Loaded before a program that runs with --permission-audit: says on stderr, a line each, what it did beyond its rights.
const { subscribe } = require("node:diagnostics_channel");

for (const kind of ["fs", "child", "worker", "addon"]) {
  subscribe(`node:permission-model:${kind}`, ({ permission, resource }) => {
    process.stderr.write(`ACCESS ${JSON.stringify({ permission, resource: String(resource ?? "") })}\n`);
  });
}
