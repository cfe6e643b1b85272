import type { Tap } from "./tap.ts";

const HEAD = /^(GET|POST|PUT|PATCH|DELETE) (\S+) HTTP\/1\.1\r\n/;

/** Every request and answer of a bot or caller, as text, whoever names them. */
export type Exchange = { name: string; request: string; answer: string };

/**
 * Reads along HTTP/1.1 without pipelining: a request begins where the client begins to send, an answer where the server
 * does. `nameOf` is given "METHOD path" and the text of the head. `onAnswer` sees an exchange with each part of its
 * answer as it comes.
 */
export function createHttpTap(
  nameOf: (line: string, head: string) => string | null,
  onAnswer: (exchange: Exchange) => void = () => undefined,
): Tap {
  let current: Exchange | null = null;
  let answered = true;
  return {
    up(chunk) {
      const text = chunk.toString("latin1");
      const [, method, path] = HEAD.exec(text) ?? [];
      if (method === undefined || path === undefined) {
        if (current !== null) current.request += text;
        return [];
      }
      const name = nameOf(`${method} ${path}`, text) ?? "";
      current = { name, request: text, answer: "" };
      answered = false;
      return name === "" ? [] : [name];
    },
    down(chunk) {
      if (current === null) return [];
      current.answer += chunk.toString("latin1");
      onAnswer(current);
      if (answered) return [];
      answered = true;
      return current.name === "" ? [] : [current.name];
    },
  };
}
