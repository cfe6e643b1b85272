import type { DeploymentPlatform } from "@milo/placement";

type Names = readonly (readonly [name: string, pattern: RegExp])[];

/** The statements between whose commits something may die, by a text that only they have. */
const STATEMENTS: Names = [
  ["admit", /FROM milo_admit\(/],
  ["mark-launching", /SET phase = 'LAUNCHING'/],
  ["record-identifier", /SET platform_identifier = given\.identifier/],
  ["mark-starting", /THEN 'STARTING' ELSE d\.phase/],
  ["claim", /FROM milo_claim\(/],
  ["commit", /^\s*commit\b/i],
];

const REQUESTS: Readonly<Record<DeploymentPlatform, Names>> = {
  k8s: [
    ["k8s-create", /^POST \S+\/jobs(\?|$)/],
    ["k8s-create-secret", /^POST \S+\/secrets(\?|$)/],
    ["k8s-start", /^PATCH \S+\/jobs\//],
    ["k8s-delete", /^DELETE \S+\/jobs\//],
  ],
  aws: [
    ["aws-run-task", /\.RunTask$/],
    ["aws-stop-task", /\.StopTask$/],
  ],
  coolify: [
    ["coolify-create", /^POST \S+\/applications\/[a-z]+(\?|$)/],
    ["coolify-deploy", /\/deploy(\?|$)/],
    ["coolify-stop", /\/applications\/\S+\/stop(\?|$)/],
    ["coolify-delete", /^DELETE \S+\/applications\//],
  ],
};

const BOT_CALLS: Names = [
  ["bot-claim", /^POST \/api\/bot\/v1\/claim/],
  ["bot-heartbeat", /^POST \/api\/bot\/v1\/heartbeat/],
  ["bot-events", /^POST \/api\/bot\/v1\/events/],
];

const CALLER_CALLS: Names = [
  ["create", /^POST \/api\/trpc\/bots\.create/],
  ["stop", /^POST \/api\/trpc\/bots\.stop/],
];

const find = (names: Names, text: string) => names.find(([, pattern]) => pattern.test(text))?.[0] ?? null;

export const nameStatement = (text: string) => find(STATEMENTS, text);

/** ECS names its operation in a header. */
export function namePlatformRequest(platform: DeploymentPlatform, line: string, head: string): string | null {
  const target = /^x-amz-target: (\S+)\r$/im.exec(head)?.[1];
  return find(REQUESTS[platform], target ?? line);
}

export const nameBotCall = (line: string) => find(BOT_CALLS, line);
export const nameCallerCall = (line: string) => find(CALLER_CALLS, line);

/** Every name that a failpoint may have on each kind of link. */
export const FAILPOINTS = {
  database: STATEMENTS.map(([name]) => name),
  k8s: REQUESTS.k8s.map(([name]) => name),
  aws: REQUESTS.aws.map(([name]) => name),
  coolify: REQUESTS.coolify.map(([name]) => name),
  bots: BOT_CALLS.map(([name]) => name),
  callers: CALLER_CALLS.map(([name]) => name),
} as const;
