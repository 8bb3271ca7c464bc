import { execFile } from "node:child_process";
import { createPublicKey } from "node:crypto";
import { join } from "node:path";
import { expect } from "vitest";
import { SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { ArchiveService } from "../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import { type CertificateRecord, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import type { JsonObject } from "../../services/domain/canonical.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { readStatusBundle } from "../../services/trust/status-bundle.ts";
import { eventually } from "../node/eventually.ts";
import { openHouse, PROVINCE } from "./house.ts";
import { changed, daysAgo, identifierOf, type LoadCertificate, makeCertificate } from "./records.ts";

/** The city that is started from an older copy, and the one that uses its certificates. */
export const [CITY, USER] = ["440100", "440300"] as const;
const HOLDER = "440301199303030030";
const { SUSPENDED, REVOKED } = CertificateState;

/** What the tests of forks see and do. */
export type ForkScene = Awaited<ReturnType<typeof openForkScene>>;

/**
 * Real sync services and brokers; the issue service of each city is the test's. The first city has issued certificates, and was then put back to
 * a copy from before all of them but `m-1`.
 */
export async function openForkScene() {
  const house = await openHouse([CITY, USER]);
  const items = ["item-1"].map((itemCode) => ({ itemCode, fields: ["name"], files: [FileFormat.PDF] }));
  house.catalog.matters = [{ node: USER, app: "440300-zwdt", code: "matter-1", items }];
  const ground = {
    node: USER,
    appKey: "440300-zwdt",
    matterCode: "matter-1",
    purpose: "办理开办餐饮店",
    usageCodeDigest: "ab".repeat(32),
    holderCodeType: "111",
    holderCode: HOLDER,
  };
  const exchange = () => house.node(USER).usage.client(ExchangeService, "sync");
  const archive = () => house.node(PROVINCE).usage.client(ArchiveService, "sync");
  const kept = async (name: string) => (await archive().getCertificate({ identifier: identifierOf(name) })).record;
  const issue = () => house.node(CITY).issue;
  const pending = () => issue().pending();
  const province = () => house.node(PROVINCE);
  const standing = () => province().operator.client(StandingService, province().address);
  const forks = async () => (await standing().listForks({})).forks;
  const forkOf = async (name: string) => (await forks()).find(({ identifier }) => identifier === identifierOf(name));

  /** One of two certificates of an identifier: other data, another holder's name, another file. */
  function signed(
    name: string,
    data: string,
    signer = house.department,
    node: string = CITY,
    ago = 1,
  ): LoadCertificate {
    const order = { node, name, issuedAt: daysAgo(ago), holderCode: HOLDER, data: { name: data } };
    return makeCertificate(signer, { ...order, pdf: Buffer.from(`${name} ${data}`) });
  }

  async function send({ record, blobs }: LoadCertificate): Promise<CertificateRecord> {
    await issue().put(record, blobs);
    return record;
  }

  /** What the city had issued before it was put back to an older copy, by name. */
  const before = new Map<string, CertificateRecord>();
  async function issued(name: string, ...states: CertificateState[]): Promise<void> {
    let record = await send(signed(name, "甲店"));
    for (const state of states) {
      record = changed(record, state, daysAgo(0));
      await issue().put(record);
    }
    before.set(name, record);
  }
  const firstOf = (name: string) => before.get(name) as CertificateRecord;

  async function setAside(name: string): Promise<string[]> {
    const { rows } = await province()
      .operator.client(SetAsideService, province().address)
      .listSetAside({ pageSize: 200 });
    return rows.filter(({ key }) => key.startsWith(`${identifierOf(name)}:`)).map(({ reason }) => reason);
  }

  const forked = (name: string) =>
    eventually(async () => {
      expect(await forkOf(name)).toBeDefined();
      expect((await kept(name))?.forkedSince).not.toBe("");
    });

  /** Nobody shows it as valid, or releases anything of it. */
  async function expectUndetermined(name: string): Promise<void> {
    const identifier = identifierOf(name);
    const asked = { ground, identifier };
    const { certificate } = await exchange().getAcross(asked);
    expect(certificate).toMatchObject({
      judgement: { holds: false, findings: expect.arrayContaining(["IDENTIFIER_FORKED"]) },
    });
    await expect(exchange().getAcross({ ...asked, fields: ["name"] })).rejects.toMatchObject({
      reason: "IDENTIFIER_FORKED",
      fields: [{ field: "identifier", remedy: expect.stringContaining("ecert forks") }],
    });
    await expect(exchange().fetchFileAcross({ ...asked, format: FileFormat.PDF })).rejects.toMatchObject({
      reason: "IDENTIFIER_FORKED",
    });
    expect((await exchange().getStatusAcross({ identifier })).forkedSince).not.toBe("");
    const { certificates } = await exchange().findAcross({ ground, itemCodes: ["item-1"] });
    expect(certificates.find((one) => one.identifier === identifier)?.forkedSince).not.toBe("");
  }

  async function listedOffline(name: string): Promise<string | undefined> {
    const { bundle } = await province().usage.client(StatusService, "sync").getStatusBundle({});
    const key = createPublicKey(house.key(PROVINCE));
    return readStatusBundle(bundle, new Map([[PROVINCE, key]])).stateOf(identifierOf(name));
  }

  async function evidence(kind: string, name: string): Promise<JsonObject[]> {
    const bodies: JsonObject[] = [];
    const directory = join(province().config.dataDirectory, "evidence", "sync-a");
    await verifyJournal(directory, "evidence", (entry) => {
      if (entry.kind === kind && entry.body.identifier === identifierOf(name)) bodies.push(entry.body);
    });
    return bodies;
  }

  /** The nodes serve in other processes, but the house's own must not be blocked. */
  function ecert(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const file = (name: string) => join(house.directory, name);
    const env = {
      ...process.env,
      ECERT_SERVER: province().address,
      ECERT_OPERATOR_CERTIFICATE: file(`${PROVINCE}-test.pem`),
      ECERT_OPERATOR_KEY: file(`${PROVINCE}-test.key`),
      ECERT_OPERATOR_CA: file("ca.pem"),
    };
    const command = [join(import.meta.dirname, "../../ops/ecert/main.ts"), "forks", ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { env }, (error, out, err) =>
        resolve({ code: Number(error?.code ?? 0), out, err }),
      );
    });
  }

  for (const name of ["f-1", "f-3", "f-4", "cli", "m-1"]) await issued(name);
  for (const name of ["f-2", "f-5"]) await issued(name, SUSPENDED, REVOKED);
  await issued("h-1", REVOKED);
  await issued("h-2", SUSPENDED);
  await eventually(async () => expect(await pending()).toBe(0));
  for (const name of before.keys()) if (name !== "m-1") await issue().lose(identifierOf(name));
  await house.node(CITY).sync.restart();
  return {
    ...{ house, ground, exchange, kept, issue, pending, province, standing, forks, forkOf, signed, send, firstOf },
    ...{ setAside, forked, expectUndetermined, listedOffline, evidence, ecert },
  };
}
