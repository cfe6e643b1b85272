import type { RawEnvironment } from "./problem.ts";

/** Names that say that their value opens something: ours, and those that the platforms' libraries read by themselves. */
const SECRET_NAME = /(TOKEN|SECRET|SECRET_ACCESS_KEY|PASSWORD|PASSWD|API_KEY|PRIVATE_KEY)$/;
/** `OTEL_EXPORTER_OTLP_HEADERS` and its like: pairs with commas between them, which open the collector. */
const HEADERS_NAME = /_HEADERS$/;
/** Where a kubeconfig has what opens a cluster. */
const KUBECONFIG_SECRET = /["']?(?:token|password|client-key-data)["']?\s*:\s*["']?([^\s"',}]+)/g;

/** Every value of an environment that is a secret, to be hidden wherever it turns up. */
export function listSecrets(env: RawEnvironment): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value === "") return [];
    if (SECRET_NAME.test(name)) return [value];
    if (HEADERS_NAME.test(name)) return headerValues(value);
    if (name.includes("KUBECONFIG")) return [...value.matchAll(KUBECONFIG_SECRET)].map(([, secret = ""]) => secret);
    return passwordsOf(value);
  });
}

/** What each header says, as it stands there and as it is sent, and of a scheme with a token the token alone as well. */
function headerValues(pairs: string): string[] {
  return pairs.split(",").flatMap((pair) => {
    const raw = pair.slice(pair.indexOf("=") + 1).trim();
    const value = decoded(raw);
    return [raw, value, value.slice(value.lastIndexOf(" ") + 1)].filter((one) => one !== "");
  });
}

/** The password of an address, as it stands there and as it is meant. */
function passwordsOf(value: string): string[] {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(value) || !URL.canParse(value)) return [];
  const { password } = new URL(value);
  if (password === "") return [];
  return [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
