import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { contextFor } from "../trial/connect.ts";
import { USER } from "../trial/plan.ts";
import type { Trial } from "../trial/trial.ts";

/** A request for a usage code in the trial's matter, by JSON. */
function usageRequest(): string {
  const [licence] = readCatalogFiles();
  if (!licence) throw new Error("the seed has no catalog items");
  return JSON.stringify({ requestId: randomUUID(), context: contextFor(licence, "demo-1", new Date()) });
}

/** What to try while the demo is left running: addresses, and calls to copy. */
export function invitation(trial: Trial): string {
  const { province, linghai, pengwan, edition } = trial.cores;
  const root = trial.files.root;
  const connect = pengwan.connect.catalog?.[0] ?? "";
  const usage = pengwan.connect.usage?.[0] ?? "";
  const secret = trial.secrets.get(USER.appKey) ?? "";
  const lines = [province, linghai, pengwan, edition].map((core) => {
    const [{ admin = "" } = {}] = core.processes;
    return `  ${core.node.code}  ${core.node.name}  gRPC ${core.public.catalog?.[0]}  Connect ${core.connect.catalog?.[0]}  metrics http://${admin}/metrics`;
  });
  return `
Everything stays up until Ctrl-C. Folder: ${trial.directory} (logs in ${join(trial.directory, "logs")})

${lines.join("\n")}

Read the catalog (public):
  curl --cacert ${root} -H 'content-type: application/json' -d '{"pageSize": 10}' \\
    ${connect}/ecert.catalog.v1.CatalogService/ListCatalogItems

Get an access token (用证部门的应用):
  curl --cacert ${root} -H 'content-type: application/json' \\
    -d '{"appKey": "${USER.appKey}", "appSecret": "${secret}"}' \\
    ${connect}/ecert.catalog.v1.TokenService/IssueAccessToken

Ask for a usage code (put the token in TOKEN; the same requestId again gives the same code):
  curl --cacert ${root} -H 'content-type: application/json' -H "authorization: Bearer $TOKEN" \\
    -d '${usageRequest()}' \\
    ${usage}/ecert.usage.v1.UsageService/CreateUsageContext

The same with gRPC, from the contracts alone:
  npx buf curl --schema proto --protocol grpc --cacert ${root} -d '{"pageSize": 10}' \\
    ${pengwan.public.catalog?.[0]}/ecert.catalog.v1.CatalogService/ListCatalogItems
  grpcurl -cacert ${root} ${pengwan.public.catalog?.[0]?.replace("https://", "")} list

Health: curl http://${pengwan.processes[0]?.admin}/readyz
`;
}
