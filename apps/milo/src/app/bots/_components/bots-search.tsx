"use client";

import { Search } from "lucide-react";
import { type FormEvent, type Ref, useEffect, useRef, useState } from "react";
import { Input } from "../../_ui/input.tsx";

type Props = { search: string; onSearch(search: string): void; ref?: Ref<HTMLInputElement> };

/** Long enough to go on typing, short enough not to be waited for. */
const PAUSE_MS = 400;

/** Looks for a bot's id, a meeting's exact address or the beginning of a name, when typing pauses or by Enter. */
export function BotsSearch({ search, onSearch, ref }: Props) {
  const [typed, setTyped] = useState(search);
  const [sent, setSent] = useState(search);
  const [known, setKnown] = useState(search);
  if (search !== known) {
    setKnown(search);
    // It was changed elsewhere: the filters were cleared, or somebody went back.
    if (search !== sent) setTyped(search);
  }
  const send = (text: string) => {
    setSent(text);
    if (text !== search) onSearch(text);
  };
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    const timer = setTimeout(() => latest.current(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <Input
        ref={ref}
        type="search"
        aria-label="Search bots"
        placeholder="Bot id, meeting URL or name"
        icon={<Search aria-hidden />}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={2_048}
      />
    </form>
  );
}
