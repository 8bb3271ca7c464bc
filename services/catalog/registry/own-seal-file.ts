import { type Seal, SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import { readRecord } from "../../registry/keep-record.ts";
import type { CatalogContext } from "../context.ts";
import { readElectronicSeal } from "../seals/electronic-seal.ts";

/** A seal maker may name electronic seals by our codes: one that bears the code of another seal was mixed up. */
export async function requireOwnSealFile(context: CatalogContext, { code, electronicSeal }: Seal): Promise<void> {
  if (electronicSeal.length === 0) return;
  const { id } = readElectronicSeal(electronicSeal);
  if (id === code) return;
  const other = await readRecord(context, SealSchema, "seal", context.runtime.config.node.code, id);
  if (!other) return;
  throw refuseField(
    "INVALID_FIELD",
    "seal.electronic_seal",
    `it is the file of seal ${id} (${other.name})`,
    `send that of seal ${code}`,
    `这是印章${id}（${other.name}）的文件，请提供印章${code}的文件`,
  );
}
