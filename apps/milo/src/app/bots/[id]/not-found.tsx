"use client";

import { SearchX } from "lucide-react";
import Link from "next/link";
import { useParams } from "next/navigation";
import { HomeLink } from "../../_components/home-link.tsx";
import { buttonLook } from "../../_ui/button-look.ts";
import { PageState } from "../../_ui/page-state.tsx";
import { readBotId } from "../bot-id.ts";

export default function BotNotFound() {
  const { id } = useParams<{ id?: string }>();
  const botId = id === undefined ? null : readBotId(id);
  return (
    <PageState
      icon={SearchX}
      title={botId === null ? "There is no such bot" : `There is no bot ${botId}`}
      actions={
        <>
          <Link href="/bots" prefetch={false} className={buttonLook({})}>
            To all bots
          </Link>
          <HomeLink />
        </>
      }
    >
      It never existed, or it ended so long ago that it has been removed. A bot’s page is named by its id, a number.
    </PageState>
  );
}
