import { Refusal } from "../domain/refusal.ts";
import type { Caller } from "./caller.ts";
import { callerOfNames, type MachineName } from "./machine-name.ts";
import { bearerToken, type TokenVerifier } from "./tokens.ts";

/**
 * Finds out who calls, from what a transport saw: the names in the client certificate that TLS has verified (empty without
 * one), the name that the caller says it speaks as, and the `authorization` header.
 */
export type Authenticator = (
  names: readonly MachineName[],
  speaker: string | undefined,
  authorization: string | undefined,
) => Caller | Promise<Caller>;

/**
 * Makes the authenticator of a node. A client certificate of the mesh outranks a token; without either the caller is
 * `public`. A name that is spoken but not certified is refused (`PERMISSION_DENIED`).
 */
export function createAuthenticator(node: string, tokens: TokenVerifier): Authenticator {
  return (names, speaker, authorization) => {
    if (names.length > 0) {
      const caller = callerOfNames(names, node, speaker);
      if (caller) return caller;
      throw new Refusal("PERMISSION_DENIED", `the client certificate does not carry the name ${speaker}`);
    }
    const token = bearerToken(authorization);
    return token === undefined ? { kind: "public" } : tokens.verify(token);
  };
}
