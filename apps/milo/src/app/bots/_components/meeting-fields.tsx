"use client";

import { MEETING_PLATFORMS } from "@milo/placement";
import { guessMeetingPlatform } from "../../_components/dashboard/guess-meeting.ts";
import { MEETING_PLATFORM_LABELS } from "../../_format/meeting-platform.ts";
import { Field } from "../../_ui/field.tsx";
import { Input } from "../../_ui/input.tsx";
import { Select } from "../../_ui/select.tsx";
import { Textarea } from "../../_ui/textarea.tsx";
import type { OrderErrors, OrderForm } from "../bot-order.ts";

type Props = { form: OrderForm; isMany: boolean; wrong: OrderErrors; onChange(part: Partial<OrderForm>): void };

/** Which meetings, where they are held, and as whom. */
export function MeetingFields({ form, isMany, wrong, onChange }: Props) {
  const guessed = isMany ? null : guessMeetingPlatform(form.meetings.trim());
  const guess = guessed === null ? "By the address" : `${MEETING_PLATFORM_LABELS[guessed]}, by the address`;
  const platforms = [
    { value: "guess" as const, label: guess },
    ...MEETING_PLATFORMS.map((value) => ({ value, label: MEETING_PLATFORM_LABELS[value] })),
  ];
  return (
    <>
      {isMany ? (
        <Field label="Meeting URLs" hint="One a line, at most 100. A bot is sent to each." error={wrong.meetings}>
          {(control) => (
            <Textarea
              {...control}
              rows={6}
              spellCheck={false}
              autoComplete="off"
              placeholder={"https://zoom.us/j/…\nhttps://meet.google.com/…"}
              value={form.meetings}
              onChange={(event) => onChange({ meetings: event.target.value })}
            />
          )}
        </Field>
      ) : (
        <Field label="Meeting URL" hint="As in the invitation, with its password." error={wrong.meetings}>
          {(control) => (
            <Input
              {...control}
              type="url"
              inputMode="url"
              spellCheck={false}
              autoComplete="off"
              placeholder="https://zoom.us/j/…"
              value={form.meetings}
              onChange={(event) => onChange({ meetings: event.target.value })}
            />
          )}
        </Field>
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Meeting platform" error={wrong.meetingPlatform}>
          {(control) => (
            <Select
              {...control}
              className="w-full"
              value={form.meetingPlatform}
              onValueChange={(meetingPlatform) => onChange({ meetingPlatform })}
              options={platforms}
            />
          )}
        </Field>
        <Field label="Name" isOptional hint="What others in the meeting see." error={wrong.name}>
          {(control) => (
            <Input
              {...control}
              autoComplete="off"
              placeholder="Meeting bot"
              value={form.name}
              onChange={(event) => onChange({ name: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}
