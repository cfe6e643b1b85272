import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AWS } from "./places.ts";

/** The emulated account, and a region. */
export const ACCOUNT_ID = "123456789012";
export const REGION = "us-east-1";

/** A file of deploy/aws with its placeholders filled in, as docs/deploying.md has operators do it. */
export function readAwsFile<T>(file: string): T {
  const text = readFileSync(join(AWS, file), "utf8")
    .replaceAll("ACCOUNT_ID", ACCOUNT_ID)
    .replaceAll("REGION", REGION)
    .replaceAll("OIDC_PROVIDER", `oidc.eks.${REGION}.amazonaws.com/id/EXAMPLE`);
  return JSON.parse(text) as T;
}

export type TaskDefinitionFile = {
  family: string;
  executionRoleArn: string;
  taskRoleArn?: string;
  containerDefinitions: {
    name: string;
    image: string;
    user: string;
    stopTimeout: number;
    readonlyRootFilesystem: boolean;
    linuxParameters: { initProcessEnabled: boolean };
  }[];
};
