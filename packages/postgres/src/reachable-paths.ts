import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** The user PostgreSQL runs as. It refuses root, so root lends it another one. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/** Where the server's files are and whom it runs as; `user` is null when this process is not root. */
export interface ReachablePaths {
  binDir: string;
  clusterParent: string;
  user: ServerUser | null;
}

const OTHERS_MAY_ENTER = 0o001;

/** Folder for root's copies of what the server's user could not reach where it is. */
const ROOT_SHARE = "/var/lib/milo-postgres";

/**
 * Finds a place for the binaries and the cluster that the server's user can reach. As root in a folder closed to
 * others (a checkout in /root, say) the binaries are copied and the cluster is kept under /var/lib/milo-postgres,
 * named by the hash of the data folder, so that the same data folder always finds the same cluster.
 * Throws a sentence when an existing cluster is out of that user's reach.
 */
export function findReachablePaths(nativeDir: string, dataDir: string, uid = process.getuid?.()): ReachablePaths {
  if (uid !== 0) return { binDir: join(nativeDir, "bin"), clusterParent: dataDir, user: null };
  const clusterParent = findClusterParent(dataDir);
  const native = findClosedFolder(join(nativeDir, "bin")) === null ? nativeDir : copyBinaries(nativeDir);
  return { binDir: join(native, "bin"), clusterParent, user: chooseUser(join(clusterParent, "cluster")) };
}

/** Where root keeps the cluster of a data folder that the server's user cannot reach. */
export function sharedClusterParent(dataDir: string): string {
  return join(ROOT_SHARE, "clusters", shortHash(dataDir));
}

/** A cluster stays where it was made, even when the folders around it are opened or closed later. */
function findClusterParent(dataDir: string): string {
  const shared = sharedClusterParent(dataDir);
  if (existsSync(join(shared, "cluster"))) return shared;
  const closed = findClosedFolder(dataDir);
  if (closed === null) return dataDir;
  if (existsSync(join(dataDir, "cluster"))) {
    throw new Error(
      `The database in ${dataDir} cannot be reached by the user PostgreSQL runs as: ` +
        `${closed} is closed to others. Open it with: chmod o+x ${closed}`,
    );
  }
  mkdirSync(shared, { recursive: true, mode: 0o755 });
  return shared;
}

/** The innermost folder on the way to `path` that other users may not enter, or null. */
function findClosedFolder(path: string): string | null {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_ENTER) === 0) return folder;
    if (folder === dirname(folder)) return null;
  }
}

/** Makes a folder that the server's user owns. */
export function makeServerFolder(path: string, user: ServerUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(path, user.uid, user.gid);
}

function copyBinaries(nativeDir: string): string {
  const target = join(ROOT_SHARE, "binaries", shortHash(`${nativeDir} ${statSync(nativeDir).mtimeMs}`));
  if (existsSync(target)) return target;
  const partial = `${target}.${process.pid}`;
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  cpSync(nativeDir, partial, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(target)) throw error; // Another host copied the same binaries first: theirs will do.
  }
  return target;
}

/** Keeps the owner of an existing cluster; a new one goes to `postgres`, or `nobody`, which every system has. */
function chooseUser(cluster: string): ServerUser {
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const user = lookUpUser("postgres") ?? lookUpUser("nobody");
  if (user === null)
    throw new Error("PostgreSQL does not run as root, and there is no user postgres or nobody to run it.");
  return user;
}

function lookUpUser(name: string): ServerUser | null {
  const id = (flag: string) =>
    Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return null;
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
