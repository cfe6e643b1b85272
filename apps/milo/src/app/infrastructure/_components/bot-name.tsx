import Link from "next/link";
import { formatBotId, nameBot } from "../../_format/bot-id.ts";

type Props = {
  /** Null for a workload that no attempt owns. */
  botId: number | null;
  name: string | null;
  /** Told from the second on. */
  attempt?: number;
};

/** A bot's name and number, leading to its story. */
export function BotName({ botId, name, attempt = 1 }: Props) {
  if (botId === null) return <span className="font-normal text-quiet">No attempt owns it</span>;
  return (
    <span className="block min-w-0">
      <Link
        href={`/bots/${botId}`}
        prefetch={false}
        className="max-w-full break-words underline-offset-2 max-sm:line-clamp-2 sm:block sm:truncate hover:text-accent hover:underline"
      >
        {name === null || name === "" ? nameBot(botId) : name}
      </Link>
      <span className="block font-normal text-quiet text-xs tabular-nums">
        {formatBotId(botId)}
        {attempt > 1 && ` · attempt ${attempt}`}
      </span>
    </span>
  );
}
