import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CertificateSearch } from "../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { CertificateState as RecordState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { OTHER_APP } from "./catalog.ts";
import { type House, type Instance, refusalOf } from "./house.ts";
import { issue, issued } from "./road.ts";
import type { Scene } from "./scene.ts";

/** What holds of changing a certificate, and of whose it is. */
export function changingScenarios(scene: () => Scene): void {
  let house: House;
  let city: Instance;
  beforeEach(() => {
    ({ house, city } = scene());
  });

  describe("4.4.4 changing", () => {
    test("a discarded certificate is not issued, and its number can be used again", async () => {
      await city.connectAgent();
      const number = `粤A-${house.order().order.businessSerial}`;
      const order = house.order({ number });
      const { certificate } = await city.issue.makeCertificate(order);
      const { businessSerial } = order.order;
      const discarded = await city.issue.discardCertificate({ requestId: "d", businessSerial, cause: "录入错误" });
      expect(discarded.certificate?.state).toBe(CertificateState.DISCARDED);
      // Neither does the same order pass for one that could still be issued.
      const dead = await refusalOf(city.issue.makeCertificate(order), "STATE_CONFLICT");
      expect(dead.metadata).toMatchObject({ state: "discarded", business_serial: businessSerial });
      expect(dead.fields).toMatchObject([{ field: "order.business_serial", remedy: "take a new business serial" }]);
      await refusalOf(city.issue.issueCertificate({ businessSerial }), "STATE_CONFLICT");
      const again = await issued(city, house.order({ number }));
      expect(again.number).toBe(number);
      expect(again.identifier).not.toBe(certificate?.identifier);
    });

    test("suspend, resume and revoke carry reason and time, each once", async () => {
      await city.connectAgent();
      const { identifier } = await issued(city, house.order());
      const suspend = { requestId: "s", identifier, cause: "立案调查" };
      const suspended = (await city.issue.suspendCertificate(suspend)).certificate;
      expect([suspended?.state, suspended?.stateCause]).toEqual([CertificateState.SUSPENDED, "立案调查"]);
      const resumed = (await city.issue.resumeCertificate({ requestId: "r", identifier, cause: "结案" })).certificate;
      expect(resumed?.state).toBe(CertificateState.ISSUED);
      // A late repetition of the first call must not suspend it again.
      expect((await city.issue.suspendCertificate(suspend)).certificate).toEqual(resumed);
      await refusalOf(city.issue.resumeCertificate({ requestId: "r2", identifier, cause: "x" }), "STATE_CONFLICT");
      const revoked = (await city.issue.revokeCertificate({ requestId: "v", identifier, cause: "注销登记" }))
        .certificate;
      expect([revoked?.state, revoked?.stateCause]).toEqual([CertificateState.REVOKED, "注销登记"]);
      await refusalOf(city.issue.suspendCertificate({ ...suspend, requestId: "s2" }), "STATE_CONFLICT");
    });

    test("a replacement keeps number and serial, counts the version up, and supersedes the old one (换发)", async () => {
      await city.connectAgent();
      const old = await issued(city, house.order());
      const order = house.order({ data: { address: "广州市越秀区", capital: 900 } }, old.identifier);
      const replacing = { ...order, replaces: old.identifier, cause: "住所变更" };
      const made = (await city.issue.replaceCertificate(replacing)).certificate;
      const { identifier } = old;
      expect((await city.archive.getCertificate({ identifier })).record?.state).toBe(RecordState.ISSUED);
      const next = await issue(city, order);
      expect([next.number, next.version, next.replaces]).toEqual([old.number, 2, old.identifier]);
      expect(next.identifier).toBe(made?.identifier);
      const superseded = (await city.issue.getCertificate({ identifier: old.identifier })).certificate;
      expect([superseded?.state, superseded?.replacedBy]).toEqual([CertificateState.SUPERSEDED, next.identifier]);
      // Why: at the new one, for ever, in its record and its life; the old one's record says by which it was replaced.
      const ofNew = { identifier: next.identifier };
      expect([next.replaceCause, superseded?.replaceCause]).toEqual(["住所变更", ""]);
      expect((await city.archive.getCertificate(ofNew)).record?.replaceCause).toBe("住所变更");
      expect(house.evidence).toContainEqual({
        kind: "certificate-superseded",
        body: expect.objectContaining({ successor: next.identifier, causeSha256: sha256Hex("住所变更") }),
      });
      // The same order again is the same call, with its reason or without; another reason would be another history.
      const again = async (cause: string) => (await city.issue.replaceCertificate({ ...replacing, cause })).certificate;
      expect([await again("住所变更"), await again("")]).toEqual([next, next]);
      const refusal = await refusalOf(
        city.issue.replaceCertificate({ ...replacing, cause: "遗失补发" }),
        "SERIAL_REUSED",
      );
      expect(refusal.fields).toMatchObject([{ field: "cause" }]);
    });

    test("the same replacement asked for several times at once is made once, and every call is answered with it", async () => {
      await city.connectAgent();
      const { identifier: replaces } = await issued(city, house.order());
      const replacing = { ...house.order({}, replaces), replaces };
      const answers = await Promise.all(Array.from({ length: 6 }, () => city.issue.replaceCertificate(replacing)));
      const [first] = answers;
      expect(first?.certificate).toMatchObject({ version: 2, replaces, state: CertificateState.MADE });
      for (const answer of answers) expect(answer).toEqual(first);
    });

    test("a certificate has one replacement at a time; after a discarded one the next version is free", async () => {
      await city.connectAgent();
      const old = await issued(city, house.order());
      const replaces = old.identifier;
      const first = house.order({}, replaces);
      await city.issue.replaceCertificate({ ...first, replaces });
      const second = house.order({}, replaces);
      const refusal = await refusalOf(city.issue.replaceCertificate({ ...second, replaces }), "STATE_CONFLICT");
      expect(refusal.metadata.business_serial).toBe(first.order.businessSerial);
      const { businessSerial } = first.order;
      await city.issue.discardCertificate({ requestId: "d", businessSerial, cause: "改错" });
      // A version that is not the next one must stand in the signed order: no core may choose between versions.
      const unstated = await refusalOf(city.issue.replaceCertificate({ ...second, replaces }), "INVALID_FIELD");
      expect(unstated.fields[0]).toMatchObject({ field: "order.version", remedy: expect.stringContaining("state 3") });
      const third = house.order({ version: 3 }, replaces);
      expect((await city.issue.replaceCertificate({ ...third, replaces })).certificate?.version).toBe(3);
      const next = await issue(city, third);
      expect([next.version, next.number, next.state]).toEqual([3, old.number, CertificateState.ISSUED]);
    });
  });

  test("an app sees and changes only its own certificates", async () => {
    await city.connectAgent();
    const order = house.order();
    const { identifier } = await issued(city, order);
    const other = city.as(OTHER_APP);
    const { businessSerial } = order.order;
    const cause = { requestId: "x", cause: "x" };
    const calls = [
      other.getCertificate({ identifier }),
      other.getCertificate({ businessSerial }),
      other.getFace({ businessSerial }),
      other.issueCertificate({ businessSerial }),
      other.revokeCertificate({ ...cause, identifier }),
      other.discardCertificate({ ...cause, businessSerial }),
      other.replaceCertificate({ ...house.order({}, identifier), replaces: identifier }),
    ];
    await Promise.all(calls.map((call: Promise<unknown>) => refusalOf(call, "CERTIFICATE_UNKNOWN")));
    expect((await other.listCertificates({})).certificates).toEqual([]);
    const mine = await city.issue.listCertificates({ state: CertificateState.ISSUED });
    expect(mine.certificates.map((certificate) => certificate.identifier)).toEqual([identifier]);
    expect(mine.certificates[0]?.message).toHaveLength(0);
  });

  test("5.4.2 an app's list comes by time, by number or by since when it has its state, either way round, or by how business serials begin", async () => {
    const serials = async (request: object) =>
      (await city.issue.listCertificates(request)).certificates.map(({ businessSerial }) => businessSerial);
    for (const businessSerial of ["LIST-B-1", "LIST-A-1", "LIST-B-2"]) {
      await city.issue.makeCertificate(house.order({ businessSerial }));
      house.setNow(new Date(house.runtime.now().getTime() + 1_000).toISOString());
    }
    expect(await serials({})).toEqual(["LIST-B-2", "LIST-A-1", "LIST-B-1"]);
    expect(await serials({ oldestFirst: true })).toEqual(["LIST-B-1", "LIST-A-1", "LIST-B-2"]);
    expect(await serials({ serialPrefix: "LIST-B" })).toEqual(["LIST-B-1", "LIST-B-2"]);
    expect(await serials({ serialPrefix: "LIST-B", state: CertificateState.ISSUED })).toEqual([]);
    expect(await serials({ serialPrefix: "NONE" })).toEqual([]);
    const { certificates } = await city.issue.listCertificates({ orderBy: "number" });
    const numbers = certificates.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted());
    const byNumber = certificates.map(({ businessSerial }) => businessSerial);
    expect(await serials({ orderBy: "-number", state: CertificateState.MADE })).toEqual(byNumber.toReversed());
    await city.issue.discardCertificate({ requestId: "list-1", cause: "填写有误", businessSerial: "LIST-B-1" });
    expect(await serials({ orderBy: "-state_since" })).toEqual(["LIST-B-1", "LIST-B-2", "LIST-A-1"]);
    expect(await serials({ orderBy: "state_since", state: CertificateState.MADE })).toEqual(["LIST-A-1", "LIST-B-2"]);
    expect(await serials({ orderBy: "number", serialPrefix: "LIST" })).toEqual(byNumber);
  });

  test("5.4.2 an app finds its own by a holder's code or name, number or serial, in full; what is looked for by nothing is refused", async () => {
    const { HOLDER_CODE, HOLDER_NAME, NUMBER, BUSINESS_SERIAL } = CertificateSearch;
    const { certificate } = await city.issue.makeCertificate(house.order({ businessSerial: "FIND-1" }));
    const { number = "", holders = [] } = certificate ?? {};
    const { code = "", name = "" } = holders[0] ?? {};
    const found = async (search: string, searchBy: CertificateSearch, more = {}) =>
      (await city.issue.listCertificates({ search, searchBy, ...more })).certificates.map((one) => one.businessSerial);
    for (const [search, by] of [
      [code, HOLDER_CODE],
      [name, HOLDER_NAME],
      [number, NUMBER],
      ["FIND-1", BUSINESS_SERIAL],
    ] as const) {
      expect(await found(search, by)).toContain("FIND-1");
      expect(await found(search, by, { state: CertificateState.REVOKED })).toEqual([]);
      expect(await found(search.slice(0, -1), by)).toEqual([]);
      const other = await city.as(OTHER_APP).listCertificates({ search, searchBy: by });
      expect(other.certificates).toEqual([]);
    }
    const fields = async (request: object) =>
      (await refusalOf(city.issue.listCertificates(request), "INVALID_FIELD")).fields.map(({ field }) => field);
    expect(await fields({ search: code })).toEqual(["search_by"]);
    expect(await fields({ search: code, searchBy: HOLDER_CODE, serialPrefix: "F" })).toEqual(["search"]);
  });
}
