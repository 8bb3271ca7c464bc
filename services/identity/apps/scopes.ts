import { CONTRACT_SCOPES as SCOPES } from "../../call/chain/scopes.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

/** Refuses (`INVALID_FIELD`) scopes that no method asks for: an app that has one and lacks the right one is refused at its first call, too late. */
export function requireKnownScopes(scopes: readonly string[]): void {
  const fields = scopes.flatMap((scope, index): FieldViolation[] => {
    if (SCOPES.includes(scope)) return [];
    const description = `no call asks for ${scope}`;
    const localized = `没有权限范围${scope}，应为${SCOPES.join("、")}之一`;
    return [{ field: `app.scopes[${index}]`, description, remedy: `use one of ${SCOPES.join(", ")}`, localized }];
  });
  const [first] = fields;
  if (first) throw new Refusal("INVALID_FIELD", `${first.field}: ${first.description}`, { fields });
}
