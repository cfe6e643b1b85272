/** The deployment platforms milo can run bots on, in no particular order. */
export const DEPLOYMENT_PLATFORMS = ["k8s", "aws", "coolify"] as const;
export type DeploymentPlatform = (typeof DEPLOYMENT_PLATFORMS)[number];

/** The meeting platforms a bot can attend. */
export const MEETING_PLATFORMS = ["zoom", "google-meet", "microsoft-teams"] as const;
export type MeetingPlatform = (typeof MEETING_PLATFORMS)[number];

/** How each deployment platform is named to people. */
export const PLATFORM_LABELS: Readonly<Record<DeploymentPlatform, string>> = {
  k8s: "K8s",
  aws: "AWS",
  coolify: "Coolify",
};

export function isDeploymentPlatform(name: string): name is DeploymentPlatform {
  return (DEPLOYMENT_PLATFORMS as readonly string[]).includes(name);
}

/** What an operator has a platform do: take bots; take no new ones; take none, and have those that run there leave. */
export const PLATFORM_MODES = ["enabled", "hold", "drain"] as const;
export type PlatformMode = (typeof PLATFORM_MODES)[number];
