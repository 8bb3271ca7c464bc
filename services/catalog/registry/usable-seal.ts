import { type Seal, SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";

/** The seal by which something is issued for a department. Refused: `SEAL_UNKNOWN`, `SEAL_UNBOUND`, `SEAL_UNCONFIRMED`, `PERMISSION_DENIED` where it does not serve it. */
export async function usableSeal(context: CatalogContext, code: string, issuerCode: string): Promise<Seal> {
  const seal = await readRecord(context, SealSchema, "seal", context.runtime.config.node.code, code);
  if (!seal) throw new Refusal("SEAL_UNKNOWN", `no seal ${code} at this node`, { metadata: { seal_code: code } });
  if (seal.unbound) {
    const message = `seal ${code} was unbound; load it again with its new signing certificate`;
    throw new Refusal("SEAL_UNBOUND", message, { metadata: { seal_code: code } });
  }
  if (seal.awaitingConfirmation) {
    const message = `seal ${code} waits for the confirmation of department ${seal.departmentCode} (6.4.1.4)`;
    throw new Refusal("SEAL_UNCONFIRMED", message, { metadata: { seal_code: code } });
  }
  if (seal.departmentCode !== issuerCode && !seal.unitCodes.includes(issuerCode)) {
    const message = `seal ${code} serves neither ${issuerCode} nor a unit of that code (5.8.4)`;
    throw new Refusal("PERMISSION_DENIED", message, { metadata: { seal_code: code, issuer_code: issuerCode } });
  }
  return seal;
}
