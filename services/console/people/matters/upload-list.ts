import type { Client } from "@connectrpc/connect";
import {
  MatterFileFormat,
  type MatterImport,
  MatterImportState,
  type MatterImportTarget,
} from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import type { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";

/** Largest file of the contract, and bytes of a part: small enough that a bad line gets one through, and that progress is seen. */
export const MAX_BYTES = 64 << 20;
const PART_BYTES = 512 << 10;

const FORMATS: Readonly<Record<string, MatterFileFormat>> = {
  csv: MatterFileFormat.CSV,
  xlsx: MatterFileFormat.XLSX,
  json: MatterFileFormat.JSON,
};

/** How a file is written, by the ending of its name; absent where it is none of those that are read. */
export function formatOf(name: string): MatterFileFormat | undefined {
  return FORMATS[name.split(".").at(-1)?.toLowerCase() ?? ""];
}

/** What is told of a file. */
export interface ListFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly format: MatterFileFormat;
  readonly target: MatterImportTarget;
  readonly rowsOnly: boolean;
  readonly endedOn: string;
}

/** How far an upload is. */
export interface Uploaded {
  readonly done: number;
  /** Bytes that this upload itself has sent: what had come before tells nothing of how fast it goes. */
  readonly sent: number;
}

/**
 * Uploads a list in parts, from where it broke off: the node knows the same file of the same person again. `told` hears of each part that has come;
 * `isStopped` is asked before each. Resolves to the import as it stands then. Throws what a part was refused with, or the answer that did not come; the
 * same call goes on.
 */
export async function uploadList(
  matters: Client<typeof MatterService>,
  { content, ...file }: ListFile,
  told: (uploaded: Uploaded) => void,
  isStopped: () => boolean,
): Promise<MatterImport | undefined> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const begun = await matters.startMatterImport({ ...file, bytes: BigInt(content.length), sha256 });
  let current = begun.import;
  const before = Number(current?.receivedBytes ?? 0);
  while (current?.state === MatterImportState.RECEIVING && !isStopped()) {
    const from = Number(current.receivedBytes);
    told({ done: from, sent: from - before });
    const part = content.subarray(from, from + PART_BYTES);
    const answer = await matters.putMatterImportPart({ importId: current.id, part: current.parts, content: part });
    current = answer.import;
  }
  return current;
}
