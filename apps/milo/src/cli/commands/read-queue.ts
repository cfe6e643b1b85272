import type { MiloApi, OutputOf } from "../milo-api.ts";

/** The most that milo answers on one page. */
const PAGE = 500;

/** The first `most` waiting bots in queue order, page by page. */
export async function readQueue(api: MiloApi, most: number): Promise<OutputOf<"infrastructure.getQueuedBots">> {
  const bots: OutputOf<"infrastructure.getQueuedBots"> = [];
  for (;;) {
    const limit = Math.min(PAGE, most - bots.length);
    const after = bots.at(-1)?.id;
    const page = await api.query("infrastructure.getQueuedBots", { limit, ...(after === undefined ? {} : { after }) });
    bots.push(...page);
    if (page.length < limit || bots.length >= most) return bots;
  }
}
