import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { INPUT_LOOK } from "./input-look.ts";

type Option<Value extends string> = { value: Value; label: string };
type Props<Value extends string> = Omit<ComponentProps<"select">, "value" | "onChange" | "children"> & {
  value: NoInfer<Value>;
  onValueChange(value: NoInfer<Value>): void;
  options: readonly Option<Value>[];
};

/** One of a few. The browser's own list: every keyboard, screen reader and telephone knows it. */
export function Select<Value extends string>({ value, onValueChange, options, className, ...rest }: Props<Value>) {
  return (
    <span className={classNames("relative inline-block min-w-0", className)}>
      <select
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onValueChange(chosen.value);
        }}
        className={classNames(INPUT_LOOK, "h-8 appearance-none truncate pr-8 pointer-coarse:h-10")}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-quiet"
      />
    </span>
  );
}
