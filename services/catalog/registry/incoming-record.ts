import type { RegistryRecord } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { causeOf, contentOf, type SetAsideEntry } from "../../event/set-aside-row.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { instant } from "../issuers/instant.ts";
import { claim, ownerOf } from "../issuers/owners.ts";
import { type RegistryPast, recordId } from "../stored/records.ts";
import { checkApp, checkDepartment, checkMatter, checkOpening, checkSeal, requireKeyOf } from "./record-checks.ts";
import { applyRecord, type ForeignRecord } from "./registry.ts";
import { decodedRecord, type NamedRecord, namedRecord } from "./registry-record.ts";
import { termsIn } from "./secret-terms.ts";

/** What arrived, beside the collection itself: a stored document that cannot be read is another matter. */
const PLACE = { place: "registry", source: "registry-records" } as const;
/** Reasons that may pass; what is refused for another is set aside. */
const PASSING: ReadonlySet<string> = new Set(["STORE_AWAY", "STORE_FULL", "OVERLOADED", "REVISION_CONFLICT"]);
/** How far another node's clock may be ahead. */
const AHEAD_MS = 86_400_000;

/**
 * 5.8.3: takes a record of another node's registry over, at the province; resolves to whether it was new. `node` is who sent it: the record
 * counts for that node alone. It is held to the rules that it had to keep at home, and a key that is another node's is refused
 * (`ALREADY_EXISTS`). What is refused for good is set aside, for an operator to see and to try again.
 */
export async function takeRecord(
  context: CatalogContext,
  node: string,
  payload: Uint8Array,
  event: string,
): Promise<boolean> {
  const { setAside } = context.runtime;
  // Until it is read, an event is named as its sender named it.
  let entry: Pick<SetAsideEntry, "place" | "source" | "node" | "key"> = { ...PLACE, node, key: event };
  try {
    requireSender(context, node);
    const record = decodedRecord(payload);
    const named = namedRecord(record, node);
    entry = { ...PLACE, node, key: recordId(named.kind, node, named.key) };
    const isNew = await take(context, node, record, named);
    await setAside.cleared(entry);
    return isNew;
  } catch (error) {
    if (error instanceof Refusal && !PASSING.has(error.reason)) {
      await setAside.put({ ...entry, ...causeOf(error), content: payload });
    }
    throw error;
  }
}

/** Lets an operator try again what was set aside: after the province has moved an owner, what was refused is taken. */
export function retryRecords(context: CatalogContext): void {
  context.runtime.setAside.onRetry(PLACE.place, PLACE.source, async (row) => {
    const record = decodedRecord(contentOf(row));
    await take(context, row.node, record, namedRecord(record, row.node));
  });
}

async function take(
  context: CatalogContext,
  node: string,
  record: RegistryRecord,
  named: NamedRecord,
): Promise<boolean> {
  const foreign = foreignRecord(context, node, record, named);
  const { kind, key, departmentCode } = named;
  // What a node says about another's department is nothing.
  const owner = kind === "department" ? node : await ownerOf(context, "department", departmentCode);
  if (owner !== undefined && owner !== node) {
    const description = `${kind} ${key} is about department ${departmentCode}, which belongs to node ${owner}`;
    throw new Refusal("ALREADY_EXISTS", description, { metadata: { kind, key, node: owner } });
  }
  if (kind === "department" || kind === "seal") await claim(context, kind, key, node, departmentCode);
  return applyRecord(context, foreign);
}

/** What is kept of a record of a node, held to the rules that it had to keep there. Throws the refusal of what it breaks. */
export function foreignRecord(
  context: CatalogContext,
  node: string,
  record: RegistryRecord,
  { kind, key, value }: NamedRecord,
): ForeignRecord {
  checkRecord(record, node);
  const changes = Number(record.changes);
  return { kind, node, key, changes, value, ...accountIn(record), ...pastIn(context, record) };
}

function requireSender({ runtime: { config } }: CatalogContext, node: string): void {
  const peer = config.peers.find((one) => one.node === node);
  if (isProvince(config.node) && peer && !isProvince(peer)) return;
  throw new Refusal("PERMISSION_DENIED", `this node keeps no registry records of node ${node}`, { metadata: { node } });
}

/** The rules of the RPC that put the record at home. */
function checkRecord({ record }: RegistryRecord, node: string): void {
  if (record.case === "department") checkDepartment(record.value);
  if (record.case === "app" && record.value.app) checkApp(record.value.app, node);
  if (record.case === "matter") checkMatter(record.value);
  if (record.case === "seal") checkSeal(record.value);
  if (record.case !== "opening") return;
  // At home an item is opened for apps of the node alone.
  requireKeyOf(node, "opening.app_key", record.value.appKey);
  checkOpening(record.value);
}

function accountIn({ record }: RegistryRecord): Pick<ForeignRecord, "secretHash" | "secretTerms" | "tokensNotBefore"> {
  if (record.case !== "app") return {};
  const { secretHash, secretTerms, tokensNotBefore } = record.value;
  return {
    ...(secretHash !== "" && { secretHash }),
    ...(secretTerms && { secretTerms: termsIn(secretTerms) }),
    ...(tokensNotBefore !== "" && { tokensNotBefore: instant("app.tokens_not_before", tokensNotBefore) }),
  };
}

/** Former superiors, oldest first and none that ended in times to come. */
function pastIn({ runtime }: CatalogContext, { record, formerSuperiors }: RegistryRecord): { past?: RegistryPast } {
  if (formerSuperiors.length === 0) return {};
  if (record.case !== "department") {
    throw refuseField(
      "INVALID_FIELD",
      "former_superiors",
      `a ${record.case} has no superiors`,
      "send it without",
      `${record.case}没有上级，请去掉该字段`,
    );
  }
  const latest = new Date(runtime.now().getTime() + AHEAD_MS).toISOString();
  const superiors = formerSuperiors.map(({ superiorCode: code, until }, index) => ({
    code,
    until: instant(`former_superiors[${index}].until`, until),
  }));
  superiors.forEach(({ until }, index) => {
    if (until <= latest && (superiors[index - 1]?.until ?? "") <= until) return;
    const remedy = "set the sending node's clock right";
    throw refuseField(
      "INVALID_FIELD",
      `former_superiors[${index}].until`,
      "lies ahead, or before the one before it",
      remedy,
      "时间在将来，或早于前一项，请校准发送节点的时钟",
    );
  });
  return { past: { superiors } };
}
