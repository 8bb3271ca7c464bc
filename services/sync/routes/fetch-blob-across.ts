import type { Exchange, SyncContext } from "../context.ts";
import { copiedArchive } from "../exchange/copied-archive.ts";
import { unknownHere } from "../exchange/let-out.ts";

/** 4.6.2: a file or attachment that a record names, for who may copy the archive that it is in and for nobody else. */
export function fetchBlobAcross(context: SyncContext): Exchange["fetchBlobAcross"] {
  return async ({ identifier, sha256 }, call) => {
    const archive = copiedArchive(context, call);
    const record = await archive.record(identifier);
    // Only what a record names is handed out: a digest alone opens nothing.
    if (!record?.files.some((file) => file.sha256 === sha256)) throw unknownHere(identifier);
    return { content: await archive.blob(sha256) };
  };
}
