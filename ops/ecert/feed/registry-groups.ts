import { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import type { ActionOption, Group } from "./action.ts";
import { amendAction, CAUSE, getAction, listAction, putAction } from "./actions.ts";
import { MATTER_LISTS } from "./matter-lists.ts";
import { haltActions } from "./opening-group.ts";
import { secretWarning } from "./secret-warning.ts";

const registry = RegistryService.method;
const apps = AppService.method;

const SECRET_FILE: ActionOption = {
  value: "FILE",
  chinese: "密钥写入该文件（原不存在，权限 0600），不显示",
  english: "writes the secret to this file, which must not be there yet, and does not show it",
};

/** Hours that a host of an app has to take the new secret, where nobody says otherwise. */
const KEEP_HOURS = 24;

/** 6.4.1.1: departments and units. */
export const DEPARTMENT: Group = {
  word: "department",
  chinese: "政务部门",
  english: "departments of a node; confirming them is the province's",
  actions: {
    put: putAction(registry.putDepartment, "department", ["code"]),
    list: listAction(registry.listDepartments, "departments", ["code", "name", "division", "superiorCode", "closed"]),
    get: getAction(registry.getDepartment, ["code"], ["CODE"]),
    close: amendAction(registry.putDepartment, "department", ["code"], ["CODE"], {
      chinese: "撤销：不再以其名义制证、签发、用证；已签发的证照继续有效",
      english: "abolished: nothing is made, issued or used in its name any more; what it issued stays in force",
      members: () => ({ closed: true }),
    }),
    reopen: amendAction(registry.putDepartment, "department", ["code"], ["CODE"], {
      chinese: "恢复",
      english: "takes that back",
      members: () => ({ closed: false }),
    }),
    unconfirmed: {
      ...listAction(IssuerService.method.listUnconfirmedDepartments, "departments", ["code", "name", "node"]),
      chinese: "省级节点：尚待确认的部门",
      english: "at the province: departments that it has not confirmed",
    },
    confirm: {
      kind: "call",
      method: IssuerService.method.confirmDepartment,
      keys: ["code"],
      takes: ["CODE"],
      chinese: "省级节点：确认部门属于哪一节点",
      english: "at the province: confirms at which node a department is",
      members: { superior: "superiorCode" },
      options: {
        node: { value: "NODE", chinese: "登记该部门的节点", english: "node that registered it", required: true },
        superior: { value: "CODE", chinese: "上级部门", english: "department above, where it is another node's" },
      },
    },
    confirmed: {
      ...listAction(TermsService.method.listBodies, "bodies", ["code", "node", "superiorCode", "confirmedAt"]),
      chinese: "省级节点：已确认的部门",
      english: "at the province: departments that it has confirmed",
    },
  },
};

/** 6.2.4.1: app accounts. */
export const APP: Group = {
  word: "app",
  chinese: "对接应用账户",
  english: "accounts of departments' systems",
  actions: {
    put: { ...putAction(apps.putApp, "app", ["key"]), ...withOptions({ "secret-file": SECRET_FILE }) },
    list: {
      ...listAction(apps.listApps, "apps", ["key", "name", "departmentCode", "scopes", "disabled"]),
      warning: (app) => secretWarning(app, new Date()),
    },
    get: getAction(apps.getApp, ["key"], ["KEY"]),
    disable: amendAction(apps.putApp, "app", ["key"], ["KEY"], {
      chinese: "停用：令牌即时失效",
      english: "it may do nothing: its tokens end",
      members: () => ({ disabled: true }),
    }),
    enable: amendAction(apps.putApp, "app", ["key"], ["KEY"], {
      chinese: "恢复使用",
      english: "takes that back",
      members: () => ({ disabled: false }),
    }),
    "rotate-secret": {
      ...amendAction(apps.putApp, "app", ["key"], ["KEY"], {
        chinese: "更换密钥：原密钥在重叠期内仍有效，更早的即时失效",
        english: "gives it a new secret; the old one is good for a while yet, the one before that ends at once",
        members: () => ({}),
      }),
      more: (options) => ({
        rotateSecret: true,
        keepOldSecretHours: options["keep-hours"] ?? KEEP_HOURS,
        ...(options.days !== undefined && { secretDays: options.days as string }),
      }),
      options: {
        "secret-file": SECRET_FILE,
        "keep-hours": {
          value: "N",
          chinese: `原密钥继续有效的小时数，默认 ${KEEP_HOURS}，至多 720；已泄露时用 0`,
          english: `hours for which the old one is still good, ${KEEP_HOURS} by default, 720 at most; 0 where it may have leaked`,
        },
        days: {
          value: "N",
          chinese: "新密钥有效天数，默认 365，至多 1000",
          english: "days for which the new one is good, 365 by default, 1,000 at most",
        },
      },
    },
    "revoke-secret": {
      kind: "call",
      method: apps.revokeSecret,
      keys: ["appKey"],
      takes: ["KEY"],
      members: { "only-old": "onlyOld" },
      chinese: "吊销其密钥及现有令牌；更换密钥后方可再用",
      english: "ends its secrets, and the tokens that it has; it gets none until its secret is rotated",
      options: {
        cause: CAUSE,
        "only-old": {
          value: "",
          chinese: "仅吊销正在更换的原密钥",
          english: "ends only the secret that is being replaced",
        },
      },
    },
    "revoke-tokens": {
      kind: "call",
      method: apps.revokeTokens,
      keys: ["appKey"],
      takes: ["KEY"],
      chinese: "吊销其现有令牌",
      english: "ends the tokens that it has now",
      options: { cause: CAUSE },
    },
  },
};

/** 6.2.2.2: matters. */
export const MATTER: Group = {
  word: "matter",
  chinese: "事项",
  english: "matters, and which certificates they may use",
  actions: {
    put: putAction(registry.putMatter, "matter", ["code"]),
    list: listAction(registry.listMatters, "matters", [
      "code",
      "name",
      "departmentCode",
      "appKeys",
      "enabledOn",
      "disabled",
    ]),
    get: getAction(registry.getMatter, ["code"], ["CODE"]),
    disable: amendAction(registry.putMatter, "matter", ["code"], ["CODE"], {
      chinese: "停用用证",
      english: "it uses certificates no longer",
      members: () => ({ disabled: true }),
    }),
    enable: amendAction(registry.putMatter, "matter", ["code"], ["CODE"], {
      chinese: "恢复用证",
      english: "takes that back",
      members: () => ({ disabled: false }),
    }),
    ...haltActions(registry.putMatter, "matter", ["code"], ["CODE"]),
    ...MATTER_LISTS,
  },
};

/** 6.4.1.4: seals in the register; `ecert seal` also makes, shows, checks and draws them. */
export const SEAL: Group = {
  word: "seal",
  chinese: "电子印章登记",
  english: "seals in the register of a node",
  actions: {
    put: putAction(registry.putSeal, "seal", ["code"]),
    list: listAction(registry.listSeals, "seals", [
      "code",
      "name",
      "departmentCode",
      "unitCodes",
      "unbound",
      "awaitingConfirmation",
    ]),
    get: getAction(registry.getSeal, ["code"], ["CODE"]),
    confirm: {
      kind: "call",
      method: registry.confirmSeal,
      keys: ["code", "digest"],
      takes: ["CODE", "DIGEST"],
      chinese: "部门管理员确认管理机构载入的印章（DIGEST 见 seal get）",
      english: "a department's administrator confirms what the body prepared; DIGEST as `seal get` shows it",
    },
    unbind: {
      kind: "call",
      method: registry.unbindSeal,
      keys: ["code"],
      takes: ["CODE"],
      chinese: "解除绑定：即时停止签章",
      english: "nothing is signed with it any more, at once",
      options: { cause: CAUSE },
    },
  },
};

function withOptions(options: Record<string, ActionOption>) {
  return { options: { ...putAction(apps.putApp, "app", ["key"]).options, ...options } };
}
