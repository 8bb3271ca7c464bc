import type { RegistryRecord } from "../../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { hasService, provincePeer } from "../../host/place.ts";
import { requireKeyOf } from "../../registry/codes.ts";
import { instant } from "../../registry/instant.ts";
import type { ReadRecord, RecordTerms } from "../../registry/record.ts";
import type { CatalogContext } from "../context.ts";
import { claim, ownerOf } from "../issuers/owners.ts";
import { RECORD_KINDS, type RegistryDocument, type RegistryPast, recordId } from "../stored/records.ts";
import { checkDepartment, checkMatter, checkOpening, checkSeal } from "./record-checks.ts";
import { pastAfter } from "./registry-past.ts";
import { decodedRecord, encodedRecord, namedRecord } from "./registry-record.ts";

/** How far another node's clock may be ahead. */
const AHEAD_MS = 86_400_000;

/** Departments, seals, openings and matters as records. */
export function recordTerms(context: () => CatalogContext): RecordTerms<RegistryDocument> {
  return {
    kinds: RECORD_KINDS,
    keys: {
      department: ["code"],
      seal: ["code"],
      opening: ["item_code", "department_code", "app_key"],
      matter: ["code"],
    },
    idOf: recordId,
    told: { kind: EventKind.REGISTRY_CHANGED },
    // Records travel up to the province alone, and to the service of this node that counts them: elsewhere nobody is told.
    isHeard() {
      const { config } = context().runtime;
      return provincePeer(config.peers) !== undefined || hasService(config, "supervision");
    },
    source: "registry-records",
    encoded: encodedRecord,
    read(payload, node) {
      const record = decodedRecord(payload);
      const named = namedRecord(record, node);
      const read = { ...named, node, changes: Number(record.changes) };
      const { departmentCode: _of, ...saying } = read;
      return {
        ...read,
        checked() {
          checkRecord(record, node);
          return { ...saying, ...pastIn(context(), record) };
        },
      };
    },
    beside(old, value) {
      const past = pastAfter(old, value, context().runtime.now());
      return past === undefined ? {} : { past };
    },
    keptBeside: () => ({}),
    admit: (read) => admit(context(), read),
  };
}

/** What a node says about another's department is nothing; keys of departments and seals are one node's. */
async function admit(
  context: CatalogContext,
  { kind, key, node, departmentCode }: ReadRecord<RegistryDocument>,
): Promise<void> {
  const owner = kind === "department" ? node : await ownerOf(context, "department", departmentCode);
  if (owner !== undefined && owner !== node) {
    const description = `${kind} ${key} is about department ${departmentCode}, which belongs to node ${owner}`;
    throw new Refusal("ALREADY_EXISTS", description, { metadata: { kind, key, node: owner } });
  }
  if (kind === "department" || kind === "seal") await claim(context, kind, key, node, departmentCode);
}

/** The rules of the RPC that put the record at home. */
function checkRecord({ record }: RegistryRecord, node: string): void {
  if (record.case === "department") checkDepartment(record.value);
  if (record.case === "matter") checkMatter(record.value);
  if (record.case === "seal") checkSeal(record.value);
  if (record.case !== "opening") return;
  // At home an item is opened for apps of the node alone.
  requireKeyOf(node, "opening.app_key", record.value.appKey);
  checkOpening(record.value);
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
