import { MatterDifferenceKind } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { hasEnded } from "../../domain/matter.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { Query } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf } from "../items/item.ts";
import type { Difference } from "./differences.ts";

/** A page of what directory and catalog have and a node has not: entries first, then items. */
export async function missingFromNode(
  context: CatalogContext,
  node: string,
  { limit, token }: { limit: number; token: string },
): Promise<{ differences: Difference[]; next: string }> {
  const [part, after]: [Part, string] = token === "" ? ["entries", ""] : placeIn(token);
  const page = await (part === "entries" ? missingEntries : unissuedItems)(context, node, limit, after);
  const behind = part === "entries" ? tokenOf("items", "") : "";
  return { differences: page.differences, next: page.next === undefined ? behind : tokenOf(part, page.next) };
}

async function missingEntries(
  { matters, registry, runtime }: CatalogContext,
  node: string,
  limit: number,
  after: string,
) {
  const day = shanghaiDay(runtime.now());
  const page = await matters.directory.query({ index: "codes", limit, ...(after !== "" && { after }) });
  const differences: Difference[] = [];
  for (const entry of page.items) {
    if (hasEnded(entry, day)) continue;
    if (await isThere(registry, { index: "directoryCodes", equals: [node, entry.code] }, day)) continue;
    differences.push({ kind: MatterDifferenceKind.MISSING, expectedCode: entry.code, expected: entry.name });
  }
  return { differences, next: page.next };
}

async function unissuedItems({ items, registry, runtime }: CatalogContext, node: string, limit: number, after: string) {
  const day = shanghaiDay(runtime.now());
  const page = await items.query({ index: "published", limit, ...(after !== "" && { after }) });
  // Versions of an item follow each other: the last one counts, and one that goes on behind the page is told there.
  const newest = new Map(page.items.map((item) => [item.code, item]));
  const last = page.items.at(-1);
  if (page.next !== undefined && last) {
    const [following] = (await items.query({ index: "published", after: page.next, limit: 1 })).items;
    if (following?.code === last.code) newest.delete(last.code);
  }
  const differences: Difference[] = [];
  for (const item of newest.values()) {
    if (await isThere(registry, { index: "issuedItems", equals: [node, item.code] }, day)) continue;
    const { name } = contentOf(item);
    differences.push({ kind: MatterDifferenceKind.ITEM_UNISSUED, expectedCode: item.code, expected: name });
  }
  return { differences, next: page.next };
}

/** Whether a query finds a matter that has not ended. */
async function isThere(
  registry: CatalogContext["registry"],
  query: Omit<Query, "limit">,
  day: string,
): Promise<boolean> {
  for await (const page of pagesOf(registry.of("matter"), query)) {
    if (page.some(({ value }) => !hasEnded(value, day))) return true;
  }
  return false;
}

type Part = "entries" | "items";

function tokenOf(part: Part, after: string): string {
  return Buffer.from(JSON.stringify([part, after])).toString("base64url");
}

function placeIn(token: string): [Part, string] {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, "base64url").toString());
  } catch {
    // Told below.
  }
  const [part, after] = Array.isArray(parts) && parts.length === 2 ? parts : [];
  if ((part === "entries" || part === "items") && typeof after === "string") return [part, after];
  throw foreignPageToken();
}
