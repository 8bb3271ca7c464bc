import type { App, Department, IssuingOpening, Matter, Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { consoleApp, consolePrefix, isConsoleApp } from "../../domain/console-app.ts";
import { portalFaults } from "../../domain/matter.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { checkAppProof } from "../apps/app-proof.ts";
import { checkElectronicSealForm } from "../seals/electronic-seal.ts";
import { checkSealSubject } from "../seals/seal-certificate.ts";
import { checkSealPicture } from "./check-content.ts";
import { requireCreditCode, requireDay } from "./codes.ts";

/*
 * What a record must hold beside the field rules of its contract, wherever it comes from: from an operator of this node, or from
 * another node. What depends on the day, on whom a node trusts, and on its other records is checked where the record is put.
 */

/** 6.4.1.1 */
export function checkDepartment(department: Department): void {
  requireCreditCode("department.code", department.code);
  if (department.superiorCode) requireCreditCode("department.superior_code", department.superiorCode);
}

/** 6.2.4.1: an AppKey is unique in the whole province, since the province stands in for every city. */
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

/** 6.2.4.2 */
export function checkOpening(opening: IssuingOpening): void {
  requireDay("opening.opens_on", opening.opensOn);
  if (opening.closesOn) requireDay("opening.closes_on", opening.closesOn);
  requireCreditCode("opening.department_code", opening.departmentCode);
}

/** 6.2.2.2 */
export function checkMatter(matter: Matter): void {
  if (matter.enabledOn) requireDay("matter.enabled_on", matter.enabledOn);
  if (matter.closesOn) requireDay("matter.closes_on", matter.closesOn);
  if (matter.endedOn) requireDay("matter.ended_on", matter.endedOn);
  const [fault] = portalFaults("matter.portal", matter.portal);
  if (fault) throw new Refusal("INVALID_FIELD", `${fault.field}: ${fault.description}`, { fields: [fault] });
  requireCreditCode("matter.department_code", matter.departmentCode);
}

/** 6.4.1.4, 5.8.4 */
export function checkSeal(seal: Seal): void {
  requireCreditCode("seal.department_code", seal.departmentCode);
  seal.unitCodes.forEach((code, index) => {
    requireCreditCode(`seal.unit_codes[${index}]`, code);
  });
  checkSealPicture(seal.pictureJson);
  checkSealSubject(seal);
  checkElectronicSealForm(seal);
}

/** Refuses an AppKey that is none of a node's. */
export function requireKeyOf(node: string, field: string, key: string): void {
  if (key.startsWith(`${node}-`)) return;
  const remedy = `choose a key like ${node}-scjg-approval`;
  throw refuseField(
    "INVALID_FIELD",
    field,
    `must begin with the node's code, ${node}-`,
    remedy,
    `应以本节点代码开头，例如${node}-scjg-approval`,
  );
}
