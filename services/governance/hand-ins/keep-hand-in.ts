import { canonicalJson, sha256Hex } from "../../domain/canonical.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { GovernanceContext } from "../context.ts";
import type { HandInKind } from "./columns.ts";
import { type HandInDocument, handInId } from "./hand-in-record.ts";

const TRIES = 20;
/** Versions of a list on one day at most. */
export const VERSIONS_A_DAY = 20;

/** The newest version of a list; `undefined`: none was handed in. */
export function newestHandIn(
  { handIns }: Pick<GovernanceContext, "handIns">,
  department: string,
  kind: HandInKind,
): Promise<HandInDocument | undefined> {
  return handIns.first({ index: "departments", equals: [department, kind], descending: true });
}

/** Digest over what rows say, whatever their places. */
export function digestOfRows(rows: HandInDocument["rows"]): string {
  return sha256Hex(canonicalJson(rows.map(({ cells }) => cells)));
}

/** How many rows one list has that another has not. */
export function rowsBeyond(rows: HandInDocument["rows"], others: HandInDocument["rows"]): number {
  const known = new Set(others.map(({ cells }) => canonicalJson(cells)));
  return rows.filter(({ cells }) => !known.has(canonicalJson(cells))).length;
}

/** Stores the next version, evidence first; a list that says what the newest says, with the same papers, is that version. */
export function keepHandIn(
  context: GovernanceContext,
  given: Omit<HandInDocument, "_id" | "revision" | "version" | "at">,
): Promise<HandInDocument> {
  const { handIns, runtime } = context;
  const { department, kind, rows, sha256, papers, by } = given;
  const step = async () => {
    const before = await newestHandIn(context, department, kind);
    const isSame = before?.sha256 === sha256 && canonicalJson(before.papers) === canonicalJson(papers);
    if (before && isSame) return before;
    const version = (before?.version ?? 0) + 1;
    await requireRoom(context, { department, kind, version });
    await runtime.evidence.append("handed-in", { department, kind, version, rows: rows.length, sha256, by });
    const _id = handInId(department, kind, version);
    const document = { _id, revision: 1, ...given, version, at: runtime.now().toISOString() };
    return (await insertNew(handIns, document)) ? document : undefined;
  };
  const spent = () => {
    throw new Refusal("REVISION_CONFLICT", "others hand in the same list; read it and try again");
  };
  return untilStored(step, { tries: TRIES, spent });
}

/** Refuses (`RATE_EXCEEDED`) one version more than a list has on a day: each is kept whole, for ever. */
async function requireRoom(
  { handIns, runtime }: GovernanceContext,
  { department, kind, version }: Pick<HandInDocument, "department" | "kind" | "version">,
): Promise<void> {
  if (version <= VERSIONS_A_DAY) return;
  const early = await handIns.get(handInId(department, kind, version - VERSIONS_A_DAY));
  if (!early || shanghaiDay(new Date(early.at)) !== shanghaiDay(runtime.now())) return;
  const localizedDetail = `该清单今日已提交${VERSIONS_A_DAY}个版本，请明日再交`;
  throw new Refusal("RATE_EXCEEDED", `the list has had ${VERSIONS_A_DAY} versions today`, { localizedDetail });
}
