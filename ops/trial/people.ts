import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI } from "./plan.ts";

/** Somebody who works at a node of the trial. All are invented. */
export interface Person {
  /** Id of the account. */
  account: string;
  name: string;
  department: Pick<IssuingDepartment, "code" | "name" | "division">;
  roles: readonly Role[];
}

/** Management body (电子证照管理机构) of 岭海. */
export const MANAGEMENT = {
  code: "11440100MB9DEM1520",
  name: "岭海市政务服务数据管理局",
  division: LINGHAI.code,
} as const;

/** The department of 岭海 whose staff make and issue on screen. */
export const ON_SCREEN = ISSUERS[0] as IssuingDepartment;

/** The first administrator of 岭海, who is set up by the node's operator. */
export const ADMINISTRATOR: Person = body("admin", "杨试验", [Role.ADMINISTRATOR]);
/** Opens the accounts of the department. */
export const DEPARTMENT_ADMINISTRATOR: Person = officer("admin", "王试验", [Role.DEPARTMENT_ADMINISTRATOR]);
/** Writes catalog items for the department, and asks for openings; another one of the same part confirms. */
export const KEEPER: Person = officer("keeper", "吴试验", [Role.CATALOG_KEEPER]);
export const OTHER_KEEPER: Person = officer("keeper-2", "孙试验", [Role.CATALOG_KEEPER]);
export const MAKER: Person = officer("maker", "周试验", [Role.MAKER]);
export const SIGNER: Person = officer("signer", "郑试验", [Role.SIGNER]);
export const CERTIFICATE_USER: Person = officer("user", "刘试验", [Role.USER]);
export const AUDITOR: Person = officer("auditor", "陈试验", [Role.AUDITOR]);
export const IMPLEMENTER: Person = body("implementer", "何试验", [Role.CATALOG_ADMINISTRATOR, Role.IMPLEMENTER]);
export const SUPERVISOR: Person = body("supervisor", "黄试验", [Role.SUPERVISOR]);
/** Keeps the node running. */
export const NODE_OPERATOR: Person = body("operator", "赵试验", [Role.OPERATOR]);

/** The people of 岭海. */
export const PEOPLE: readonly Person[] = [
  ...[ADMINISTRATOR, DEPARTMENT_ADMINISTRATOR, KEEPER, OTHER_KEEPER, MAKER, SIGNER],
  ...[CERTIFICATE_USER, AUDITOR, IMPLEMENTER, SUPERVISOR, NODE_OPERATOR],
];

function officer(id: string, name: string, roles: readonly Role[]): Person {
  return { account: `${LINGHAI.code}-scjg-${id}`, name, department: ON_SCREEN, roles };
}

function body(id: string, name: string, roles: readonly Role[]): Person {
  return { account: `${LINGHAI.code}-${id}`, name, department: MANAGEMENT, roles };
}
