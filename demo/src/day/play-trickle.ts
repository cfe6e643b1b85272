import { setTimeout as delay } from "node:timers/promises";
import type { MiloApi } from "../api-client.ts";

const MEETINGS = [
  "1:1",
  "Interview",
  "Roadmap",
  "Incident review",
  "Book club",
  "Standards group",
  "Demo day",
  "Lecture",
];
const PLATFORMS = ["zoom", "google-meet"] as const;
const GAP = { leastMs: 4_000, mostMs: 9_000 };
/** Long enough that the slots fill up now and then. */
const CALL = { leastMs: 10_000, mostMs: 45_000 };

/** A bot now and then, so that the console has life, until the signal. */
export async function playTrickle(api: MiloApi, signal: AbortSignal): Promise<void> {
  for (let n = 0; !signal.aborted; n++) {
    const callMs = between(CALL);
    await api.createBot({
      name: MEETINGS[n % MEETINGS.length] ?? "Meeting",
      meetingPlatform: PLATFORMS[n % PLATFORMS.length] ?? "zoom",
      meetingUrl: `https://meet.example/demo?join=500ms&waiting=2s&call=${callMs}ms`,
      priority: n % 5 === 4 ? 5 : 0,
    });
    await delay(between(GAP), undefined, { signal }).catch(() => undefined);
  }
}

function between({ leastMs, mostMs }: { leastMs: number; mostMs: number }): number {
  return Math.round(leastMs + Math.random() * (mostMs - leastMs));
}
