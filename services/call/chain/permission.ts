import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { CallerKind, type Permission, permission } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Caller } from "./caller.ts";

const KIND: Record<Caller["kind"], CallerKind> = {
  public: CallerKind.PUBLIC,
  app: CallerKind.APP,
  holder: CallerKind.HOLDER,
  staff: CallerKind.STAFF,
  service: CallerKind.SERVICE,
  node: CallerKind.NODE,
  agent: CallerKind.AGENT,
  operator: CallerKind.OPERATOR,
};

/** The permission that a method declares in its contract, if any. */
export function permissionOf(method: DescMethod): Permission | undefined {
  return hasOption(method, permission) ? getOption(method, permission) : undefined;
}

/**
 * Lets a caller in or refuses it. A method without a permission is closed to everybody. Who has shown no proof gets
 * `TOKEN_MISSING` (a token may help), everybody else `PERMISSION_DENIED`. Agents, operators and staff of another node are
 * refused: their certificates are good at home only.
 */
export function checkPermission(
  method: string,
  required: Permission | undefined,
  caller: Caller,
  ownNode: string,
): void {
  if (required?.callers.includes(CallerKind.PUBLIC)) return;
  if (!required?.callers.includes(KIND[caller.kind])) {
    if (caller.kind === "public" && required) {
      const { message, localizedDetail } = proofNeeded(method, required);
      throw new Refusal("TOKEN_MISSING", message, { localizedDetail });
    }
    const { english, chinese } = namesOf(required?.callers ?? []);
    throw denied(method, caller, `is for ${english}`, `该功能仅供${chinese}调用`);
  }
  switch (caller.kind) {
    case "app":
      if (required.scope !== "" && !caller.scopes.includes(required.scope)) {
        const remedy = "ask the node's operator to give the app that scope, and get a new token";
        const localized = `令牌缺少权限范围${required.scope}，请联系节点运维为应用增加该范围后重新获取令牌`;
        const { scope } = required;
        throw denied(method, caller, `the token lacks the scope ${scope}: ${remedy}`, localized, { scope });
      }
      return;
    case "service":
    case "node":
      if (required.services.length > 0 && !required.services.includes(caller.name)) {
        const names = required.services;
        throw denied(method, caller, `only ${names.join(", ")} may call it`, `仅服务${names.join("、")}可以调用`);
      }
      return;
    case "agent":
    case "operator":
    case "staff":
      if (caller.node !== ownNode) {
        const message = `the caller belongs to node ${caller.node}, this is node ${ownNode}: call its own node`;
        const localized = `证书属于节点${caller.node}，当前节点为${ownNode}，请调用所属节点`;
        throw denied(method, caller, message, localized);
      }
      return;
  }
}

/** Kinds of caller as people name them, and how each proves itself. */
const CALLERS: Record<CallerKind, { english: string; chinese: string }> = {
  [CallerKind.UNSPECIFIED]: { english: "nobody", chinese: "系统内部" },
  [CallerKind.PUBLIC]: { english: "everybody", chinese: "公众" },
  [CallerKind.APP]: { english: "apps (access token)", chinese: "应用（访问令牌）" },
  [CallerKind.HOLDER]: { english: "holders", chinese: "持证主体" },
  [CallerKind.STAFF]: { english: "staff (client certificate)", chinese: "工作人员（客户端证书）" },
  [CallerKind.SERVICE]: { english: "services of this node", chinese: "本节点的服务" },
  [CallerKind.NODE]: { english: "services of other nodes", chinese: "其他节点的服务" },
  [CallerKind.AGENT]: { english: "signing agents", chinese: "签名代理" },
  [CallerKind.OPERATOR]: { english: "operators (client certificate)", chinese: "节点运维（客户端证书）" },
};

function namesOf(kinds: readonly CallerKind[]): { english: string; chinese: string } {
  const named = kinds.length === 0 ? [CALLERS[CallerKind.UNSPECIFIED]] : kinds.map((kind) => CALLERS[kind]);
  return {
    english: named.map((one) => one?.english).join(", "),
    chinese: named.map((one) => one?.chinese).join("、"),
  };
}

function proofNeeded(method: string, { callers }: Permission): { message: string; localizedDetail: string } {
  const { english, chinese } = namesOf(callers);
  return {
    message: `${method} is for ${english}: send what proves who calls`,
    localizedDetail: `该功能仅供${chinese}调用，请出示相应的令牌或证书`,
  };
}

function denied(
  method: string,
  caller: Caller,
  why: string,
  localizedDetail: string,
  metadata: Record<string, string> = {},
): Refusal {
  return new Refusal("PERMISSION_DENIED", `${method}: ${why}`, {
    metadata: { method, caller: caller.kind, ...metadata },
    localizedDetail,
  });
}
