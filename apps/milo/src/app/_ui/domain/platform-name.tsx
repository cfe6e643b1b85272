import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { PlatformIcon } from "./platform-icon.tsx";

/** A deployment platform's icon and name. */
export function PlatformName({ platform }: { platform: DeploymentPlatform }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap align-top">
      <PlatformIcon platform={platform} />
      {PLATFORM_LABELS[platform]}
    </span>
  );
}
