import { base64Decode, base64Encode } from "@bufbuild/protobuf/wire";
import type { Seal } from "../../../../proto/gen/ecert/catalog/v1/registry_pb.ts";

/** What is filled in of a seal. */
export interface FilledSeal {
  code: string;
  name: string;
  pictureJson: string;
  signingCertificatePem: string;
  /** Base64; empty without an electronic seal. */
  electronicSeal: string;
  units: { code?: string }[];
}

/** A seal as the form shows it: its picture in lines. */
export function filledFrom(seal: Seal): FilledSeal {
  const { code, name, signingCertificatePem, unitCodes } = seal;
  return {
    ...{ code, name, signingCertificatePem },
    pictureJson: inLines(seal.pictureJson),
    electronicSeal: base64Encode(seal.electronicSeal),
    units: unitCodes.map((unit) => ({ code: unit })),
  };
}

/** A seal as the contract has it. Its picture is in the least room, so that it is the same however it was typed. */
export function sealOf(filled: FilledSeal, departmentCode: string) {
  const { code, name, pictureJson, signingCertificatePem, electronicSeal, units } = filled;
  return {
    ...{ code: code.trim(), name: name.trim(), departmentCode },
    pictureJson: inLeastRoom(pictureJson),
    signingCertificatePem: signingCertificatePem.trim(),
    electronicSeal: base64Decode(electronicSeal),
    unitCodes: units.flatMap(({ code: unit = "" } = {}) => unit.trim() || []),
  };
}

/**
 * Members that were changed, by the names that a mask has. Only these are sent, so that what others changed meanwhile stays; one that was unbound is always bound
 * again.
 */
export function changedMembers(seal: Seal, filled: FilledSeal): string[] {
  const [before, now] = [sealOf(filledFrom(seal), seal.departmentCode), sealOf(filled, seal.departmentCode)];
  const isOther = {
    name: now.name !== before.name,
    picture_json: now.pictureJson !== before.pictureJson,
    signing_certificate_pem: seal.unbound || now.signingCertificatePem !== before.signingCertificatePem,
    unit_codes: now.unitCodes.join() !== before.unitCodes.join(),
    electronic_seal: filled.electronicSeal !== base64Encode(seal.electronicSeal),
  };
  return Object.entries(isOther).flatMap(([member, other]) => (other ? [member] : []));
}

/** Where a refused field is in the form: units stand in rows. */
export const placedInForm = (path: string): string => path.replace(/unit_codes\[(\d+)\]/, "units[$1].code");

function inLines(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}

function inLeastRoom(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    // The node tells what is wrong with it.
    return json;
  }
}
