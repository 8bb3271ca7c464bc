import type { RegisterContent, RegisteredBody } from "../../trust/register-content.ts";
import type { CatalogContext } from "../context.ts";
import { countedBodies } from "../issuers/bodies.ts";
import type { CountingSuperior } from "../issuers/body-history.ts";
import { changed, fresh } from "../issuers/owners.ts";
import type { ConfirmedBody, OwnerDocument, RightsDocument } from "../stored/province-records.ts";
import { type RegistryDocument, recordId } from "../stored/records.ts";
import { type SaidRights, surelyBefore } from "./said-before.ts";

const AT_ONCE = 500;

/** Confirms a body anew as the register has it; who held its record here without the province's word stays among the claimants. */
export async function restoreOwner(
  context: CatalogContext,
  { code, body: said }: { code: string; body: RegisteredBody },
  builtAt: string,
): Promise<void> {
  const { node } = said;
  await changed(
    context,
    context.owners,
    `department/${code}`,
    async (old = fresh(context, "department", code, node)) => {
      const now = context.runtime.now().toISOString();
      const body: ConfirmedBody = old.body
        ? { ...old.body, owners: moved(old.body.owners, node, builtAt) }
        : { code, confirmedAt: now, owners: [{ node }], set: [{}] };
      await context.runtime.evidence.append("department-restored", { code, node, builtAt });
      const { claimants = [], ...rest } = old;
      const others = [...claimants, old.node].filter((one) => one !== node);
      return { ...rest, node, body, changedAt: now, ...(others.length > 0 && { claimants: others }) };
    },
  );
}

function moved(owners: ConfirmedBody["owners"], node: string, until: string): ConfirmedBody["owners"] {
  if (owners.at(-1)?.node === node) return owners;
  return [...owners.slice(0, -1), { ...(owners.at(-1) ?? { node }), until }, { node }];
}

/**
 * Sets what stands and stood above bodies as the register tells it, once the departments' own records are here: only where following those
 * does not come to the same, and where the province has said nothing since. Resolves to the codes.
 */
export async function restoreSuperiors(
  context: CatalogContext,
  content: RegisterContent,
  restored: ReadonlySet<string>,
): Promise<string[]> {
  const before = surelyBefore(context, content);
  const codes = Object.keys(content.bodies);
  const set: string[] = [];
  for (let from = 0; from < codes.length; from += AT_ONCE) {
    const ids = codes.slice(from, from + AT_ONCE).map((code) => `department/${code}`);
    const owners = (await context.owners.getMany(ids)).filter((owner) => owner !== undefined);
    for (const { document, superiors } of await countedBodies(context, owners)) {
      const said = content.bodies[document.key] as RegisteredBody;
      const mayBeLater = document.changedAt >= before && !restored.has(document.key);
      if (mayBeLater || sameSuperiors(superiors, tellsOf(said)) || (await follows(context, document, said))) continue;
      await setSuperiors(context, document.key, said);
      set.push(document.key);
    }
  }
  return set;
}

/** Whether the province's word is the register's, or left to the department's record, which names what the register tells. */
async function follows({ registry }: CatalogContext, owner: OwnerDocument, { superior = "" }: RegisteredBody) {
  const set = owner.body?.set.at(-1)?.superior ?? "";
  if (set !== "") return set === superior;
  const record = await registry.of("department").get(recordId("department", owner.node, owner.key));
  return superior === "" || namesOf(record).includes(superior);
}

function namesOf(record: RegistryDocument | undefined): unknown[] {
  return [record?.value.superiorCode, ...(record?.past?.superiors ?? []).map(({ code }) => code)];
}

async function setSuperiors(context: CatalogContext, code: string, said: RegisteredBody): Promise<void> {
  await changed(
    context,
    context.owners,
    `department/${code}`,
    async (old = fresh(context, "department", code, said.node)) => {
      if (!old.body) return old;
      await context.runtime.evidence.append("superiors-restored", { code, superior: said.superior ?? "" });
      return { ...old, body: { ...old.body, set: tellsOf(said) }, changedAt: context.runtime.now().toISOString() };
    },
  );
}

function tellsOf({ superior, formerly = [] }: RegisteredBody): CountingSuperior[] {
  const now = superior === undefined ? {} : { superior };
  return [
    ...formerly.map(({ superior: before, until }) => ({ ...(before !== undefined && { superior: before }), until })),
    now,
  ];
}

function sameSuperiors(a: readonly CountingSuperior[], b: readonly CountingSuperior[]): boolean {
  const text = (list: readonly CountingSuperior[]) =>
    list.map(({ superior = "", until = "" }) => `${superior} ${until}`).join();
  return text(a) === text(b);
}

/** Stores the rights of a department to an item as the register has them. */
export async function restoreRights(
  context: CatalogContext,
  { key, ...said }: SaidRights,
  builtAt: string,
): Promise<void> {
  await changed(context, context.rights, key, async (old): Promise<RightsDocument> => {
    const periods = said.periods.map(({ until = "", ...period }) => ({ ...period, until }));
    const { departmentCode: department, itemCode: item } = said;
    await context.runtime.evidence.append("issuing-right-restored", { department, item, periods, builtAt });
    return { _id: key, revision: old?.revision ?? 1, key, ...said, changedAt: context.runtime.now().toISOString() };
  });
}
