import type { Page } from "playwright-core";

/** When a text came to the page. */
export type TextWatch = {
  /** Milliseconds since 1970, taken in the page itself: a busy machine answers the test late. */
  seenAtMs(): Promise<number>;
};

/** Begins to look for a text that is not there yet. `seenAtMs` rejects after `withinMs`. */
export async function watchText(page: Page, text: string, withinMs = 20_000): Promise<TextWatch> {
  const seeing = await page.evaluateHandle(
    ({ wanted, limitMs }) => {
      const startedMs = Date.now();
      const seen = new Promise<number>((resolve) => {
        const look = () => {
          if (document.body.innerText.includes(wanted)) resolve(Date.now());
          else if (Date.now() - startedMs > limitMs) resolve(Number.NaN);
          else setTimeout(look, 20);
        };
        look();
      });
      return { seen };
    },
    { wanted: text, limitMs: withinMs },
  );
  return {
    async seenAtMs() {
      const atMs = await seeing.evaluate(({ seen }) => seen);
      if (Number.isNaN(atMs)) throw new Error(`"${text}" was not on ${page.url()} within ${withinMs} ms`);
      return atMs;
    },
  };
}
