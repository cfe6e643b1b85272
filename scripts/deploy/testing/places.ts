import { join } from "node:path";
import { ROOT } from "../../start/paths.ts";

export const DOCKER = join(ROOT, "deploy/docker");
export const KUBERNETES = join(ROOT, "deploy/kubernetes");
export const AWS = join(ROOT, "deploy/aws");
