import type { IncomingMessage, ServerResponse } from "node:http";
import { ACCESS_COOKIE, accessCookieValue, isSameText } from "./access.ts";
import { readBody } from "./http-messages.ts";

export const SIGN_IN_PATH = "/sign-in";

/** A token and a path are short. */
const MAX_FORM_BYTES = 8 * 1024;
/** A week: an operator's console stays open, a lost laptop's does not for ever. */
const COOKIE_MAX_AGE_SECONDS = 7 * 24 * 3_600;

/** Answers the sign-in form: the right token sets a cookie and leads back to the page that was asked for. */
export async function signIn(request: IncomingMessage, response: ServerResponse, accessToken: string): Promise<void> {
  const form = new URLSearchParams(await readBody(request, MAX_FORM_BYTES));
  const next = safePath(form.get("next"));
  if (!isSameText(form.get("token") ?? "", accessToken)) {
    sendSignInPage(response, next, "That is not the access token.");
    return;
  }
  const secure = request.headers["x-forwarded-proto"] === "https" ? "; Secure" : "";
  const value = accessCookieValue(accessToken);
  response.writeHead(303, {
    location: next,
    "set-cookie": `${ACCESS_COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${COOKIE_MAX_AGE_SECONDS}${secure}`,
    "cache-control": "no-store",
  });
  response.end();
}

export function sendSignInPage(response: ServerResponse, next: string, problem?: string): void {
  response.writeHead(401, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  });
  response.end(renderPage(safePath(next), problem));
}

/** Only a path of this console, never another site's address. */
function safePath(path: string | null): string {
  if (path === null || !/^\/(?![/\\])/.test(path) || path.startsWith(SIGN_IN_PATH)) return "/";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in a header would end it.
  return /[\u0000-\u001f\u007f\\]/.test(path) ? "/" : encodeURI(decodeSafely(path));
}

function decodeSafely(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return "/";
  }
}

function renderPage(next: string, problem: string | undefined): string {
  const alert = problem === undefined ? "" : `<p id="problem" role="alert">${escapeHtml(problem)}</p>`;
  const described = problem === undefined ? "" : ' aria-describedby="problem" aria-invalid="true"';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in · milo</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(22rem, calc(100vw - 2rem)); }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
label { display: block; margin-bottom: .25rem; }
input, button { box-sizing: border-box; width: 100%; padding: .6rem .75rem; font: inherit; border-radius: .5rem; }
input { border: 1px solid GrayText; }
button { margin-top: 1rem; border: 0; background: CanvasText; color: Canvas; cursor: pointer; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
#problem { color: light-dark(#b3261e, #ffb4ab); }
</style>
</head>
<body>
<main>
<h1>Sign in to milo</h1>
${alert}
<form method="post" action="${SIGN_IN_PATH}">
<input type="hidden" name="next" value="${escapeHtml(next)}">
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus${described}>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
