import { MatterDifferenceKind } from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { hasEnded } from "../../domain/matter.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { narrowedPart } from "../../store/ordered-page.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { Page, Query } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf } from "../items/item.ts";
import type { Difference } from "./differences.ts";

/** What directory or catalog have, whether a node has it or not. */
interface Expected {
  part: Part;
  code: string;
  name: string;
}

/** By what a node's matters carry an entry out, or issue an item, and what is told where none does. */
const PARTS = {
  entries: { index: "directoryCodes", kind: MatterDifferenceKind.MISSING },
  items: { index: "issuedItems", kind: MatterDifferenceKind.ITEM_UNISSUED },
} as const;

const KEYS: Readonly<Record<string, (one: Expected) => string>> = {
  name: ({ name }) => name,
  code: ({ code }) => code,
};

/** A page of what directory and catalog have and a node has not: entries first, then items, or in the order asked for. */
export async function missingFromNode(
  context: CatalogContext,
  node: string,
  { limit, token, search, orderBy }: { limit: number; token: string; search: string; orderBy: string },
): Promise<{ differences: Difference[]; next: string }> {
  const day = shanghaiDay(context.runtime.now());
  const ask = (part: { limit: number; after?: string }) => expectedBehind(context, part, { day, search });
  const idOf = ({ part, code }: Expected) => `${part} ${code}`;
  const order = { search, orderBy, keys: KEYS, idOf };
  const { items, next = "" } = await narrowedPart(ask, { limit, after: token }, order);
  const differences: Difference[] = [];
  for (const { part, code, name } of items) {
    const { index, kind } = PARTS[part];
    if (await isThere(context.registry, { index, equals: [node, code] }, day)) continue;
    differences.push({ kind, expectedCode: code, expected: name });
  }
  return { differences, next };
}

/** A page of what directory and catalog have of a day and of which code or name holds a text. */
async function expectedBehind(
  context: CatalogContext,
  { limit, after: token = "" }: { limit: number; after?: string },
  { day, search }: { day: string; search: string },
): Promise<Page<Expected>> {
  const [part, place]: [Part, string] = token === "" ? ["entries", ""] : placeIn(token);
  const query = { limit, ...(place !== "" && { after: place }) };
  const page = await (part === "entries" ? entriesOn(context, day, query) : newestItems(context, query));
  const items = page.items.filter(({ code, name }) => holdsPart(search, [code, name]));
  if (page.next !== undefined) return { items, next: tokenOf(part, page.next) };
  return { items, ...(part === "entries" && { next: tokenOf("items", "") }) };
}

async function entriesOn(
  { matters }: CatalogContext,
  day: string,
  query: Pick<Query, "limit" | "after">,
): Promise<Page<Expected>> {
  const page = await matters.directory.query({ index: "codes", ...query });
  const entries = page.items.filter((entry) => !hasEnded(entry, day));
  return { ...page, items: entries.map(({ code, name }) => ({ part: "entries", code, name })) };
}

async function newestItems({ items }: CatalogContext, query: Pick<Query, "limit" | "after">): Promise<Page<Expected>> {
  const page = await items.query({ index: "published", ...query });
  // Versions of an item follow each other: the last one counts, and one that goes on behind the page is told there.
  const newest = new Map(page.items.map((item) => [item.code, item]));
  const last = page.items.at(-1);
  if (page.next !== undefined && last) {
    const [following] = (await items.query({ index: "published", after: page.next, limit: 1 })).items;
    if (following?.code === last.code) newest.delete(last.code);
  }
  const told = [...newest.values()].map(
    (item): Expected => ({ part: "items", code: item.code, name: contentOf(item).name }),
  );
  return { ...page, items: told };
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
