import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import {
  CallerKind,
  Reach as ContractReach,
  Role as ContractRole,
  type Permission,
  permission,
} from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import type { Actor, ActorKind } from "../../domain/actor.ts";
import { type Objection, objectionTo, type Requirement } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { ROLES, type Role } from "../../domain/role.ts";

const KINDS: Record<CallerKind, ActorKind | undefined> = {
  [CallerKind.UNSPECIFIED]: undefined,
  [CallerKind.PUBLIC]: "public",
  [CallerKind.APP]: "app",
  [CallerKind.HOLDER]: "holder",
  [CallerKind.STAFF]: "staff",
  [CallerKind.SERVICE]: "service",
  [CallerKind.NODE]: "node",
  [CallerKind.AGENT]: "agent",
  [CallerKind.OPERATOR]: "operator",
};

/** Roles as contracts and stored records name them, by the names of the rules. */
export const CONTRACT_ROLES: Record<Role, ContractRole> = {
  departmentAdministrator: ContractRole.DEPARTMENT_ADMINISTRATOR,
  catalogKeeper: ContractRole.CATALOG_KEEPER,
  maker: ContractRole.MAKER,
  signer: ContractRole.SIGNER,
  user: ContractRole.USER,
  auditor: ContractRole.AUDITOR,
  administrator: ContractRole.ADMINISTRATOR,
  catalogAdministrator: ContractRole.CATALOG_ADMINISTRATOR,
  implementer: ContractRole.IMPLEMENTER,
  supervisor: ContractRole.SUPERVISOR,
  operator: ContractRole.OPERATOR,
};

/** A reach that this program does not know reaches least. */
const REACHES: Partial<Record<ContractReach, Requirement["reach"]>> = {
  [ContractReach.UNSPECIFIED]: "all",
  [ContractReach.DEPARTMENT]: "department",
  [ContractReach.ACCOUNT]: "account",
};

/** The roles that contracts' ones stand for; what is unknown stands for none. */
export function rolesOf(roles: readonly ContractRole[]): Role[] {
  return (Object.keys(CONTRACT_ROLES) as Role[]).filter((role) => roles.includes(CONTRACT_ROLES[role]));
}

/** What a declared permission asks for, in the words of the rules; `undefined` where nothing is declared. */
export function requirementOf(declared: Permission | undefined): Requirement | undefined {
  if (!declared) return undefined;
  const { callers, scope, services, roles, reach } = declared;
  const kinds = callers.map((kind) => KINDS[kind]).filter((kind) => kind !== undefined);
  return { kinds, scope, services, roles: rolesOf(roles), reach: REACHES[reach] ?? "account" };
}

/** The permission that a method declares in its contract, if any. */
export function permissionOf(method: DescMethod): Permission | undefined {
  return hasOption(method, permission) ? getOption(method, permission) : undefined;
}

/**
 * Lets a caller in or refuses it. A method without a permission is closed to everybody. Who has shown no proof gets
 * `TOKEN_MISSING` (a token may help), everybody else `PERMISSION_DENIED` with what to do.
 */
export function checkPermission(
  method: string,
  required: Requirement | undefined,
  caller: Actor,
  ownNode: string,
): void {
  const objection = objectionTo(caller, required, ownNode);
  if (!objection) return;
  const { english, chinese, metadata } = TEXTS[objection](required ?? CLOSED, caller, ownNode);
  if (objection === "unproven") {
    throw new Refusal("TOKEN_MISSING", `${method} ${english}`, { localizedDetail: chinese });
  }
  throw new Refusal("PERMISSION_DENIED", `${method}: ${english}`, {
    metadata: { method, caller: caller.kind, ...metadata },
    localizedDetail: chinese,
  });
}

const CLOSED: Requirement = { kinds: [], scope: "", services: [], roles: [], reach: "all" };

interface Told {
  english: string;
  chinese: string;
  metadata?: Record<string, string>;
}

const wrongKind = ({ kinds }: Requirement): Told => {
  const { english, chinese } = namesOf(kinds);
  return { english: `is for ${english}`, chinese: `该功能仅供${chinese}调用` };
};

const TEXTS: Record<Objection, (required: Requirement, caller: Actor, ownNode: string) => Told> = {
  undeclared: wrongKind,
  kind: wrongKind,
  unproven({ kinds }) {
    const { english, chinese } = namesOf(kinds);
    return {
      english: `is for ${english}: send what proves who calls`,
      chinese: `该功能仅供${chinese}调用，请出示相应的令牌或证书`,
    };
  },
  scope: ({ scope }) => ({
    english: `the token lacks the scope ${scope}: ask the node's operator to give the app that scope, and get a new token`,
    chinese: `令牌缺少权限范围${scope}，请联系节点运维为应用增加该范围后重新获取令牌`,
    metadata: { scope },
  }),
  service: ({ services }) => ({
    english: `only ${services.join(", ")} may call it`,
    chinese: `仅服务${services.join("、")}可以调用`,
  }),
  node(_, caller, ownNode) {
    const node = "node" in caller ? caller.node : "";
    return {
      english: `the caller belongs to node ${node}, this is node ${ownNode}: call its own node`,
      chinese: `证书属于节点${node}，当前节点为${ownNode}，请调用所属节点`,
    };
  },
  role({ roles }) {
    const names = roles.map((role) => ROLES[role].chinese);
    return {
      english: `is for staff with one of the roles ${names.join(", ")}: ask the administrator of your department for it`,
      chinese: `该功能需要角色${names.join("、")}之一，请联系本部门管理员授予`,
      metadata: { roles: roles.join(" ") },
    };
  },
};

/** Kinds of caller as people name them, and how each proves itself. */
const CALLERS: Record<ActorKind, { english: string; chinese: string }> = {
  public: { english: "everybody", chinese: "公众" },
  app: { english: "apps (access token)", chinese: "应用（访问令牌）" },
  holder: { english: "holders", chinese: "持证主体" },
  staff: { english: "staff (signed in)", chinese: "工作人员（登录后）" },
  service: { english: "services of this node", chinese: "本节点的服务" },
  node: { english: "services of other nodes", chinese: "其他节点的服务" },
  agent: { english: "signing agents", chinese: "签名代理" },
  operator: { english: "operators (client certificate)", chinese: "节点运维（客户端证书）" },
};

function namesOf(kinds: readonly ActorKind[]): { english: string; chinese: string } {
  const named = kinds.length === 0 ? [{ english: "nobody", chinese: "系统内部" }] : kinds.map((kind) => CALLERS[kind]);
  return {
    english: named.map((one) => one.english).join(", "),
    chinese: named.map((one) => one.chinese).join("、"),
  };
}
