import { describe, expect, it } from "vitest";
import { createHttpTap, type Exchange } from "./http-tap.ts";
import { nameBotCall, namePlatformRequest, nameStatement } from "./names.ts";
import { createPostgresTap } from "./postgres-tap.ts";

const message = (type: string, ...strings: string[]) => {
  const body = Buffer.from(strings.map((one) => `${one}\0`).join(""));
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const startup = Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]);
const SYNC = message("S");
const READY = message("Z");

describe("createPostgresTap", () => {
  const MARK = "UPDATE deployments d SET phase = 'LAUNCHING', request = x.request";
  const connected = () => {
    const tap = createPostgresTap(nameStatement);
    tap.up(startup);
    tap.down(READY);
    return tap;
  };

  it("names a statement when it is executed, by its name too, and its answer when that is complete", () => {
    const tap = connected();
    expect(tap.up(message("P", "s1", MARK))).toEqual([]);
    expect(tap.up(Buffer.concat([message("B", "", "s1"), SYNC]))).toEqual(["mark-launching"]);
    expect(tap.down(message("C", "UPDATE 1"))).toEqual([]);
    expect(tap.down(READY)).toEqual(["mark-launching"]);
    expect(tap.up(Buffer.concat([message("B", "", "s1"), SYNC]))).toEqual(["mark-launching"]);
  });

  it("tells answers apart in the order that statements were sent, in whatever pieces they come", () => {
    const tap = connected();
    tap.up(Buffer.concat([message("Q", "SELECT 1"), message("Q", "commit")]));
    expect(tap.down(READY)).toEqual([]);
    expect(tap.down(READY.subarray(0, 3))).toEqual([]);
    expect(tap.down(READY.subarray(3))).toEqual(["commit"]);
  });
});

describe("createHttpTap", () => {
  it("names requests by method and path, and those to ECS by their operation", () => {
    const k8s = createHttpTap((line, head) => namePlatformRequest("k8s", line, head));
    expect(k8s.up(Buffer.from("POST /apis/batch/v1/namespaces/bots/jobs HTTP/1.1\r\nhost: x\r\n\r\n"))).toEqual([
      "k8s-create",
    ]);
    expect(k8s.up(Buffer.from('{"kind":"Job"}'))).toEqual([]);
    expect(k8s.down(Buffer.from("HTTP/1.1 201 Created\r\n"))).toEqual(["k8s-create"]);
    expect(k8s.down(Buffer.from("\r\n{}"))).toEqual([]);
    const aws = createHttpTap((line, head) => namePlatformRequest("aws", line, head));
    const head = "POST / HTTP/1.1\r\nX-Amz-Target: AmazonEC2ContainerServiceV20141113.RunTask\r\n\r\n";
    expect(aws.up(Buffer.from(head))).toEqual(["aws-run-task"]);
  });

  it("hands over what was asked and answered, in whatever pieces it came", () => {
    const seen: Exchange[] = [];
    const tap = createHttpTap(nameBotCall, (exchange) => seen.push({ ...exchange }));
    tap.up(Buffer.from("POST /api/bot/v1/claim HTTP/1.1\r\n\r\n"));
    tap.up(Buffer.from('{"launchKey":"k"}'));
    tap.down(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"));
    tap.down(Buffer.from('{"accepted":true}'));
    expect(seen.at(-1)?.request).toContain('"launchKey":"k"');
    expect(seen.at(-1)?.answer).toContain('"accepted":true');
  });
});
