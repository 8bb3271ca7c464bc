import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { usageCodeDigest } from "../../domain/usage-code.ts";
import { admitUse } from "../../domain/usage-grant.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";
import type { HolderUse } from "./holder-uses.ts";

/** Attempts at counting a use while others use the same code. */
const ATTEMPTS = 50;

/** Reads a code and refuses it unless it admits this request of this app now. Does not count. */
export async function openCode(
  { codes, runtime }: UsageContext,
  usageCode: string,
  call: CallContext,
): Promise<CodeDocument> {
  const document = await codes.get(usageCodeDigest(usageCode));
  if (!document) {
    throw refuseField(
      "USAGE_CODE_UNKNOWN",
      "usage_code",
      "no such usage code at this node",
      "make one here with CreateUsageContext",
      "本节点没有该用证码，请在本节点调用CreateUsageContext生成",
    );
  }
  admitUse(document.grant, { ...attemptOf(call), now: runtime.now() });
  call.note({ usage_code_digest: document._id, matter: document.grant.context.matter });
  return document;
}

/**
 * Counts one use of a code and keeps it where its holder sees it, durably, before anything is released. Refuses `USAGE_CODE_SPENT` where
 * the last use has been taken meanwhile; the use is then taken out of the holder's list again.
 */
export async function countUse(
  { codes, uses, runtime, tally }: UsageContext,
  document: CodeDocument,
  use: HolderUse,
  call: CallContext,
): Promise<CodeDocument> {
  admitUse(document.grant, { ...attemptOf(call), now: runtime.now() });
  const { matter } = document.grant.context;
  // Begun together, so that one flush of the store takes both.
  const keeping = uses.keep(document, runtime.now(), use);
  keeping.catch(() => {});
  try {
    let current: CodeDocument | undefined = document;
    const step = async () => {
      if (!current) return tooMany();
      admitUse(current.grant, { ...attemptOf(call), now: runtime.now() });
      const counted = await codes.replace({ ...current, grant: { ...current.grant, uses: current.grant.uses + 1 } });
      if (!counted) current = await codes.get(document._id);
      return counted;
    };
    const counted = await untilStored(step, { tries: ATTEMPTS, spent: tooMany });
    await keeping;
    if (use.action !== "listed")
      for (const item of use.items)
        tally.count(document.grant.context.department, { action: use.action, item, matter });
    return counted;
  } catch (error) {
    await keeping.then(uses.drop);
    throw error;
  }
}

function attemptOf(call: CallContext): { app: string; officer: string | undefined } {
  const { app, officer } = appOf(call);
  return { app, officer: officer?.account };
}

function tooMany(): never {
  throw new Refusal("OVERLOADED", "the usage code is used by too many at once; try again", { retryAfterMs: 100 });
}
