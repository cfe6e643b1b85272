import { describePlatformContract } from "../testing/platform-contract.ts";
import { openEmulatedEcs } from "./testing/emulated-ecs.ts";

describePlatformContract("ECS, on demand, at an emulator", () => openEmulatedEcs());
