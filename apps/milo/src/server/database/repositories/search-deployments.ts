import type { Sql } from "#server/database/client.ts";

const ID_MAX = 2_147_483_647;
/** No text that begins with a prefix sorts after the prefix with this behind it. */
const LAST_CHARACTER = "\u{10ffff}";

/**
 * The ids of deployments with this launch key, of this bot, or whose name on the platform begins so; at most `most`.
 * The byte-wise operators let an index serve whatever the database's collation.
 */
export async function searchDeployments(sql: Sql, text: string, most: number): Promise<number[]> {
  const botId = /^\d{1,10}$/.test(text) && Number(text) <= ID_MAX ? Number(text) : null;
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM (
      (SELECT id FROM deployments WHERE launch_key = ${text})
      UNION (SELECT id FROM deployments WHERE bot_id = ${botId}::int LIMIT ${most})
      UNION (SELECT id FROM deployments WHERE phase <> 'ENDED' AND starts_with(platform_identifier, ${text}))
      UNION (SELECT id FROM deployments WHERE phase = 'ENDED' AND platform_identifier ~>=~ ${text}
        AND platform_identifier ~<~ ${text + LAST_CHARACTER} LIMIT ${most})
    ) AS found LIMIT ${most}`;
  return rows.map((row) => row.id);
}
