import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { openSignedOfd } from "../../document/ofd/verify-ofd.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Blobs } from "../../store/port.ts";
import { locateSignature } from "../../trust/pades-locate.ts";
import type { IssueContext } from "../context.ts";
import type { JudgedRecord } from "./restored.ts";

/** Digests of files that a record names and that are not here. */
export async function missingFiles(blobs: Blobs, { files }: CertificateRecord): Promise<string[]> {
  const digests = [...new Set(files.map(({ sha256 }) => sha256))];
  const there = await Promise.all(digests.map((sha256) => blobs.has(sha256)));
  return digests.filter((_, index) => !there[index]);
}

/**
 * Holds that PDF and OFD of a record are the faces that the department has signed: the message names what their signatures cover, and the
 * record alone names the files, which nobody has signed. Throws `SIGNATURE_INVALID` for another file, `DOCUMENT_MISSING` for none.
 */
export async function requireFaces(
  { runtime, signers }: Pick<IssueContext, "runtime" | "signers">,
  { record, message }: JudgedRecord,
): Promise<void> {
  for (const { format, sha256 } of record.files) {
    const name = FACES[format];
    if (name === undefined) continue;
    const content = await runtime.store.blobs.get(sha256);
    if (!content) throw documentsMissing(record.identifier, [sha256]);
    const covered =
      name === "pdf"
        ? Buffer.from(locateSignature(content).digestBy("sha256")).toString("hex")
        : openSignedOfd(content)({ ...signers.current(), at: new Date(instantOf(record.issuedAt)) }).coveredSha256;
    if (message.faces.some((face) => face.format === name && face.sha256 === covered)) continue;
    throw new Refusal(
      "SIGNATURE_INVALID",
      `the ${name} of certificate ${record.identifier} is not the one that was signed`,
    );
  }
}

const FACES: Partial<Record<number, "pdf" | "ofd">> = { [FileFormat.PDF]: "pdf", [FileFormat.OFD]: "ofd" };

/** The refusal of a record whose files are not all here. */
export function documentsMissing(identifier: string, missing: readonly string[]): Refusal {
  return new Refusal("DOCUMENT_MISSING", `certificate ${identifier}: ${missing.length} file(s) are not here`, {
    metadata: { identifier, missing: missing.join() },
  });
}
