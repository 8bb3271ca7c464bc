import type { Client } from "@connectrpc/connect";
import type { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { atMost, pause } from "../../base/pause.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Logger } from "../../host/log.ts";

/** Longest that the identity service holds a question back, milliseconds; a change is told at once. */
const WAIT_MS = 4_000;
/** An identity service that says nothing for this long is given up, and asked again. */
const PATIENCE_MS = WAIT_MS + 500;
/** Pause after a failure. */
const PAUSE_MS = 500;
/** Pause after the answer of an identity service that knows no such question, which is older than this process. */
const UNKNOWN_PAUSE_MS = 60_000;
/** Longest that a call waits for the first answer after this process has started, milliseconds. */
const FIRST_MS = 3_000;

/** Apps whose tokens are refused though they have not ended, as the node's identity service tells them. */
export interface RefusedApps {
  /**
   * Throws `TOKEN_REFUSED` for a token that the app got before it was disabled or its tokens were revoked, and for one that was revoked by
   * its id.
   */
  admit(app: string, issuedAt: number, tokenId?: string): Promise<void>;
}

/** Which tokens of an app are refused: those from before a time, milliseconds, and those with these ids. */
interface RefusedTokens {
  notBefore: number;
  ids: ReadonlySet<string>;
}

/** What {@link followRefusedApps} needs. */
export interface RefusedAppsOptions {
  identity: Pick<Client<typeof TokenService>, "listRefusedApps">;
  log: Logger;
  /** Ends the questions. */
  signal: AbortSignal;
  /** Told how long the list in force has been so, seconds, at each answer and failure. */
  onAge?: (seconds: number) => void;
}

/**
 * Asks the node's identity service again and again which apps are refused, so that a change counts in this process within 5 seconds.
 *
 * When the identity service cannot be asked, the list of before stays in force and tokens go on being taken: a token lives 15 minutes at
 * most and nobody gets a new one without the identity service, so what was revoked meanwhile ends by then. A process that has just
 * started has no list: calls with tokens wait for it up to 3 seconds and are then refused with `PEER_AWAY`, since a start must
 * not undo a revocation.
 */
export function followRefusedApps({ identity, log, signal, onAge }: RefusedAppsOptions): RefusedApps {
  let refused: ReadonlyMap<string, RefusedTokens> | undefined;
  let mark = "";
  let answeredAt = performance.now();
  const first = Promise.withResolvers<void>();
  void follow();

  return {
    async admit(app, issuedAt, tokenId) {
      if (!refused) await waitForFirst();
      const found = refused?.get(app);
      if (!found) return;
      if (tokenId !== undefined && found.ids.has(tokenId)) {
        throw new Refusal("TOKEN_REFUSED", "the access token was revoked: get a new one", {
          metadata: { app },
          localizedDetail: "令牌已被撤销，请重新获取令牌",
        });
      }
      if (issuedAt >= found.notBefore) return;
      throw new Refusal("TOKEN_REFUSED", "the app was disabled or its tokens were revoked: get a new one", {
        metadata: { app },
        localizedDetail: "应用已被停用，或其令牌已被撤销；请重新获取令牌，仍被拒绝时请联系节点运维",
      });
    },
  };

  async function waitForFirst(): Promise<void> {
    await atMost(first.promise, FIRST_MS);
    if (refused) return;
    throw new Refusal(
      "PEER_AWAY",
      "the identity service has not yet told this process which apps are refused; try again",
      {
        retryAfterMs: 1_000,
        localizedDetail: "本进程尚未得知哪些应用已被停用，请稍后再试",
      },
    );
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      let failed = 0;
      try {
        keep(await ask());
      } catch (error) {
        if (signal.aborted) return;
        failed = PAUSE_MS;
        if (error instanceof Refusal && error.reason === "UNIMPLEMENTED") {
          failed = UNKNOWN_PAUSE_MS;
          keep({ apps: new Map(), mark: "" });
        } else {
          log.warn(
            { error: String(error) },
            "the identity service does not tell which apps are refused; the last list counts",
          );
        }
      }
      onAge?.((performance.now() - answeredAt) / 1_000);
      if (failed) await pause(failed, signal, { ref: false });
    }
  }

  function keep(answer: { apps: ReadonlyMap<string, RefusedTokens>; mark: string }): void {
    refused = answer.apps;
    mark = answer.mark;
    answeredAt = performance.now();
    first.resolve();
  }

  /** All pages of one list. One that changed meanwhile is read again. */
  async function ask(): Promise<{ apps: Map<string, RefusedTokens>; mark: string }> {
    const options = { timeoutMs: PATIENCE_MS, signal };
    let answer = await identity.listRefusedApps({ knownMark: mark, waitMs: refused ? WAIT_MS : 0 }, options);
    for (;;) {
      const listed = answer.mark;
      const apps = new Map<string, RefusedTokens>();
      for (;;) {
        for (const { appKey, tokensNotBefore, tokenIds } of answer.apps) {
          apps.set(appKey, { notBefore: instantOf(tokensNotBefore), ids: new Set(tokenIds) });
        }
        if (answer.nextPageToken === "" || answer.mark !== listed) break;
        answer = await identity.listRefusedApps({ pageToken: answer.nextPageToken }, options);
      }
      if (answer.mark === listed) return { apps, mark: listed };
      answer = await identity.listRefusedApps({}, options);
    }
  }
}
