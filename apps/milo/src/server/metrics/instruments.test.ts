import { describe, expect, it } from "vitest";
import { createInstruments } from "./instruments.ts";
import { METRICS, type MetricName, type MetricRow } from "./metric-table.ts";

const ROWS = Object.entries<MetricRow>(METRICS);
const series = (text: string, name: string) => text.split("\n").filter((line) => line.startsWith(`${name}{`));

describe("the metrics of a process", () => {
  it.each(["web", "dispatcher"] as const)(
    "are those that the table gives to the %s, and no others",
    async (process) => {
      const text = await createInstruments(process).text();
      const served = [...text.matchAll(/^# TYPE (milo_\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
      const listed = ROWS.filter(([, row]) => row.processes.includes(process)).map(
        ([name, row]) => `${name} ${row.type}`,
      );
      expect(served.sort()).toEqual(listed.sort());
    },
  );

  it("have names in one style, with base units and bounded labels", () => {
    for (const [name, row] of ROWS) {
      expect(name).toMatch(/^milo_[a-z]+(_[a-z]+)*$/);
      expect([name, name.endsWith("_total")]).toEqual([name, row.type === "counter"]);
      expect([name, name.endsWith("_seconds")]).toEqual([name, row.unit === "seconds"]);
      expect([name, row.buckets !== undefined]).toEqual([name, row.type === "histogram"]);
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|bytes_|percent)/);
    }
  });

  it("have no more series for all that a caller, a bot or a platform may send", async () => {
    const web = createInstruments("web", ["/bots/:id"]);
    const dispatcher = createInstruments("dispatcher");
    for (let i = 0; i < 500; i++) {
      const wild = `wild-${i}"\n{}`;
      web.observe("milo_http_request_duration_seconds", { route: wild, method: wild, answer: wild }, i);
      web.add("milo_bot_events_total", { status: wild });
      dispatcher.add("milo_failover_total", { from: wild, to: wild, class: wild });
      dispatcher.set("milo_loop_silence_seconds", { loop: wild }, i);
    }
    web.observe("milo_http_request_duration_seconds", { route: "/bots/:id", method: "GET", answer: "2xx" }, 1);
    const [webText, text] = [await web.text(), await dispatcher.text()];
    expect(series(webText, "milo_http_request_duration_seconds_count")).toEqual([
      'milo_http_request_duration_seconds_count{route="other",method="other",answer="other"} 500',
      'milo_http_request_duration_seconds_count{route="/bots/:id",method="GET",answer="2xx"} 1',
    ]);
    expect(series(webText, "milo_bot_events_total").filter((line) => !line.endsWith(" 0"))).toEqual([
      'milo_bot_events_total{status="other"} 500',
    ]);
    expect(series(text, "milo_failover_total").filter((line) => !line.endsWith(" 0"))).toHaveLength(1);
    expect(series(text, "milo_loop_silence_seconds")).toHaveLength(1);
  });

  it("begin at 0 where an alert looks for an increase", async () => {
    const text = await createInstruments("dispatcher").text();
    const name: MetricName = "milo_admitted_over_limit_total";
    expect(series(text, name)).toEqual(["k8s", "aws", "coolify"].map((one) => `${name}{platform="${one}"} 0`));
  });
});
