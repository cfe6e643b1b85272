import type { ApiClient } from "../_api/create-api-client.ts";
import type { OpenConnection } from "./live-stream.ts";

/** What reaches the page beside messages: a sign of life every few seconds. */
const PING_EVENT = "ping";

/**
 * Opens the stream by tRPC. Whatever would make it connect again by itself counts as lost, so that when to try again is
 * decided in one place: a browser waits 3 s after a refused connection, and for ever after some answers.
 */
export function connectBy(client: ApiClient): OpenConnection {
  return ({ lastEventId, botIds }, { heard, told, lost }) => {
    let hearing: EventTarget | undefined;
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
        if (error !== null) lost();
      },
      onError: lost,
      onStopped: lost,
    });
    return {
      close() {
        hearing?.removeEventListener(PING_EVENT, heard);
        subscription.unsubscribe();
      },
    };
  };
}
