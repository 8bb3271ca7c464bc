import type { SecretTerms as SentTerms } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { refuseField } from "../../domain/refusal.ts";
import { instant } from "../../registry/instant.ts";
import type { SecretTerms } from "./app-record.ts";
import { MOST_SECRET_DAYS } from "./app-secrets.ts";

const DAY_MS = 86_400_000;

/** Until when another node says that secrets of its app are good, held to what `PutApp` gave them there. Refuses `INVALID_FIELD`. */
export function termsIn({ made, ends, former }: SentTerms): SecretTerms {
  const terms = { made: instant("app.secret_terms.made", made), ends: instant("app.secret_terms.ends", ends) };
  const days = (instantOf(terms.ends) - instantOf(terms.made)) / DAY_MS;
  if (days < 0 || days > MOST_SECRET_DAYS) {
    throw refuseField(
      "INVALID_FIELD",
      "app.secret_terms.ends",
      `lies before the secret was made, or more than ${MOST_SECRET_DAYS} days behind`,
      "rotate the secret at the app's own node",
      `密钥有效期应为0至${MOST_SECRET_DAYS}天，请在应用所属节点更换密钥`,
    );
  }
  if (!former) return terms;
  const since = former.made !== "" && { made: instant("app.secret_terms.former.made", former.made) };
  const until = instant("app.secret_terms.former.ends", former.ends);
  return { ...terms, former: { hash: former.hash, ...since, ends: until } };
}
