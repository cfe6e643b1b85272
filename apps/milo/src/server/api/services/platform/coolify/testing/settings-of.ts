import type { CoolifyEmulator } from "@milo/emulators";
import type { CoolifySettings } from "../coolify-settings.ts";

/** Where an emulated Coolify is and where in it bots go, with one image for every meeting platform. */
export function settingsOf(
  emulator: Pick<CoolifyEmulator, "url" | "placement">,
  apiToken: string,
  image: { name: string; tag: string },
) {
  const { placement } = emulator;
  return {
    apiUrl: emulator.url,
    apiToken,
    projectUuid: placement.projectUuid,
    serverUuid: placement.serverUuid,
    destinationUuid: placement.destinationUuids[0] ?? "",
    environmentName: placement.environmentName,
    environmentUuid: placement.environmentUuid,
    images: { zoom: image, "google-meet": image, "microsoft-teams": image },
  } satisfies Partial<CoolifySettings>;
}
