import { MAX_TOKEN_SECONDS } from "../../call/chain/tokens.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { AppRoom } from "./app-room.ts";

/** Tokens of an app that are refused by their ids at a time, at most. */
export const MOST_TOKENS = 100;
const ROWS = 1_000;

/** Refuses one token from now on. Resolves to whether that is new. */
export async function refuseToken(context: AppRoom, app: string, id: string, ends: string): Promise<boolean> {
  const { runtime, refusedTokens, bell } = context;
  const now = runtime.now().getTime();
  const until = new Date(endOf(ends, now, runtime.config.clockSkewMs)).toISOString();
  let isNew = false;
  await changeStored(refusedTokens, app, (old) => {
    const tokens = (old?.tokens ?? []).filter((token) => instantOf(token.until) > now);
    isNew = !tokens.some((token) => token.id === id);
    if (!isNew) return old;
    if (tokens.length >= MOST_TOKENS) throw tooMany(tokens[0]?.until ?? until, now);
    const all = [...tokens, { id, until }];
    const [last = until] = all
      .map((token) => token.until)
      .sort()
      .reverse();
    return { _id: app, revision: old?.revision ?? 1, tokens: all, until: last };
  });
  if (isNew) bell.ring();
  return isNew;
}

/** Ids of tokens that are refused now, by AppKey. */
export async function refusedTokenIds({ runtime, refusedTokens }: AppRoom): Promise<Map<string, string[]>> {
  const now = runtime.now().toISOString();
  const found = new Map<string, string[]>();
  for (let after: string | undefined; ; ) {
    const cursor = after === undefined ? {} : { after };
    const page = await refusedTokens.query({ index: "until", from: now, limit: ROWS, ...cursor });
    for (const { _id, tokens } of page.items) {
      found.set(
        _id,
        tokens.filter(({ until }) => until > now).map(({ id }) => id),
      );
    }
    if (page.next === undefined) return found;
    after = page.next;
  }
}

/** Until when a token has to be remembered, milliseconds: where clocks differ it is taken beyond its end. */
function endOf(ends: string, now: number, clockSkewMs: number): number {
  const end = instantOf(ends);
  const longest = now + MAX_TOKEN_SECONDS * 1_000 + 2 * clockSkewMs;
  if (end <= longest) return end + clockSkewMs;
  const description = `is no time, or lies further ahead than a token lives, ${MAX_TOKEN_SECONDS} s`;
  const localized = "不是时间，或晚于令牌的最长有效期，请填写令牌的到期时间";
  throw refuseField("INVALID_FIELD", "token_ends", description, "give the end of the token", localized);
}

function tooMany(until: string, now: number): Refusal {
  const message = `${MOST_TOKENS} tokens of the app are revoked and have not ended; try again when one has, or have all of them revoked`;
  return new Refusal("RATE_EXCEEDED", message, {
    retryAfterMs: Math.max(1_000, instantOf(until) - now),
    localizedDetail: `该应用已有${MOST_TOKENS}个撤销而未到期的令牌，请稍后再试，或请运维撤销其全部令牌`,
  });
}
