import { join } from "node:path";
import { USER } from "../trial/plan.ts";
import type { Trial } from "../trial/trial.ts";
import type { Written } from "./living.ts";
import { verifyCommand } from "./trust.ts";

/** A call that is printed: what it does, and the line for a shell in the project's folder, which keeps variables for those that follow. */
export interface PrintedCall {
  what: string;
  line: string;
}

/** Every call that is printed, in an order in which each has what it needs. */
export function printedCalls(trial: Trial, { trial: living, contextFile }: Written, artefacts: string): PrintedCall[] {
  const { pengwan, linghai } = trial.cores;
  const [catalog, usage] = [pengwan.connect.catalog?.[0] ?? "", pengwan.connect.usage?.[0] ?? ""];
  const secret = living.apps.find(({ key }) => key === USER.appKey)?.secretFile ?? "";
  const curl = `curl -sS --fail-with-body --cacert ${living.ca} -H 'content-type: application/json'`;
  const bearer = `-H "authorization: Bearer $TOKEN"`;
  const member = (name: string) => `node -pe 'JSON.parse(require("fs").readFileSync(0)).${name}'`;
  const operator = join(linghai.directory, "keys", "operator");
  return [
    {
      what: "读取证照目录（公开）· read the catalog (public)",
      line: `${curl} -d '{"pageSize": 10}' ${catalog}/ecert.catalog.v1.CatalogService/ListCatalogItems`,
    },
    {
      what: "用证部门的应用取得访问令牌 · an access token for the app of the department that uses certificates",
      line: `TOKEN=$(${curl} -d "{\\"appKey\\": \\"${USER.appKey}\\", \\"appSecret\\": \\"$(cat ${secret})\\"}" ${catalog}/ecert.catalog.v1.TokenService/IssueAccessToken | ${member("accessToken")})`,
    },
    {
      what: "取得用证码（同一 requestId 得到同一用证码）· a usage code (the same requestId again gives the same)",
      line: `CODE=$(${curl} ${bearer} -d @${contextFile} ${usage}/ecert.usage.v1.UsageService/CreateUsageContext | ${member("usageCode")})`,
    },
    {
      what: "跨市验证有效的营业执照 · verify the licence in force, in another city than it was issued in",
      line: `${curl} ${bearer} -d "{\\"usageCode\\": \\"$CODE\\", \\"identifier\\": \\"${living.identifier}\\"}" ${usage}/ecert.usage.v1.UsageService/VerifyCertificate`,
    },
    {
      what: "只凭合约，以 gRPC 调用 · by gRPC, from the contracts alone",
      line: `npx buf curl --schema proto --protocol grpc --cacert ${living.ca} -d '{"pageSize": 10}' ${pengwan.public.catalog?.[0]}/ecert.catalog.v1.CatalogService/ListCatalogItems`,
    },
    {
      what: "运维：查看节点比对结果 · as an operator: where a node stands against its peers",
      line: `npm run -s ecert -- standing --server ${linghai.mesh.sync?.[0]} --certificate ${operator}.pem --private-key ${operator}.key --ca ${living.ca}`,
    },
    { what: "离线验证全部文件 · verify every document, off-line", line: verifyCommand(artefacts) },
    { what: "健康状况 · health", line: `curl -sS --fail-with-body http://${pengwan.processes[0]?.admin}/readyz` },
  ];
}

/** What to try while the demo is left running: addresses, files, and calls to copy. */
export function invitation(trial: Trial, written: Written, artefacts: string): string {
  const { province, linghai, pengwan, edition } = trial.cores;
  const nodes = [province, linghai, pengwan, edition].map(({ node, processes, ...core }) => {
    const [{ admin = "" } = {}] = processes;
    return `  ${node.code}  ${node.name}  gRPC ${core.public.catalog?.[0]}  Connect ${core.connect.catalog?.[0]}  metrics http://${admin}/metrics`;
  });
  const calls = printedCalls(trial, written, artefacts).map(({ what, line }) => `${what}:\n  ${line}`);
  return `
一切保持运行，Ctrl-C 结束 · Everything stays up until Ctrl-C. Folder: ${trial.directory} (logs in ${join(trial.directory, "logs")})

${nodes.join("\n")}

地址、应用、密钥文件 · addresses, apps, files of secrets and origin keys: ${written.trialFile}
有效的营业执照 · the licence in force: ${written.trial.identifier} (businessSerial ${written.trial.serial})

${calls.join("\n\n")}
`;
}
