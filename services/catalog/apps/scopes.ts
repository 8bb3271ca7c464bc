import { getOption, hasOption } from "@bufbuild/protobuf";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { permission } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { type FieldViolation, Refusal } from "../../domain/refusal.ts";

/** Scopes that methods ask of apps, as their contracts declare them. */
export const SCOPES: readonly string[] = [
  ...new Set(
    [IssueService, UsageService]
      .flatMap(({ methods }) => methods)
      .map((method) => (hasOption(method, permission) ? getOption(method, permission).scope : ""))
      .filter((scope) => scope !== ""),
  ),
].sort();

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
