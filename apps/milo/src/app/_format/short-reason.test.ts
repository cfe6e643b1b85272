import { expect, it } from "vitest";
import { shortenReason } from "./short-reason.ts";

const LONG = "ErrImagePull: rpc error (code 5): failed to pull and unpack the image";

it.each([
  ["K8s is full (30/30); tries AWS in 42 s", "K8s is full (30/30); tries AWS in 42 s"],
  [
    `K8s is failing (${LONG}); tries AWS in 4 s`,
    "K8s is failing (ErrImagePull: rpc error (code 5): f…); tries AWS in 4 s",
  ],
  [`K8s refused it (${LONG}`, "K8s refused it (ErrImagePull: rpc error (code 5): f…"],
  ["AWS) is odd", "AWS) is odd"],
])("keeps of %s what tells", (reason, short) => {
  expect(shortenReason(reason)).toBe(short);
});
