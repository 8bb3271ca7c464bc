import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { TokenService } from "../../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { keyId, loadTokenKeys, type PublishedKey } from "../../call/chain/token-keys.ts";
import { type TokenVerifier, tokenVerifier } from "../../call/chain/token-verifier.ts";
import { MAX_TOKEN_SECONDS } from "../../call/chain/tokens.ts";
import type { Logger } from "../../host/log.ts";
import type { Runtime } from "../../node/runtime.ts";
import { serverMetadata } from "./metadata.ts";
import { openUsedAssertions } from "./used-assertions.ts";

/** The library's entry. */
export type Library = (request: never, response: never) => Promise<void>;

/** What the endpoints work with. */
export interface OauthContext {
  log: Logger;
  /** Host and port of the issuer. */
  host: string;
  metadata: Record<string, unknown>;
  jwks: { keys: readonly PublishedKey[] };
  /** Reads tokens that are to be revoked. */
  verifier: Pick<TokenVerifier, "read">;
  /** Loaded with the first request: most cores have none for a while, and it takes memory. */
  library(): Promise<Library>;
  /** Ends what is done in the background. */
  close(): Promise<void>;
}

/** Opens the endpoints; `undefined` where the configuration names no issuer, or this process has no Connect listener. */
export async function openOauth(runtime: Runtime): Promise<OauthContext | undefined> {
  const { config, log, now } = runtime;
  const { oauth, tokens, node, clockSkewMs, listeners } = config;
  if (!oauth || !listeners.connect || !tokens.privateKeyFile) return undefined;
  const { issuer, certificateUrl } = oauth;
  const keys = loadTokenKeys(config);
  const privateKey = createPrivateKey(readFileSync(tokens.privateKeyFile));
  const assertions = await openUsedAssertions(runtime);
  const accounts = runtime.client(TokenService, "identity");
  const lifetimeSeconds = Math.min(tokens.lifetimeSeconds, MAX_TOKEN_SECONDS);
  let library: Promise<Library> | undefined;
  return {
    log,
    host: new URL(issuer).host,
    metadata: serverMetadata(issuer, certificateUrl),
    jwks: { keys: keys.published },
    verifier: tokenVerifier({ keys, node: node.code, issuer, now, clockSkewMs }),
    library() {
      library ??= import("./provider.ts").then(({ openProvider }) => {
        const kid = keyId(createPublicKey(privateKey));
        const parts = { issuer, privateKey, kid, lifetimeSeconds, clockSkewMs, accounts, assertions, log };
        return openProvider(parts).callback() as Library;
      });
      return library;
    },
    close: () => assertions.close(),
  };
}
