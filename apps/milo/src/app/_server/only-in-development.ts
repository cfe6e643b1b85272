import { notFound } from "next/navigation";
import { isDevelopment } from "#env";

/** The page that calls this is there on the development server and nowhere else. */
export function onlyInDevelopment(): void {
  if (!isDevelopment()) notFound();
}
