import { MAX_TOKEN_SECONDS } from "../../call/chain/tokens.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { AppDocument } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";
import { refusedTokenIds } from "./refused-tokens.ts";

/** Rows read at a time. */
const ROWS = 1000;

/** An app some of whose tokens are refused. */
export interface Refused {
  appKey: string;
  /** RFC 3339, UTC. */
  tokensNotBefore: string;
  /** Ids of tokens that are refused beside. */
  tokenIds: string[];
}

/** Nothing is refused for having been issued before it. */
const BEFORE_ALL = "1970-01-01T00:00:00.000Z";

/**
 * The time before which tokens are refused that an app has now, RFC 3339. It lies ahead by what the clocks of the node's
 * processes may differ, so that none which another process gave a moment ago outlives it.
 */
export function fromNowOn({ runtime }: AppRoom): string {
  return new Date(runtime.now().getTime() + runtime.config.clockSkewMs).toISOString();
}

/**
 * What `refusedBefore` becomes when another node's record arrives: this node, which stands in for it, has given tokens of its
 * own until now, so they end now and not when they ended at home.
 */
export function refusedAtArrival(
  context: AppRoom,
  old: AppDocument | undefined,
  { value, tokensNotBefore }: Pick<AppDocument, "value" | "tokensNotBefore">,
): string | undefined {
  const revoked = tokensNotBefore !== undefined && tokensNotBefore !== old?.tokensNotBefore;
  const disabled = value.disabled === true && old?.value.disabled !== true;
  return revoked || disabled ? fromNowOn(context) : old?.refusedBefore;
}

/**
 * Apps some of whose tokens would still be good and are refused: those that were disabled, or whose tokens were revoked, no
 * longer ago than a token can live, and those that revoked single ones. An app that stays disabled longer has none left and gets none. By AppKey, with a mark
 * that stands for the whole list.
 */
export async function refusedApps(context: AppRoom): Promise<{ apps: Refused[]; mark: string }> {
  const { runtime, apps } = context;
  const longest = MAX_TOKEN_SECONDS * 1_000 + 2 * runtime.config.clockSkewMs;
  const from = new Date(runtime.now().getTime() - longest).toISOString();
  const ids = await refusedTokenIds(context);
  const refused: Refused[] = [];
  for (let after: string | undefined; ; ) {
    const page = await apps.query({ index: "refusals", from, limit: ROWS, ...(after !== undefined && { after }) });
    for (const { key, refusedBefore = "" } of page.items) {
      refused.push({ appKey: key, tokensNotBefore: refusedBefore, tokenIds: ids.get(key) ?? [] });
      ids.delete(key);
    }
    if (page.next === undefined) break;
    after = page.next;
  }
  for (const [appKey, tokenIds] of ids) refused.push({ appKey, tokensNotBefore: BEFORE_ALL, tokenIds });
  refused.sort((a, b) => (a.appKey < b.appKey ? -1 : 1));
  return {
    apps: refused,
    mark: sha256Hex(
      JSON.stringify(refused.map(({ appKey, tokensNotBefore, tokenIds }) => [appKey, tokensNotBefore, tokenIds])),
    ),
  };
}
