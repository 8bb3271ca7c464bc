import type { IssuerService, IssuingRight } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireDateRange, shanghaiDay } from "../../domain/civil-date.ts";
import { type IssuingPeriod, withPeriod } from "../../domain/issuing-period.ts";
import { refuseField } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import { requireCreditCode } from "../../registry/codes.ts";
import type { CatalogContext } from "../context.ts";
import { changed } from "../issuers/owners.ts";
import { requireProvince } from "../issuers/require-province.ts";
import { rightsIn } from "../issuers/rights.ts";
import { contentOf, itemUnknown, newestVersion } from "../items/item.ts";
import type { RightsDocument } from "../stored/province-records.ts";

/** 5.6.2, 5.1.3: the province says at which node a department issues an item, and in which time. */
export function putIssuingRight(context: CatalogContext): Handlers<typeof IssuerService>["putIssuingRight"] {
  const { runtime, items, owners, rights } = context;
  return async (request) => {
    requireProvince(context, "PutIssuingRight");
    runtime.clock.require();
    const right = request.right as IssuingRight;
    const { departmentCode, itemCode, node } = right;
    requireCreditCode("right.department_code", departmentCode);
    const until = right.until === "" ? undefined : right.until;
    requireDateRange({ from: right.since, to: until, fromField: "right.since", toField: "right.until" });
    requireNode(context, node);
    if (!(await owners.get(`department/${departmentCode}`))?.body) {
      const remedy = "confirm it with ConfirmDepartment";
      const description = `department ${departmentCode} is not confirmed`;
      throw refuseField(
        "DEPARTMENT_UNKNOWN",
        "right.department_code",
        description,
        remedy,
        `部门${departmentCode}尚未确认，请先用ConfirmDepartment确认`,
      );
    }
    const item = await newestVersion(items, itemCode);
    if (!item) throw itemUnknown(itemCode);
    const { typeCode } = contentOf(item);
    const put = { node, since: right.since, forUnits: right.forUnits, ...(until !== undefined && { until }) };
    const key = `${departmentCode}/${itemCode}`;
    const document = await changed(context, rights, key, async (old): Promise<RightsDocument> => {
      const periods = withPeriod(old?.periods ?? [], put, shanghaiDay(rightTime(runtime)));
      if (old && sameAs(old.periods, periods)) return old;
      const kept = periods.map(({ node, since, until, forUnits }) => ({ node, since, until: until ?? "", forUnits }));
      await runtime.evidence.append("issuing-right-put", { department: departmentCode, item: itemCode, periods: kept });
      const changedAt = runtime.now().toISOString();
      return { _id: key, revision: old?.revision ?? 1, key, departmentCode, itemCode, typeCode, periods, changedAt };
    });
    return { rights: rightsIn(document) };
  };
}

/** A right at a node that the province does not know would let nobody issue. */
function requireNode({ runtime: { config } }: CatalogContext, node: string): void {
  if (node === config.node.code || config.peers.some((peer) => peer.node === node)) return;
  const remedy = "name this node or one of `peers` in its configuration";
  throw refuseField(
    "INVALID_FIELD",
    "right.node",
    `no node ${node} is linked to the province`,
    remedy,
    `没有与省级相连的节点${node}，请填写本节点，或配置中peers的节点`,
  );
}

function sameAs(before: readonly IssuingPeriod[], after: readonly IssuingPeriod[]): boolean {
  const text = (periods: readonly IssuingPeriod[]) =>
    periods.map(({ node, since, until = "", forUnits }) => `${node} ${since} ${until} ${forUnits}`).join();
  return text(before) === text(after);
}
