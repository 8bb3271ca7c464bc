import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, type JsonObject } from "@bufbuild/protobuf";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { SessionService } from "../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { OperatorSchema, UsageContextSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { WatchService } from "../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { rolesOf } from "../../services/call/chain/permission.ts";
import { Verdict } from "../../services/client/index.ts";
import { ROLES } from "../../services/domain/role.ts";
import type { CatalogFile } from "../trial/catalog-files.ts";
import { contextFor, orderFrom } from "../trial/connect.ts";
import { consoleIssuingMatter, consoleMatter } from "../trial/console.ts";
import * as people from "../trial/people.ts";
import type { Member } from "../trial/seed-staff.ts";
import { type StaffSession, signInStaff } from "../trial/staff-session.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";
import { pdfsig } from "./outside.ts";
import { refused } from "./refused.ts";

/** Business serial of the licence that is made on screen. */
const SERIAL = "2026-11-24-0003";

/** What somebody does by the own role, whether it came out right, and what is another's to do. */
interface Duty {
  person: people.Person;
  may(session: StaffSession): Promise<boolean>;
  mayNot(session: StaffSession): Promise<unknown>;
}

/** 5.9.2: eleven people sign in with eleven certificates; one makes a licence, another issues it, and each does what the role may and no more. */
export async function workOnScreen(trial: Trial, narrator: Narrator, licence: CatalogFile): Promise<void> {
  if (trial.staff.length === 0) return;
  narrator.step(
    "经办",
    "Staff of 岭海 sign in with certificate keys: one makes a 营业执照 on screen, another checks and issues it",
  );
  narrator.say(trial.staff.map(({ name, roles }) => `${name}（${chinese(roles)}）`).join("、"));
  const sessions = new Map<string, StaffSession>();
  const known: boolean[] = [];
  for (const member of trial.staff) {
    const session = await signInStaff(trial.cores.linghai, trial.files.root, member);
    sessions.set(member.account, session);
    known.push(await isKnownAs(session, member));
  }
  const all = known.every(Boolean);
  narrator.check(
    `${known.length} people sign in with ${known.length} certificates, and are told their roles`,
    "platform",
    all,
  );

  const done = new Map<people.Person, boolean>();
  const denied = new Map<people.Person, boolean>();
  for (const { person, may, mayNot } of dutiesOf(licence)) {
    const session = sessions.get(person.account) as StaffSession;
    done.set(person, await may(session));
    denied.set(person, await refused(mayNot(session), "PERMISSION_DENIED"));
  }
  const signer = sessions.get(people.SIGNER.account) as StaffSession;
  const { file } = await signer.client(IssueService, "issue").getFace({ businessSerial: SERIAL });
  const path = join(trial.directory, "on-screen.pdf");
  writeFileSync(path, file?.content ?? "");
  const named = done.get(people.MAKER) === true && done.get(people.SIGNER) === true;
  narrator.check("one made it, another issued it, and the record names both", "platform", named);
  narrator.check("its signature is valid and covers the whole document", "pdfsig", pdfsig(path).good);
  const auditor = denied.get(people.AUDITOR) === true;
  narrator.check("the auditor, who sees it, is refused to issue: PERMISSION_DENIED", "platform", auditor);
  const each = (told: Map<people.Person, boolean>) => told.size === known.length && [...told.values()].every(Boolean);
  narrator.check(
    "each does what the role is for, and is refused what is another's",
    "platform",
    each(done) && each(denied),
  );
}

async function isKnownAs(session: StaffSession, { account, name, roles }: Member): Promise<boolean> {
  const own = await session.client(SessionService, "identity").getOwnSession({});
  return own.account === account && own.name === name && own.roles.join() === roles.join();
}

/** One duty of each, in an order in which each has what it needs. */
function dutiesOf(licence: CatalogFile): Duty[] {
  const { data, ...rest } = orderFrom(licence, SERIAL);
  const order = { ...rest, data: data as JsonObject };
  const one = { businessSerial: SERIAL };
  const issue = (session: StaffSession) => session.client(IssueService, "issue");
  const accounts = async (session: StaffSession) =>
    (await session.client(AccountService, "identity").listAccounts({})).accounts.map(({ id }) => id);
  const ofDepartment = people.PEOPLE.filter(({ department }) => department === people.ON_SCREEN);
  const make = (session: StaffSession) => issue(session).makeCertificate({ order });
  const sign = (session: StaffSession) => issue(session).issueCertificate(one);
  const see = async (session: StaffSession) => (await issue(session).getCertificate(one)).certificate;
  return [
    {
      person: people.MAKER,
      async may(session) {
        const isOffered = await issuesByMatter(session, licence);
        return (await make(session)).certificate?.madeBy?.account === people.MAKER.account && isOffered;
      },
      mayNot: sign,
    },
    {
      person: people.SIGNER,
      async may(session) {
        const { certificate: { madeBy, issuedBy } = {} } = await sign(session);
        return madeBy?.name === people.MAKER.name && issuedBy?.name === people.SIGNER.name;
      },
      mayNot: make,
    },
    ...[people.KEEPER, people.OTHER_KEEPER].map((person) => ({
      person,
      may: async (session: StaffSession) =>
        (await session.client(DraftService, "catalog").listDrafts({})).drafts.length === 0,
      mayNot: make,
    })),
    { person: people.AUDITOR, may: async (session) => (await see(session))?.businessSerial === SERIAL, mayNot: sign },
    { person: people.CERTIFICATE_USER, may: (session) => usedOnScreen(session, licence), mayNot: see },
    {
      person: people.SUPERVISOR,
      may: async (session) => (await issue(session).listCertificates({ wholeReach: true })).certificates.length > 0,
      mayNot: (session) => issue(session).getFace(one),
    },
    { person: people.DEPARTMENT_ADMINISTRATOR, may: sees(accounts, ofDepartment), mayNot: sign },
    { person: people.ADMINISTRATOR, may: sees(accounts, people.PEOPLE), mayNot: make },
    {
      person: people.IMPLEMENTER,
      async may(session) {
        const { openings } = await session.client(RegistryService, "catalog").listIssuingOpenings({});
        return openings.some(({ departmentCode }) => departmentCode === people.ON_SCREEN.code);
      },
      mayNot: accounts,
    },
    {
      person: people.NODE_OPERATOR,
      may: async (session) => (await session.client(WatchService, "issue").getNode({})).processes.length > 0,
      mayNot: see,
    },
  ];
}

/** Whether somebody is shown the accounts of these people, and of nobody else. */
function sees(accounts: (session: StaffSession) => Promise<string[]>, of: readonly people.Person[]): Duty["may"] {
  const expected = of.map(({ account }) => account).sort();
  return async (session) => (await accounts(session)).sort().join() === expected.join();
}

/** 4.5.2, 6.4.5.1: whether the maker is offered the licence, by the matter out of which it comes and by what the department has open. */
async function issuesByMatter(session: StaffSession, { code }: CatalogFile): Promise<boolean> {
  const { department } = people.MAKER;
  const asked = { departmentCode: department.code, issuing: true };
  const { matters } = await session.client(MatterService, "catalog").findMatters(asked);
  const { items } = await session.client(CatalogService, "catalog").listCatalogItems({ madeBy: department.code });
  const [matter] = matters.filter((one) => one.issuedItems.includes(code));
  return matter?.code === consoleIssuingMatter(department).code && items.map((one) => one.code).join() === code;
}

/** Finds the holder's licences in the own matter, and verifies one. */
async function usedOnScreen(session: StaffSession, licence: CatalogFile): Promise<boolean> {
  const usage = session.client(UsageService, "usage");
  const { account, name, department } = people.CERTIFICATE_USER;
  const context = create(UsageContextSchema, contextFor(licence, "YW-2026-经办", new Date()));
  context.outlet = "岭海市政务服务中心 3 号窗口";
  context.departmentCode = department.code;
  context.operator = create(OperatorSchema, { account, name });
  context.matterCode = consoleMatter(department).code;
  const { usageCode } = await usage.createUsageContext({ requestId: randomUUID(), context });
  const { certificates } = await usage.listCertificates({ usageCode });
  const [identifier = ""] = certificates.map((one) => one.identifier);
  return (await usage.verifyCertificate({ usageCode, identifier })).verdict === Verdict.VALID;
}

function chinese(roles: Member["roles"]): string {
  return rolesOf(roles)
    .map((role) => ROLES[role].chinese)
    .join("、");
}
