/** What IAM is asked before AWS does something. */
export type Authorization = { action: string; resource: string; context: Readonly<Record<string, string>> };

export type Statement = {
  Sid: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
};
export type Policy = { Version: string; Statement: Statement[] };

const COMPARISONS = ["ArnEquals", "StringEquals"];

/**
 * Whether an identity policy allows it, by IAM's evaluation rules for policies that only allow: one statement has to
 * match in action, resource and every condition. Throws for what such a policy has no need of.
 */
export function isAllowed(policy: Policy, asked: Authorization): boolean {
  return policy.Statement.some((statement) => {
    if (statement.Effect !== "Allow") throw new Error(`Effect ${statement.Effect} is not evaluated here`);
    return (
      listOf(statement.Action).some((action) => matches(action, asked.action)) &&
      listOf(statement.Resource).some((resource) => matches(resource, asked.resource)) &&
      Object.entries(statement.Condition ?? {}).every(([comparison, keys]) => holds(comparison, keys, asked.context))
    );
  });
}

export function actionsOf(policy: Policy): string[] {
  return [...new Set(policy.Statement.flatMap((statement) => listOf(statement.Action)))].sort();
}

function holds(
  comparison: string,
  keys: Record<string, string | string[]>,
  context: Authorization["context"],
): boolean {
  if (!COMPARISONS.includes(comparison)) throw new Error(`Condition ${comparison} is not evaluated here`);
  return Object.entries(keys).every(([key, wanted]) => {
    const value = context[key];
    return value !== undefined && listOf(wanted).some((one) => one === value);
  });
}

function matches(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(value);
}

function listOf(value: string | string[]): string[] {
  return typeof value === "string" ? [value] : value;
}
