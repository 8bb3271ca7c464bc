import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Actor } from "../../domain/actor.ts";
import { canonicalBytes, sha256Hex } from "../../domain/canonical.ts";

/** SHA-256 over what a department confirms of a seal: with what, whose, under which name and for whom it signs (5.8.4). */
export function confirmedDigest(seal: Seal): string {
  const { name, departmentCode, pictureJson, signingCertificatePem, electronicSeal } = seal;
  const unitCodes = seal.unitCodes.toSorted();
  const electronic = Buffer.from(electronicSeal).toString("base64");
  return sha256Hex(canonicalBytes({ name, departmentCode, pictureJson, signingCertificatePem, unitCodes, electronic }));
}

/**
 * Whether a seal waits for its department (6.4.1.4): what staff of the body prepare otherwise than it was does, also where it was unbound. What an operator
 * puts was agreed upon outside, and is named in the evidence as the operator's.
 */
export function awaitsConfirmation(old: Seal | undefined, wanted: Seal, by: Actor): boolean {
  const isSame = old && !old.unbound && confirmedDigest(old) === confirmedDigest(wanted);
  return isSame ? old.awaitingConfirmation : by.kind === "staff";
}
