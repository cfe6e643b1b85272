import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Names another Chromium or Chrome than the one from npm. */
export const CHROMIUM_VARIABLE = "MILO_CHROMIUM";

/** A browser on this machine. */
export type Chromium = {
  executable: string;
  /** Where the libraries and fonts are that came with it; none with a browser of the machine's own. */
  environment: Readonly<Record<string, string>>;
};

const PACKAGE = dirname(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")));
/** The browser, a font, software rendering, and the libraries that a Debian without a desktop lacks. */
const ARCHIVES = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];

/**
 * Finds the browser of the tests: the one that MILO_CHROMIUM names, else the one from npm, which is unpacked once per
 * version. Throws a sentence when there is none for this machine.
 */
export async function prepareChromium(own = process.env[CHROMIUM_VARIABLE]): Promise<Chromium> {
  if (own !== undefined && own !== "") return { executable: own, environment: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `The Chromium from npm runs on Linux x64, this is ${process.platform} ${process.arch}. Set ${CHROMIUM_VARIABLE} to the path of a Chromium or Chrome.`,
    );
  }
  const folder = await unpackOnce();
  return {
    executable: join(folder, "chromium"),
    environment: { LD_LIBRARY_PATH: join(folder, "al2023", "lib"), FONTCONFIG_FILE: join(folder, "milo-fonts.conf") },
  };
}

/** Says what to do about a browser that does not start: which of its libraries this machine lacks. */
export function explainLaunchFailure({ executable, environment }: Chromium, error: unknown): Error {
  const missing = missingLibraries(executable, environment);
  const remedy =
    missing.length > 0
      ? `This machine lacks ${missing.join(", ")}; on Debian and Ubuntu: apt-get install libnss3 libexpat1 libgcc-s1.`
      : `Remove ${dirname(executable)} to have it unpacked again, or set ${CHROMIUM_VARIABLE} to the path of another one.`;
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(`Chromium (${executable}) does not start. ${remedy}\n${reason}`);
}

/**
 * The folder's name bears the version: the package takes whatever a folder of its own choice holds for what it would
 * unpack, of an older version too. It appears whole or not at all.
 */
async function unpackOnce(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  const folder = join(tmpdir(), `milo-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(folder)) return folder;
  const partial = mkdtempSync(`${folder}.partial-`);
  try {
    await unpackTo(partial);
    writeFileSync(join(partial, "milo-fonts.conf"), fontConfiguration(folder));
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(folder)) throw error; // Else another run was faster.
  }
  return folder;
}

/** The package unpacks to the folder for temporary files, which can be named by the environment only. */
async function unpackTo(folder: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  try {
    await Promise.all(ARCHIVES.map((archive) => inflate(join(PACKAGE, "bin", archive))));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  mkdirSync(join(folder, "font-cache"));
}

/** Only the font that came with the browser, so that pages have the same measures on every machine. */
function fontConfiguration(folder: string): string {
  const head = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n';
  return `${head}<fontconfig><dir>${folder}/fonts/fonts</dir><cachedir>${folder}/font-cache</cachedir></fontconfig>\n`;
}

function missingLibraries(executable: string, environment: Readonly<Record<string, string>>): string[] {
  try {
    const output = execFileSync("ldd", [executable], {
      env: { ...process.env, ...environment },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return [...output.matchAll(/(\S+) => not found/g)].map(([, name]) => name ?? "");
  } catch {
    return []; // No ldd, or not a program for it.
  }
}
