import superjson, { type SuperJSONResult } from "superjson";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";

type Frame = { event?: string; data?: string; id?: string };
export type LiveViewer = Disposable & {
  status: number;
  /** All it was told so far. */
  messages: LiveMessage[];
  /** The id it would send when it comes back. */
  lastEventId(): string | undefined;
  /** The code of the error its stream ended with, if it has. */
  failure(): string | undefined;
  /** Bots' events it was told, by message. */
  told(): string[];
  /** The stream is over. */
  ended: Promise<void>;
};

/** Opens `live.events` over HTTP as a browser does. */
export async function openLiveViewer(
  url: string,
  options: { input?: unknown; lastEventId?: string; headers?: Record<string, string> } = {},
): Promise<LiveViewer> {
  const abort = new AbortController();
  const query =
    options.input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: options.input }))}`;
  const again: Record<string, string> =
    options.lastEventId === undefined ? {} : { "last-event-id": options.lastEventId };
  const response = await fetch(`${url}/api/trpc/live.events${query}`, {
    headers: { accept: "text/event-stream", ...again, ...options.headers },
    signal: abort.signal,
  });
  const messages: LiveMessage[] = [];
  let lastEventId = options.lastEventId;
  let failure: string | undefined;

  function take({ event, data, id }: Frame): void {
    if (id) lastEventId = id;
    if (event === "serialized-error") failure = readJson<{ data: { code: string } }>(data ?? "").data.code;
    else if (event === undefined && data !== undefined) messages.push(readJson<LiveMessage>(data));
  }
  const ended = readFrames(response, take).catch(() => undefined);
  return {
    status: response.status,
    messages,
    lastEventId: () => lastEventId,
    failure: () => failure,
    told: () => messages.flatMap((one) => (one.type === "events" ? one.botEvents.map(({ message }) => message) : [])),
    ended,
    [Symbol.dispose]: () => abort.abort(),
  };
}

function readJson<T>(text: string): T {
  return superjson.deserialize<T>(JSON.parse(text) as SuperJSONResult);
}

async function readFrames(response: Response, take: (frame: Frame) => void): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    const blocks = (rest + decoder.decode(read.value, { stream: true })).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line)?.slice(1) ?? []);
      const frame: Frame = Object.fromEntries(fields.filter((pair) => pair.length === 2));
      if (Object.keys(frame).length > 0) take(frame);
    }
  }
}
