import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createAuthority } from "../../ops/authority/authority.ts";
import {
  type CertificateRecord,
  CertificateState,
  RecordFileSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import {
  CertificateJudgementSchema,
  type GetStatusAcrossResponse,
  GetStatusAcrossResponseSchema,
  type ListReportsAcrossRequest,
  type RedeemAcrossRequest,
  RedeemAcrossRequestSchema,
  type RedeemAcrossResponse,
  type ReleasedCertificate,
  ReleasedCertificateSchema,
  type ReportErrorAcrossRequest,
} from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { HolderService } from "../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import { PresentationService } from "../../proto/gen/ecert/usage/v1/presentation_service_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Actor } from "../../services/domain/actor.ts";
import { newestFirst, placeOf } from "../../services/domain/certificate-place.ts";
import { Refusal, refuseField } from "../../services/domain/refusal.ts";
import type { RunningService } from "../../services/node/runtime.ts";
import type { KnownProvider } from "../../services/usage/codes/operator-tokens.ts";
import { usageService } from "../../services/usage/main.ts";
import { directClient, openTestRuntime, type TestRuntime, type TestRuntimeOptions } from "../fixtures/runtime.ts";
import { type RecordChange, signedRecord } from "../fixtures/signed-record.ts";
import { createDepartment, type DEPARTMENT, type Department } from "../trust/department.ts";

/** The app that uses certificates in these tests, at node 440300. */
export const APP = "440300-zwfw";
/** The person served. */
export const HOLDER = { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" };
/** The identity provider that holders are signed in at in these tests. */
export const PROVIDER = "https://portal.example";
/** The calling app, with its department. */
export const caller: Extract<Actor, { kind: "app" }> = {
  kind: "app",
  app: APP,
  department: "114403000000991003",
  node: "440300",
  scopes: [],
};
/** A member of staff of the app's department who has an account at the node. */
export const STAFF = { account: "440300-li", name: "李明" };
/** When the certificates of these tests were issued, unless one says otherwise. */
export const ISSUED_AT = "2026-11-20T02:00:00.000Z";
/** As of when the province's archive has what other nodes release in these tests. */
export const AS_OF = "2026-11-24T01:32:00.000Z";
/** Data of each certificate: `capital` is not granted. */
export const DATA = { name: HOLDER.name, address: "望潮大道88号", capital: "伍佰万元" };

/** A context of a use in matter M1 (5.4.3). */
export const context = {
  purpose: "核验主体资格",
  holder: HOLDER,
  itemCodes: ["YYZZ"],
  businessId: "YW-1",
  stage: "受理",
  outlet: "12 号窗口",
  businessTime: "2026-11-24T02:00:00Z",
  departmentCode: caller.department,
  operator: { account: "zhangsan", name: "张示例" },
  matterCode: "M1",
};

/** A usage service with stand-ins for the catalog, the own archive and the exchange with other nodes. */
export interface UsageScene {
  environment: TestRuntime;
  running: RunningService;
  /** Certificates that this node issued, those that it keeps of others, and what other nodes release. */
  records: CertificateRecord[];
  archived: CertificateRecord[];
  across: ReleasedCertificate[];
  /** What matter M1 is granted of item YYZZ. */
  granted: { fields: string[]; files: FileFormat[] };
  /** How much the app may ask for a day; absent: the catalog says nothing. */
  quota?: { usageCodesPerDay: number; holdersPerDay: number };
  /** Identity provider of the department, by the app's record. */
  operatorProvider?: KnownProvider;
  /** What the issuer tells of each archived certificate, where it is not what the archive has. */
  told: Partial<Pick<GetStatusAcrossResponse, "state" | "fromArchive">>;
  /** Where presentations of other nodes are redeemed; absent: there is no other node. */
  redeemAcross?: (asked: RedeemAcrossRequest) => Promise<RedeemAcrossResponse>;
  /** What was passed on of holders' reports to nodes that issued; each answers with one report, answered. */
  passed: (ReportErrorAcrossRequest | ListReportsAcrossRequest)[];
  /** The province cannot be asked. */
  away: boolean;
  /** How the province refuses what it is asked; absent: it answers. */
  refuses?: Refusal;
  /** Content of every file, of this node and of others. */
  content: Uint8Array;
  /** Questions that other nodes were asked. */
  asked: { method: string; ground: object; fields: string[] }[];
  usage(as?: Actor): ReturnType<typeof directClient<typeof UsageService>>;
  /** What the sync service asks for other nodes. */
  presentations(): ReturnType<typeof directClient<typeof PresentationService>>;
  holder(as: Actor): ReturnType<typeof directClient<typeof HolderService>>;
  /** A usage code for {@link context}. */
  code(): Promise<string>;
  /** A certificate of this node, whose identifier is `identifierOf(name)`; signed by the department, unless by another. */
  record(name: string, change?: RecordChange): CertificateRecord;
  /** A department whose signing certificate comes from the same authority. */
  otherDepartment(subject: typeof DEPARTMENT): Promise<Department>;
  close(): Promise<void>;
}

const unknown = () => new Refusal("CERTIFICATE_UNKNOWN", "no such certificate");

/** Makes departments and starts the service; each scene has a store of its own, new SQLite unless one is given. */
export async function openUsageScene(
  options: Pick<TestRuntimeOptions, "store" | "code" | "peers"> = {},
): Promise<UsageScene> {
  const directory = mkdtempSync(join(tmpdir(), "ecert-usage-"));
  // The signing authority is older than the certificates of these tests.
  const authority = createAuthority(join(directory, "authority"), { now: () => new Date("2026-11-01T00:00:00Z") });
  const department = await createDepartment(authority, "P-256");
  writeFileSync(join(directory, "anchor.pem"), authority.certificates.signing);

  const environment = await openTestRuntime({
    service: "usage",
    code: "440300",
    now: "2026-11-24T02:00:00Z",
    ...options,
    config: { signers: { anchorFiles: [join(directory, "anchor.pem")] } },
    clients: {
      "ecert.catalog.v1.TermsService": {
        getUsageTerms: async ({ matterCode }: { matterCode: string }) => {
          if (matterCode !== "M1") throw new Refusal("MATTER_UNKNOWN", "no such matter");
          const items = [{ itemCode: "YYZZ", ...scene.granted }];
          const quota = scene.quota && { quota: scene.quota };
          const provider = scene.operatorProvider && { operatorProvider: scene.operatorProvider };
          return {
            matter: { node: "440300", name: "食品经营许可", items },
            department: { code: caller.department, name: "区局" },
            ...quota,
            ...provider,
          };
        },
      },
      "ecert.identity.v1.AppService": {
        getAppTerms: async () => ({ app: { departmentCode: caller.department }, quota: scene.quota }),
      },
      "ecert.identity.v1.AccountService": {
        getStaffAccount: async ({ id, departmentCode }: { id: string; departmentCode: string }) => {
          if (id === STAFF.account && departmentCode === caller.department) return { name: STAFF.name, roles: [] };
          throw refuseField("ACCOUNT_UNKNOWN", "id", `no account ${id}`, "name one in use", `没有在用的账户${id}`);
        },
      },
      "ecert.sync.v1.ArchiveService@issue": archiveOf(() => scene.records),
      "ecert.sync.v1.ArchiveService@sync": archiveOf(() => scene.archived),
      "ecert.sync.v1.ExchangeService": {
        getAcross: async ({ ground, identifier, fields }: { ground: object; identifier: string; fields: string[] }) => {
          heard("getAcross", ground, fields);
          const certificate = scene.across.find((one) => one.identifier === identifier);
          if (!certificate) throw unknown();
          return { certificate, fromArchive: true, archiveAsOf: AS_OF };
        },
        reportErrorAcross: async (asked: ReportErrorAcrossRequest) => passedOn(asked),
        listReportsAcross: async (asked: ListReportsAcrossRequest) => passedOn(asked),
        findAcross: async ({ ground, ...page }: Page & { ground: object }) => {
          heard("findAcross", ground);
          const { items, nextPageToken } = pageOf(scene.across, page);
          return { certificates: items, unreachableNodes: [], nextPageToken };
        },
        getStatusAcross: async ({ identifier }: { identifier: string }) => {
          const record = scene.archived.find((one) => one.identifier === identifier);
          if (!record) throw unknown();
          return create(GetStatusAcrossResponseSchema, { ...record, message: undefined, ...scene.told } as object);
        },
        redeemAcross: async (asked: MessageInitShape<typeof RedeemAcrossRequestSchema>) => {
          if (!scene.redeemAcross) throw new Refusal("PRESENTATION_UNKNOWN", "no such node");
          return scene.redeemAcross(create(RedeemAcrossRequestSchema, asked));
        },
        fetchFileAcross: async ({ ground, format }: { ground: object; format: FileFormat }) => {
          heard("fetchFileAcross", ground);
          return { file: { format, content: scene.content } };
        },
      },
    },
  });
  const running = await usageService.start(environment.runtime);

  const scene: UsageScene = {
    environment,
    running,
    records: [],
    archived: [],
    told: {},
    across: [],
    passed: [],
    granted: { fields: ["name", "address"], files: [FileFormat.PDF, FileFormat.OFD, FileFormat.MESSAGE] },
    away: false,
    content: new Uint8Array([1, 2, 3]),
    asked: [],
    presentations: () => directClient(running, PresentationService, { kind: "service", node: "440300", name: "sync" }),
    usage: (as = caller) => directClient(running, UsageService, as),
    holder: (as) => directClient(running, HolderService, as),
    code: async () => (await scene.usage().createUsageContext({ requestId: randomUUID(), context })).usageCode,
    record: (name, change = {}) => {
      const files = [FileFormat.PDF, FileFormat.OFD].map((format) => create(RecordFileSchema, { format }));
      return signedRecord(department, name, { revision: 3n, holders: [HOLDER], data: DATA, files, ...change });
    },
    otherDepartment: (subject) => createDepartment(authority, "P-256", 365, subject),
    async close() {
      const closed = environment.close();
      await running.stop();
      await closed;
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return scene;

  function passedOn(asked: ReportErrorAcrossRequest | ListReportsAcrossRequest) {
    if (scene.away) throw new Refusal("PEER_AWAY", "the node is away");
    scene.passed.push(asked);
    const { identifier } = asked;
    const report = { reportId: "f".repeat(64), identifier, certificateName: "营业执照", text: "错", answer: "已改" };
    const told = { ...report, field: "", reportedAt: ISSUED_AT, departmentCode: "D", answeredAt: ISSUED_AT };
    return { report: told, reports: [told], nextPageToken: "" };
  }

  function archiveOf(records: () => CertificateRecord[]) {
    return {
      getCertificate: async ({ identifier }: { identifier: string }) => {
        const record = records().find((one) => one.identifier === identifier);
        if (!record) throw unknown();
        return { record };
      },
      findCertificates: async ({ holderCode, ...page }: Page & { holderCode: string }) => {
        const held = records().filter(({ holders }) => holders.some(({ code }) => code === holderCode));
        const { items, nextPageToken } = pageOf(held, page);
        return { records: items, nextPageToken };
      },
      getFile: async ({ format }: { format: FileFormat }) => ({
        file: { format, fileName: `file-${format}.bin`, content: scene.content },
      }),
    };
  }

  function heard(method: string, ground: object, fields: string[] = []): void {
    if (scene.away) throw new Refusal("PEER_AWAY", "the province is away");
    if (scene.refuses) throw scene.refuses;
    scene.asked.push({ method, ground, fields });
  }
}

/** What the province releases of a certificate of another node. */
export function released(
  identifier: string,
  change: MessageInitShape<typeof ReleasedCertificateSchema> = {},
): ReleasedCertificate {
  return create(ReleasedCertificateSchema, {
    identifier,
    node: "440200",
    revision: 3n,
    state: CertificateState.ISSUED,
    stateSince: ISSUED_AT,
    issuedAt: ISSUED_AT,
    itemCode: "YYZZ",
    name: "营业执照",
    maskedNumber: "440***********45",
    formats: [FileFormat.PDF],
    judgement: create(CertificateJudgementSchema, {
      holds: true,
      signerOrganization: "鹏湾市市场监督管理局",
      signerCode: "11440300MB2C91870E",
      node: "440000",
    }),
    ...change,
  });
}

interface Page {
  pageSize: number;
  pageToken: string;
}

function pageOf<T extends { issuedAt: string; identifier: string }>(all: readonly T[], { pageSize, pageToken }: Page) {
  const open = all.filter((one) => pageToken === "" || placeOf(one) < pageToken).sort(newestFirst);
  const items = open.slice(0, pageSize);
  const last = items.at(-1);
  return { items, nextPageToken: items.length < open.length && last ? placeOf(last) : "" };
}
