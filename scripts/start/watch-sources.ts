import { existsSync, type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

/** An editor writes a file in several steps, and several files at once. */
const QUIET_MS = 200;
const IGNORED = /\.(test|testkit)\.tsx?$|(^|\/)testing\/|~$|\.sw.$/;

/** Calls back once per burst of changes at or below the paths. Answers how to stop watching. */
export function watchSources(root: string, paths: readonly string[], onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watchers: FSWatcher[] = paths
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .map((path) =>
      watch(path, { recursive: true }, (_event, file) => {
        if (file !== null && IGNORED.test(file)) return;
        clearTimeout(timer);
        timer = setTimeout(onChange, QUIET_MS);
      }),
    );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
