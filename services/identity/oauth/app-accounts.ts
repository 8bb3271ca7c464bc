import type { Client } from "@connectrpc/connect";
import { errors } from "oidc-provider";
import type { GetAppAccountResponse, TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import { currentExchange, type RevokedToken } from "./exchange.ts";

/** Longest that an answer may take. */
const TIMEOUT_MS = 25_000;
/** Texts that can be an AppKey. Others are not asked for. */
const APP_KEY = /^(?:TEST)?[a-z0-9][a-z0-9-]{2,62}$/;

/** Accounts of apps, asked for by the calls that other services use, with all their limits. What is refused becomes an error of OAuth 2. */
export interface AppAccounts {
  /** The account of an AppKey, known or not; `undefined` for what cannot be one. */
  read(appKey: string): Promise<GetAppAccountResponse | undefined>;
  /** Whether the secret is the app's. Guesses count against the address that they come from. */
  hasSecret(appKey: string, secret: string): Promise<boolean>;
  revoke(token: RevokedToken): Promise<void>;
}

/** Accounts of apps over a client of this service. */
export function appAccounts(tokens: Client<typeof TokenService>): AppAccounts {
  return {
    async read(appKey) {
      if (!APP_KEY.test(appKey)) return undefined;
      const exchange = currentExchange();
      exchange.account = await told(tokens.getAppAccount({ appKey }, options()));
      return exchange.account;
    },
    async hasSecret(appKey, appSecret) {
      if (appSecret.length > 200) return false;
      const { address } = currentExchange();
      try {
        await told(tokens.proveApp({ appKey, appSecret, address }, options()));
        return true;
      } catch (error) {
        if (error instanceof Refusal && error.reason === "CREDENTIAL_REFUSED") return false;
        throw error;
      }
    },
    async revoke({ app, id, ends }) {
      await told(tokens.revokeAppToken({ appKey: app, tokenId: id, tokenEnds: ends.toISOString() }, options()));
    },
  };
}

function options() {
  return { timeoutMs: TIMEOUT_MS, headers: { "x-request-id": currentExchange().requestId } };
}

/** What says "come again" is told as such; whatever else goes on as it is. */
async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof Refusal) || error.retryAfterMs === undefined) throw error;
    currentExchange().retryAfterMs = error.retryAfterMs;
    const later = new errors.TemporarilyUnavailable(error.message);
    const status = error.reason === "RATE_EXCEEDED" ? 429 : 503;
    throw Object.assign(later, { status, statusCode: status });
  }
}
