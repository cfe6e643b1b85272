"use client";

import { Search } from "lucide-react";
import { useState } from "react";
import { Checkbox } from "../../../_ui/checkbox.tsx";
import { Field } from "../../../_ui/field.tsx";
import { Input } from "../../../_ui/input.tsx";
import { SegmentedControl } from "../../../_ui/segmented-control.tsx";
import { Select } from "../../../_ui/select.tsx";
import { Textarea } from "../../../_ui/textarea.tsx";
import { Sample, Samples } from "./sample.tsx";

const PLATFORMS = [
  { value: "any", label: "Any platform" },
  { value: "k8s", label: "K8s" },
  { value: "aws", label: "AWS" },
] as const;
const WINDOWS = [
  { value: "1h", label: "1 h" },
  { value: "6h", label: "6 h" },
  { value: "24h", label: "24 h" },
] as const;

export function FormSamples() {
  const [platform, setPlatform] = useState<(typeof PLATFORMS)[number]["value"]>("any");
  const [span, setSpan] = useState<(typeof WINDOWS)[number]["value"]>("6h");
  const [isOn, setOn] = useState(true);
  return (
    <Samples title="Forms">
      <div className="grid gap-4 sm:grid-cols-3">
        <Field label="Meeting URL" error="It must begin with https://" hint="As in the invitation.">
          {(control) => <Input {...control} defaultValue="zoom.us/j/123" />}
        </Field>
        <Field label="Name" isOptional hint="What others in the meeting see.">
          {(control) => <Input {...control} placeholder="milo" />}
        </Field>
        <Field label="Meetings" hint="One URL a line.">
          {(control) => <Textarea {...control} rows={2} />}
        </Field>
      </div>
      <Sample name="Input with an icon, Select, SegmentedControl">
        <Input type="search" aria-label="Search bots" placeholder="Bot id, URL or name" icon={<Search aria-hidden />} />
        <Select aria-label="Platform" value={platform} onValueChange={setPlatform} options={PLATFORMS} />
        <SegmentedControl label="Span of time" value={span} onValueChange={setSpan} options={WINDOWS} />
      </Sample>
      <Sample name="Checkbox">
        <Checkbox checked={isOn} onCheckedChange={setOn} label="Only what holds a slot" />
        <Checkbox checked={false} onCheckedChange={() => {}} label="Off" />
        <Checkbox checked="indeterminate" onCheckedChange={() => {}} label="Some" />
        <Checkbox checked={false} onCheckedChange={() => {}} label="Not now" disabledReason="It has ended" />
      </Sample>
    </Samples>
  );
}
