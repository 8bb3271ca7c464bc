import type { Client } from "@connectrpc/connect";
import type { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import type { Deadline } from "./deadline.ts";
import type { CheckedOptions } from "./options.ts";

/** Access tokens of an app at one core. */
export interface AccessTokens {
  /** A token in force. Throws what the identity service refuses, or what ends the call that waits for it. */
  current(deadline: Deadline, impatient: boolean): Promise<string>;
  /** The core does not take the token: the next call gets another. */
  forget(): void;
}

/** A token is renewed this long before it ends; until then calls go on with it, also where the identity service is away. */
const RENEW_BEFORE_MS = 30_000;
/** A token that ends sooner is not used: it could end on its way. */
const TOO_LATE_MS = 2_000;
/** Pause behind a renewal that failed while the token is still good. */
const RETRY_MS = 1_000;

type Tokens = Pick<Client<typeof TokenService>, "issueAccessToken">;

/**
 * Gets tokens by AppKey and secret. Calls that need one at the same time share it, patient and impatient ones apart: what the latter
 * have somewhere else to turn to, the former wait for.
 */
export function createAccessTokens(
  { patient, impatient }: { patient: Tokens; impatient: Tokens },
  { appKey, appSecret, timeoutMs }: Pick<CheckedOptions, "appKey" | "appSecret" | "timeoutMs">,
): AccessTokens {
  let token: { text: string; endsAt: number } | undefined;
  const asking = new Map<Tokens, Promise<string>>();
  let notBefore = 0;

  async function ask(service: Tokens): Promise<string> {
    const secret = typeof appSecret === "string" ? appSecret : await appSecret();
    const request = { appKey, appSecret: secret };
    const asked = performance.now();
    const { accessToken, expiresInSeconds } = await service.issueAccessToken(request, { timeoutMs });
    token = { text: accessToken, endsAt: asked + expiresInSeconds * 1_000 };
    return accessToken;
  }

  function renewed(service: Tokens): Promise<string> {
    const found = asking.get(service) ?? ask(service).finally(() => asking.delete(service));
    asking.set(service, found);
    return found;
  }

  return {
    async current(deadline, hurried) {
      const left = token ? token.endsAt - performance.now() : 0;
      if (token && left > RENEW_BEFORE_MS) return token.text;
      if (token && left > TOO_LATE_MS) {
        if (performance.now() >= notBefore) {
          notBefore = performance.now() + RETRY_MS;
          renewed(patient).catch(() => {});
        }
        return token.text;
      }
      deadline.stage = "it waits for an access token";
      return deadline.join(renewed(hurried ? impatient : patient));
    },
    forget() {
      token = undefined;
    },
  };
}
