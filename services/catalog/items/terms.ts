import { MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type {
  GetIssuingTermsRequest,
  GetUsageTermsRequest,
} from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { admitIssuing } from "../../domain/opening.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { admitUse } from "../../domain/usage-opening.ts";
import { requireCreditCode } from "../../registry/codes.ts";
import { readRecord } from "../../registry/keep-record.ts";
import { type KnownApp, requireInUse } from "../apps/known-apps.ts";
import type { CatalogContext } from "../context.ts";
import { requireIssuingRight } from "../issuers/issuing-right.ts";
import { requireActsFor } from "../openings/admit-app.ts";
import { knownDepartment, superiorsOf } from "../registry/departments.ts";
import { haltOf } from "../registry/halt.ts";
import { openingsFor } from "../registry/openings.ts";
import { usableSeal } from "../registry/usable-seal.ts";
import type { IssuingTerms, UsageTerms } from "./given-terms.ts";
import { requireIssuable } from "./issuable.ts";
import { contentOf, itemUnknown, itemView, newestVersion, publishedVersion } from "./item.ts";

/** 4.4.1, 6.4.5.1: decides on issuing and gives item, issuer and seal. Throws the refusals of GetIssuingTerms. */
export async function issuingTerms(context: CatalogContext, request: GetIssuingTermsRequest): Promise<IssuingTerms> {
  const { items } = context;
  const { itemCode, issuerCode, appKey, day } = request;
  const published = await publishedVersion(items, itemCode);
  if (!published && !(await newestVersion(items, itemCode))) throw itemUnknown(itemCode);
  const issuer = await knownDepartment(context, issuerCode);
  if (!issuer) {
    requireCreditCode("issuer_code", issuerCode);
    const remedy = "ask the node's operator to register it";
    throw refuseField(
      "DEPARTMENT_UNKNOWN",
      "issuer_code",
      `no department ${issuerCode} at this node`,
      remedy,
      `本节点没有部门${issuerCode}，请核对代码，或请运维登记该部门`,
    );
  }
  if (issuer.closed) throw departmentClosed("issuer_code", issuerCode);
  if (published) requireIssuable(itemCode, contentOf(published), issuer);
  const app = await context.apps.find(appKey);
  if (app) requireInUse(app);
  const superiors = await superiorsOf(context, issuer);
  const { opening, department } = admitIssuing({
    itemCode,
    published: published !== undefined,
    obligatory: await context.listSource.stands(issuer.division, itemCode, day),
    issuer: issuerCode,
    superiors,
    app: appKey,
    day,
    openings: await openingsFor(context, itemCode, [issuerCode, ...superiors]),
  });
  if (app) {
    const acting = { key: appKey, department: app.departmentCode };
    await requireActsFor(context, { app: acting, department, act: { item: itemCode }, day, field: "app_key" });
  }
  const seal = await usableSeal(context, opening.sealCode, issuerCode);
  const document = published as NonNullable<typeof published>;
  await requireIssuingRight(context, { issuerCode, itemCode, typeCode: contentOf(document).typeCode });
  const { attested, samePersonMayIssue } = opening;
  return { item: itemView(document), issuer, seal, attested, samePersonMayIssue, opening };
}

/** 6.4.6.1: decides on the use of certificates. An app of a city is judged by its city's records (stand-by, 4.5.1). */
export async function usageTerms(
  context: CatalogContext,
  { appKey, matterCode, day }: GetUsageTermsRequest,
): Promise<UsageTerms> {
  const own = context.runtime.config.node.code;
  const app = await requireApp(context, appKey);
  requireInUse(app);
  const matter = await readRecord(context, MatterSchema, "matter", app.node, matterCode);
  const metadata = { matter_code: matterCode, app_key: appKey };
  if (!matter) {
    const remedy = "name a matter of the department's list";
    throw refuseField(
      "MATTER_UNKNOWN",
      "context.matter_code",
      `no matter ${matterCode}`,
      remedy,
      `没有事项${matterCode}，请填写本部门事项清单中的事项`,
    );
  }
  admitUse({ ...matter, halt: haltOf(matter.halt).halt }, appKey, day);
  // A node that is away takes no app out of its matters: here, too, what was delegated ends with its last day.
  await requireActsFor(context, {
    ...{ app: { key: appKey, department: app.departmentCode }, department: matter.departmentCode },
    ...{ act: { matter: matterCode }, day, field: "context.matter_code" },
    ...(app.node !== own && { node: app.node }),
  });
  const department = await knownDepartment(context, matter.departmentCode);
  if (department?.closed) throw departmentClosed("context.department_code", matter.departmentCode);
  if (app.node !== own && department?.node !== app.node) {
    // A node speaks for its own departments only; whose a record is, the province says.
    const message = `matter ${matterCode} names department ${matter.departmentCode}, which is not one of node ${app.node}`;
    throw new Refusal("PERMISSION_DENIED", message, { metadata: { ...metadata, node: app.node } });
  }
  const { operatorProvider, quota } = app;
  return { matter, ...(department && { department }), quota, ...(operatorProvider && { operatorProvider }) };
}

/** An app of this node, or at the province of any. */
async function requireApp({ apps }: CatalogContext, appKey: string): Promise<KnownApp> {
  const app = await apps.find(appKey);
  if (app) return app;
  throw refuseField(
    "APP_UNKNOWN",
    "app_key",
    `no app ${appKey}`,
    "ask the node's operator to register it",
    `没有应用${appKey}，请核对AppKey，或请节点运维登记`,
  );
}
