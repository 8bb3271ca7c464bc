import type { MessageInitShape } from "@bufbuild/protobuf";
import { BulletinForm, type BulletinSchema } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { BulletinDocument } from "./bulletin-record.ts";

/** A bulletin as it is told; to an addressee with his own receipt alone. */
export function bulletinView(
  { division, quarter, title, publisher, publishedAt, addressees, statement, signature }: BulletinDocument,
  account?: string,
): MessageInitShape<typeof BulletinSchema> {
  const shown = addressees.filter((one) => account === undefined || one.account === account);
  return {
    ...{ division, quarter, title, publisher, publishedAt },
    addressees: shown.map((one) => ({
      ...{ account: one.account, departmentCode: one.department, name: one.name, readAt: one.readAt ?? "" },
    })),
    statementJson: statement,
    signature: Buffer.from(signature, "base64"),
  };
}

/** A file of a bulletin, with a name by which people find it again. */
export async function bulletinFile(
  { store }: Pick<Runtime, "store">,
  { title, pdf, xlsx }: BulletinDocument,
  form: BulletinForm,
): Promise<{ content: Uint8Array; name: string }> {
  const [digest, ending] = form === BulletinForm.XLSX ? [xlsx, "xlsx"] : [pdf, "pdf"];
  const content = await store.blobs.get(digest);
  if (!content) throw new Refusal("INTERNAL", `the file ${digest} of a bulletin is gone`);
  return { content, name: `${title}.${ending}` };
}
