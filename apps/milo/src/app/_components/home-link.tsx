import { House } from "lucide-react";
import Link from "next/link";
import { buttonLook } from "../_ui/button-look.ts";

/** The way out of a page that cannot be shown. */
export function HomeLink() {
  return (
    <Link href="/" prefetch={false} className={buttonLook({})}>
      <House aria-hidden />
      To the dashboard
    </Link>
  );
}
