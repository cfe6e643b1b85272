import { SearchX } from "lucide-react";
import type { Metadata } from "next";
import { HomeLink } from "./_components/home-link.tsx";
import { PageState } from "./_ui/page-state.tsx";

export const metadata: Metadata = { title: "No such page" };

export default function NotFoundPage() {
  return (
    <PageState icon={SearchX} title="There is no such page" actions={<HomeLink />}>
      The address may be mistyped or out of date. Everything there is can be reached from the header.
    </PageState>
  );
}
