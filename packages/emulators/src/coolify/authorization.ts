import type { EmulatorRequest } from "../runtime/http-message.ts";
import { CoolifyApiError, refuse } from "./responses.ts";
import type { CoolifySettings } from "./settings.ts";

export const ABILITIES = ["read", "read:sensitive", "write", "write:sensitive", "deploy", "root"] as const;
export type Ability = (typeof ABILITIES)[number];

export type CoolifyToken = {
  /** As the user gets it: `<id>|<secret>`. */
  token: string;
  abilities: Ability[];
  /** A member may only read, whatever the token's abilities. Owner unless given. */
  role?: "owner" | "admin" | "member";
  /** False for a token that has lost its team: 400 "Invalid token.". */
  hasTeam?: boolean;
};

const MEMBER_ABILITIES: readonly Ability[] = ["read"];

/** The caller's token. Throws 401 for none or an unknown one. */
export function authenticate(request: EmulatorRequest, tokens: readonly CoolifyToken[]): CoolifyToken {
  const secret = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  const token = tokens.find((one) => one.token === secret);
  if (token === undefined) throw refuse(401, "Unauthenticated.");
  return token;
}

/** Throws 403 for a switched-off API, a refused address or a missing ability, and 400 for a token without a team. */
export function authorize(token: CoolifyToken, needed: Ability, settings: Readonly<CoolifySettings>): void {
  // Both carry success: true although they refuse.
  if (!settings.apiEnabled) throw new CoolifyApiError(403, { success: true, message: "API is disabled." });
  if (!settings.addressAllowed) {
    throw new CoolifyApiError(403, { success: true, message: "You are not allowed to access the API." });
  }
  const isMember = token.role === "member" && !MEMBER_ABILITIES.includes(needed);
  if (isMember || !can(token, needed)) throw refuse(403, `Missing required permissions: ${needed}`);
  if (token.hasTeam === false) throw refuse(400, "Invalid token.");
}

/** Whether the token may do it; `root` may everything. */
export function can(token: CoolifyToken, ability: Ability): boolean {
  return token.abilities.includes("root") || token.abilities.includes(ability);
}
