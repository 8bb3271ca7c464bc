import type { Exchange, SyncContext } from "../context.ts";
import { copiedArchive } from "../exchange/copied-archive.ts";
import { unknownHere } from "../exchange/let-out.ts";

/** 4.6.2: the record of a certificate, for who may copy the archive that it is in and for nobody else. */
export function getRecordAcross(context: SyncContext): Exchange["getRecordAcross"] {
  return async ({ identifier }, call) => {
    const record = await copiedArchive(context, call).record(identifier);
    if (!record) throw unknownHere(identifier);
    return { record };
  };
}
