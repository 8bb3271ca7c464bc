import type { Department, IssuingOpening, Matter, Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { portalFaults } from "../../domain/matter.ts";
import { Refusal } from "../../domain/refusal.ts";
import { requireCreditCode, requireDay } from "../../registry/codes.ts";
import { checkElectronicSealForm } from "../seals/electronic-seal.ts";
import { checkSealSubject } from "../seals/seal-certificate.ts";
import { checkSealPicture } from "./check-content.ts";

/*
 * What a record must hold beside the field rules of its contract, wherever it comes from: from an operator of this node, or from
 * another node. What depends on the day, on whom a node trusts, and on its other records is checked where the record is put.
 */

/** 6.4.1.1 */
export function checkDepartment(department: Department): void {
  requireCreditCode("department.code", department.code);
  if (department.superiorCode) requireCreditCode("department.superior_code", department.superiorCode);
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
