import type { ApiClient } from "../_api/create-api-client.ts";
import { describeProblem } from "../_api/describe-problem.ts";
import type { OpenConnection } from "./live-stream.ts";

/** What reaches the page beside messages: a sign of life every few seconds. */
const PING_EVENT = "ping";

/**
 * Opens the stream by tRPC. Whatever would make it connect again by itself counts as lost, so that when to try again is
 * decided in one place: a browser waits 3 s after a refused connection, and for ever after some answers.
 */
export function connectBy(client: ApiClient): OpenConnection {
  return ({ lastEventId, botIds }, { heard, told, lost, refused }) => {
    let hearing: EventTarget | undefined;
    const asking = new AbortController();
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      if (hearing !== undefined) return lost();
      if (!asking.signal.aborted)
        void whyNot(client, asking.signal).then((why) => (why === "refused" ? refused() : lost()));
    };
    const input = { ...(lastEventId === undefined ? {} : { lastEventId }), botIds: [...botIds] };
    const subscription = client.live.events.subscribe(input, {
      onStarted({ context }) {
        hearing = context?.eventSource instanceof EventTarget ? context.eventSource : undefined;
        hearing?.addEventListener(PING_EVENT, heard);
        heard();
      },
      onData: (item) => {
        // A message with an id comes with it, one without comes alone.
        if ("id" in item) told(item.data, item.id);
        else told(item, null);
      },
      onConnectionStateChange: ({ error }) => {
        if (error !== null) end();
      },
      onError: end,
      onStopped: end,
    });
    return {
      close() {
        hearing?.removeEventListener(PING_EVENT, heard);
        asking.abort();
        subscription.unsubscribe();
      },
    };
  };
}

/** A browser does not say how an `EventSource` was answered, so what could not be opened is followed by a question. */
async function whyNot(client: ApiClient, signal: AbortSignal): Promise<"lost" | "refused"> {
  try {
    await client.live.getPoint.query(undefined, { signal });
    return "lost";
  } catch (error) {
    return describeProblem(error).remedy === "sign-in" ? "refused" : "lost";
  }
}
