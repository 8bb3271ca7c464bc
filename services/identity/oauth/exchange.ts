import { AsyncLocalStorage } from "node:async_hooks";
import type { X509Certificate } from "node:crypto";
import type { GetAppAccountResponse } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";

/** A token that its app wants revoked. */
export interface RevokedToken {
  id: string;
  app: string;
  /** When it ends. */
  ends: Date;
}

/** One request at the token endpoint or the revocation endpoint, as what the library calls needs to know it. */
export interface Exchange {
  requestId: string;
  /** Address of the connection: failures count against it. */
  address: string;
  /** The client certificate of the connection, whoever made it. */
  certificate: X509Certificate | undefined;
  /** The token that is to be revoked, verified. */
  revoked?: RevokedToken;
  /** The account of the app that the request names, once it was read. */
  account?: GetAppAccountResponse;
  /** When to come again, milliseconds. */
  retryAfterMs?: number;
}

/** The request that is being served: the library hands through nothing of ours. */
export const exchanges = new AsyncLocalStorage<Exchange>();

/** Throws outside of a request. */
export function currentExchange(): Exchange {
  const exchange = exchanges.getStore();
  if (exchange) return exchange;
  throw new Error("no request of OAuth 2 is being served");
}
