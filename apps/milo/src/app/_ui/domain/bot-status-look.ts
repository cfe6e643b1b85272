import type { BotStatus } from "@milo/placement";
import {
  Ban,
  CalendarClock,
  CircleCheck,
  CircleX,
  DoorOpen,
  Hourglass,
  LogIn,
  LogOut,
  PhoneOff,
  Radio,
  Rocket,
} from "lucide-react";
import type { StateLook } from "./state-look.ts";

export const BOT_STATUS_LOOKS: Readonly<Record<BotStatus, StateLook>> = {
  SCHEDULED: { label: "Scheduled", tone: "neutral", icon: CalendarClock },
  QUEUED: { label: "Queued", tone: "wait", icon: Hourglass },
  DEPLOYING: { label: "Deploying", tone: "info", icon: Rocket },
  JOINING_CALL: { label: "Joining", tone: "info", icon: LogIn },
  IN_WAITING_ROOM: { label: "In waiting room", tone: "wait", icon: DoorOpen },
  IN_CALL: { label: "In call", tone: "good", icon: Radio },
  LEAVING: { label: "Leaving", tone: "info", icon: LogOut },
  CALL_ENDED: { label: "Call ended", tone: "neutral", icon: PhoneOff },
  DONE: { label: "Done", tone: "neutral", icon: CircleCheck },
  FATAL: { label: "Fatal", tone: "bad", icon: CircleX },
  CANCELLED: { label: "Cancelled", tone: "neutral", icon: Ban },
};
