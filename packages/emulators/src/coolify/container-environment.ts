import type { Application, EnvironmentVariable } from "./model.ts";

/** What a container of the application is given: Coolify's own variables, then the application's runtime ones. */
export function buildContainerEnvironment(application: Application, containerName: string): Record<string, string> {
  const variables = application.environment.filter(({ isPreview, isRuntime }) => isRuntime && !isPreview);
  const environment: Record<string, string> = {
    HOST: "0.0.0.0",
    PORT: application.portsExposes.split(",")[0] ?? "",
    COOLIFY_CONTAINER_NAME: containerName,
    COOLIFY_RESOURCE_UUID: application.uuid,
  };
  for (const variable of variables) environment[variable.key] = resolveValue(variable, environment);
  return environment;
}

// Docker compose interpolates what is not marked literal: an unknown variable becomes nothing.
function resolveValue(variable: EnvironmentVariable, known: Record<string, string>): string {
  if (variable.isLiteral) return variable.value;
  return variable.value.replace(
    /\$\$|\$\{(\w+)\}|\$(\w+)/g,
    (match, braced: string | undefined, bare: string | undefined) =>
      match === "$$" ? "$" : (known[braced ?? bare ?? ""] ?? ""),
  );
}
