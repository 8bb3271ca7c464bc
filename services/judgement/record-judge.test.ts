import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { openTestRuntime, type TestRuntime } from "../../test/fixtures/runtime.ts";
import { type RecordChange, signedRecord, TYPE_CODE } from "../../test/fixtures/signed-record.ts";
import { createDepartment, DEPARTMENT, type Department } from "../../test/trust/department.ts";
import { Refusal } from "../domain/refusal.ts";
import type { NodeConfig } from "../host/config.ts";
import { registerText, signedRegister } from "../trust/issuer-register.ts";
import type { RegisteredBody } from "../trust/register-content.ts";
import { LOOK_EVERY_MS, openSigners } from "../trust/signers.ts";
import { requireHolds } from "./judge-record.ts";
import { createRecordJudge, type RecordJudge } from "./record-judge.ts";
import { openRegisterSource, type RegisterSource } from "./register-source.ts";

const NOW = "2026-11-24T02:00:00.000Z";
const CODE = DEPARTMENT.organizationCode;
const peers = [{ node: "440000", role: "province" }] as unknown as NodeConfig["peers"];

let directory: string;
let authority: Authority;
let department: Department;
let house: TestRuntime;
let bodies: Record<string, RegisteredBody>;
/** What the province answers instead of its register. */
let answer: (() => { register: Uint8Array; builtAt: string; asOf: string }) | undefined;
let asked: number;

const right: RegisteredBody["rights"] = { YYZZ: [{ type: TYPE_CODE, node: "440100", from: "2026-01-01" }] };

function registerAt(builtAt: string, content = bodies) {
  const text = registerText({ publisher: "440000", builtAt, bodies: content });
  return { register: signedRegister(text, (bytes) => house.runtime.nodeKey.sign(bytes)), builtAt, asOf: builtAt };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-judge-"));
  authority = createAuthority(join(directory, "ca"), { now: () => new Date("2026-11-01T00:00:00Z") });
  department = await createDepartment(authority, "P-256");
  writeFileSync(join(directory, "anchor.pem"), authority.certificates.signing);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(async () => {
  bodies = { [CODE]: { node: "440100", rights: right } };
  answer = undefined;
  asked = 0;
  const getIssuerRegister = async ({ knownBuiltAt }: { knownBuiltAt: string }) => {
    asked += 1;
    if (answer) return answer();
    const asOf = house.runtime.now().toISOString();
    const fresh = registerAt(asOf);
    // As the sync service does: nothing where nothing has changed.
    const same = knownBuiltAt !== "" && JSON.stringify(bodies) === said;
    said = JSON.stringify(bodies);
    return same ? { register: new Uint8Array(), builtAt: knownBuiltAt, asOf } : fresh;
  };
  let said = "";
  const clients = { "ecert.sync.v1.StatusService": { getIssuerRegister } };
  house = await openTestRuntime({ service: "usage", code: "440100", now: NOW, peers, clients });
});
afterEach(() => house.close());

async function opened(revocation: "strict" | "known" = "strict", lists: string[] = []) {
  const source = await openRegisterSource(house.runtime);
  const files = {
    anchorFiles: [join(directory, "anchor.pem")],
    ...(lists.length > 0 && { revocationListFiles: lists }),
  };
  const signers = openSigners(files, house.runtime.now, () => {});
  return { source, judge: createRecordJudge({ signers, source, now: house.runtime.now, revocation }) };
}

const record = (change: RecordChange = {}) => signedRecord(department, "one", change);
const codes = async (judge: RecordJudge, one: CertificateRecord) =>
  (await judge.judge(one)).findings.map(({ code }) => code);
const later = (seconds: number) => house.setNow(new Date(Date.parse(NOW) + seconds * 1_000).toISOString());
const away = () => {
  throw new Refusal("PEER_AWAY", "the province is away");
};

describe("5.8.3: the judgement of an archived certificate", () => {
  test("holds where record, signature, signer and right hold, and each member that is not what was signed is named", async () => {
    const { judge } = await opened();
    expect(await judge.judge(record())).toMatchObject({ holds: true, signer: { organizationCode: CODE } });
    const altered: [string, Partial<CertificateRecord>][] = [
      ["node", { node: "440300" }],
      ["item_code", { itemCode: "JHZ" }],
      ["item_version", { itemVersion: 2 }],
      ["name", { name: "别的" }],
      ["number", { number: "1" }],
      ["issuer_code", { issuerCode: "X" }],
      ["issuer_name", { issuerName: "X" }],
      ["valid_from", { validFrom: "2026-01-01" }],
      ["valid_to", { validTo: "2036-01-01" }],
      ["identifier", { identifier: "X" }],
      ["issued_at", { issuedAt: "2026-11-19T02:00:00.000Z" }],
    ];
    for (const [field, change] of altered) {
      const judgement = await judge.judge(create(CertificateRecordSchema, { ...record(), ...change }));
      expect(judgement, field).toMatchObject({ holds: false, fault: { field } });
      expect(() => requireHolds("one", judgement), field).toThrow(
        expect.objectContaining({ reason: "INVALID_FIELD", fields: [expect.objectContaining({ field })] }),
      );
    }
    const { message } = record();
    const garbled = await judge.judge(create(CertificateRecordSchema, { ...record(), message: message.subarray(1) }));
    expect(garbled).toMatchObject({ holds: false, fault: { field: "message" } });
  });

  test("does not hold while a second record is known under its identifier, whatever is remembered of it, and holds again", async () => {
    const { judge } = await opened();
    const forkedSince = "2026-11-23T02:00:00.000Z";
    for (const since of ["", forkedSince, ""]) {
      const judgement = await judge.judge(create(CertificateRecordSchema, { ...record(), forkedSince: since }));
      expect([judgement.holds, judgement.findings.some(({ code }) => code === "IDENTIFIER_FORKED")]).toEqual(
        since === "" ? [true, false] : [false, true],
      );
      if (since !== "")
        expect(() => requireHolds("one", judgement)).toThrow(expect.objectContaining({ reason: "IDENTIFIER_FORKED" }));
    }
    const forged = create(CertificateRecordSchema, { ...record(), name: "别的", forkedSince });
    const judgement = await judge.judge(forged);
    expect(() => requireHolds("one", judgement)).toThrow(expect.objectContaining({ reason: "INVALID_FIELD" }));
  });

  test("asks the province again before a no, so that what it granted a moment ago counts: all who wait share one question", async () => {
    bodies = {};
    const { judge } = await opened();
    expect(await codes(judge, record())).toEqual(["ISSUER_NOT_AUTHORISED"]);
    const before = asked;
    bodies = { [CODE]: { node: "440100", rights: right } };
    const several = ["one", "two", "three"].map((name) => codes(judge, signedRecord(department, name)));
    expect(await Promise.all(several)).toEqual([[], [], []]);
    expect(asked).toBe(before + 1);
  });

  test("what is younger than the register waits until the province was asked: then no is no", async () => {
    bodies = {};
    const { judge } = await opened();
    await judge.judge(record());
    const young = record({ issuedAt: "2026-11-24T02:00:01.000Z" });
    answer = away;
    later(5);
    const undetermined = await judge.judge(young);
    expect(undetermined.findings.map(({ code }) => code)).toEqual(["REGISTER_STALE"]);
    expect(undetermined.holds).toBe(false);
    expect(() => requireHolds("one", undetermined)).toThrow(expect.objectContaining({ reason: "PEER_AWAY" }));
    answer = undefined;
    later(10);
    const judgement = await judge.judge(young);
    expect(() => requireHolds("one", judgement)).toThrow(expect.objectContaining({ reason: "ISSUER_NOT_AUTHORISED" }));
  });

  test("a signer that a list revokes from before the issue counts no more as soon as the list is read", async () => {
    const list = join(directory, "signing.crl");
    writeFileSync(list, authority.crl().signing);
    const { judge } = await opened("strict", [list]);
    const other = await createDepartment(authority, "P-256");
    const signed = signedRecord(other, "two", { issuedAt: "2026-11-20T02:00:00.000Z" });
    expect((await judge.judge(signed)).holds).toBe(true);
    authority.revoke(other.serial, "keyCompromise");
    const revoked = createAuthority(join(directory, "ca"), { now: () => new Date("2026-11-02T00:00:00Z") });
    writeFileSync(list, revoked.crl().signing);
    later(LOOK_EVERY_MS / 1_000 + 1);
    expect((await judge.judge(signed)).holds).toBe(false);
  });

  test("a list that has run out shuts nothing out of an archive, and is held against what is released", async () => {
    const list = join(directory, "old.crl");
    writeFileSync(list, authority.crl().signing);
    const late = record({ issuedAt: "2027-06-20T02:00:00.000Z" });
    house.setNow("2027-06-21T02:00:00.000Z");
    expect((await (await opened("known", [list])).judge.judge(late)).holds).toBe(true);
    expect((await (await opened("strict", [list])).judge.judge(late)).holds).toBe(false);
  });
});

describe("the register of a node", () => {
  const builtAt = async (source: RegisterSource) => (await source.current())?.builtAt;

  test("is kept over a restart, so that the node judges while the province is away", async () => {
    const first = await opened();
    expect(await codes(first.judge, record())).toEqual([]);
    answer = away;
    const second = await opened();
    expect(await codes(second.judge, record())).toEqual([]);
    expect(await codes(second.judge, record({ node: "440300" }))).toEqual(["ISSUER_NOT_AUTHORISED"]);
  });

  test("where there has never been one nobody's right can be told: the call says so, and when to come again", async () => {
    answer = away;
    const { judge } = await opened();
    await expect(judge.judge(record())).rejects.toMatchObject({ reason: "PEER_AWAY", retryAfterMs: 2_000 });
    answer = undefined;
    later(3);
    expect((await judge.judge(record())).holds).toBe(true);
  });

  test("never goes back: what somebody passes on that is older, forged or none is not used", async () => {
    const { source } = await opened();
    expect(await builtAt(source)).toBe(NOW);
    const forged = () => {
      const one = registerAt("2026-11-24T03:00:00.000Z");
      one.register[40] = (one.register[40] ?? 0) ^ 1;
      return one;
    };
    const none = { [CODE]: { node: "440100" } as RegisteredBody };
    const hostile = [
      () => registerAt("2026-11-23T02:00:00.000Z"),
      forged,
      () => registerAt("2026-11-24T03:00:00.000Z", none),
      () => ({ register: Buffer.from("{}"), builtAt: NOW, asOf: NOW }),
    ];
    for (const [index, one] of hostile.entries()) {
      answer = one;
      later(700 * (index + 1));
      expect(await builtAt(source), String(index)).toBe(NOW);
    }
    answer = undefined;
    bodies = {};
    later(3_600);
    expect(await builtAt(source)).not.toBe(NOW);
  });

  test("of a node that belongs to no province there is none, and only the issuer itself may have signed", async () => {
    const single = await openTestRuntime({ service: "usage", now: NOW });
    const source = await openRegisterSource(single.runtime);
    expect(source.expected).toBe(false);
    const signers = openSigners({ anchorFiles: [join(directory, "anchor.pem")] }, single.runtime.now, () => {});
    const judge = createRecordJudge({ signers, source, now: single.runtime.now, revocation: "strict" });
    expect(await judge.judge(record())).toMatchObject({ holds: true, findings: [{ code: "ISSUER_UNREGISTERED" }] });
    const station = { ...DEPARTMENT, organizationCode: "11440100MB2C91871C" };
    const foreign = signedRecord(await createDepartment(authority, "P-256", 365, station), "one");
    expect((await judge.judge(foreign)).holds).toBe(false);
    await single.close();
  });
});
