import type { LucideIcon } from "lucide-react";
import type { Tone } from "../tone.ts";

/** How a state is shown everywhere: its word, its icon and the colour that repeats it. */
export type StateLook = { label: string; tone: Tone; icon: LucideIcon };
