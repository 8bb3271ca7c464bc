import type { Actor } from "../../domain/actor.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { MachineName } from "../../host/machine-name.ts";
import { callerOfNames } from "./caller.ts";
import type { HolderTokens } from "./holder-tokens.ts";
import type { SessionProof, StaffSessions } from "./sessions.ts";
import type { CertificateDigest, TokenVerifier } from "./token-verifier.ts";
import { bearerToken } from "./tokens.ts";

/** What only a Connect listener sees beside names and a token. */
export interface MoreProof {
  /** Digest of the client certificate that came, whoever made it. */
  certificate?: CertificateDigest;
  /** Cookie of a session. */
  session?: SessionProof | undefined;
}

/**
 * Finds out who calls, from what a transport saw: the names in the client certificate that TLS has verified (empty without
 * one), the name that the caller says it speaks as, the `authorization` header, and what only browsers and OAuth clients show.
 */
export type Authenticator = (
  names: readonly MachineName[],
  speaker: string | undefined,
  authorization: string | undefined,
  more?: MoreProof,
) => Actor | Promise<Actor>;

/** What a node judges proofs by. */
export interface Proofs {
  /** Its division code. */
  node: string;
  tokens: TokenVerifier;
  /** Absent where no holder is known. */
  holders?: HolderTokens | undefined;
  /** Absent where this process cannot ask an identity service: cookies prove nothing then. */
  sessions?: StaffSessions | undefined;
}

/**
 * Makes the authenticator of a node. A client certificate of the mesh outranks a token, and a token a session, for a browser sends its cookie unasked;
 * without any the caller is `public`. A name that is spoken but not certified is refused (`PERMISSION_DENIED`). A token that says it is of a provider of holders
 * is judged as that, every other as one of this node's for an app.
 */
export function createAuthenticator({ node, tokens, holders, sessions }: Proofs): Authenticator {
  return (names, speaker, authorization, { certificate, session } = {}) => {
    if (names.length > 0) {
      const caller = callerOfNames(names, node, speaker);
      if (caller) return caller;
      throw new Refusal("PERMISSION_DENIED", `the client certificate does not carry the name ${speaker}`);
    }
    const token = bearerToken(authorization);
    if (token === undefined) {
      if (session && sessions) return sessions.actorOf(session);
      return { kind: "public" };
    }
    return holders?.claims(token) ? holders.verify(token) : tokens.verify(token, certificate);
  };
}
