import { LoaderCircle } from "lucide-react";

/** Turns while something is under way; what that is, the text beside it says. */
export function Spinner() {
  return <LoaderCircle aria-hidden className="size-3.5 animate-spin" />;
}
