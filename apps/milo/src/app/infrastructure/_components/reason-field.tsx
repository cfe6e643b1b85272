import { Field } from "../../_ui/field.tsx";
import { Input } from "../../_ui/input.tsx";

/** As much as milo keeps. */
const MOST_CHARACTERS = 500;

type Props = { value: string; onChange(value: string): void; isOptional?: boolean; error?: string | null };

/** Why an operator does something. */
export function ReasonField({ value, onChange, isOptional, error }: Props) {
  return (
    <Field label="Reason" isOptional={isOptional} error={error} hint="Shown to everybody who asks, and kept.">
      {(control) => (
        <Input
          {...control}
          value={value}
          maxLength={MOST_CHARACTERS}
          onChange={(event) => onChange(event.target.value)}
          autoComplete="off"
        />
      )}
    </Field>
  );
}
