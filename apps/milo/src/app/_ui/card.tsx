import { type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";

type Props = {
  title: ReactNode;
  /** Beside the title: a badge, a count. */
  aside?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** The body reaches the edges, as a table's does. */
  isFlush?: boolean;
  level?: 2 | 3;
  className?: string;
  children: ReactNode;
};

/** A section of a page with its title, what can be done with it, and its body. */
export function Card(props: Props) {
  const { title, aside, description, actions, footer, isFlush = false, level = 2, className, children } = props;
  const titleId = useId();
  const Heading = `h${level}` as const;
  return (
    <section
      aria-labelledby={titleId}
      className={classNames("min-w-0 rounded-lg border bg-card shadow-flat", className)}
    >
      <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
        <div className="mr-auto flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <Heading id={titleId} className="font-semibold text-base">
            {title}
          </Heading>
          {aside}
          {description && <p className="basis-full text-quiet text-sm">{description}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      <div className={isFlush ? "border-t" : "px-4 pb-4"}>{children}</div>
      {footer && <footer className="border-t px-4 py-2.5 text-quiet text-sm">{footer}</footer>}
    </section>
  );
}
