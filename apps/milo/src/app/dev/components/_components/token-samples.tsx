import { Sample, Samples } from "./sample.tsx";

const SURFACES = ["bg-page", "bg-sunken", "bg-card", "bg-raised", "bg-hover"];
const MARKS = ["bg-k8s", "bg-aws", "bg-coolify", "bg-mark-good", "bg-mark-wait", "bg-mark-bad", "bg-mark-info"];
const SIZES = ["text-2xs", "text-xs", "text-sm", "text-base", "text-lg", "text-xl", "text-2xl"];

export function TokenSamples() {
  return (
    <Samples title="Tokens">
      <Sample name="Surfaces">
        {SURFACES.map((name) => (
          <span key={name} className={`rounded-md border px-3 py-4 font-mono text-xs ${name}`}>
            {name.slice(3)}
          </span>
        ))}
      </Sample>
      <Sample name="Marks">
        {[...MARKS, "bg-mark-quiet"].map((name) => (
          <span key={name} className="inline-flex items-center gap-1.5 font-mono text-xs">
            <span className={`size-4 rounded-sm ${name}`} />
            {name.slice(3)}
          </span>
        ))}
      </Sample>
      <Sample name="Type">
        {SIZES.map((name) => (
          <span key={name} className={name}>
            {name.slice(5)} 25/30
          </span>
        ))}
        <span className="font-mono text-sm">bot-k3v9qa-1234-a1</span>
      </Sample>
    </Samples>
  );
}
