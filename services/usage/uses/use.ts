import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { usageCodeDigest } from "../../domain/usage-code.ts";
import { admitUse } from "../../domain/usage-grant.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import type { UsageContext } from "../context.ts";
import type { HolderUse } from "./holder-uses.ts";
import { claimOf, type SameUse } from "./repeated-use.ts";

/** Attempts at counting a use while others use the same code. */
const ATTEMPTS = 50;

/** A use that was counted. */
export interface Counted {
  code: CodeDocument;
  /** Which use of the code it is. */
  use: number;
  /** RFC 3339. */
  at: string;
}

/** Reads a code and refuses it unless it admits this request of this app now. Does not count. `same`: one that was counted needs no further use. */
export async function openCode(
  { codes, runtime }: UsageContext,
  usageCode: string,
  call: CallContext,
  same?: SameUse,
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
  // As it was before the use that comes again: the last one leaves none to spare.
  const uses = (claimOf(document, same)?.use ?? document.grant.uses + 1) - 1;
  const opened = { ...document, grant: { ...document.grant, uses } };
  admitUse(opened.grant, { ...attemptOf(call), now: runtime.now() });
  call.note({ usage_code_digest: document._id, matter: document.grant.context.matter });
  return opened;
}

/**
 * Counts one use of a code and keeps it where its holder sees it, durably, before anything is released; once for the same request. Refuses
 * `USAGE_CODE_SPENT` where the last use has been taken meanwhile; the use is then taken out of the holder's list again.
 */
export async function countUse(
  context: UsageContext,
  document: CodeDocument,
  use: HolderUse,
  call: CallContext,
  same?: SameUse,
): Promise<Counted> {
  if (same) return countOnce(context, document, use, call, same);
  const { codes, uses, runtime } = context;
  const now = runtime.now();
  admitUse(document.grant, { ...attemptOf(call), now });
  // Begun together, so that one flush of the store takes both.
  const keeping = uses.keep(document, now, use);
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
    tell(context, document, use);
    return { code: counted, use: counted.grant.uses, at: runtime.now().toISOString() };
  } catch (error) {
    await keeping.then(uses.drop);
    throw error;
  }
}

/**
 * Counts the use of a request with an id, where it was not counted before: count and id are one write. Then it is kept where its holder sees it, also where
 * a process ended in between and the request comes again.
 */
async function countOnce(
  context: UsageContext,
  document: CodeDocument,
  use: HolderUse,
  call: CallContext,
  same: NonNullable<SameUse>,
): Promise<Counted> {
  const { codes, uses, runtime } = context;
  const at = runtime.now().toISOString();
  // What was opened for a use that comes again is not what is stored.
  let current = claimOf(document, same) ? await codes.get(document._id) : document;
  const step = async (): Promise<(Counted & { isNew: boolean }) | undefined> => {
    if (!current) return tooMany();
    const before = claimOf(current, same);
    if (before) return { code: current, use: before.use, at: before.at, isNew: false };
    const { grant, claims = [] } = current;
    admitUse(grant, { ...attemptOf(call), now: runtime.now() });
    const claim = { request: same.digest, content: same.content, use: grant.uses + 1, at };
    const code = await codes.replace({ ...current, grant: { ...grant, uses: claim.use }, claims: [...claims, claim] });
    if (code) return { code, use: claim.use, at, isNew: true };
    current = await codes.get(document._id);
    return undefined;
  };
  const { isNew, ...counted } = await untilStored(step, { tries: ATTEMPTS, spent: tooMany });
  await uses.keep(counted.code, new Date(instantOf(counted.at)), use, `${counted.code._id}/${counted.use}`);
  if (isNew) tell(context, document, use);
  return counted;
}

/** Tells supervision. */
function tell({ tally }: UsageContext, { grant }: CodeDocument, { action, items }: HolderUse): void {
  const { department, matter } = grant.context;
  if (action !== "listed") for (const item of items) tally.count(department, { action, item, matter });
}

function attemptOf(call: CallContext): { app: string; officer: string | undefined } {
  const { app, officer } = appOf(call);
  return { app, officer: officer?.account };
}

function tooMany(): never {
  throw new Refusal("OVERLOADED", "the usage code is used by too many at once; try again", { retryAfterMs: 100 });
}
