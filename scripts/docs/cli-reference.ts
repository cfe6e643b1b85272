import { COMMANDS, optionsOf } from "../../apps/milo/src/cli/command-table.ts";
import { EXIT_MEANINGS } from "../../apps/milo/src/cli/exit-codes.ts";
import { callOf } from "../../apps/milo/src/cli/help.ts";

/** docs/cli.md: what is true of all commands, then each from the table that the command line itself is read by. */
export function describeCommandLine(): string {
  return [INTRO, ...exitCodes(), DOCTOR, ...COMMANDS.flatMap(describeCommand), ""].join("\n");
}

const INTRO = `# The command line

\`npx milo …\` in a clone of this repository looks at a milo, drives it, and finds out why it does not work. It needs no
installation of its own: the first call installs what the lock file says. \`npx milo --help\` lists the commands,
\`npx milo <command> --help\` says more. In the dispatcher's image it is \`node apps/milo/dist/server/cli/main.js …\`.
This page is generated from the commands themselves: change those, then run \`npm run docs\`.

Every command but \`doctor\` talks to a running milo over its [API](api.md): at \`--url\`, else at \`MILO_PUBLIC_URL\`, else on
this machine at \`PORT\`. \`MILO_ACCESS_TOKEN\` opens it. Variables are read from the environment and, below it, from
\`.env\` in the working folder.

- On a terminal there are tables that fit it, in colour unless \`NO_COLOR\` is set; elsewhere every row is one whole line.
- With \`--json\` stdout is exactly one JSON document, also when the exit code is 1; everything else goes to stderr.
- What takes longer than two seconds says on stderr what it waits for.`;

const exitCodes = () => [
  "",
  "| exit code | meaning |",
  "|---|---|",
  ...EXIT_MEANINGS.map(([code, meaning]) => `| ${code} | ${meaning} |`),
];

const DOCTOR = `
## What doctor needs

It runs with the dispatcher's environment and credentials, best where the dispatcher runs, and changes nothing: every call
reads, is a dry run, or names something that cannot exist. It needs no right beyond the dispatcher's own. With these it
sees more; without them the check is \`skipped\` and says so. Give them to whoever runs doctor, not to the dispatcher.

| platform | what | for the check |
|---|---|---|
| Kubernetes | list \`resourcequotas\` | \`k8s.quota\` |
| Kubernetes | get \`serviceaccounts\`, get \`secrets\` in the bots' namespace; get \`priorityclasses\` | \`k8s.service-account\`, \`k8s.pull-secret.…\`, \`k8s.priority-class\` |
| ECS | \`ecs:DescribeTaskDefinition\` on \`*\` | \`aws.task-definition.…\` |

What cannot be proven without starting a bot: that an image can be pulled, that ECS would take RunTask, its tags and the
roles it passes (IAM has no dry run for ECS), and that bots reach \`MILO_PUBLIC_URL\` from where they run. \`milo probe\`
proves all of it, with one bot per platform. \`ecs:StopTask\` is tried on a task id of zeros, Coolify's abilities \`write\` and
\`deploy\` on an application that cannot exist.

A check's id names one thing and stays: \`config.<VARIABLE>\`, \`database.…\`, \`public-url.…\`, \`k8s.…\`, \`aws.…\`, \`coolify.…\`.
\`doctor --json\` answers \`{"ok","summary":{"ok","warn","fail","skipped"},"checks":[{"id","status","seen","fix?"}]}\`, and \`probe --json\`
\`{"ok","platforms":[{"platform","status","botId","steps":[{"step","ok","ms","message"}],"reason?"}]}\`.`;

function describeCommand(command: (typeof COMMANDS)[number]): string[] {
  const rows = Object.entries(optionsOf(command)).map(([name, { value, meaning }]) => {
    const option = value === undefined ? `--${name}` : `--${name} <${value}>`;
    return `| \`${option}\` | ${meaning} |`;
  });
  return [
    "",
    `## \`milo ${callOf(command)}\``,
    "",
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    ...command.details.flatMap((paragraph) => ["", paragraph]),
    "",
    "| option | meaning |",
    "|---|---|",
    ...rows,
    "",
    "```sh",
    ...command.examples.map((example) => `npx ${example}`),
    "```",
  ];
}
