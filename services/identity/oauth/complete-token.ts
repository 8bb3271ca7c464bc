import {
  type AccessToken,
  type ClientCredentials,
  errors,
  type JWTStructured,
  type KoaContextWithOIDC,
} from "oidc-provider";
import { instantOf } from "../../domain/instant.ts";
import { currentExchange } from "./exchange.ts";

/**
 * Gives a token what this node says of the app: department, calls per minute, and a time that is never from before the account. An app that
 * asks for no scope gets all that it has. Throws for an app that gets none whatever it has proven, and for scopes that it lacks.
 */
export function completeToken(
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
  lifetimeSeconds: number,
): void {
  const { account } = currentExchange();
  if (!account) throw new Error("a token without the account of its app");
  if (account.refusal !== "") throw refused(account.refusal);
  const { scope } = ctx.oidc.params ?? {};
  const wanted = typeof scope === "string" && scope !== "" ? scope.split(" ") : account.scopes;
  const lacking = wanted.filter((one) => !account.scopes.includes(one));
  if (lacking.length > 0) throw new errors.InvalidScope("the app does not have the scope", lacking.join(" "));
  token.scope = wanted.join(" ");
  const issuedAt = instantOf(account.issuedAt) / 1_000;
  Object.assign(payload, {
    scope: token.scope,
    department: account.departmentCode,
    calls: account.callsPerMinute,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
  });
}

function refused(description: string): Error {
  return Object.assign(new errors.InvalidClientAuth(description), { error_description: description });
}
