import type { App } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { consoleApp, consolePrefix, isConsoleApp } from "../../domain/console-app.ts";
import { refuseField } from "../../domain/refusal.ts";
import { requireCreditCode, requireKeyOf } from "../../registry/codes.ts";
import { checkAppProof } from "./app-proof.ts";

/** 6.2.4.1: an AppKey is unique in the whole province, since the province stands in for every city. Whatever it comes from, an operator of this node or another node. */
export function checkApp(app: App, node: string): void {
  requireKeyOf(node, "app.key", app.key);
  requireOwnConsole(node, app);
  requireCreditCode("app.department_code", app.departmentCode);
  if (app.proof) checkAppProof(app.proof);
}

/** The console of a department is named after it, so that whoever works on screen is met by the right one. */
function requireOwnConsole(node: string, { key, departmentCode }: App): void {
  if (!isConsoleApp(node, key) || key === consoleApp(node, departmentCode)) return;
  const expected = consoleApp(node, departmentCode);
  const remedy = `write ${expected}, or choose a key that does not begin with ${consolePrefix(node)}`;
  const localized = `以${consolePrefix(node)}开头的AppKey用于部门的经办应用，该部门应为${expected}，其他应用请另取AppKey`;
  throw refuseField("INVALID_FIELD", "app.key", "names the console of another department", remedy, localized);
}
