import { fromBinary } from "@bufbuild/protobuf";
import { HourTallySchema } from "../../../proto/gen/ecert/supervision/v1/tally_pb.ts";
import { checkFieldRules } from "../../call/request/field-rules.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Collection, CollectionSpec, Stored } from "../../store/port.ts";
import { readable, requireHour } from "../facts/readable.ts";
import { type Cells, cellKey } from "./month-record.ts";

/** What a service of a node counted in an hour; `_id` is node and aggregate. A later change holds the whole hour again. */
export interface TallyDocument extends Stored {
  owner: string;
  /** Hour of Asia/Shanghai, `yyyy-MM-ddTHH`. */
  hour: string;
  changes: number;
  cells: Cells;
  dirty?: 1;
}

export const TALLIES: CollectionSpec = {
  name: "supervision_tallies",
  indexes: [
    { name: "hours", fields: ["owner", "hour"] },
    { name: "dirty", fields: ["dirty"] },
  ],
};

/** Opens the tallies. One that cannot be read is set aside (place `store`), and the others are counted. */
export async function openTallies({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<TallyDocument>> {
  const collection = await store.collection<TallyDocument>(TALLIES);
  const check = ({ owner, hour, changes, cells }: TallyDocument) => {
    const sound = typeof cells === "object" && cells !== null && Object.values(cells).every(Number.isSafeInteger);
    if (sound && [owner, hour].every((text) => typeof text === "string") && Number.isSafeInteger(changes)) return;
    throw new Refusal("RECORD_UNREADABLE", "the tally lacks members or has wrong ones");
  };
  return guardedCollection({ collection, setAside, place: "store", source: TALLIES.name, check });
}

/** Keeps an hour as its newest change has it, under the owner that `ownerOf` tells of its department; resolves to whether it was new. One without a department says only that its node is there. */
export async function keepTally(
  tallies: Pick<Collection<TallyDocument>, "get" | "insert" | "replace">,
  { node, aggregate, changes }: { node: string; aggregate: string; changes: number },
  payload: Uint8Array,
  ownerOf: (department: string) => Promise<string>,
): Promise<boolean> {
  const tally = readable("a tally", () => fromBinary(HourTallySchema, payload));
  checkFieldRules(HourTallySchema, tally);
  requireHour("a tally", tally.hour);
  if (tally.departmentCode === "") return false;
  const cells: Record<string, number> = {};
  for (const { action, reason, itemCode: item, matterCode: matter, count } of tally.cells) {
    const key = cellKey({ action, reason, item, matter });
    cells[key] = (cells[key] ?? 0) + Number(count);
  }
  const { hour } = tally;
  const owner = await ownerOf(tally.departmentCode);
  let isNew = false;
  await changeStored(tallies, `${node}/${aggregate}`, (old) => {
    isNew = (old?.changes ?? 0) < changes;
    if (!isNew) return old;
    const document = { owner: old?.owner ?? owner, hour, changes, cells };
    return { _id: `${node}/${aggregate}`, revision: 1, ...document, dirty: 1 } satisfies TallyDocument;
  });
  return isNew;
}
