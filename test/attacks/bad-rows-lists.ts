import { generateKeyPairSync } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { MatterService } from "../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { CertificateRecordSchema, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openingKey } from "../../services/catalog/registry/openings.ts";
import { DRAFTS } from "../../services/catalog/stored/drafts.ts";
import { NODE_KEYS, OWNERS, RIGHTS } from "../../services/catalog/stored/province-records.ts";
import { ITEMS, RECORDS, type RecordKind, recordId } from "../../services/catalog/stored/records.ts";
import type { Place } from "../../services/event/set-aside-row.ts";
import { DELIVERIES, openDeliveries } from "../../services/extension/deliveries/delivery-record.ts";
import { CHANGES, openChanges } from "../../services/governance/changes/change-record.ts";
import { DIVISIONS, openDivisions } from "../../services/governance/divisions/division-record.ts";
import { ENTRIES, openEntries } from "../../services/governance/entries/entry-record.ts";
import { HAND_INS, openHandIns } from "../../services/governance/hand-ins/hand-in-record.ts";
import { OPENING_REQUESTS, openOpeningRequests } from "../../services/governance/openings/request-record.ts";
import { openPapers, PAPERS } from "../../services/governance/papers/paper-record.ts";
import { openSandboxRecords, SANDBOX_APPS, SANDBOX_CALLS } from "../../services/governance/sandbox/sandbox-records.ts";
import type { ServiceName } from "../../services/host/services.ts";
import { ACCOUNTS, openAccounts } from "../../services/identity/accounts/account-record.ts";
import { APPS } from "../../services/identity/apps/app-record.ts";
import { REFUSED_TOKENS } from "../../services/identity/apps/refused-tokens-record.ts";
import { openPasswords, PASSWORDS } from "../../services/identity/passwords/password-record.ts";
import { openSignInCodes, SIGN_IN_CODES } from "../../services/identity/sessions/code-record.ts";
import { openSessions, SESSIONS } from "../../services/identity/sessions/session-record.ts";
import { createBuckets } from "../../services/issue/record/buckets.ts";
import { CERTIFICATES, openRepository } from "../../services/issue/record/repository.ts";
import type { Runtime, ServiceModule } from "../../services/node/runtime.ts";
import type { CollectionSpec } from "../../services/store/port.ts";
import { openArchive } from "../../services/sync/archive/archive.ts";
import { ARCHIVE } from "../../services/sync/archive/archived-certificate.ts";
import { FORKS } from "../../services/sync/forks/fork-record.ts";
import { openForks } from "../../services/sync/forks/forks.ts";
import { CODES, openCodes } from "../../services/usage/codes/code-record.ts";
import { ERROR_REPORTS, openErrorReports, reportsWithin } from "../../services/usage/error-reports/report-record.ts";
import { openPresentations, PRESENTATIONS } from "../../services/usage/presentations/presentation-record.ts";
import { openHolderUses, USES } from "../../services/usage/uses/holder-uses.ts";
import { licenceContent } from "../fixtures/licence-content.ts";
import { directClient } from "../fixtures/runtime.ts";

/** A collection whose documents are listed: one that cannot be read is left out, and all else goes on. */
export interface ListCase {
  service: ServiceName;
  spec: CollectionSpec;
  place: Place;
  /** Two documents as the service writes them: the second is damaged. */
  documents(runtime: Runtime): Promise<{ good: Row; bad: Row }>;
  /** Members that are exchanged; `undefined` takes one out. Each is a way in which a document cannot be read. */
  damages: Record<string, object>;
  /** What those see who ask for lists, of whatever kind: keys of what they get, by list. */
  lists(runtime: Runtime, started: Started): Promise<Record<string, string[]>>;
  /** Asks for one document by itself. Absent where nobody can. */
  one?(runtime: Runtime, started: Started, row: Row): Promise<unknown>;
  /** Lists in which the damaged document stays. */
  stays?: readonly string[];
}

export interface Row {
  _id: string;
  revision: number;
  [member: string]: unknown;
}

export type Started = Awaited<ReturnType<ServiceModule["start"]>>;

const DAY = "2026-11-20T02:00:00.000Z";
const [BUREAU, BRANCH] = ["114401000000990003", "114401000000990016"] as const;
const pair = (make: (key: string) => Row, keys: readonly [string, string]) => async () => ({
  good: make(keys[0]),
  bad: make(keys[1]),
});
const codes = (list: readonly { code: string }[]) => list.map(({ code }) => code);

const account = (id: string): Row => ({
  ...{ _id: id, revision: 1, account: id, name: "张三", department: BUREAU, division: "440106", roles: ["maker"] },
  ...{ disabled: false, certificates: [], fingerprints: [] },
});
const delivery = (id: string): Row => ({
  ...{ _id: id, revision: 1, extension: "x", receiver: "r", event: "certificate.issued", state: "waiting" },
  ...{ body: "{}", occurredAt: DAY, attempts: 0, nextAt: DAY },
});
const PASSWORD_HASH = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;
const password = (id: string): Row => ({
  ...{ _id: id, revision: 1, state: "own", hash: PASSWORD_HASH, former: [PASSWORD_HASH], ends: DAY },
  ...{ secret: "sealed", usedStep: 7, missedCodes: 0 },
});

const shown = { account: "440100-one", fingerprint: "a".repeat(64), certificates: ["AA=="] };
/** Until a day on which nothing that lives is swept. */
const LATE = "2099-01-01T00:00:00.000Z";
const session = (id: string): Row => ({
  ...{ _id: id, revision: 1, ...shown, begun: DAY, seen: DAY, ends: LATE, agent: "", address: "" },
});
const signInCode = (id: string): Row => ({ _id: id, revision: 1, ...shown, state: "s", given: DAY, ends: LATE });

const sandboxCall = (_id: string): Row => ({
  ...{ _id, revision: 1, app: "TEST440100-a", number: Number(_id.at(-1)), time: DAY, method: "m", outcome: "OK" },
  ...{ fields: [], identifier: "", item: "", requestId: "r", ms: 1 },
});
const sandboxApp = (_id: string): Row => ({ _id, revision: 1, department: BUREAU, calls: 1, marks: {} });
const division = (code: string): Row => ({
  ...{ _id: code, revision: 1, code, parent: "440100", body: "", source: "试验", sourceDate: "2026-01-01" },
  periods: [{ name: "区", from: "", until: "", successor: "" }],
});

const entry = (code: string): Row => ({
  ...{ _id: code, revision: 1, case: code, department: code, division: "440106", state: "draft", steps: [] },
  form: {
    ...{ code, name: "局", division: "440106", superior: "", internalBodies: [], units: [], seals: [], papers: [] },
    administrator: { account: "440100-admin", name: "张三" },
  },
  filledBy: BUREAU,
});

const change = (id: string): Row => ({
  ...{ _id: id, revision: 1, case: id, department: BUREAU, division: "440106", state: "draft", steps: [] },
  order: { kind: "close", effectiveOn: "2026-12-01", newName: "", successor: "", transfers: [], papers: [] },
  ...{ carried: [], begunBy: BUREAU, open: id },
});

const handIn = (division: string): Row => ({
  ...{ _id: division, revision: 1, department: BUREAU, division, kind: "issuing", version: 1, rows: [] },
  ...{ sha256: "", papers: [], at: "2026-11-30T02:00:00.000Z", by: "staff/440100-admin" },
});

const openingRequest = (id: string): Row => ({
  ...{ _id: id, revision: 1, case: id, department: BUREAU, division: "440106", state: "draft", steps: [] },
  ...{ wanted: { id, departmentCode: BUREAU, usage: { matterCode: "M" } }, papers: [], carried: 0, open: id },
});

const paper = (sha256: string): Row => ({
  ...{ _id: `${BUREAU}/${sha256}`, revision: 1, kind: "other", sha256, name: "批文.pdf", mediaType: "application/pdf" },
  ...{ size: 9, department: BUREAU, division: "440106", day: "2026-11-30", by: "staff/440100-admin" },
});

const item = (code: string): Row => ({
  ...{ _id: `${code}/1`, revision: 1, code, version: 1, digest: "d", registeredAt: DAY, content: licenceContentJson },
  ...{ publishedAt: DAY, publishedVersion: 1, publisher: "440000", signature: "" },
});
const licenceContentJson = { ...licenceContent, holderKind: "HOLDER_KIND_ORGANISATION" };

const record = (kind: RecordKind, key: string, value: object): Row => ({
  ...{ _id: recordId(kind, "440000", key), revision: 1, kind, node: "440000", key, changes: 1, value },
});
const department = (code: string) =>
  record("department", code, { code, name: code, division: "440000", node: "440000" });

const side = {
  ...{ sha256: "a".repeat(64), fixedDigest: "b".repeat(64), messageSha256: "c".repeat(64) },
  ...{ issuedAt: DAY, state: "issued", recordRevision: 1 },
};
const fork = (key: string): Row => ({
  ...{ _id: key, revision: 1, node: "440100", since: DAY, kind: "certificate", stage: "open", kept: side },
  ...{ other: { ...side, sha256: "d".repeat(64) }, further: [], lost: [] },
});

const archived = (runtime: Runtime) => async (identifier: string) => {
  const archive = await openArchive(runtime);
  const record = create(CertificateRecordSchema, {
    ...{ identifier, node: "440100", revision: 1n, state: CertificateState.REVOKED, issuedAt: DAY, itemCode: "i" },
    ...{ holders: [{ name: "陈岭", code: "440101199001010018", codeType: "111" }], message: Buffer.from(identifier) },
  });
  await archive.keep(record, new Date(DAY), async () => true);
  return (await archive.stored(identifier)) as unknown as Row;
};

const certificate = (id: string): Row => ({
  ...{
    _id: id,
    revision: 1,
    state: "revoked",
    changes: 3,
    app: "a",
    businessSerial: id,
    itemCode: "i",
    itemVersion: 1,
  },
  ...{ number: id, line: id, version: 1, history: [], createdAt: DAY, stateSince: DAY, bucket: "2026-11-20" },
  ...{ recordChangedAt: DAY, holderKeys: ["111:1|*"] },
  signed: { issuedAt: DAY, messageCms: "", pdfSha256: "a".repeat(64), pdfBytes: 1 },
  message: JSON.stringify({
    metadata: { identifier: id, node: "440100", name: "n", issuer: { code: "c", name: "n" }, holders: [] },
    attachments: [],
  }),
});

const usageCode = (id: string): Row => ({
  ...{ _id: id, revision: 1, appNode: "440100", createdAt: DAY },
  grant: {
    ...{ app: "a", items: [{ item: "i", fields: [] }], expiresAt: DAY, maxUses: 1, uses: 0 },
    context: { holder: { code: "1", codeType: "111", name: "n" }, matter: "m" },
  },
});

const use = (id: string): Row => ({
  ...{ _id: id, revision: 1, action: "listed", items: ["i"], holder: "111:1", at: DAY },
  ...{ department: BUREAU, matter: "m", purpose: id },
});

const errorReport = (id: string): Row => ({
  ...{ _id: id, revision: 1, holder: "111:1", day: "2026-11-20", identifier: id, name: "n", field: "", text: "t" },
  ...{ at: DAY, department: BUREAU, division: "440100", state: "open" },
});

const presentation = (id: string): Row => ({
  ...{ _id: id, revision: 1, holder: "111:1", identifier: id, item: "i", fields: ["name"] },
  ...{ provider: "https://portal.example", byAnother: false, createdAt: DAY, expiresAt: DAY },
});

const NEW_KEY = Buffer.from(generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "", "base64url");
const HOLDER_OF_USE = { codeType: "111", code: "1" };

const app = (key: string): Row => ({
  ...{ _id: `app/${key}`, revision: 1, kind: "app", node: "440000", key, changes: 1 },
  value: { key, name: "n", departmentCode: BUREAU, scopes: ["usage.use"], node: "440000" },
});

const FAR = "2099-11-20T02:00:00.000Z";
const refusedTokens = (app: string): Row => ({ _id: app, revision: 1, tokens: [{ id: "t", until: FAR }], until: FAR });

/** Cases by the name of the collection. */
export const LIST_CASES: Record<string, ListCase> = {
  identity_apps: {
    ...{ service: "identity", spec: APPS, place: "registry" },
    documents: pair(app, ["440000-a", "440000-b"]),
    damages: {
      "a value of a wrong type": { value: { key: 7 } },
      "no count of changes": { changes: "many" },
      "secrets without an end": { secretTerms: { made: DAY } },
    },
    lists: async (_runtime, started) => ({
      apps: (await directClient(started, AppService).listApps({})).apps.map(({ key }) => key),
    }),
    one: (_runtime, started, { key }) => directClient(started, AppService).getApp({ key: String(key) }),
  },
  identity_refused_tokens: {
    ...{ service: "identity", spec: REFUSED_TOKENS, place: "registry" },
    documents: pair(refusedTokens, ["440000-a", "440000-b"]),
    damages: {
      "tokens that are no list": { tokens: { t: FAR } },
      "a token without an end": { tokens: [{ id: "t" }] },
    },
    lists: async (_runtime, started) => ({
      refused: (await directClient(started, TokenService).listRefusedApps({})).apps.map(({ appKey }) => appKey),
    }),
  },
  catalog_items: {
    ...{ service: "catalog", spec: ITEMS, place: "registry" },
    documents: pair(item, ["A", "B"]),
    damages: {
      "content of a wrong type": { content: { ...licenceContentJson, name: 5 } },
      "no content": { content: undefined },
      "a version that its key does not name": { version: "1" },
    },
    lists: async (_runtime, started) => ({
      catalog: codes((await directClient(started, CatalogService).listCatalogItems({})).items),
    }),
    one: (_runtime, started, { code }) => directClient(started, CatalogService).getCatalogItem({ code: String(code) }),
  },
  catalog_drafts: {
    ...{ service: "catalog", spec: DRAFTS, place: "registry" },
    documents: pair(
      (draft) => ({
        ...{ _id: draft, revision: 1, draft, node: "440000", code: draft, base: 0, department: BUREAU },
        ...{ division: "440000", state: "draft", turn: "440000", changes: 1, content: licenceContentJson, steps: [] },
      }),
      ["440000-a", "440000-b"],
    ),
    damages: {
      "steps that are no list": { steps: {} },
      "a step that is none": { steps: [null] },
      "a state that nobody knows": { state: "blessed" },
      "no content": { content: undefined },
    },
    lists: async (_runtime, started) => ({
      drafts: (await directClient(started, DraftService).listDrafts({})).drafts.map(({ itemCode }) => itemCode),
    }),
    one: (_runtime, started, { draft }) => directClient(started, DraftService).getDraft({ id: String(draft) }),
  },
  catalog_departments: {
    ...{ service: "catalog", spec: RECORDS.department, place: "registry" },
    documents: pair(department, [BUREAU, BRANCH]),
    damages: {
      "a value of a wrong type": { value: { code: 7 } },
      "a value of unknown members": { value: { code: BRANCH, superior: "x", _id: "department/440000/other" } },
      "no value": { value: undefined },
      "a past that is none": { past: { superiors: "all" } },
      "no count of changes": { changes: "many" },
    },
    lists: async (_runtime, started) => ({
      departments: codes((await directClient(started, RegistryService).listDepartments({})).departments),
    }),
    one: (_runtime, started, { key }) =>
      directClient(started, RegistryService).putDepartment({
        department: { code: String(key), name: "n", division: "440000" },
      }),
  },
  catalog_seals: {
    ...{ service: "catalog", spec: RECORDS.seal, place: "registry" },
    documents: pair((code) => record("seal", code, { code, departmentCode: BUREAU }), ["S-1", "S-2"]),
    damages: { "a value of a wrong type": { value: { code: 7 } }, "another kind": { kind: "department" } },
    lists: async (_runtime, started) => ({
      seals: codes((await directClient(started, RegistryService).listSeals({})).seals),
    }),
    one: (_runtime, started, { key }) => directClient(started, RegistryService).getSeal({ code: String(key) }),
  },
  catalog_openings: {
    ...{ service: "catalog", spec: RECORDS.opening, place: "registry" },
    documents: pair(
      (appKey) => {
        const value = { itemCode: "I", departmentCode: BUREAU, appKey, opensOn: "2026-01-01" };
        return record("opening", openingKey(value), value);
      },
      ["440000-a", "440000-b"],
    ),
    damages: { "a value of a wrong type": { value: { appKey: 7 } }, "no count of changes": { changes: "many" } },
    lists: async (_runtime, started) => ({
      openings: (await directClient(started, RegistryService).listIssuingOpenings({})).openings.map(
        ({ appKey }) => appKey,
      ),
    }),
    one: (_runtime, started, { key }) => {
      const [itemCode, departmentCode, appKey] = String(key).split("/") as [string, string, string];
      return directClient(started, RegistryService).getIssuingOpening({ itemCode, departmentCode, appKey });
    },
  },
  catalog_matters: {
    ...{ service: "catalog", spec: RECORDS.matter, place: "registry" },
    documents: pair((code) => record("matter", code, { code, name: "事项", departmentCode: BUREAU }), ["M-1", "M-2"]),
    damages: { "a value of a wrong type": { value: { code: 7 } }, "no count of changes": { changes: "many" } },
    lists: async (_runtime, started) => ({
      matters: codes((await directClient(started, RegistryService).listMatters({})).matters),
      found: codes((await directClient(started, MatterService).findMatters({})).matters),
    }),
    one: (_runtime, started, { key }) => directClient(started, RegistryService).getMatter({ code: String(key) }),
  },
  catalog_owners: {
    ...{ service: "catalog", spec: OWNERS, place: "registry" },
    documents: pair(
      (key) => ({
        ...{ _id: `department/${key}`, revision: 1, kind: "department", key, node: "440100", changedAt: DAY },
        body: { code: key, confirmedAt: DAY, owners: [{ node: "440100" }], set: [] },
      }),
      [BUREAU, BRANCH],
    ),
    damages: {
      "owners that are no list": { body: { code: BRANCH, confirmedAt: DAY, owners: 1, set: [] } },
      "an owner that is none": { body: { code: BRANCH, confirmedAt: DAY, owners: [null], set: [] } },
    },
    lists: async (_runtime, started) => ({
      bodies: codes((await directClient(started, TermsService).listBodies({})).bodies),
    }),
    one: (_runtime, started, { key }) =>
      directClient(started, IssuerService).confirmDepartment({ code: String(key), node: "440100" }),
  },
  catalog_rights: {
    ...{ service: "catalog", spec: RIGHTS, place: "registry" },
    documents: pair(
      (key) => ({
        ...{ _id: `${BUREAU}/${key}`, revision: 1, key: `${BUREAU}/${key}`, departmentCode: BUREAU, itemCode: key },
        ...{ typeCode: "t", periods: [{ node: "440100", since: "2026-01-01", forUnits: false }], changedAt: DAY },
      }),
      ["A", "B"],
    ),
    damages: { "periods that are no list": { periods: {} }, "a period that is none": { periods: ["2026"] } },
    lists: async (_runtime, started) => ({
      rights: (await directClient(started, TermsService).listIssuingRights({})).rights.map(({ itemCode }) => itemCode),
    }),
  },
  catalog_node_keys: {
    ...{ service: "catalog", spec: NODE_KEYS, place: "registry" },
    documents: pair(
      (node) => ({
        ...{ _id: node, revision: 1, key: node },
        keys: [{ key: Buffer.alloc(32, 7).toString("base64url"), since: DAY }],
      }),
      ["440100", "440300"],
    ),
    damages: { "keys that are no list": { keys: 3 }, "a key that is none": { keys: [{ key: "x", since: DAY }] } },
    lists: async (_runtime, started) => ({
      keys: [
        ...new Set((await directClient(started, TermsService).listNodeKeys({})).keys.map(({ node }) => node)),
      ].filter((node) => node !== "440000"),
    }),
    one: (_runtime, started, { key: node }) =>
      directClient(started, IssuerService).putNodeKey({
        key: { node: String(node), publicKey: NEW_KEY, since: DAY },
      }),
  },
  certificates: {
    ...{ service: "issue", spec: CERTIFICATES, place: "archive" },
    documents: pair(certificate, ["one", "two"]),
    damages: {
      "a message that is no JSON": { message: '{"metadata":' },
      "no message": { message: undefined },
      "another certificate's message": { message: certificate("other").message },
      "holders that are no list": { message: JSON.stringify({ metadata: { identifier: "two", holders: 4 } }) },
      "no signature": { signed: { issuedAt: "never" } },
    },
    lists: async (runtime) => {
      const certificates = await openRepository(runtime);
      const buckets = createBuckets(certificates, runtime);
      const [day] = (await buckets.list()).buckets;
      return {
        list: (await certificates.list("a", undefined, { limit: 10 })).items.map(({ _id }) => _id).sort(),
        digests: (await buckets.records(day?.bucket ?? "", 10)).records.map(({ identifier }) => identifier).sort(),
        revoked: (await certificates.inState("revoked", { limit: 10 }, () => false)).identifiers.sort(),
      };
    },
    one: async (runtime, _started, { _id }) => (await openRepository(runtime)).get(_id),
    stays: ["revoked"],
  },
  archive: {
    ...{ service: "sync", spec: ARCHIVE, place: "archive" },
    documents: async (runtime) => ({ good: await archived(runtime)("one"), bad: await archived(runtime)("two") }),
    damages: {
      "a record that is no base64": { record: "?!" },
      "no record": { record: undefined },
      "another record than its digest names": { payloadSha256: "a".repeat(64) },
      "a digest that is none": { digest: 5, record: "" },
      "no revision": { recordRevision: "1", record: "" },
    },
    lists: async (runtime) => {
      const archive = await openArchive(runtime);
      const holder = { codeType: "111", code: "440101199001010018", itemCodes: [] };
      await archive.digests.buckets("440100");
      return {
        holder: (await archive.ofHolder(holder, { limit: 10 })).records.map(({ identifier }) => identifier).sort(),
        revoked: (await archive.inState("revoked", { limit: 10 })).identifiers.sort(),
      };
    },
    one: async (runtime, _started, { _id }) => (await openArchive(runtime)).get(_id),
    stays: ["revoked"],
  },
  forks: {
    ...{ service: "sync", spec: FORKS, place: "store" },
    documents: pair(fork, ["one", "two"]),
    damages: {
      "a stage that is none": { kind: "none" },
      "no second record": { other: undefined },
      "a digest that is none": { other: { ...(fork("two").other as object), sha256: "?" } },
      "a list that is none": { lost: 4 },
    },
    lists: async (runtime) => {
      const forks = await openForks(runtime, await openArchive(runtime), ["440100"]);
      return { forks: (await forks.list(10, "")).items.map(({ _id }) => _id) };
    },
  },
  extension_deliveries: {
    ...{ service: "extension", spec: DELIVERIES, place: "registry" },
    documents: pair(delivery, ["one", "two"]),
    damages: { "no state": { state: 5 }, "a count that is none": { attempts: "often" } },
    lists: async (runtime) => ({
      waiting: (
        await (await openDeliveries(runtime)).query({ index: "states", equals: ["waiting"], limit: 10 })
      ).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openDeliveries(runtime)).get(_id),
  },
  identity_accounts: {
    ...{ service: "identity", spec: ACCOUNTS, place: "registry" },
    documents: pair(account, ["440100-one", "440100-two"]),
    damages: {
      "a role that is none": { roles: ["emperor"] },
      "no department": { department: 5 },
      "certificates that are no list": { certificates: "none" },
      "an activation that is none": { activated: 5 },
    },
    lists: async (runtime) => ({
      all: (await (await openAccounts(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openAccounts(runtime)).get(_id),
  },
  identity_sessions: {
    ...{ service: "identity", spec: SESSIONS, place: "store" },
    documents: pair(session, ["one", "two"]),
    damages: {
      "no account": { account: undefined },
      "a time that is none": { begun: "soon" },
      "certificates that are no list": { certificates: "none" },
    },
    lists: async (runtime) => ({
      ends: (await (await openSessions(runtime)).query({ index: "ends", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openSessions(runtime)).get(_id),
  },
  identity_codes: {
    ...{ service: "identity", spec: SIGN_IN_CODES, place: "store" },
    documents: pair(signInCode, ["one", "two"]),
    damages: { "no state": { state: 4 }, "no certificate": { certificates: [] } },
    lists: async (runtime) => ({
      ends: (await (await openSignInCodes(runtime)).query({ index: "ends", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openSignInCodes(runtime)).get(_id),
  },
  identity_passwords: {
    ...{ service: "identity", spec: PASSWORDS, place: "registry" },
    documents: pair(password, ["440100-one", "440100-two"]),
    damages: {
      "a hash that is none": { hash: "secret" },
      "a hash that would cost too much": { hash: PASSWORD_HASH.replace("19456", "999999") },
      "its own, without a second factor": { secret: undefined },
      "an end that is no time": { ends: "soon" },
      "steps that are no number": { usedStep: "all" },
    },
    lists: async () => ({}),
    one: async (runtime, _started, { _id }) => (await openPasswords(runtime)).get(_id),
  },
  governance_divisions: {
    ...{ service: "governance", spec: DIVISIONS, place: "registry" },
    documents: pair(division, ["440101", "440102"]),
    damages: { "no periods": { periods: [] }, "a period without a name": { periods: [{ from: "" }] } },
    lists: async (runtime) => ({
      all: (await (await openDivisions(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openDivisions(runtime)).get(_id),
  },
  governance_changes: {
    ...{ service: "governance", spec: CHANGES, place: "registry" },
    documents: pair(change, ["CHANGE-1", "CHANGE-2"]),
    damages: {
      "a kind that is none": { order: { ...(change("CHANGE-2").order as object), kind: "explode" } },
      "stages that are no list": { carried: 5 },
    },
    lists: async (runtime) => ({
      all: (await (await openChanges(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openChanges(runtime)).get(_id),
  },
  governance_opening_requests: {
    ...{ service: "governance", spec: OPENING_REQUESTS, place: "registry" },
    documents: pair(openingRequest, ["request-1", "request-2"]),
    damages: { "a wish that is none": { wanted: { id: 7 } }, "no count": { carried: "many" } },
    lists: async (runtime) => ({
      all: (await (await openOpeningRequests(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openOpeningRequests(runtime)).get(_id),
  },
  governance_entries: {
    ...{ service: "governance", spec: ENTRIES, place: "registry" },
    documents: pair(entry, [BUREAU, "11440106MB9DEM144U"]),
    damages: {
      "a state that is none": { state: "lost" },
      "steps that are no list": { steps: 5 },
      "no form": { form: undefined },
    },
    lists: async (runtime) => ({
      all: (await (await openEntries(runtime)).query({ index: "all", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openEntries(runtime)).get(_id),
  },
  governance_hand_ins: {
    ...{ service: "governance", spec: HAND_INS, place: "registry" },
    documents: pair(handIn, ["440106", "440107"]),
    damages: { "a kind that is none": { kind: "novel" }, "rows that are no list": { rows: 5 } },
    lists: async (runtime) => ({
      all: (await (await openHandIns(runtime)).query({ index: "divisions", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openHandIns(runtime)).get(_id),
  },
  governance_papers: {
    ...{ service: "governance", spec: PAPERS, place: "registry" },
    documents: pair(paper, ["one", "two"]),
    damages: { "a kind that is none": { kind: "novel" }, "no size": { size: undefined } },
    lists: async () => ({}),
    one: async (runtime, _started, { _id }) => (await openPapers(runtime)).get(_id),
  },
  governance_sandbox_calls: {
    ...{ service: "governance", spec: SANDBOX_CALLS, place: "registry" },
    documents: pair(sandboxCall, ["TEST440100-a/1", "TEST440100-a/2"]),
    damages: { "no outcome": { outcome: undefined }, "fields that are no list": { fields: "all" } },
    lists: async (runtime) => {
      const { calls } = await openSandboxRecords(runtime);
      const { items } = await calls.query({ index: "app", equals: ["TEST440100-a"], limit: 10 });
      return { calls: items.map(({ _id }) => _id) };
    },
  },
  governance_sandbox_apps: {
    ...{ service: "governance", spec: SANDBOX_APPS, place: "registry" },
    documents: pair(sandboxApp, ["TEST440100-a", "TEST440100-b"]),
    damages: { "a step that is none": { marks: { eaten: {} } }, "calls that are no number": { calls: "many" } },
    lists: async () => ({}),
    one: async (runtime, _started, { _id }) => (await openSandboxRecords(runtime)).apps.get(_id),
  },
  usage_codes: {
    ...{ service: "usage", spec: CODES, place: "store" },
    documents: pair(usageCode, ["one", "two"]),
    damages: {
      "uses that are no number": { grant: { ...(usageCode("two").grant as object), uses: "none" } },
      "no context": { grant: { ...(usageCode("two").grant as object), context: undefined } },
      "items that are no list": { grant: { ...(usageCode("two").grant as object), items: "i" } },
      "claims that are no list": { claims: "c" },
    },
    lists: async (runtime) => ({
      ended: (await (await openCodes(runtime)).query({ index: "ending", limit: 10 })).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openCodes(runtime)).get(_id),
  },
  presentations: {
    ...{ service: "usage", spec: PRESENTATIONS, place: "store" },
    documents: pair(presentation, ["one", "two"]),
    damages: {
      "fields that are no list": { fields: 5 },
      "no holder": { holder: undefined },
      "an end that is no time": { expiresAt: "soon" },
      "a claim without its time": { claim: { request: "r", content: "c" } },
    },
    lists: async (runtime) => ({
      ended: (await (await openPresentations(runtime)).query({ index: "ending", limit: 10 })).items.map(
        ({ _id }) => _id,
      ),
    }),
    one: async (runtime, _started, { _id }) => (await openPresentations(runtime)).get(_id),
  },
  error_reports: {
    ...{ service: "usage", spec: ERROR_REPORTS, place: "store" },
    documents: pair(errorReport, ["one", "two"]),
    damages: {
      "a text that is none": { text: 5 },
      "no name": { name: undefined },
      "open with half an answer": { answer: { text: "a" } },
    },
    lists: async (runtime) => ({
      open: (
        await (
          await openErrorReports(runtime)
        ).query({
          ...reportsWithin({ kind: "department", department: BUREAU }, "open"),
          limit: 10,
        })
      ).items.map(({ _id }) => _id),
    }),
    one: async (runtime, _started, { _id }) => (await openErrorReports(runtime)).get(_id),
  },
  holder_uses: {
    ...{ service: "usage", spec: USES, place: "store" },
    documents: pair(use, ["one", "two"]),
    damages: { "items that are no list": { items: 5 }, "no matter": { matter: undefined } },
    lists: async (runtime) => ({
      uses: (await (await openHolderUses(runtime)).of(HOLDER_OF_USE, { limit: 10, oldestFirst: false })).items
        .map(({ _id }) => _id)
        .sort(),
    }),
  },
};
