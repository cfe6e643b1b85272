import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";

export type ScriptedRequest = {
  /** Method and path without the query, such as `GET /readyz`. */
  line: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: unknown;
};
export type ScriptedAnswer = { status: number; body?: unknown; headers?: Record<string, string> } | "hang" | "cut";

/** An API server that says what a test tells it to, and remembers what it was asked. */
export class ScriptedApiServer {
  readonly requests: ScriptedRequest[] = [];
  connections = 0;
  private script: (request: ScriptedRequest) => ScriptedAnswer = () => ({ status: 404 });
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((message, response) => {
    void readBody(message).then((body) => {
      const url = new URL(message.url ?? "/", "http://server");
      const request = {
        line: `${message.method} ${url.pathname}`,
        query: url.searchParams,
        headers: message.headers,
        body,
      };
      this.requests.push(request);
      const answer = this.script(request);
      if (answer === "hang") return;
      if (answer === "cut") return message.socket.destroy();
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    });
  });

  async listen(): Promise<string> {
    this.server.on("connection", (socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers from now on by `script`, and forgets what was asked before. */
  play(script: (request: ScriptedRequest) => ScriptedAnswer): void {
    this.script = script;
    this.requests.length = 0;
  }

  lines(): string[] {
    return this.requests.map((request) => request.line);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** The body of a refusal as the API server writes it (meta/v1 Status). */
export function refusal(code: number, reason: string, message: string): { status: number; body: object } {
  return { status: code, body: { kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message } };
}

async function readBody(message: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of message) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}
