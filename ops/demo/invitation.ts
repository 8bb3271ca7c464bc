import { join } from "node:path";
import { MAKER } from "../trial/people.ts";
import { USER } from "../trial/plan.ts";
import { pageOf } from "../trial/staff.ts";
import type { Trial } from "../trial/trial.ts";
import type { LivingTrial, Written } from "./living.ts";
import { pagesToOpen } from "./open-pages.ts";
import { verifyCommand } from "./trust.ts";

/** A call that is printed: what it does, and the line for a shell in the project's folder, which keeps variables for those that follow. */
export interface PrintedCall {
  what: string;
  line: string;
}

/** Reads a member of the JSON that comes. */
const member = (name: string) => `node -pe 'JSON.parse(require("fs").readFileSync(0)).${name}'`;

/** Every call that is printed, in an order in which each has what it needs. */
export function printedCalls(trial: Trial, { trial: living, contextFile }: Written, artefacts: string): PrintedCall[] {
  const { pengwan, linghai } = trial.cores;
  const [catalog, identity, usage] = [
    pengwan.connect.catalog?.[0],
    pengwan.connect.identity?.[0],
    pengwan.connect.usage?.[0],
  ];
  const secret = living.apps.find(({ key }) => key === USER.appKey)?.secretFile ?? "";
  const curl = `curl -sS --fail-with-body --cacert ${living.ca} -H 'content-type: application/json'`;
  const bearer = `-H "authorization: Bearer $TOKEN"`;
  const operator = join(linghai.directory, "keys", "operator");
  return [
    {
      what: "读取证照目录（公开）· read the catalog (public)",
      line: `${curl} -d '{"pageSize": 10}' ${catalog}/ecert.catalog.v1.CatalogService/ListCatalogItems`,
    },
    {
      what: "用证部门的应用取得访问令牌 · an access token for the app of the department that uses certificates",
      line: `TOKEN=$(${curl} -d "{\\"appKey\\": \\"${USER.appKey}\\", \\"appSecret\\": \\"$(cat ${secret})\\"}" ${identity}/ecert.identity.v1.TokenService/IssueAccessToken | ${member("accessToken")})`,
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
    ...signInCalls(trial, living, curl),
    { what: "离线验证全部文件 · verify every document, off-line", line: verifyCommand(artefacts) },
    { what: "健康状况 · health", line: `curl -sS --fail-with-body http://${pengwan.processes[0]?.admin}/readyz` },
  ];
}

/** A member of staff signs in with a certificate key by curl, and is told who that is; nothing where the trial has no staff. */
function signInCalls({ directory, cores }: Trial, { staff = [] }: LivingTrial, curl: string): PrintedCall[] {
  const maker = staff.find(({ account }) => account === MAKER.account);
  if (!maker) return [];
  const page = pageOf(cores.linghai);
  const jar = join(directory, "secrets", "cookies");
  const session = "ecert.identity.v1.SessionService/GetOwnSession";
  return [
    {
      what: "工作人员以数字证书登录 · a member of staff signs in with a certificate key",
      line: [
        `page() { ${curl} -b ${jar} -c ${jar} -H 'origin: ${page}' "$@"; }`,
        `SIGN_IN=$(page -X POST ${page}/session/start | ${member("signIn")})`,
        `SHOWN=$(page --cert-type P12 --cert ${maker.p12}:${maker.p12Password} "$SIGN_IN" | ${member("code")})`,
        `page -d "{\\"code\\": \\"$SHOWN\\"}" ${page}/session`,
      ].join("; "),
    },
    {
      what: "工作人员以会话调用 · and calls by the session: who it is, by which roles",
      line: `page -d '{}' ${page}/${session}`,
    },
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
${pagesToOpen(written.trial)}
${calls.join("\n\n")}
`;
}
