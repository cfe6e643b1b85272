// What runs inside the page. Each function is sent there as text, so it uses nothing from outside itself.

/** True once React has taken over what the server sent, or when the page is none of the console's. */
export function isInteractive(): boolean {
  if (!("__next_f" in self)) return document.readyState === "complete";
  const main = document.querySelector("main");
  return main !== null && Object.keys(main).some((key) => key.startsWith("__reactFiber"));
}

/** Chooses these options one right after the other, with no time to draw in between. */
export function chooseAtOnce(selects: Element[], values: readonly string[]): void {
  for (const [index, select] of selects.entries()) {
    if (!(select instanceof HTMLSelectElement)) continue;
    select.value = values[index] ?? "";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Widths in pixels, and what sticks out to the right of the page. */
export function findOverflow(): { scrollWidth: number; clientWidth: number; out: string[] } {
  const { scrollWidth, clientWidth } = document.documentElement;
  const isClipped = (element: Element): boolean => {
    const parent = element.parentElement;
    if (parent === null || parent === document.body) return false;
    return getComputedStyle(parent).overflowX !== "visible" || isClipped(parent);
  };
  const out = [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !isClipped(element))
    .map((element) => `${element.tagName.toLowerCase()} "${(element.textContent ?? "").trim().slice(0, 40)}"`);
  return { scrollWidth, clientWidth, out: out.slice(0, 5) };
}

/** Texts that reach the edge of the card, cell or button that they stand in, though they neither scroll there nor end in dots. */
export function findSpills(): string[] {
  const isBox = (style: CSSStyleDeclaration) =>
    Number.parseFloat(style.borderRightWidth) > 0 || style.overflowX !== "visible" || style.display === "table-cell";
  const isMeantToCut = ({ overflowX, textOverflow, webkitLineClamp }: CSSStyleDeclaration) =>
    ["auto", "scroll"].includes(overflowX) || textOverflow === "ellipsis" || webkitLineClamp !== "none";
  const boxOf = (element: Element | null): Element | null =>
    element === null || isBox(getComputedStyle(element)) ? element : boxOf(element.parentElement);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const spills: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = (node.textContent ?? "").trim();
    const box = boxOf(node.parentElement);
    if (text === "" || box === null || isMeantToCut(getComputedStyle(box))) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { right, width } = range.getBoundingClientRect();
    const edge = box.getBoundingClientRect();
    // What only screen readers are told is a pixel wide.
    if (width > 0 && edge.width > 1 && right > edge.right - 3) spills.push(text.slice(0, 40));
  }
  return spills;
}

/**
 * A table's rows as objects, keyed by the text of the column's header. The text is what a screen reader would say:
 * hidden parts are left out, visually hidden ones are in. A row that spans columns is left out.
 */
export function readRows(table: Element): Record<string, string>[] {
  const read = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
    if (!(node instanceof Element) || node.getAttribute("aria-hidden") === "true") return "";
    const { display, visibility } = getComputedStyle(node);
    if (display === "none" || visibility === "hidden") return "";
    const text = [...node.childNodes].map(read).join("");
    return display === "inline" || display === "contents" ? text : ` ${text} `;
  };
  const textOf = (cell: Element) => read(cell).replace(/\s+/g, " ").trim();
  const headers = [...table.querySelectorAll("thead th, thead td")].map(textOf);
  return [...table.querySelectorAll("tbody tr")]
    .map((row) => [...row.children])
    .filter((cells) => cells.length === headers.length)
    .map((cells) => Object.fromEntries(cells.map((cell, column) => [headers[column] ?? "", textOf(cell)])));
}

/** The rules of axe-core, which is in the page already, that the page breaks: a rule, then where. */
export async function findViolations(): Promise<string[][]> {
  type Node = { html: string; failureSummary?: string };
  type Axe = {
    run(where: Document, options: object): Promise<{ violations: { id: string; help: string; nodes: Node[] }[] }>;
  };
  const { axe } = globalThis as unknown as { axe: Axe };
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const describe = ({ html, failureSummary = "" }: Node) =>
    `${html.slice(0, 200)} – ${failureSummary.split("\n").slice(1).join("; ").trim()}`;
  return violations.map(({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.map(describe)]);
}
