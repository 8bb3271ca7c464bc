import type { NodeRole } from "../../services/host/roles.ts";
import { SERVICES, type ServiceName } from "../../services/host/services.ts";

/**
 * How the services of a core are spread: all in one process; one process per service, two of some, those beside the road in one; or two processes of every service,
 * of which each serves two.
 */
export type Layout = "one" | "mesh" | "pairs";

/** A node of the trial province. */
export interface TrialNode {
  /** Division code. */
  code: string;
  role: NodeRole;
  name: string;
}

/** A process of a node. */
export interface TrialProcess {
  services: ServiceName[];
  replica: string;
}

/** The trial province: a province, two cities, and a province department with its own edition. All names are invented. */
export const PROVINCE: TrialNode = { code: "440000", role: "province", name: "全省电子证照系统（试验）" };
export const LINGHAI: TrialNode = { code: "440100", role: "city", name: "岭海市电子证照系统（试验）" };
export const PENGWAN: TrialNode = { code: "440300", role: "city", name: "鹏湾市电子证照系统（试验）" };
export const EDITION: TrialNode = { code: "44000001", role: "department", name: "民政部门版（试验）" };
export const NODES = [PROVINCE, LINGHAI, PENGWAN, EDITION] as const;

/** The processes of a node. A department edition makes and issues only (5.2.3). */
export function processesOf(node: TrialNode, layout: Layout): TrialProcess[] {
  const mounted = SERVICES.filter(({ inDepartment }) => inDepartment || node.role !== "department");
  const services = mounted.map(({ name }) => name);
  if (layout === "one") return [{ services, replica: "a" }];
  const both = ["a", "b"];
  if (layout === "pairs") {
    const groups = [services.filter(isRegister), services.filter((service) => !isRegister(service))];
    return groups.flatMap((group) => both.map((replica) => ({ services: group, replica })));
  }
  const alone = services.filter((service) => !isOffice(service));
  const meshed = alone.flatMap((service) =>
    (isRegister(service) ? ["a"] : both).map((replica) => ({ services: [service], replica })),
  );
  return [...meshed, { services: services.filter(isOffice), replica: "a" }];
}

/** Services beside the road, which share a process in a mesh: they have little to do there. */
const isOffice = (service: ServiceName) => ["identity", "governance", "supervision", "extension"].includes(service);
const isRegister = (service: ServiceName) => ["catalog", "sync"].includes(service) || isOffice(service);

/** A department that issues: its seal, its signing agent, its app. */
export interface IssuingDepartment {
  node: TrialNode;
  /** Social credit code, invented, with a right check character. */
  code: string;
  name: string;
  division: string;
  agent: string;
  algorithm: "ecdsa-p256" | "rsa-2048" | "sm2";
  seal: string;
  appKey: string;
  /** Names of the certificates that it issues, as in the seed. */
  certificates: string[];
}

/** The three departments that issue in the trial, each with its own device and agent. */
export const ISSUERS: readonly IssuingDepartment[] = [
  {
    node: LINGHAI,
    code: "11440106MB9DEM11X6",
    name: "岭海市天湾区市场监督管理局",
    division: "440106",
    agent: "lh-scjg",
    algorithm: "ecdsa-p256",
    seal: "DZYZ-LH-SCJG",
    appKey: "440100-scjg",
    certificates: ["营业执照", "食品经营许可证"],
  },
  {
    node: LINGHAI,
    code: "11440106MB9DEM1361",
    name: "岭海市规划和自然资源局",
    division: "440106",
    agent: "lh-ghzy",
    algorithm: "ecdsa-p256",
    seal: "DZYZ-LH-GHZY",
    appKey: "440100-ghzy",
    certificates: ["不动产权证书"],
  },
  {
    node: EDITION,
    code: "11440106MB9DEM144U",
    name: "岭海市天湾区民政局",
    division: "440106",
    agent: "lh-mz",
    algorithm: "rsa-2048",
    seal: "DZYZ-LH-MZ",
    appKey: "44000001-mz",
    certificates: ["结婚证"],
  },
];

/**
 * A fourth department, where a trial is asked for it: signs with SM2 under an electronic seal (GB/T 38540). No device with SM2
 * can be had for trials, so its key is in a file.
 */
export const NATIONAL_ISSUER: IssuingDepartment = {
  node: LINGHAI,
  code: "11440106MB9DEM1286",
  name: "岭海市公安局天湾分局",
  division: "440106",
  agent: "lh-ga",
  algorithm: "sm2",
  seal: "DZYZ-LH-GA",
  appKey: "440100-ga",
  certificates: ["居住证"],
};

/** A department that uses certificates: its app and its matter (事项). */
export interface UsingDepartment {
  code: string;
  name: string;
  division: string;
  appKey: string;
  matter: { code: string; name: string };
}

/** The department that uses certificates in the trial: in another city than the one that issues. */
export const USER = {
  node: PENGWAN,
  code: "114403000000991003",
  name: "鹏湾市政务服务数据管理局",
  division: "440300",
  appKey: "440300-zwfw",
  matter: { code: "440300-SPJY-01", name: "食品经营许可核发" },
} as const;
