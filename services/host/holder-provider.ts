/** One name, code type and code of a holder, by the claims of an access token; `a.b` stands for member `b` of claim `a`. */
export interface HolderClaims {
  name: string;
  code: string;
  codeType:
    | { fixed: string }
    /** What the provider calls a kind of document, and the code type that it stands for (GB/T 36903 Annex A). */
    | { claim: string; values: Record<string, string> };
}

/** An OpenID provider whose access tokens stand for holders: the platform never has a password of a citizen (5.5.2). */
export interface HolderProvider {
  /** Exactly as the tokens name it in `iss`. */
  issuer: string;
  /** Who the tokens must be for: what the provider calls this platform. */
  audience: string;
  /** Where the provider publishes its keys, `https://…`. */
  jwksUrl: string;
  /** Authorities of that server's TLS certificate (PEM). Default: those that Node trusts. */
  caFile?: string;
  /** Signature algorithms that are taken. */
  algorithms: string[];
  /** `typ` that the tokens bear: access tokens by RFC 9068 bear `at+jwt`; an identity token is none. */
  tokenType: string;
  /** Longest life of a token that is taken, seconds. */
  lifetimeSeconds: number;
  /** How surely the provider must have found out who somebody is. */
  assurance?: { claim: string; values: string[] };
  /** Natural persons who act for themselves. */
  person?: HolderClaims;
  /** Organisations; `acting` is the person who acts for it. A token that names an organisation stands for that. */
  organisation?: HolderClaims & { acting: HolderClaims };
}
