import { expect, onTestFinished, test } from "vitest";
import { bothEngines } from "../../test/fixtures/engines.ts";
import { mergedPage } from "./merged-page.ts";
import type { CollectionSpec, Stored } from "./port.ts";

interface Row extends Stored {
  group: string;
  key: string;
}

const SPEC: CollectionSpec = { name: "rows", indexes: [{ name: "grouped", fields: ["group", "key"] }] };
const GROUPS = ["44", "4401", "440106", "4402", "4501"];

test.each(await bothEngines())(
  "groups of an index come as one list in its order, page by page, on $name, whatever comes or goes meanwhile; the other way round; a foreign token is refused",
  async (engine) => {
    const { store, remove } = await engine.open();
    onTestFinished(remove);
    const rows = await store.collection<Row>(SPEC);
    // Most stand in one group, and every third has the key of another.
    const all = Array.from({ length: 60 }, (_, at): Row => {
      const group = at % 4 === 0 ? (GROUPS[(at / 4) % GROUPS.length] as string) : "4401";
      return { _id: `r${at}`, revision: 1, group, key: String(100 + (at % 3 === 0 ? at : at - 1)) };
    });
    await rows.insertMany(all);
    const within = { index: "grouped", from: "44", to: "44:" };
    const wanted = all.filter(({ group }) => group.startsWith("44"));
    const inOrder = (rows: readonly Row[]) =>
      rows.toSorted((a, b) => (`${a.key} ${a._id}` < `${b.key} ${b._id}` ? -1 : 1)).map(({ _id }) => _id);
    const listed = async (descending: boolean, between = async () => {}) => {
      const found: string[] = [];
      for (let after: string | undefined; ; await between()) {
        const page = await mergedPage(rows, SPEC, { ...within, descending, limit: 7, ...(after && { after }) });
        found.push(...page.items.map(({ _id }) => _id));
        after = page.next;
        if (after === undefined) return found;
      }
    };
    expect(await listed(false)).toEqual(inOrder(wanted));
    expect(await listed(true)).toEqual(inOrder(wanted).toReversed());
    let added = 0;
    const before = async () => rows.insert({ _id: `a${added++}`, revision: 1, group: `44${added}`, key: "000" });
    expect(await listed(false, before)).toEqual(inOrder(wanted));
    const everything = await mergedPage(rows, SPEC, { index: "grouped", limit: 1_000 });
    expect(everything.items.length).toBe(all.length + added);
    expect(everything.next).toBeUndefined();
    const foreign = mergedPage(rows, SPEC, { ...within, limit: 7, after: "foreign" });
    await expect(foreign).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "page_token" }] });
  },
);
