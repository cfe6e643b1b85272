/** A platform's health in a word; the colour only repeats it. */
export function HealthBadge({ isHealthy }: { isHealthy: boolean }) {
  const look = isHealthy ? "bg-good-soft text-good" : "bg-bad-soft text-bad";
  return (
    <span className={`rounded-full px-2 py-0.5 font-medium text-xs ${look}`}>
      {isHealthy ? "Healthy" : "Unhealthy"}
    </span>
  );
}
