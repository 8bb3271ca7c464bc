import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type JsonObject, type MessageInitShape } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { contextFor, orderFrom } from "../../ops/trial/connect.ts";
import { accountOf, openAccounts } from "../../ops/trial/seed-staff.ts";
import { publicClient } from "../../ops/trial/staff-session.ts";
import { startTrial, type Trial, type TrialOptions } from "../../ops/trial/trial.ts";
import { DraftService, type ItemDraftAction } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import {
  type OpeningRequest,
  type OpeningRequestAction,
  type OpeningRequestSchema,
  OpeningRequestService,
} from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Certificate } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { IssueService } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { OperatorSchema, UsageContextSchema } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { quarterDays, quarterOf } from "../../services/domain/quarter.ts";
import type { Reason } from "../../services/domain/reason.ts";
import { createDepartment } from "../trust/department.ts";
import { CITY, MARKET, openPeople, PEOPLE, PLANNING, type Staff, TOP, type Who } from "./governance-people.ts";

/** The day on which the tests run, the quarter that ended last, and the first day of that. */
export const TODAY = shanghaiDay(new Date());
export const QUARTER = quarterOf(addDays(quarterDays(quarterOf(TODAY))?.from ?? "", -1));
export const SINCE = quarterDays(QUARTER)?.from ?? "";
/** The matter in which certificates are used. */
export const MATTER = "440106-GHXK-01";
/** Business serial of the first licence. */
export const SERIAL = "2026-0001";
/** How long something may take that a node does by itself, or tells another one. */
export const settling = { timeout: 60_000, interval: 100 };

/** A province that nobody has told anything yet: real processes, and people with certificate keys but no accounts. */
export interface GovernanceScene extends Staff {
  trial: Trial;
  /** The kind of certificate that it is all about. */
  licence: CatalogFile;
  /** Has the operators of province and city register both management bodies, and set up the first administrator of each (6.2.4.1). */
  setUpAdministrators(): Promise<void>;
  /** Has an administrator open the accounts of others, with their certificates. */
  opens(opener: Who, people: readonly Who[]): Promise<void>;
  /** Activates the new department's administrator by an institution certificate, of `department` where that is not the right one (5.8.3). */
  activate(department?: { code: string; name: string }): Promise<void>;
  /** Asks for an opening, or mends what was asked for (6.4.5.1, 6.4.6.1). */
  asks(who: Who, request: MessageInitShape<typeof OpeningRequestSchema>): Promise<OpeningRequest | undefined>;
  /** Takes a step of such a request. */
  /** Has the node's operator register a department, as where a node is set up. */
  registers(department: { code: string; name: string; division: string }): Promise<void>;
  stepsOpening(who: Who, id: string, action: OpeningRequestAction, remark?: string): Promise<unknown>;
  /** A licence of today, by its business serial. */
  order(serial: string): ReturnType<typeof orderFrom> & { data: JsonObject };
  /** Makes one on screen (4.4.4). */
  makes(who: Who, serial: string): Promise<unknown>;
  /** Issues one on screen. */
  signs(who: Who, serial: string): Promise<Certificate | undefined>;
  /** A usage code for the holder's licences in {@link MATTER} (5.4.3). */
  usageCode(who: Who): Promise<string>;
  /** Takes a step of a draft as it is at the person's node; resolves to the state after it. */
  step(who: Who, id: string, action: ItemDraftAction): Promise<number>;
  close(): Promise<void>;
}

/** Starts the trial with no catalog, register or account; only agents and their policies are there (5.4.2). `outside` is what it is to have beside them. */
export async function openGovernanceScene(
  outside: Pick<TrialOptions, "screens" | "portal"> = {},
): Promise<GovernanceScene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-governance-"));
  const trial = await startTrial({
    ...{ directory, layout: "one", store: { engine: "sqlite" }, unfed: true, staff: true, ...outside },
  }).catch((error) => {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  });
  const staff = openPeople(trial);
  const { linghai, province } = trial.cores;
  const licence = readCatalogFiles().find(({ name }) => name === "营业执照") as CatalogFile;
  const order = (serial: string) => {
    const { data, ...rest } = orderFrom(licence, serial);
    return { ...rest, data: data as JsonObject, issueDate: TODAY };
  };
  return {
    ...{ ...staff, trial, licence, order },
    makes: async (who, serial) => (await staff.as(who, IssueService)).makeCertificate({ order: order(serial) }),
    signs: async (who, businessSerial) =>
      (await (await staff.as(who, IssueService)).issueCertificate({ businessSerial })).certificate,
    async usageCode(who) {
      const { account, name } = PEOPLE[who];
      const context = create(UsageContextSchema, contextFor(licence, "YW-1", new Date()));
      context.departmentCode = PLANNING.code;
      context.matterCode = MATTER;
      context.operator = create(OperatorSchema, { account, name });
      context.outlet = "岭海市政务服务中心 3 号窗口";
      const usage = await staff.as(who, UsageService);
      return (await usage.createUsageContext({ requestId: randomUUID(), context })).usageCode;
    },
    async setUpAdministrators() {
      const first = [
        [linghai, CITY, "chief"],
        [province, TOP, "provinceChief"],
      ] as const;
      for (const [{ node, mesh }, department, who] of first) {
        const operator = trial.operators.get(node.code);
        await operator?.client(RegistryService, mesh.catalog?.[0] ?? "").putDepartment({ department });
        const { person, certificatePem } = staff.rowOf(who);
        const accounts = operator?.client(AccountService, mesh.identity?.[0] ?? "");
        await accounts?.setUpAdministrator({ account: accountOf(person), certificatePem });
      }
    },
    opens: async (opener, people) => openAccounts(await staff.session(opener), people.map(staff.rowOf)),
    async activate({ code, name } = MARKET) {
      const subject = { country: "CN", state: "广东省", locality: "岭海市" };
      const named = { ...subject, organization: name, organizationCode: code, commonName: name };
      const institution = await createDepartment(trial.authority, "P-256", 365, named);
      const { account, name: person } = PEOPLE.head;
      const { certificatePem } = staff.keyOf("head");
      const said = { departmentCode: MARKET.code, account, name: person, certificatePem };
      const statement = Buffer.from(JSON.stringify({ ...said, time: new Date().toISOString() }));
      const signature = institution.signDigest(createHash("sha256").update(statement).digest(), { pades: false });
      const accounts = publicClient(linghai, trial.files.root, AccountService, "identity");
      await accounts.activateAdministrator({ statement, signature });
    },
    asks: async (who, request) =>
      (await (await staff.as(who, OpeningRequestService)).putOpeningRequest({ request })).request,
    async stepsOpening(who, id, action, remark = "") {
      const requests = await staff.as(who, OpeningRequestService);
      const { request } = await requests.getOpeningRequest({ id });
      return requests.takeOpeningRequestStep({ id, action, remark, revision: request?.revision ?? 0 });
    },
    async registers({ code, name, division }) {
      const registry = trial.operators.get(linghai.node.code)?.client(RegistryService, linghai.mesh.catalog?.[0] ?? "");
      await registry?.putDepartment({ department: { code, name, division } });
    },
    async step(who, id, action) {
      const drafts = await staff.as(who, DraftService);
      const { draft } = await drafts.getDraft({ id });
      const request = { id, revision: draft?.revision ?? 0n, action, remark: "意见" };
      return (await drafts.takeDraftStep(request)).draft?.state ?? 0;
    },
    async close() {
      await trial.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Tells how a call ends: `OK`, or the reason of its refusal. */
export function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    ({ reason }) => reason,
  );
}

/** Holds that a call is refused for a reason. */
export async function refused(call: Promise<unknown>, reason: Reason): Promise<void> {
  await expect(call).rejects.toMatchObject({ reason });
}

/** The signing certificate of a department's agent, PEM. */
export function signingCertificate({ agents }: Trial, agent: string): string {
  return readFileSync(agents.get(agent)?.files.certificateFile ?? "", "utf8");
}
