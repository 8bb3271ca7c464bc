import { allPages } from "./all-pages.ts";
import { goesTo, lastDay, type StageCall } from "./stage-call.ts";

const PAGE = 200;
const SEALS = 50;

/** Openings of what ends have their last day on the eve; one that ends earlier stays so. */
export async function closeOpenings({ context: { registry }, change, options }: StageCall): Promise<number> {
  const { department, order } = change;
  const items = order.kind === "split" ? new Set(order.transfers.flatMap((one) => one.items)) : undefined;
  const closesOn = lastDay(change);
  const list = allPages(async (pageToken) => {
    const asked = { departmentCode: department, pageSize: PAGE, pageToken };
    const { openings, nextPageToken } = await registry.listIssuingOpenings(asked, options);
    return { items: openings, nextPageToken };
  });
  let changed = 0;
  for await (const opening of list) {
    const { itemCode, departmentCode, appKey } = opening;
    if (items && !items.has(itemCode)) continue;
    if (opening.closesOn !== "" && opening.closesOn <= closesOn) continue;
    const closed = { itemCode, departmentCode, appKey, closesOn };
    await registry.putIssuingOpening({ opening: closed, updateMask: { paths: ["closes_on"] } }, options);
    changed++;
  }
  return changed;
}

/** Seals of what ends sign nothing any more. */
export async function unbindSeals({ context: { registry }, change, options }: StageCall): Promise<number> {
  const list = allPages(async (pageToken) => {
    const { seals, nextPageToken } = await registry.listSeals({ pageSize: SEALS, pageToken }, options);
    return { items: seals, nextPageToken };
  });
  let changed = 0;
  for await (const { code, departmentCode, unbound } of list) {
    if (departmentCode !== change.department || unbound) continue;
    await registry.unbindSeal({ code, cause: `部门变更 ${change.case}` }, options);
    changed++;
  }
  return changed;
}

/** Units go to who takes over; of a department that nobody follows they have no superior any more. */
export async function moveUnits({ context: { registry }, change, options }: StageCall): Promise<number> {
  const list = allPages(async (pageToken) => {
    const { departments, nextPageToken } = await registry.listDepartments({ pageSize: PAGE, pageToken }, options);
    return { items: departments, nextPageToken };
  });
  let changed = 0;
  for await (const { code, superiorCode: above } of list) {
    if (above !== change.department) continue;
    const superiorCode = goesTo(change, code, "units");
    if (superiorCode === undefined) continue;
    const department = { code, superiorCode };
    await registry.putDepartment({ department, updateMask: { paths: ["superior_code"] } }, options);
    changed++;
  }
  return changed;
}

/**
 * Matters go to who takes over, with those of their apps that go there too; an app that stays behind leaves them. Of a department that nobody follows they
 * use no certificates any more.
 */
export async function moveMatters({ context: { registry }, change, options }: StageCall): Promise<number> {
  const list = allPages(async (pageToken) => {
    const { matters, nextPageToken } = await registry.listMatters({ pageSize: PAGE, pageToken }, options);
    return { items: matters, nextPageToken };
  });
  let changed = 0;
  for await (const { code, departmentCode, appKeys, disabled } of list) {
    if (departmentCode !== change.department) continue;
    const to = goesTo(change, code, "matters");
    if (to === undefined || (to === "" && disabled)) continue;
    const [matter, paths] =
      to === ""
        ? [{ code, disabled: true }, ["disabled"]]
        : [
            { code, departmentCode: to, appKeys: appKeys.filter((key) => goesTo(change, key, "apps") === to) },
            ["department_code", "app_keys"],
          ];
    await registry.putMatter({ matter, updateMask: { paths } }, options);
    changed++;
  }
  return changed;
}

/** Accounts of a department that nobody follows are disabled. */
export async function closeAccounts({ context: { accounts }, change, options }: StageCall): Promise<number> {
  const list = allPages(async (pageToken) => {
    const asked = { departmentCode: change.department, pageSize: PAGE, pageToken };
    const { accounts: items, nextPageToken } = await accounts.listAccounts(asked, options);
    return { items, nextPageToken };
  });
  let changed = 0;
  for await (const { id, disabled } of list) {
    if (disabled) continue;
    await accounts.closeAccount({ id }, options);
    changed++;
  }
  return changed;
}
