import type { TokenVerifier } from "../../call/chain/token-verifier.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RevokedToken } from "./exchange.ts";

/** In the place of a token that is none of this node's, or has ended: nothing is found by it, which is as good as revoked (RFC 7009). */
const NOTHING = "none";

/**
 * The form of a revocation as the library takes it, and the token that it means: the library revokes what it finds by a name and refuses what is
 * signed, so a signed token is verified here and named by its id.
 */
export async function withTokenId(
  body: Buffer,
  verifier: Pick<TokenVerifier, "read">,
): Promise<{ body: Buffer; revoked?: RevokedToken }> {
  const form = new URLSearchParams(body.toString());
  const [token, ...more] = form.getAll("token");
  // Whatever else is wrong with it, the library says.
  if (!token || more.length > 0) return { body };
  const revoked = await readToken(token, verifier);
  form.set("token", revoked?.id ?? NOTHING);
  return { body: Buffer.from(form.toString()), ...(revoked && { revoked }) };
}

async function readToken(token: string, verifier: Pick<TokenVerifier, "read">): Promise<RevokedToken | undefined> {
  try {
    const { id, caller, ends } = await verifier.read(token);
    return id === undefined ? undefined : { id, app: caller.app, ends: new Date(ends) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
