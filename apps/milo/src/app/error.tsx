"use client";

export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <div role="alert" className="rounded-lg border border-line bg-bad-soft p-4 text-bad">
      <p className="font-medium">This page could not be shown.</p>
      <p className="mt-1 text-sm">The log of milo’s web process says why.</p>
      <button type="button" onClick={reset} className="mt-3 rounded-md border border-current px-3 py-1.5 text-sm">
        Try again
      </button>
    </div>
  );
}
