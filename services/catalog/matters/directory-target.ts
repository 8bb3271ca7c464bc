import { several } from "../../base/several.ts";
import type { ReadRow } from "../../document/table/read-row.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { pagesOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import type { DirectoryDocument } from "./directory-record.ts";
import type { ComparedRow } from "./import-record.ts";
import type { TargetOf } from "./import-target.ts";
import { differing, mergedValue } from "./merged-value.ts";

const AT_ONCE = 64;

/** The province's directory of matters (省事项目录). A file that is whole ends what it does not name. */
export function directoryTarget({ matters, runtime }: CatalogContext): TargetOf {
  const { directory } = matters;

  const compared = (read: ReadRow, old: DirectoryDocument | undefined): ComparedRow => {
    const { row, code, value, faults = [] } = read;
    const head = { row, ...(code !== undefined && { code }), ...(value && { name: String(value.name) }) };
    if (!value) return { ...head, outcome: "faulty", faults };
    if (!old) return { ...head, outcome: "added", value };
    const before = differing(membersOf(old), mergedValue(membersOf(old), value));
    return before ? { ...head, outcome: "changed", value, before } : { ...head, outcome: "unchanged" };
  };

  const store = async ({ code = "", value = {} }: ComparedRow) => {
    await changeStored(directory, code, (old) => {
      const members = old ? membersOf(old) : undefined;
      const next = value.code === undefined ? { ...members, ...value } : mergedValue(members, value);
      if (members && canonicalJson(members) === canonicalJson(next)) return undefined;
      const entry = { _id: code, revision: old?.revision ?? 1, changedAt: runtime.now().toISOString(), ...next };
      return entry as unknown as DirectoryDocument;
    });
  };

  return {
    async compare(rows) {
      const stored = await directory.getMany(rows.map(({ code }) => code ?? ""));
      return rows.map((row, place) => compared(row, stored[place]));
    },

    async *missing(named, endedOn) {
      const end = { outcome: "ended", value: { endedOn }, before: { endedOn: "" } } as const;
      for await (const page of pagesOf(directory, { index: "codes" })) {
        const gone = page.filter((one) => !named.has(one.code) && !one.endedOn);
        if (gone.length > 0) yield gone.map(({ code, name }) => ({ row: 0, code, name, ...end }));
      }
    },

    store: (rows) => several(rows, AT_ONCE, store),

    async changedSince(time) {
      const page = await directory.query({ index: "changed", from: `${time}!`, limit: 1 });
      return page.items.length > 0;
    },
  };
}

/** Members that a file gives, as JSON. */
function membersOf({ code, name, typeCode, endedOn }: DirectoryDocument): JsonObject {
  return { code, name, typeCode, ...(endedOn !== undefined && { endedOn }) };
}
