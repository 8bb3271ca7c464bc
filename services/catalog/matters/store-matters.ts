import { several } from "../../base/several.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { withChange } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { type RegistryDocument, recordId } from "../stored/records.ts";
import type { ComparedRow } from "./import-record.ts";
import { mergedValue } from "./merged-value.ts";

/** Documents that are replaced at the same time: an engine commits them together. */
const AT_ONCE = 256;

/**
 * Stores rows as records of this node, with the events that tell the province: new ones together, changed ones by compare-and-set, over whatever
 * is there by now of the members that lists do not have. The same again changes nothing.
 */
export async function storeMatters(context: CatalogContext, rows: readonly ComparedRow[]): Promise<void> {
  const { registry, bell } = context;
  const matters = registry.of("matter");
  const next = nextOf(context);
  const wanted = rows.flatMap(({ code, value }) => (code === undefined || !value ? [] : [{ code, value }]));
  const stored = await matters.getMany(wanted.map(({ code }) => idOf(context, code)));
  const fresh = wanted.filter((_, place) => !stored[place]);
  const inserted = await matters.insertMany(fresh.map((row) => next(row, undefined) as RegistryDocument));
  const taken = fresh.filter((_, place) => inserted[place]);
  const old = wanted.flatMap((row, place) => (stored[place] ? [{ row, document: stored[place] }] : []));
  await several(old, AT_ONCE, async ({ row, document }) => {
    const changed = next(row, document);
    if (changed && !(await matters.replace(changed))) taken.push(row);
  });
  for (const row of taken) await storeOne(context, row);
  bell.ring();
}

/** Somebody else stored it meanwhile: it is read anew. One that cannot be read is set aside, and holds up no other. */
async function storeOne(context: CatalogContext, row: Row): Promise<void> {
  const { registry, runtime } = context;
  const next = nextOf(context);
  try {
    await changeStored(registry.of("matter"), idOf(context, row.code), (old) => next(row, old));
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== "RECORD_UNREADABLE") throw error;
    runtime.log.error(
      { matter: row.code },
      "a matter of an import cannot be read where it is stored, and was left out",
    );
  }
}

interface Row {
  code: string;
  value: JsonObject;
}

function idOf({ runtime }: CatalogContext, code: string): string {
  return recordId("matter", runtime.config.node.code, code);
}

/** What the document of a row becomes, or `undefined` where it is so already. */
function nextOf({ runtime, terms }: CatalogContext) {
  const node = runtime.config.node.code;
  return ({ code, value: given }: Row, old: RegistryDocument | undefined): RegistryDocument | undefined => {
    // Whoever ends says nothing but that; whoever is named by a row has all that a row must have.
    const ends = given.code === undefined;
    if (ends && (!old || old.value.endedOn)) return old && undefined;
    const value = ends ? { ...old?.value, ...given } : mergedValue(old?.value, { ...given, node });
    if (old && canonicalJson(old.value) === canonicalJson(value)) return undefined;
    const now = runtime.now();
    const document: RegistryDocument = {
      ...(old ?? { _id: recordId("matter", node, code), revision: 1 }),
      kind: "matter",
      node,
      key: code,
      changes: (old?.changes ?? 0) + 1,
      changedAt: now.toISOString(),
      value,
    };
    return terms.isHeard() ? withChange(terms, document, now) : document;
  };
}
