import { Refusal } from "../domain/refusal.ts";
import { usageCodeDigest } from "../domain/usage-code.ts";
import { admitUse } from "../domain/usage-grant.ts";
import type { CallContext } from "../runtime/service.ts";
import type { CodeDocument } from "./code-record.ts";
import type { UsageDependencies } from "./context.ts";
import type { HolderUse } from "./holder-uses.ts";

/** Attempts at counting a use while others use the same code. */
const ATTEMPTS = 50;

/** Reads a code and refuses it unless it admits this request of this app now. Does not count. */
export async function openCode(
  { codes, runtime }: UsageDependencies,
  usageCode: string,
  call: CallContext,
): Promise<CodeDocument> {
  const document = await codes.get(usageCodeDigest(usageCode));
  if (!document) {
    throw new Refusal("USAGE_CODE_UNKNOWN", "no such usage code at this node; make one with CreateUsageContext");
  }
  admitUse(document.grant, { app: appOf(call), now: runtime.now() });
  call.note({ usage_code_digest: document._id, matter: document.grant.context.matter });
  return document;
}

/**
 * Counts one use of a code and keeps it where its holder sees it, durably, before anything is released. Refuses `USAGE_CODE_SPENT` where
 * the last use has been taken meanwhile; the use is then taken out of the holder's list again.
 */
export async function countUse(
  { codes, uses, runtime }: UsageDependencies,
  document: CodeDocument,
  use: HolderUse,
  call: CallContext,
): Promise<CodeDocument> {
  admitUse(document.grant, { app: appOf(call), now: runtime.now() });
  // Begun together, so that one flush of the store takes both.
  const keeping = uses.keep(document, runtime.now(), use);
  keeping.catch(() => {});
  try {
    let current: CodeDocument | undefined = document;
    for (let attempt = 0; attempt < ATTEMPTS && current; attempt++) {
      admitUse(current.grant, { app: appOf(call), now: runtime.now() });
      const counted = await codes.replace({ ...current, grant: { ...current.grant, uses: current.grant.uses + 1 } });
      if (counted) {
        await keeping;
        return counted;
      }
      current = await codes.get(document._id);
    }
  } catch (error) {
    await keeping.then(uses.drop);
    throw error;
  }
  await keeping.then(uses.drop);
  throw new Refusal("OVERLOADED", "the usage code is used by too many at once; try again", { retryAfterMs: 100 });
}

/** AppKey of the caller; the permission of every usage method admits apps only. */
export function appOf(call: CallContext): string {
  if (call.caller.kind !== "app") throw new Refusal("PERMISSION_DENIED", "only apps use certificates");
  return call.caller.app;
}
