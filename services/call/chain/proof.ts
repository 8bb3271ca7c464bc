import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { MachineName } from "../../host/machine-name.ts";
import { callerOfNames } from "./caller.ts";
import type { HolderTokens } from "./holder-tokens.ts";
import type { CertificateDigest, TokenVerifier } from "./token-verifier.ts";
import { bearerToken } from "./tokens.ts";

/**
 * Finds out who calls, from what a transport saw: the names in the client certificate that TLS has verified (empty without
 * one), the name that the caller says it speaks as, the `authorization` header, and where the listener asks for certificates the digest of the
 * one that came, whoever made it.
 */
export type Authenticator = (
  names: readonly MachineName[],
  speaker: string | undefined,
  authorization: string | undefined,
  certificate?: CertificateDigest,
) => Actor | Promise<Actor>;

/**
 * Makes the authenticator of a node. A client certificate of the mesh outranks a token; without either the caller is
 * `public`. A name that is spoken but not certified is refused (`PERMISSION_DENIED`). A token that says it is of a provider of holders
 * is judged as that, every other as one of this node's for an app.
 */
export function createAuthenticator(node: string, tokens: TokenVerifier, holders?: HolderTokens): Authenticator {
  return (names, speaker, authorization, certificate) => {
    if (names.length > 0) {
      const caller = callerOfNames(names, node, speaker);
      if (caller) return caller;
      throw new Refusal("PERMISSION_DENIED", `the client certificate does not carry the name ${speaker}`);
    }
    const token = bearerToken(authorization);
    if (token === undefined) return { kind: "public" };
    return holders?.claims(token) ? holders.verify(token) : tokens.verify(token, certificate);
  };
}
