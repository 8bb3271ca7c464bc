import type { Exchange, SyncContext } from "../context.ts";
import { unknownHere } from "../let-out.ts";
import { requireAskedByProvince } from "../province.ts";

/** 4.6.2: the record of a certificate of this node, for the archive of the province and for nobody else. */
export function getRecordAcross({ runtime, own }: SyncContext): Exchange["getRecordAcross"] {
  return async ({ identifier }, call) => {
    requireAskedByProvince(runtime, call);
    const record = await own.get(identifier, call);
    if (!record) throw unknownHere(identifier);
    return { record };
  };
}
