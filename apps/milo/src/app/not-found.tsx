import Link from "next/link";

export default function NotFoundPage() {
  return (
    <>
      <h1 className="mb-2 font-semibold text-2xl tracking-tight">There is no such page</h1>
      <Link href="/" className="text-accent underline">
        To the dashboard
      </Link>
    </>
  );
}
