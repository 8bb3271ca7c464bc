import type { Department } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Addressee, BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { canonicalJson } from "../../domain/canonical.ts";
import { isWithinReach, type Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { unread } from "../../domain/unread.ts";
import { insertNew } from "../../store/insert-new.ts";
import { type BulletinAddressee, type BulletinDocument, bulletinUnknown } from "../bulletin/bulletin-record.ts";
import { titleOf } from "../bulletin/bulletin-text.ts";
import { bulletinView } from "../bulletin/bulletin-view.ts";
import { contentOf } from "../bulletin/content-of-inspection.ts";
import type { SupervisionContext } from "../context.ts";
import { askedDivision } from "../inspections/asked-division.ts";
import { inspectionId, inspectionUnknown, isInspectable } from "../inspections/inspection-record.ts";

/** 6.2.6.2: draws, signs and delivers the bulletin of a quarter that was frozen, once. */
export function publishBulletin(context: SupervisionContext): Handlers<typeof BulletinService>["publishBulletin"] {
  const { inspections, bulletins, runtime, press } = context;
  return async ({ division: asked, quarter, remark, addressees: named, inspectionSha256: read }, call) => {
    const division = askedDivision(asked, call, runtime);
    const _id = inspectionId(division, quarter);
    const inspection = isInspectable(call.reach, division) ? await inspections.get(_id) : undefined;
    if (!inspection) throw inspectionUnknown();
    const published = await bulletins.get(_id);
    if (published) return { bulletin: bulletinView(published) };
    const by = callerName(call.caller);
    if (inspection.snapshot.frozenBy === by) throw ownInspection();
    if (read !== inspection.sha256) throw unread("inspection_sha256", inspection.sha256);
    const addressees = await knownAddressees(context, call, named);
    const publisher = await publisherOf(context, call);
    const content = await contentOf(context, inspection.snapshot, publisher, remark);
    const { pdf, xlsx } = await press.run(content);
    const [pdfDigest, xlsxDigest] = await Promise.all([pdf, xlsx].map((bytes) => runtime.store.blobs.put(bytes)));
    const publishedAt = runtime.now().toISOString();
    const files = { pdf: pdfDigest as string, xlsx: xlsxDigest as string };
    const { code: node } = runtime.config.node;
    const said = { schema: "ecert.bulletin.v1", node, division, quarter, publishedAt, inspection: inspection.sha256 };
    const statement = canonicalJson({ ...said, files });
    const document: BulletinDocument = {
      ...{ _id, revision: 1, division, quarter, title: titleOf(content), publisher, publishedAt, publishedBy: by },
      ...files,
      statement,
      signature: Buffer.from(runtime.nodeKey.sign(Buffer.from(statement))).toString("base64"),
      addressees,
      accounts: addressees.map(({ account }) => account),
    };
    await runtime.evidence.append("bulletin-published", { division, quarter, ...files, by });
    if (await insertNew(bulletins, document)) return { bulletin: bulletinView(document) };
    // Somebody else was first: that is what was published.
    const first = await bulletins.get(_id);
    if (!first) throw bulletinUnknown();
    return { bulletin: bulletinView(first) };
  };
}

function ownInspection(): Refusal {
  const description = "you froze this quarter: who did that does not publish it as well";
  const localized = "您已冻结该季度数据，通报须由其他人员发布";
  return refuseField("SAME_PERSON", "quarter", description, "let another person publish it", localized);
}

/** Reach first: whoever lies beyond it is told nothing of the accounts there. */
async function knownAddressees(
  context: SupervisionContext,
  { reach }: Pick<CallContext, "reach">,
  named: readonly Addressee[],
): Promise<BulletinAddressee[]> {
  const known: BulletinAddressee[] = [];
  for (const [index, { account, departmentCode: department }] of named.entries()) {
    const field = `addressees[${index}].account`;
    if (known.some((one) => one.account === account))
      throw refuseField("INVALID_FIELD", field, "is named twice", "name each once", "重复，请每人只填一次");
    await requireWithin(context, reach, department, `addressees[${index}].department_code`);
    const { name } = await context.accounts
      .getStaffAccount({ id: account, departmentCode: department })
      .catch((cause: unknown) => {
        if (!(cause instanceof Refusal) || cause.reason !== "ACCOUNT_UNKNOWN") throw cause;
        const localized = "没有该账户，或不属于所填部门，请核对";
        throw refuseField(
          "ACCOUNT_UNKNOWN",
          field,
          `no account ${account} of ${department}`,
          "take one of the department's accounts",
          localized,
        );
      });
    known.push({ account, department, name });
  }
  return known;
}

/** A bulletin is delivered within the publisher's division alone (4.2). Throws `DEPARTMENT_UNKNOWN`. */
async function requireWithin(
  context: Pick<SupervisionContext, "departments">,
  reach: Reach,
  department: string,
  field: string,
): Promise<void> {
  const division = (await departmentOf(context, department))?.division;
  if (division !== undefined && isWithinReach(reach, { department, division })) return;
  const description = `no department ${department} within your reach`;
  const remedy = "take one that serves your division or one below it";
  throw refuseField("DEPARTMENT_UNKNOWN", field, description, remedy, "没有该部门，或不在您的管辖范围内，请核对");
}

/** Name of the body that publishes, by its own record; its code, where the catalog has none. */
async function publisherOf(
  context: Pick<SupervisionContext, "departments">,
  { caller }: Pick<CallContext, "caller">,
): Promise<string> {
  const code = caller.kind === "staff" ? caller.department : "";
  return (await departmentOf(context, code))?.name ?? code;
}

/** A department by the catalog; `undefined` where it has none. */
async function departmentOf(
  { departments }: Pick<SupervisionContext, "departments">,
  code: string,
): Promise<Department | undefined> {
  const found = await departments.getDepartment({ code }).catch((error: unknown) => {
    if (error instanceof Refusal && error.reason === "DEPARTMENT_UNKNOWN") return undefined;
    throw error;
  });
  return found?.department;
}
