"use client";

import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { ChevronRight, CircleAlert } from "lucide-react";
import * as Collapsible from "radix-ui/collapsible";
import { useId, useState } from "react";
import { Checkbox } from "../../_ui/checkbox.tsx";
import { Field } from "../../_ui/field.tsx";
import { Input } from "../../_ui/input.tsx";
import type { OrderErrors, OrderForm } from "../bot-order.ts";

type Props = { form: OrderForm; wrong: OrderErrors; onChange(part: Partial<OrderForm>): void };

const NUMBERS = [
  { field: "priority", label: "Priority", hint: "−1000 to 1000; higher goes first.", placeholder: "0" },
  {
    field: "queueTimeout",
    label: "Queue timeout (min)",
    hint: "Then it gives up. 0: now or never.",
    placeholder: "As planned",
  },
  {
    field: "maxDuration",
    label: "Max. duration (min)",
    hint: "Then it is told to leave.",
    placeholder: "As set up",
  },
] as const;

/** What most bots do without. It opens by itself when something in it is wrong. */
export function CreateMore({ form, wrong, onChange }: Props) {
  const [isWanted, setWanted] = useState(false);
  const isWrong = [...NUMBERS.map(({ field }) => field), "platforms" as const].some((field) => wrong[field]);
  return (
    <Collapsible.Root open={isWanted || isWrong} onOpenChange={setWanted}>
      <Collapsible.Trigger className="group -ml-1 flex items-center gap-1.5 rounded-md px-1 py-0.5 font-medium text-sm hover:bg-hover">
        <ChevronRight
          aria-hidden
          className="size-4 text-quiet transition-transform group-data-[state=open]:rotate-90"
        />
        More
      </Collapsible.Trigger>
      <Collapsible.Content className="mt-3 space-y-4">
        <div className="grid gap-4 sm:grid-cols-3">
          {NUMBERS.map(({ field, label, hint, placeholder }) => (
            <Field key={field} label={label} isOptional hint={hint} error={wrong[field]}>
              {(control) => (
                <Input
                  {...control}
                  inputMode="decimal"
                  autoComplete="off"
                  placeholder={placeholder}
                  value={form[field]}
                  onChange={(event) => onChange({ [field]: event.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <Platforms chosen={form.platforms} error={wrong.platforms} onChange={(platforms) => onChange({ platforms })} />
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

type PlatformsProps = {
  chosen: readonly DeploymentPlatform[];
  error: string | undefined;
  onChange(platforms: readonly DeploymentPlatform[]): void;
};

function Platforms({ chosen, error, onChange }: PlatformsProps) {
  const errorId = useId();
  const toggle = (platform: DeploymentPlatform, isOn: boolean) =>
    onChange(DEPLOYMENT_PLATFORMS.filter((one) => (one === platform ? isOn : chosen.includes(one))));
  return (
    <fieldset aria-describedby={error ? errorId : undefined}>
      <legend className="mb-1.5 font-medium text-sm">May run on</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        {DEPLOYMENT_PLATFORMS.map((platform) => (
          <Checkbox
            key={platform}
            label={PLATFORM_LABELS[platform]}
            checked={chosen.includes(platform)}
            onCheckedChange={(isOn) => toggle(platform, isOn)}
          />
        ))}
      </div>
      {error && (
        <p id={errorId} className="mt-1.5 flex items-start gap-1.5 text-bad text-xs">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
