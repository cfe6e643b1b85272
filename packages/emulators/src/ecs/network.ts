import { invalidParameter } from "./errors.ts";
import { type Input, readObject, readString, readStrings } from "./input.ts";

const MAX_SUBNETS = 16;
const MAX_SECURITY_GROUPS = 5;

/** Checks RunTask's networkConfiguration; `known` null accepts every well-formed subnet id. */
export function checkNetwork(network: Input | undefined, known: readonly string[] | null): void {
  const vpc = network === undefined ? undefined : readObject(network, "awsvpcConfiguration");
  if (vpc === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = readStrings(vpc, "subnets");
  const groups = readStrings(vpc, "securityGroups");
  if (subnets.length < 1 || subnets.length > MAX_SUBNETS) {
    throw invalidParameter(`subnets must have between 1 and ${MAX_SUBNETS} entries.`);
  }
  if (groups.length > MAX_SECURITY_GROUPS) {
    throw invalidParameter(`securityGroups can have at most ${MAX_SECURITY_GROUPS} entries.`);
  }
  for (const subnet of subnets) {
    const exists = known === null ? /^subnet-[0-9a-f]{8,17}$/.test(subnet) : known.includes(subnet);
    if (!exists) {
      throw invalidParameter(
        `Error retrieving subnet information for [${subnet}]: The subnet ID '${subnet}' does not exist ` +
          "(ErrorCode: InvalidSubnetID.NotFound)",
      );
    }
  }
  const malformed = groups.find((group) => !/^sg-[0-9a-f]{8,17}$/.test(group));
  if (malformed !== undefined) {
    throw invalidParameter(
      `Error retrieving security group information for [${malformed}]: The security group '${malformed}' does not ` +
        "exist (ErrorCode: InvalidGroup.NotFound)",
    );
  }
  const publicIp = readString(vpc, "assignPublicIp");
  if (publicIp !== undefined && publicIp !== "ENABLED" && publicIp !== "DISABLED") {
    throw invalidParameter(`Invalid assignPublicIp ${publicIp}.`);
  }
}
