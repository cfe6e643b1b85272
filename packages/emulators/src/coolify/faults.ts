type FaultResponse = { status: number; body: unknown; headers?: Record<string, string> };

/** Ready-made answers for the control API's `status` fault, by what goes wrong. */
export const COOLIFY_FAULT_RESPONSES = {
  "rate-limited": { status: 429, body: { message: "Too Many Attempts." }, headers: { "retry-after": "60" } },
  "queue-full": {
    status: 429,
    body: { message: "Deployment queue is full. Please wait for existing deployments to complete." },
    headers: { "retry-after": "60" },
  },
  unauthenticated: { status: 401, body: { message: "Unauthenticated." } },
  "invalid-token": { status: 400, body: { message: "Invalid token." } },
  "api-disabled": { status: 403, body: { success: true, message: "API is disabled." } },
  "address-refused": { status: 403, body: { success: true, message: "You are not allowed to access the API." } },
  "missing-permission": { status: 403, body: { message: "Missing required permissions: deploy" } },
  "server-not-found": { status: 404, body: { message: "Server not found." } },
  "field-not-allowed": {
    status: 422,
    body: { message: "Validation failed.", errors: { tags: ["This field is not allowed."] } },
  },
  "get-not-allowed": { status: 405, body: { message: "Method not allowed." }, headers: { allow: "POST" } },
  "server-error": { status: 500, body: { message: "Server Error" } },
  "html-502": {
    status: 502,
    body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    headers: { "content-type": "text/html" },
  },
} as const satisfies Record<string, FaultResponse>;
export type CoolifyFaultName = keyof typeof COOLIFY_FAULT_RESPONSES;
