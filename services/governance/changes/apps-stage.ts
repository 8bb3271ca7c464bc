import { isConsoleApp } from "../../domain/console-app.ts";
import { allPages } from "./all-pages.ts";
import { goesTo, type StageCall } from "./stage-call.ts";

const PAGE = 200;

/**
 * Apps go to who takes over, and so does the right to change and revoke what was issued by them; of a department that nobody follows they are disabled. Its
 * console, which is named by its code, goes nowhere.
 */
export async function moveApps({ context, change, options }: StageCall): Promise<number> {
  const { apps: register, runtime } = context;
  const list = allPages(async (pageToken) => {
    const { apps, nextPageToken } = await register.listApps({ pageSize: PAGE, pageToken }, options);
    return { items: apps, nextPageToken };
  });
  let changed = 0;
  for await (const { key, departmentCode, disabled } of list) {
    if (departmentCode !== change.department) continue;
    const to = goesTo(change, key, "apps");
    const stays = to !== "" && isConsoleApp(runtime.config.node.code, key);
    if (to === undefined || stays || (to === "" && disabled)) continue;
    const [app, paths] =
      to === "" ? [{ key, disabled: true }, ["disabled"]] : [{ key, departmentCode: to }, ["department_code"]];
    await register.putApp({ requestId: `${change.case}/${key}`, app, updateMask: { paths } }, options);
    changed++;
  }
  return changed;
}
