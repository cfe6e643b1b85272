import { describePlatformContract } from "../testing/platform-contract.ts";
import { openEmulatedCoolify } from "./testing/emulated-coolify.ts";

describePlatformContract("Coolify 4.3, at an emulator", () => openEmulatedCoolify());
// Before stop_grace_period, max_restart_count and tags could be set.
describePlatformContract("Coolify 4.1, at an emulator", () => openEmulatedCoolify({ version: "4.1.2" }));
