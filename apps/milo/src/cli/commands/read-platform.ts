import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, isDeploymentPlatform } from "@milo/placement";
import { usageError } from "../exit-codes.ts";

/** A platform's name, as typed. @throws {CliError} */
export function readPlatform(word: string | undefined): DeploymentPlatform {
  const name = (word ?? "").toLowerCase();
  if (isDeploymentPlatform(name)) return name;
  throw usageError(`There is no platform "${word}"; there are ${DEPLOYMENT_PLATFORMS.join(", ")}.`);
}
