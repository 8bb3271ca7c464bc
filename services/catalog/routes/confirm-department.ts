import type { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import { requireCreditCode } from "../../registry/codes.ts";
import type { CatalogContext } from "../context.ts";
import { bodyView, countedBodies } from "../issuers/bodies.ts";
import { changed, fresh, hasRegistered } from "../issuers/owners.ts";
import { requireProvince } from "../issuers/require-province.ts";
import type { ConfirmedBody, OwnerDocument, Timed } from "../stored/province-records.ts";

/** Changes of owner or superior of one department: many more than reforms of a lifetime, and its document stays small. */
const MAX_CHANGES = 100;

/** 5.8.3: the province says which node owns a department's record, and what stands above it. */
export function confirmDepartment(context: CatalogContext): Handlers<typeof IssuerService>["confirmDepartment"] {
  const { runtime, owners } = context;
  return async ({ code, node, superiorCode }) => {
    requireProvince(context, "ConfirmDepartment");
    context.runtime.clock.require();
    requireCreditCode("code", code);
    if (superiorCode !== "") await requireSuperior(context, code, superiorCode);
    if (!(await hasRegistered(context, code, node))) {
      const remedy = "register it there with PutDepartment, and wait until that has reached the province";
      throw refuseField(
        "DEPARTMENT_UNKNOWN",
        "code",
        `node ${node} has registered no department ${code}`,
        remedy,
        `节点${node}没有登记部门${code}，请先在该节点登记（PutDepartment），待其同步到省级`,
      );
    }
    const superior = superiorCode === "" ? {} : { superior: superiorCode };
    const document = await changed(
      context,
      owners,
      `department/${code}`,
      async (old = fresh(context, "department", code, node)) => {
        const changedAt = rightTime(runtime).toISOString();
        const body = confirmed(old, node, superior, changedAt);
        if (body === old.body) return old;
        await runtime.evidence.append("department-confirmed", { code, node, ...superior });
        const { claimants, ...rest } = old;
        const others = [...(claimants ?? []), ...(old.node === node ? [] : [old.node])].filter((one) => one !== node);
        return { ...rest, node, body, changedAt, ...(others.length > 0 && { claimants: others }) };
      },
    );
    const [counted] = await countedBodies(context, [document]);
    return { body: counted && bodyView(counted) };
  };
}

async function requireSuperior({ owners }: CatalogContext, code: string, superior: string): Promise<void> {
  requireCreditCode("superior_code", superior);
  if (superior === code) {
    throw refuseField(
      "INVALID_FIELD",
      "superior_code",
      "a department is not its own superior",
      "name the one above",
      "部门不能是自己的上级，请填写上一级部门",
    );
  }
  if ((await owners.get(`department/${superior}`))?.body) return;
  const remedy = "confirm it first";
  throw refuseField(
    "DEPARTMENT_UNKNOWN",
    "superior_code",
    `department ${superior} is not confirmed`,
    remedy,
    `部门${superior}尚未确认，请先确认该部门`,
  );
}

/** The confirmation once this is said; the same object where that changes nothing. */
function confirmed(old: OwnerDocument, node: string, set: { superior?: string }, now: string): ConfirmedBody {
  const { body } = old;
  if (!body) return { code: old.key, confirmedAt: now, owners: [{ node }], set: [set] };
  const owners = body.owners.at(-1)?.node === node ? body.owners : followed(body.owners, { node }, now);
  const superiors = body.set.at(-1)?.superior === set.superior ? body.set : followed(body.set, set, now);
  return owners === body.owners && superiors === body.set ? body : { ...body, owners, set: superiors };
}

/** What was so ends now, and the next is so. A clock that was set back does not put them out of order. */
function followed<T extends object>(list: readonly Timed<T>[], next: T, now: string): readonly Timed<T>[] {
  if (list.length >= MAX_CHANGES) throw new Refusal("TOO_LARGE", `a department changes ${MAX_CHANGES} times at most`);
  const before = list.at(-2)?.until ?? "";
  const until = before > now ? before : now;
  return [...list.slice(0, -1), { ...(list.at(-1) as Timed<T>), until }, next];
}
