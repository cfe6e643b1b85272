import { SearchX } from "lucide-react";
import Link from "next/link";
import { buttonLook } from "../../_ui/button-look.ts";

export default function BotNotFound() {
  return (
    <div className="flex flex-col items-center px-4 py-16 text-center">
      <SearchX aria-hidden className="size-6 text-quiet" strokeWidth={1.5} />
      <h1 className="mt-3 font-semibold text-xl tracking-tight">There is no such bot</h1>
      <p className="mt-1 max-w-prose text-balance text-quiet text-sm">
        It never existed, or it ended so long ago that it has been removed. A bot’s page is named by its id, a number.
      </p>
      <Link href="/bots" prefetch={false} className={`mt-4 ${buttonLook({})}`}>
        To all bots
      </Link>
    </div>
  );
}
