import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SignJob } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CertificateSearch, IssueService, type MakeOrder } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import type { StaffActor } from "../../services/domain/actor.ts";
import { consoleApp } from "../../services/domain/console-app.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { originStatementOf } from "../../services/domain/origin-statement.ts";
import type { Role } from "../../services/domain/role.ts";
import { completePlaces } from "../../services/issue/record/complete-places.ts";
import { openRepository } from "../../services/issue/record/repository.ts";
import { loadOriginKeys, verifyOrigin } from "../../services/trust/origin.ts";
import { chainCaller } from "../fixtures/chain-client.ts";
import { APP, ATTESTED, ISSUER, LICENCE } from "../issue/catalog.ts";
import { type House, openHouse } from "../issue/house.ts";
import { issued, messageIn } from "../issue/road.ts";

/* One node, and staff of two departments and a management body who work on screen, through the real chain: only signing in is left out. */

const HOME = "440100";
const OTHER = "114403000000990007";
const CONSOLE = consoleApp(HOME, ISSUER);
const directory = mkdtempSync(join(tmpdir(), "ecert-officer-"));
const key = generateKeyPairSync("ed25519");

let house: House;
let caller: ReturnType<typeof chainCaller>;
let app: Awaited<ReturnType<House["start"]>>;
const jobs: SignJob[] = [];
/** What the opening says of one person who makes and issues. */
let samePersonMayIssue = false;

const staff = (account: string, roles: Role[], department = ISSUER, division = "440106"): StaffActor => ({
  kind: "staff",
  node: HOME,
  account: `${HOME}-${account}`,
  name: `${account}姓名`,
  department,
  division,
  roles,
});
const PEOPLE = {
  maker: staff("zhang", ["maker"]),
  signer: staff("li", ["signer"]),
  both: staff("wang", ["maker", "signer"]),
  auditor: staff("zhao", ["auditor"]),
  user: staff("sun", ["user"]),
  supervisor: staff("qian", ["supervisor"], OTHER, "440100"),
  supervisorElsewhere: staff("feng", ["supervisor"], OTHER, "440300"),
  stranger: staff("zhou", ["maker", "signer", "auditor"], OTHER, "440300"),
};
const as = (name: keyof typeof PEOPLE) => caller.as(IssueService, PEOPLE[name]);
const officer = (name: keyof typeof PEOPLE) => ({ account: PEOPLE[name].account, name: PEOPLE[name].name });
const ordered = (changes: Parameters<House["order"]>[0] = {}) => house.order(changes).order as MakeOrder;
const denied = { reason: "PERMISSION_DENIED" };

beforeAll(async () => {
  const originKeyFile = join(directory, "console.pem");
  writeFileSync(originKeyFile, key.privateKey.export({ type: "pkcs8", format: "pem" }));
  house = await openHouse({ config: { console: { originKeyFile } } });
  const { getIssuingTerms } = house.catalog.client;
  house.catalog.client.getIssuingTerms = async (asked) => ({ ...(await getIssuingTerms(asked)), samePersonMayIssue });
  app = await house.start();
  await app.startAgent({ before: async (job) => void jobs.push(job) });
  caller = chainCaller("issue", app.running, HOME);
});
afterAll(async () => {
  await house.close();
  rmSync(directory, { recursive: true });
});

describe("work on screen is done as the department's console app (5.4.2, 5.9.2)", () => {
  test("one makes, another issues, and both are named: in the certificate, in evidence and in the call log (5.9.5)", async () => {
    const order = ordered();
    const { businessSerial } = order;
    const { certificate: made } = await as("maker").makeCertificate({ order });
    expect(made).toMatchObject({ appKey: CONSOLE, state: CertificateState.MADE, madeBy: officer("maker") });
    expect(messageIn(made).metadata.app).toBe(CONSOLE);
    expect(new TextDecoder().decode(made?.message)).not.toContain(PEOPLE.maker.account);
    const { certificate } = await as("signer").issueCertificate({ businessSerial });
    expect(certificate).toMatchObject({ madeBy: officer("maker"), issuedBy: officer("signer") });
    const signing = house.evidence.find((line) => line.kind === "certificate-signing")?.body;
    expect(signing).toMatchObject({ maker: `staff/${HOME}-zhang`, actor: `staff/${HOME}-li`, app: CONSOLE });
    expect(caller.logged.map(({ caller: who, method, outcome }) => [who, method.split("/")[1], outcome])).toEqual([
      [`staff/${HOME}-zhang`, "MakeCertificate", "OK"],
      [`staff/${HOME}-li`, "IssueCertificate", "OK"],
    ]);
  });

  test("the node signs the order by its console key, and anew when it is issued, so that agents take it hours later", async () => {
    const { businessSerial } = (await as("maker").makeCertificate({ order: ordered() })).certificate ?? {};
    const madeAt = house.runtime.now();
    const later = new Date(madeAt.getTime() + 3_600_000);
    house.setNow(later.toISOString());
    await as("signer").issueCertificate({ businessSerial: businessSerial ?? "" });
    house.setNow(madeAt.toISOString());
    const { origin, message } = jobs.at(-1) as SignJob;
    const { keyId, signedAt, signature, numberGiven } = origin ?? {
      keyId: "",
      signedAt: "",
      signature: new Uint8Array(),
    };
    expect([keyId, signedAt]).toEqual([`${HOME}-console`, later.toISOString()]);
    const publicKeyPem = key.publicKey.export({ type: "spki", format: "pem" }).toString();
    const keys = loadOriginKeys([{ id: keyId, publicKeyPem, apps: [CONSOLE] }]);
    const parsed = JSON.parse(new TextDecoder().decode(message)) as DataMessage;
    const statement = originStatementOf(parsed, signedAt, numberGiven ?? false);
    verifyOrigin({ keys, maxAgeSeconds: 60, maxSkewSeconds: 60 }, { keyId, signature, statement }, later);
  });

  test("an order that brings an origin signature along is refused, and an attested item needs none", async () => {
    const { order, origin } = house.order();
    const signed = as("maker").makeCertificate({ order, origin } as Parameters<typeof app.issue.makeCertificate>[0]);
    await expect(signed).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "origin" }] });
    const { certificate } = await as("maker").makeCertificate({ order: ordered({ itemCode: ATTESTED }) });
    await as("signer").issueCertificate({ businessSerial: certificate?.businessSerial ?? "" });
    expect(jobs.at(-1)?.origin).toBeUndefined();
  });

  test("who made a certificate issues it only where the opening allows it (5.9.2)", async () => {
    const { certificate } = await as("both").makeCertificate({ order: ordered() });
    const businessSerial = certificate?.businessSerial ?? "";
    const own = () => as("both").issueCertificate({ businessSerial });
    await expect(own()).rejects.toMatchObject(denied);
    samePersonMayIssue = true;
    const { certificate: done } = await own().finally(() => {
      samePersonMayIssue = false;
    });
    expect(done).toMatchObject({ madeBy: officer("both"), issuedBy: officer("both") });
  });

  test("under an opening that names accounts only these issue on screen (6.4.5.1)", async () => {
    const { certificate } = await as("maker").makeCertificate({ order: ordered() });
    const businessSerial = certificate?.businessSerial ?? "";
    house.catalog.controls = { signerAccounts: [PEOPLE.signer.account] };
    try {
      await expect(as("both").issueCertificate({ businessSerial })).rejects.toMatchObject(denied);
      const { certificate: done } = await as("signer").issueCertificate({ businessSerial });
      expect(done).toMatchObject({ issuedBy: officer("signer") });
    } finally {
      house.catalog.controls = undefined;
    }
  });

  test("a repeated order gives the same certificate, whoever of the department repeats it, and keeps its maker", async () => {
    const order = ordered();
    const first = await as("maker").makeCertificate({ order });
    const again = await as("both").makeCertificate({ order });
    expect(again.certificate?.identifier).toBe(first.certificate?.identifier);
    expect(again.certificate?.madeBy).toEqual(first.certificate?.madeBy);
  });

  test("states are changed by who signs, and the change names who did (4.4.4)", async () => {
    const { certificate } = await as("maker").makeCertificate({ order: ordered() });
    const { businessSerial = "", identifier = "" } = certificate ?? {};
    await as("signer").issueCertificate({ businessSerial });
    const suspension = { requestId: "1", identifier, cause: "核查" };
    await expect(as("maker").suspendCertificate(suspension)).rejects.toMatchObject(denied);
    await as("signer").suspendCertificate(suspension);
    const line = house.evidence.findLast(({ kind }) => kind === "certificate-changed")?.body;
    expect(line).toMatchObject({ action: "suspend", actor: `staff/${HOME}-li`, app: CONSOLE });
  });
});

describe("staff do what their roles are for, and see their part (5.9.2, 5.9.3)", () => {
  test.each([
    ["maker", "issueCertificate"],
    ["signer", "makeCertificate"],
    ["auditor", "makeCertificate"],
    ["user", "listCertificates"],
    ["supervisor", "issueCertificate"],
    ["supervisor", "getFace"],
  ] as const)("%s may not %s", async (name, method) => {
    const request = { order: ordered(), businessSerial: "none" };
    await expect(as(name)[method](request as never)).rejects.toMatchObject(denied);
  });

  test("certificates of other departments are answered as ones that do not exist, under the same business serial too", async () => {
    const order = ordered();
    const { certificate } = await as("maker").makeCertificate({ order });
    const { identifier = "", businessSerial = "" } = certificate ?? {};
    const unknown = { reason: "CERTIFICATE_UNKNOWN" };
    await expect(as("stranger").getCertificate({ identifier })).rejects.toMatchObject(unknown);
    await expect(as("stranger").issueCertificate({ businessSerial })).rejects.toMatchObject(unknown);
    const cause = { requestId: "2", businessSerial, cause: "误" };
    await expect(as("stranger").discardCertificate(cause)).rejects.toMatchObject(unknown);
    await expect(app.issue.getCertificate({ identifier })).rejects.toMatchObject(unknown);
  });

  test("lists hold the console's own, and with the whole reach what any app issued for issuers within it", async () => {
    const byApp = (await issued(app, house.order({ itemCode: LICENCE }))).identifier;
    const identifiers = async (name: keyof typeof PEOPLE, wholeReach: boolean) =>
      (await as(name).listCertificates({ wholeReach, pageSize: 100 })).certificates.map((one) => one.identifier);
    const own = await identifiers("maker", false);
    expect(own.length).toBeGreaterThan(0);
    expect(own).not.toContain(byApp);
    expect(await identifiers("auditor", true)).toEqual(expect.arrayContaining([byApp, ...own]));
    expect(await identifiers("supervisor", true)).toEqual(await identifiers("auditor", true));
    for (const name of ["supervisorElsewhere", "stranger"] as const) expect(await identifiers(name, true)).toEqual([]);
    await expect(app.issue.listCertificates({ wholeReach: true })).rejects.toMatchObject({
      fields: [{ field: "whole_reach" }],
    });
    const { certificate } = await as("supervisor").getCertificate({ identifier: byApp });
    expect(certificate).toMatchObject({ appKey: APP });
    expect(certificate?.madeBy).toBeUndefined();
    const elsewhere = as("supervisorElsewhere").getCertificate({ identifier: byApp });
    await expect(elsewhere).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
  });

  test("5.9.3: a whole reach comes in the order asked for, page by page, and is searched as far as its reader sees", async () => {
    const byApp = await issued(app, house.order({ itemCode: LICENCE }));
    for (const name of ["auditor", "supervisor"] as const) {
      const listed = async (orderBy: string) => {
        const found: string[] = [];
        for (let pageToken = ""; ; ) {
          const page = await as(name).listCertificates({ wholeReach: true, pageSize: 3, orderBy, pageToken });
          found.push(
            ...page.certificates.map(({ number, stateSince }) => (orderBy.includes("number") ? number : stateSince)),
          );
          pageToken = page.nextPageToken;
          if (pageToken === "") return found;
        }
      };
      const numbers = await listed("number");
      expect(numbers.length).toBeGreaterThan(3);
      expect(numbers).toEqual(numbers.toSorted());
      expect(await listed("-number")).toEqual(numbers.toReversed());
      const since = await listed("-state_since");
      expect(since).toEqual(since.toSorted().toReversed());
    }
    const { HOLDER_CODE, HOLDER_NAME, NUMBER, BUSINESS_SERIAL } = CertificateSearch;
    const [holder] = byApp.holders;
    for (const [search = "", searchBy] of [
      [holder?.code, HOLDER_CODE],
      [holder?.name, HOLDER_NAME],
      [byApp.number, NUMBER],
      [byApp.businessSerial, BUSINESS_SERIAL],
    ] as const) {
      const found = async (name: keyof typeof PEOPLE, wholeReach: boolean) =>
        (await as(name).listCertificates({ search, searchBy, wholeReach })).certificates.map((one) => one.identifier);
      for (const name of ["auditor", "supervisor"] as const)
        expect(await found(name, true)).toContain(byApp.identifier);
      for (const name of ["stranger", "supervisorElsewhere"] as const) expect(await found(name, true)).toEqual([]);
      expect(await found("maker", false)).not.toContain(byApp.identifier);
    }
    const part = as("auditor").listCertificates({ wholeReach: true, serialPrefix: "X" });
    await expect(part).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "serial_prefix" }] });
  });

  test("certificates that were stored before staff saw any are in their lists once the service has started", async () => {
    const { certificate } = await as("maker").makeCertificate({ order: ordered() });
    const listed = async () =>
      (await as("auditor").listCertificates({ wholeReach: true })).certificates.map(({ identifier }) => identifier);
    const repository = await openRepository(house.runtime);
    const {
      issuer: _,
      division: __,
      foundBy: ___,
      ...before
    } = (await repository.get(certificate?.identifier ?? "")) ?? fail();
    await repository.replace(before);
    expect(await listed()).not.toContain(certificate?.identifier);
    await completePlaces(repository, house.runtime, new AbortController().signal);
    expect(await listed()).toContain(certificate?.identifier);
  });
});

function fail(): never {
  throw new Error("the certificate is not stored");
}
