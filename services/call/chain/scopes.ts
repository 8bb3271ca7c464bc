import { getOption, hasOption } from "@bufbuild/protobuf";
import { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { permission } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";

/** Scopes that methods ask of apps, as their contracts declare them. */
export const CONTRACT_SCOPES: readonly string[] = [
  ...new Set(
    [IssueService, UsageService]
      .flatMap(({ methods }) => methods)
      .map((method) => (hasOption(method, permission) ? getOption(method, permission).scope : ""))
      .filter((scope) => scope !== ""),
  ),
].sort();
