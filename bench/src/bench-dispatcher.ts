import { serveDispatcher } from "./serve-dispatcher.ts";

/** The real dispatcher with platforms that answer at once. */
await serveDispatcher(() => () => null);
