import { randomUUID } from "node:crypto";
import type { Client } from "@connectrpc/connect";
import { expect, onTestFinished, test } from "vitest";
import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { openTestRuntime } from "../../../test/fixtures/runtime.ts";
import { openContext } from "../open-context.ts";
import { signedList } from "./list-signature.ts";
import { entryView, listMessage } from "./list-view.ts";
import { LISTS, type ListDocument, listId } from "./stored.ts";
import { takeNewer } from "./take-newer.ts";

const PROVINCE = "440000";
const LIST: ListDocument = {
  ...{ _id: listId(PROVINCE, PROVINCE), revision: 1, node: PROVINCE, division: PROVINCE, changes: 4 },
  changedAt: "2026-11-24T02:00:00.000Z",
  entries: [{ itemCode: "YYZZ", target: PROVINCE, levels: ["county"], departments: [], from: "2026-01-01" }],
};

async function openedProvince() {
  const house = await openTestRuntime({ service: "catalog", role: "province", code: PROVINCE });
  onTestFinished(() => house.close());
  return { runtime: house.runtime, context: await openContext(house.runtime) };
}

/** A city that has a list, as it tells it. */
function has(list: ListDocument, dryRun = false) {
  const { changes, changedAt, entries } = list;
  const answer = { entries: entries.map(entryView), nextPageToken: "", changes: BigInt(changes), changedAt };
  const lists = { listListEntries: async () => answer } as unknown as Client<typeof ListService>;
  return { lists, peer: "440100", told: listMessage({ ...list, entries: [] }), dryRun };
}

test("4.3.2: a province takes its own list back only as it has signed it, whoever has it", async () => {
  const { runtime, context } = await openedProvince();
  const { runtime: stranger } = await openedProvince();
  const signed = signedList(runtime, LIST);
  const [entry] = signed.entries;
  const forged: ListDocument[] = [
    LIST,
    signedList(stranger, LIST),
    { ...signed, changes: 5 },
    { ...signed, entries: [] },
    { ...signed, entries: [{ ...(entry as NonNullable<typeof entry>), itemCode: randomUUID() }] },
  ];
  const stored = await runtime.store.collection<ListDocument>(LISTS);
  for (const list of forged)
    await expect(takeNewer(context, has(list))).rejects.toMatchObject({ reason: "SIGNATURE_INVALID" });
  expect(await takeNewer(context, has(signed, true))).toBe(true);
  expect(await stored.get(LIST._id)).toBeUndefined();
  expect(await takeNewer(context, has(signed))).toBe(true);
  expect(await stored.get(LIST._id)).toEqual(signed);
  expect(await takeNewer(context, has(signed))).toBe(false);
});
