import type { RawEnvironment } from "./problem.ts";

/** Names that say that their value opens something: ours, and those that the platforms' libraries read by themselves. */
const SECRET_NAME = /(TOKEN|SECRET|SECRET_ACCESS_KEY|PASSWORD|PASSWD|API_KEY|PRIVATE_KEY)$/;
/** Where a kubeconfig has what opens a cluster. */
const KUBECONFIG_SECRET = /["']?(?:token|password|client-key-data)["']?\s*:\s*["']?([^\s"',}]+)/g;

/** Every value of an environment that is a secret, to be hidden wherever it turns up. */
export function listSecrets(env: RawEnvironment): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value === "") return [];
    if (SECRET_NAME.test(name)) return [value];
    if (name.includes("KUBECONFIG")) return [...value.matchAll(KUBECONFIG_SECRET)].map(([, secret = ""]) => secret);
    return passwordsOf(value);
  });
}

/** The password of an address, as it stands there and as it is meant. */
function passwordsOf(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  if (password === "") return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
