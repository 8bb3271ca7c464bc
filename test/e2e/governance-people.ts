import type { DescService } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { MANAGEMENT, ON_SCREEN, type Person } from "../../ops/trial/people.ts";
import { ISSUERS, type IssuingDepartment, LINGHAI, PROVINCE } from "../../ops/trial/plan.ts";
import { type IssuedKey, issueKey } from "../../ops/trial/staff-key.ts";
import { type StaffSession, signInStaff } from "../../ops/trial/staff-session.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { Role } from "../../proto/gen/ecert/type/v1/permission_pb.ts";
import { consoleApp } from "../../services/domain/console-app.ts";
import type { ServiceName } from "../../services/host/services.ts";

/** Management bodies (电子证照管理机构): of the province, the city, and a street that lies below the department's county. */
export const TOP = { code: "11440000MB9DEM001W", name: "南粤省政务服务数据管理局", division: PROVINCE.code };
export const CITY = MANAGEMENT;
export const STREET = { code: "11440106MB9DEM009H", name: "石屿街道党政综合办公室", division: "440106001" };

/** The department that nobody knows yet, and another one of its county. */
export const MARKET = ON_SCREEN;
export const PLANNING = ISSUERS[1] as IssuingDepartment;

/** AppKeys as which people of both departments work on screen. */
export const MARKET_APP = consoleApp(LINGHAI.code, MARKET.code);
export const PLANNING_APP = consoleApp(LINGHAI.code, PLANNING.code);

const person = (id: string, name: string, department: Person["department"], role: Role): Person => {
  const node = department === TOP ? PROVINCE.code : LINGHAI.code;
  return { account: `${node}-${id}`, name, department, roles: [role] };
};

/** Everybody of the scenario, by what they do in it; nobody has two roles. All are invented. */
export const PEOPLE = {
  // 省电子证照管理机构
  provinceChief: person("chief", "省试验甲", TOP, Role.ADMINISTRATOR),
  approver: person("approver", "省试验乙", TOP, Role.CATALOG_ADMINISTRATOR),
  releaser: person("releaser", "省试验丙", TOP, Role.CATALOG_ADMINISTRATOR),
  // 市电子证照管理机构
  chief: person("chief", "市试验甲", CITY, Role.ADMINISTRATOR),
  deputy: person("deputy", "市试验乙", CITY, Role.ADMINISTRATOR),
  implementer: person("implementer", "市试验丙", CITY, Role.IMPLEMENTER),
  lister: person("lister", "市试验丁", CITY, Role.CATALOG_ADMINISTRATOR),
  listPublisher: person("list-publisher", "市试验戊", CITY, Role.CATALOG_ADMINISTRATOR),
  inspector: person("inspector", "市试验己", CITY, Role.SUPERVISOR),
  bulletinPublisher: person("bulletin-publisher", "市试验庚", CITY, Role.SUPERVISOR),
  // 街道
  street: person("street", "街道试验", STREET, Role.ADMINISTRATOR),
  // 进驻部门
  head: person("market-head", "市监试验甲", MARKET, Role.DEPARTMENT_ADMINISTRATOR),
  writer: person("market-writer", "市监试验乙", MARKET, Role.CATALOG_KEEPER),
  confirmer: person("market-confirmer", "市监试验丙", MARKET, Role.CATALOG_KEEPER),
  maker: person("market-maker", "市监试验丁", MARKET, Role.MAKER),
  signer: person("market-signer", "市监试验戊", MARKET, Role.SIGNER),
  // 用证部门
  planningHead: person("planning-head", "规资试验甲", PLANNING, Role.DEPARTMENT_ADMINISTRATOR),
  planningKeeper: person("planning-keeper", "规资试验乙", PLANNING, Role.CATALOG_KEEPER),
  planningUser: person("planning-user", "规资试验丙", PLANNING, Role.USER),
} as const satisfies Record<string, Person>;
export type Who = keyof typeof PEOPLE;

/** The people of a running trial, each with a certificate key. */
export interface Staff {
  /** A service of somebody's node, called in the session of that person, who signs in at the first one. */
  as<S extends DescService>(who: Who, contract: S): Promise<Client<S>>;
  /** Somebody's session, begun at the first call. */
  session(who: Who): Promise<StaffSession>;
  /** Signs in anew, whatever sessions there are. */
  signIn(who: Who): Promise<StaffSession>;
  keyOf(who: Who): IssuedKey;
  /** Somebody's account with the certificate, as `openAccounts` takes it. */
  rowOf(who: Who): { person: Person; certificatePem: string };
}

/** Gives everybody a certificate of the trial's staff authority; accounts are opened by the scenario. */
export function openPeople(trial: Trial): Staff {
  const keys = new Map<Who, IssuedKey>();
  const sessions = new Map<Who, StaffSession>();
  const staff: Staff = {
    async as(who, contract) {
      return (await staff.session(who)).client(contract, contract.typeName.split(".")[1] as ServiceName);
    },
    async session(who) {
      const session = sessions.get(who) ?? (await staff.signIn(who));
      sessions.set(who, session);
      return session;
    },
    signIn(who) {
      const { department } = PEOPLE[who];
      const core = department === TOP ? trial.cores.province : trial.cores.linghai;
      return signInStaff(core, trial.files.root, staff.keyOf(who).key);
    },
    keyOf(who) {
      const key = keys.get(who) ?? issueKey(PEOPLE[who], trial.directory, trial.authority);
      keys.set(who, key);
      return key;
    },
    rowOf: (who) => ({ person: PEOPLE[who], certificatePem: staff.keyOf(who).certificatePem }),
  };
  return staff;
}
