/** Where a role is held: in a department that issues or uses, in a management body (电子证照管理机构), or on a node's hosts. */
export type RoleLevel = "department" | "management" | "node";

/** The roles of the standard (5.9.2, 6.2.1.2, 6.4.1.3), in the order in which people list them. */
export const ROLES = {
  departmentAdministrator: { level: "department", chinese: "部门管理员" },
  catalogKeeper: { level: "department", chinese: "目录管理" },
  maker: { level: "department", chinese: "制证" },
  signer: { level: "department", chinese: "核验签发" },
  user: { level: "department", chinese: "用证" },
  auditor: { level: "department", chinese: "审计" },
  administrator: { level: "management", chinese: "管理员" },
  catalogAdministrator: { level: "management", chinese: "目录管理员" },
  implementer: { level: "management", chinese: "实施员" },
  supervisor: { level: "management", chinese: "监督检查" },
  operator: { level: "node", chinese: "运维" },
} as const satisfies Record<string, { level: RoleLevel; chinese: string }>;

/** What a member of staff is there for. */
export type Role = keyof typeof ROLES;

/** Names of all roles. */
export const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLES, text);
}
