"use client";

import type { MeetingPlatform } from "@milo/placement";
import { MEETING_PLATFORMS } from "@milo/placement";
import { useMutation } from "@tanstack/react-query";
import { Send } from "lucide-react";
import Link from "next/link";
import { type FormEvent, useRef, useState } from "react";
import { describeProblem } from "../../_api/describe-problem.ts";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { useTRPC } from "../../_api/trpc.ts";
import { nameBot } from "../../_format/bot-id.ts";
import { MEETING_PLATFORM_LABELS } from "../../_format/meeting-platform.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { Field } from "../../_ui/field.tsx";
import { Input } from "../../_ui/input.tsx";
import { Notice } from "../../_ui/notice.tsx";
import { Select } from "../../_ui/select.tsx";
import { readMeetingUrl } from "../../bots/meeting-urls.ts";
import { guessMeetingPlatform } from "./guess-meeting.ts";
import { createOrderKey } from "./order-key.ts";
import { describeSent } from "./send-words.ts";

type Sent = ApiOutputs["bots"]["create"];
type Choice = MeetingPlatform | "";
type Faults = { url?: string; platform?: string };

const OPTIONS: readonly { value: Choice; label: string }[] = [
  { value: "", label: "Choose…" },
  ...MEETING_PLATFORMS.map((platform) => ({ value: platform, label: MEETING_PLATFORM_LABELS[platform] })),
];
const NAME_MOST = 255;

/** Sends one bot to a meeting: the address is enough where it says whose meeting it is. */
export function QuickSend() {
  const [url, setUrl] = useState("");
  const [name, setName] = useState("");
  // Until the viewer chooses, the address does.
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [faults, setFaults] = useState<Faults>({});
  const form = useRef<HTMLFormElement>(null);
  const [orderKey] = useState(createOrderKey);
  const create = useMutation(useTRPC().bots.create.mutationOptions());
  const guessed = guessMeetingPlatform(url);
  const platform = chosen ?? guessed ?? "";

  function send(event: FormEvent) {
    event.preventDefault();
    if (create.isPending) return;
    const { url: meetingUrl, problem } = readMeetingUrl(url);
    if (meetingUrl === null || platform === "") {
      setFaults({
        url: problem ?? undefined,
        platform: platform === "" ? "Choose whose meeting it is: its address does not say." : undefined,
      });
      focusField(form.current, meetingUrl === null ? "url" : "platform");
      return;
    }
    setFaults({});
    const named = name.trim() === "" ? {} : { name: name.trim() };
    const order = { meetingUrl, meetingPlatform: platform, ...named };
    create.mutate(
      { ...order, deduplicationKey: orderKey.of(order) },
      {
        onSuccess() {
          orderKey.forget();
          setUrl("");
          setName("");
          setChosen(null);
          focusField(form.current, "url");
        },
      },
    );
  }

  return (
    <Card title="Send a bot">
      <form ref={form} onSubmit={send} noValidate aria-label="Send a bot to a meeting" className="flex flex-col gap-3">
        <Field label="Meeting URL" error={faults.url}>
          {(control) => (
            <Input
              {...control}
              name="url"
              type="url"
              inputMode="url"
              autoComplete="off"
              placeholder="https://zoom.us/j/…"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <div className="grid items-start gap-3 sm:grid-cols-2">
          <Field
            label="Meeting platform"
            error={platform === "" ? faults.platform : null}
            hint={chosen === null && guessed !== null ? "Known by the address" : undefined}
          >
            {(control) => (
              <Select {...control} name="platform" value={platform} onValueChange={setChosen} options={OPTIONS} />
            )}
          </Field>
          <Field label="Bot name" isOptional>
            {(control) => (
              <Input
                {...control}
                name="name"
                autoComplete="off"
                maxLength={NAME_MOST}
                placeholder="Meeting bot"
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" variant="primary" icon={<Send aria-hidden />} isBusy={create.isPending}>
            Send bot
          </Button>
          <Link href="/bots" prefetch={false} className="text-accent text-sm hover:underline">
            All bots
          </Link>
        </div>
        {/* There before anything is in them, so that it is read out; until then without a gap of their own. */}
        <div role="status" className="empty:-mt-3">
          {create.data && <SentNotice sent={create.data} />}
        </div>
        <div role="alert" className="empty:-mt-3">
          {create.isError && <RefusalNotice error={create.error} />}
        </div>
      </form>
    </Card>
  );
}

function SentNotice({ sent }: { sent: Sent }) {
  const link = (
    <Link href={`/bots/${sent.botId}`} prefetch={false} className="font-medium underline">
      {nameBot(sent.botId)}
    </Link>
  );
  return (
    <Notice tone={sent.success ? "good" : "wait"} title={<>{link} is accepted</>}>
      {describeSent(sent)}
    </Notice>
  );
}

function RefusalNotice({ error }: { error: unknown }) {
  const { title, detail } = describeProblem(error);
  return (
    <Notice tone="bad" title={title}>
      {detail}
    </Notice>
  );
}

function focusField(form: HTMLFormElement | null, name: string): void {
  const field = form?.elements.namedItem(name);
  if (field instanceof HTMLElement) field.focus();
}
