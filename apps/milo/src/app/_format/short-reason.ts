/** So much of what stands in brackets is enough to know it again. */
const BRACKET_MOST = 36;

/**
 * A reason for a table: what a platform has said, in brackets, is cut short, so that what comes next stays in sight. The
 * whole of it is on the bot's page.
 */
export function shortenReason(reason: string): string {
  let depth = 0;
  let inside = "";
  let short = "";
  for (const character of reason) {
    if (character === ")" && depth > 0) depth -= 1;
    if (depth > 0) inside += character;
    else {
      short += cut(inside) + character;
      inside = "";
    }
    if (character === "(") depth += 1;
  }
  return short + cut(inside);
}

function cut(text: string): string {
  return text.length <= BRACKET_MOST ? text : `${text.slice(0, BRACKET_MOST - 1).trimEnd()}…`;
}
