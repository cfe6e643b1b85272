import { describe, expect, it } from "vitest";
import { RestartMemory } from "./restart-memory.ts";
import { applicationOf } from "./testing/coolify-wire.ts";

const restarted = (restart_count: number | null, uuid = "app-1") => applicationOf({ uuid, restart_count });

describe("RestartMemory", () => {
  it("tells of a restart that Coolify does not show any more", () => {
    const memory = new RestartMemory();
    expect(memory.remember([restarted(1)])).toMatchObject([{ restart_count: 1 }]);
    expect(memory.remember([restarted(0)])).toMatchObject([{ restart_count: 1 }]);
    expect(memory.remember([restarted(null)])).toMatchObject([{ restart_count: 1 }]);
  });

  it("tells of none that it has not seen, and forgets what is listed no more", () => {
    const memory = new RestartMemory();
    expect(memory.remember([restarted(0), restarted(2, "app-2")])).toMatchObject([
      { restart_count: 0 },
      { restart_count: 2 },
    ]);
    memory.remember([]);
    expect(memory.remember([restarted(0, "app-2")])).toMatchObject([{ restart_count: 0 }]);
  });
});
