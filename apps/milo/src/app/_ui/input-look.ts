/** What can be filled in: input, textarea and select. */
export const INPUT_LOOK =
  "w-full min-w-0 rounded-md border border-line-strong bg-raised px-2.5 text-ink text-sm placeholder:text-quiet " +
  "hover:border-quiet focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0 " +
  "aria-invalid:border-bad aria-invalid:focus-visible:outline-bad disabled:cursor-not-allowed disabled:bg-sunken " +
  "disabled:text-quiet pointer-coarse:text-lg";
