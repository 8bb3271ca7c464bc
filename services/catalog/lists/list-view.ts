import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type EffectiveListEntrySchema,
  ListCauseKind,
  ListChangeSchema,
  ListChangeState,
  type ListEntrySchema,
  ListLevel,
  type ListLine as ListLineMessage,
  type ListLineSchema,
  type ObligatoryList,
  ObligatoryListSchema,
} from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { DIVISION_LEVELS, type DivisionLevel } from "../../domain/division.ts";
import type { EffectiveEntry, ListCause, ListEntry, ListLine } from "../../domain/obligatory-list.ts";
import { changeDigest, type ListChangeDocument, type ListDocument } from "./stored.ts";

const LEVELS: Readonly<Partial<Record<DivisionLevel, ListLevel>>> = {
  city: ListLevel.CITY,
  county: ListLevel.COUNTY,
  township: ListLevel.TOWNSHIP,
  village: ListLevel.VILLAGE,
};

const KINDS: Readonly<Record<ListCause["kind"], ListCauseKind>> = {
  own: ListCauseKind.OWN,
  designated: ListCauseKind.DESIGNATED,
  carriedOver: ListCauseKind.CARRIED_OVER,
};

const STATES: Readonly<Record<ListChangeDocument["state"], ListChangeState>> = {
  draft: ListChangeState.DRAFT,
  publishing: ListChangeState.PUBLISHING,
  published: ListChangeState.PUBLISHED,
  discarded: ListChangeState.DISCARDED,
};

/** The state that a contract's means; `undefined`: every one. */
export function stateOf(state: ListChangeState): ListChangeDocument["state"] | undefined {
  const found = Object.entries(STATES).find(([, value]) => value === state);
  return found?.[0] as ListChangeDocument["state"] | undefined;
}

/** Lines as they are asked for. */
export function linesIn(messages: readonly ListLineMessage[]): ListLine[] {
  return messages.map(({ itemCode, target, levels, departments, from, until, end }): ListLine => {
    const key = { itemCode, target, levels: levelsIn(levels) };
    if (end) return { ...key, end, until };
    return { ...key, end, departments, from, ...(until !== "" && { until }) };
  });
}

/** Entries as another node sent them. */
export function entriesIn({ entries }: ObligatoryList): ListEntry[] {
  return entries.map(({ itemCode, target, levels, departments, from, until, carriedOver }) => ({
    itemCode,
    target,
    levels: levelsIn(levels),
    departments,
    from,
    ...(until !== "" && { until }),
    ...(carriedOver && { carriedOver }),
  }));
}

/** The contract's view of an entry. */
export function entryView(entry: ListEntry): MessageInitShape<typeof ListEntrySchema> {
  const { itemCode, target, levels, departments, from, until = "", carriedOver = false } = entry;
  return { itemCode, target, levels: levelsOf(levels), departments: [...departments], from, until, carriedOver };
}

/** The contract's view of a list, as it travels. */
export function listMessage({
  node,
  division,
  changes,
  changedAt,
  entries,
  signature = "",
}: ListDocument): ObligatoryList {
  return create(ObligatoryListSchema, {
    node,
    division,
    changes: BigInt(changes),
    changedAt,
    entries: entries.map(entryView),
    signature: Uint8Array.from(Buffer.from(signature, "base64")),
  });
}

/** The contract's view of a change. */
export function changeView(change: ListChangeDocument) {
  const { _id: id, division, lines, state, steps } = change;
  return create(ListChangeSchema, {
    id,
    division,
    sha256: changeDigest(change),
    lines: lines.map(lineView),
    state: STATES[state],
    steps: steps.map(({ department: departmentCode, ...step }) => ({ ...step, departmentCode })),
  });
}

/** The contract's view of an item on an effective list. */
export function effectiveView({
  itemCode,
  causes,
  departments,
}: EffectiveEntry): MessageInitShape<typeof EffectiveListEntrySchema> {
  return {
    itemCode,
    departments: [...departments],
    causes: causes.map(({ kind, by, from, until = "", ...cause }) => ({
      kind: KINDS[kind],
      division: by,
      departments: [...cause.departments],
      from,
      until,
    })),
  };
}

function lineView(line: ListLine): MessageInitShape<typeof ListLineSchema> {
  const { itemCode, target, until = "", end } = line;
  const key = { itemCode, target, levels: levelsOf(line.levels), until, end };
  return line.end ? key : { ...key, departments: [...line.departments], from: line.from };
}

function levelsIn(levels: readonly ListLevel[]): DivisionLevel[] {
  return levels.map((level) => {
    const found = Object.entries(LEVELS).find(([, value]) => value === level);
    // What is no level below a division is refused as one that is not.
    return (found?.[0] ?? DIVISION_LEVELS[0]) as DivisionLevel;
  });
}

function levelsOf(levels: readonly DivisionLevel[]): ListLevel[] {
  return levels.flatMap((level) => LEVELS[level] ?? []);
}
