/** Stands where the numbers would be while they cannot be read. */
export function ReadProblem() {
  return (
    <div role="alert" className="rounded-lg border border-line bg-bad-soft p-4 text-bad">
      <p className="font-medium">milo cannot read its database.</p>
      <p className="mt-1 text-sm">Bots that run go on. This page tries again every two seconds.</p>
    </div>
  );
}
