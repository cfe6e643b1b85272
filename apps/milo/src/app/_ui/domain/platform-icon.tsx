import type { DeploymentPlatform } from "@milo/placement";
import { Cloud, type LucideIcon, Server, ShipWheel } from "lucide-react";
import { classNames } from "../class-names.ts";

const LOOKS: Readonly<Record<DeploymentPlatform, { icon: LucideIcon; color: string }>> = {
  k8s: { icon: ShipWheel, color: "text-k8s" },
  aws: { icon: Cloud, color: "text-aws" },
  coolify: { icon: Server, color: "text-coolify" },
};

/** A deployment platform's sign; its name stands beside it or is spoken where it stands. */
export function PlatformIcon({ platform, className = "size-4" }: { platform: DeploymentPlatform; className?: string }) {
  const { icon: Icon, color } = LOOKS[platform];
  return <Icon aria-hidden className={classNames("shrink-0", color, className)} />;
}
