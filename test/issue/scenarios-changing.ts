import { beforeEach, describe, expect, test } from "vitest";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { CertificateState as RecordState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
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
      const made = (await city.issue.replaceCertificate({ ...order, replaces: old.identifier })).certificate;
      const { identifier } = old;
      expect((await city.archive.getCertificate({ identifier })).record?.state).toBe(RecordState.ISSUED);
      const next = await issue(city, order);
      expect([next.number, next.version, next.replaces]).toEqual([old.number, 2, old.identifier]);
      expect(next.identifier).toBe(made?.identifier);
      const superseded = (await city.issue.getCertificate({ identifier: old.identifier })).certificate;
      expect([superseded?.state, superseded?.replacedBy]).toEqual([CertificateState.SUPERSEDED, next.identifier]);
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
}
