import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CertificateRecordSchema, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { LinkService } from "../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { shanghaiDay } from "../../services/domain/civil-date.ts";
import { eventually } from "../node/eventually.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import { CITY, type ForkScene, openForkScene, USER } from "./fork-scene.ts";
import { changed, daysAgo, identifierOf, LOAD } from "./records.ts";

const { ISSUED, SUSPENDED, REVOKED } = CertificateState;

describe("two certificates under one identifier, both signed by the department", () => {
  let scene: ForkScene;
  beforeAll(async () => {
    scene = await openForkScene();
  });
  afterAll(() => scene?.house.close());

  test("4.6.2: a city put back to an older copy signs an identifier for another: neither replaces the other, no receipt, neither is shown as valid", async () => {
    const first = scene.firstOf("f-1");
    const second = await scene.send(scene.signed("f-1", "乙店"));
    await scene.forked("f-1");
    await eventually(async () => expect(await scene.setAside("f-1")).toEqual(["IDENTIFIER_FORKED"]));
    expect(await scene.pending()).toBe(1);
    expect(sha256Hex((await scene.kept("f-1"))?.message ?? new Uint8Array())).toBe(sha256Hex(first.message));
    await scene.expectUndetermined("f-1");
    const [one, other] = (await scene.forkOf("f-1"))?.records ?? [];
    expect([one?.messageSha256, other?.messageSha256]).toEqual([first.message, second.message].map(sha256Hex));
    // It comes again and again, and is told once.
    await scene.send(scene.signed("elsewhere", "丁店"));
    await eventually(async () => expect(await scene.kept("elsewhere")).toBeDefined());
    expect(await scene.evidence("archive-fork", "f-1")).toHaveLength(1);
  });

  test("its issuing node is told, so that it shows its own as valid no longer", async () => {
    await eventually(() => expect(scene.issue().forked).toEqual([identifierOf("f-1")]));
  });

  test("off-line both are listed as not in force", async () => {
    expect(await scene.listedOffline("f-1")).toBe("suspended");
  });

  test("the second one is looked at before it is called older: it cannot hide behind a revocation, nor the revocation behind it", async () => {
    const first = scene.firstOf("f-2");
    await scene.send(scene.signed("f-2", "乙店"));
    await scene.forked("f-2");
    await eventually(async () => expect(await scene.setAside("f-2")).toEqual(["IDENTIFIER_FORKED"]));
    expect(await scene.kept("f-2")).toMatchObject({ revision: first.revision, state: REVOKED });
    const told = await scene.exchange().getStatusAcross({ identifier: identifierOf("f-2") });
    expect(told).toMatchObject({ state: REVOKED, forkedSince: expect.stringMatching(/^20/) });
  });

  test("a later revision of the second one that comes first is found as well, and its newest is the one to decide about", async () => {
    const second = scene.signed("f-3", "乙店");
    await scene.send({ ...second, record: changed(second.record, SUSPENDED, daysAgo(0)) });
    await scene.forked("f-3");
    await scene.issue().put(changed(changed(second.record, SUSPENDED, daysAgo(0)), ISSUED, daysAgo(0)));
    await eventually(async () =>
      expect((await scene.forkOf("f-3"))?.records[1]).toMatchObject({ revision: 3n, state: "issued" }),
    );
    expect(await scene.kept("f-3")).toMatchObject({ revision: 1n, state: ISSUED });
    await scene.expectUndetermined("f-3");
  });

  test("before its event has come, the issuer's answer gives the second one away", async () => {
    await scene.house.leaves.get(CITY)?.server.kill();
    await scene.send(scene.signed("f-4", "乙店"));
    const told = await scene.exchange().getStatusAcross({ identifier: identifierOf("f-4") });
    expect(told).toMatchObject({ fromArchive: false, state: ISSUED, forkedSince: expect.stringMatching(/^20/) });
    await scene.house.leaves.get(CITY)?.restart();
    await scene.forked("f-4");
  });

  test("settled for the second one, the archive shows it whole, its event has its receipt, and nothing is left aside", async () => {
    const second = scene.signed("f-1", "乙店").record;
    const { records = [] } = (await scene.forkOf("f-1")) ?? {};
    const sha256 = records[1]?.sha256 ?? "";
    const request = { identifier: identifierOf("f-1"), sha256 };
    await expect(scene.standing().settleFork({ ...request, sha256: "0".repeat(64) })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
    });
    for (let repeated = 0; repeated < 2; repeated++)
      expect((await scene.standing().settleFork(request)).record).toMatchObject({ sha256, state: "issued" });
    expect(await scene.forkOf("f-1")).toBeUndefined();
    expect(await scene.setAside("f-1")).toEqual([]);
    expect(await scene.kept("f-1")).toMatchObject({ forkedSince: "", state: ISSUED });
    const got = await scene
      .exchange()
      .getAcross({ ground: scene.ground, identifier: request.identifier, fields: ["name"] });
    expect(got.certificate).toMatchObject({ judgement: { holds: true }, data: { name: "乙店" } });
    const file = { ground: scene.ground, identifier: request.identifier, format: FileFormat.PDF };
    expect((await scene.exchange().fetchFileAcross(file)).file?.sha256).toBe(second.files[0]?.sha256);
    expect(await scene.evidence("archive-fork-settled", "f-1")).toHaveLength(1);
    // What was decided against is no fork when it comes again.
    await scene.issue().put(changed(scene.firstOf("f-1"), SUSPENDED, daysAgo(0)));
    await eventually(async () => expect(await scene.evidence("archive-fork-lost", "f-1")).not.toHaveLength(0));
    expect(await scene.forkOf("f-1")).toBeUndefined();
  });

  test("settled for the first one, the second one's event has a receipt, and its issuer is told until it has followed", async () => {
    const { records = [] } = (await scene.forkOf("f-3")) ?? {};
    const identifier = identifierOf("f-3");
    scene.issue().follows = false;
    await scene.standing().settleFork({ identifier, sha256: records[0]?.sha256 ?? "" });
    expect(await scene.kept("f-3")).toMatchObject({ forkedSince: "", state: ISSUED });
    await eventually(async () => expect(await scene.setAside("f-3")).toEqual([]));
    await eventually(async () => expect(await scene.evidence("archive-fork-lost", "f-3")).not.toHaveLength(0));
    await eventually(() => {
      expect(scene.issue().forked).toContain(identifier);
      expect(scene.issue().forked).not.toContain(identifierOf("f-1"));
    });
    // The issuer still has the other, and is not believed for the state of this one.
    expect(await scene.exchange().getStatusAcross({ identifier })).toMatchObject({ state: ISSUED, forkedSince: "" });
    await expect(scene.standing().settleFork({ identifier, sha256: records[1]?.sha256 ?? "" })).rejects.toMatchObject({
      reason: "CERTIFICATE_UNKNOWN",
    });
  });

  test("its node takes over by itself what was settled, so that a revocation there is one of the certificate that stands", async () => {
    const identifier = identifierOf("f-3");
    const stands = scene.firstOf("f-3");
    await eventually(() => expect(scene.issue().settled.get(identifier) ?? "").toMatch(/^[0-9a-f]{64}$/));
    scene.issue().follows = true;
    await eventually(async () => expect(await scene.issue().has(stands)).toBe(true));
    // The province has seen it, and tells the node no longer that its own does not count.
    await eventually(() => expect(scene.issue().forked).not.toContain(identifier));
    await scene.issue().put(changed(stands, REVOKED, daysAgo(0)));
    await eventually(async () => expect(await scene.kept("f-3")).toMatchObject({ state: REVOKED, forkedSince: "" }));
    expect(sha256Hex((await scene.kept("f-3"))?.message ?? new Uint8Array())).toBe(sha256Hex(stands.message));
    expect(await scene.forkOf("f-3")).toBeUndefined();
  });

  test("an operator of the province sees them and settles one by the command, in words and in JSON", async () => {
    const second = scene.signed("cli", "乙店");
    await scene.send({ ...second, record: changed(second.record, SUSPENDED, daysAgo(0)) });
    await scene.forked("cli");
    const listed = await scene.ecert("list", "--json");
    const rows = JSON.parse(listed.out) as { identifier: string; records: { sha256: string; state: string }[] }[];
    const row = rows.find(({ identifier }) => identifier === identifierOf("cli"));
    expect(listed.code).toBe(1);
    expect(row).toMatchObject({ node: CITY, records: [{ state: "issued" }, { state: "suspended" }] });
    expect((await scene.ecert("list")).out).toContain(`后来的 the other    ${row?.records[1]?.sha256}`);
    expect(await scene.ecert("settle", identifierOf("cli"))).toMatchObject({
      code: 2,
      err: expect.stringContaining("SHA-256"),
    });
    const { out } = await scene.ecert("settle", identifierOf("cli"), row?.records[1]?.sha256 ?? "", "--json");
    expect(JSON.parse(out)).toHaveLength(rows.length - 1);
    expect(await scene.kept("cli")).toMatchObject({ forkedSince: "", state: SUSPENDED });
  });

  test("a comparison finds it too, where no event ever comes, behind a later revision as well", async () => {
    await scene.house.leaves.get(CITY)?.server.kill();
    await scene.send(scene.signed("f-5", "乙店"));
    const links = scene.province().operator.client(LinkService, scene.province().address);
    expect((await links.compareArchive({ node: CITY })).equal).toBe(false);
    await scene.forked("f-5");
    expect(await scene.setAside("f-5")).toEqual([]);
    expect(await scene.kept("f-5")).toMatchObject({ revision: 3n, state: REVOKED });
    const link = (await links.getLinks({})).links.find(({ node }) => node === CITY);
    expect(link).toMatchObject({ forks: BigInt((await scene.forks()).length), comparison: { equal: false } });
    await scene.house.leaves.get(CITY)?.restart();
  });

  test("5.9.4: of two histories of one certificate the archive shows what takes more away, and says that there are two", async () => {
    const first = scene.firstOf("h-1");
    await scene.issue().put(changed({ ...first, revision: 1n }, SUSPENDED, daysAgo(0)));
    await scene.forked("h-1");
    expect(await scene.kept("h-1")).toMatchObject({ revision: 2n, state: REVOKED });
    await eventually(async () => expect(await scene.setAside("h-1")).toEqual(["STATE_CONFLICT"]));
  });

  test("5.9.4: a revocation that comes second takes the archive's place, with its receipt", async () => {
    const first = scene.firstOf("h-2");
    const before = await scene.pending();
    await scene.issue().put(changed({ ...first, revision: 1n }, REVOKED, daysAgo(0)));
    await scene.forked("h-2");
    expect(await scene.kept("h-2")).toMatchObject({ revision: 2n, state: REVOKED });
    await eventually(async () => expect(await scene.pending()).toBeLessThanOrEqual(before));
    expect(await scene.setAside("h-2")).toEqual([]);
  });

  describe("nobody else can mark a certificate", () => {
    const unmarked = async () => {
      expect(await scene.forkOf("m-1")).toBeUndefined();
      expect(await scene.kept("m-1")).toMatchObject({ node: CITY, forkedSince: "" });
    };

    test("not another node, whose record bears the department's own signature", async () => {
      const { record, blobs } = scene.signed("m-1", "乙店", scene.house.department, USER);
      await scene.house.node(USER).issue.put(record, blobs);
      await eventually(async () => expect(await scene.setAside("m-1")).toEqual(["ISSUER_NOT_AUTHORISED"]));
      await unmarked();
    });

    test("not its own node without the department: what does not hold is refused for what it is, at an older revision too", async () => {
      const station = { ...DEPARTMENT, organization: "云台镇气象站", organizationCode: "11440100MB2C91871C" };
      const signer = await createDepartment(scene.house.authority, "P-256", 365, station);
      await scene.send(scene.signed("m-2", "甲店"));
      await scene.issue().put(changed(scene.signed("m-2", "甲店").record, SUSPENDED, daysAgo(0)));
      const { record, blobs } = scene.signed("m-1", "乙店", signer);
      for (const revision of [1n, 2n])
        await scene.send({ record: create(CertificateRecordSchema, { ...record, revision }), blobs });
      await eventually(async () => expect((await scene.setAside("m-1")).sort()).toContain("ISSUER_NOT_AUTHORISED"));
      await unmarked();
    });

    test("not even one that may issue the same on another day: an identifier belongs to the node whose record is kept", async () => {
      const [yesterday, today] = [daysAgo(1), daysAgo(0)].map((time) => shanghaiDay(new Date(time))) as [
        string,
        string,
      ];
      scene.house.catalog.say(({ rights }) => {
        for (const right of rights) if (right.itemCode === "item-1") right.until = yesterday;
        const right = { departmentCode: LOAD.issuer, itemCode: "item-1", typeCode: LOAD.typeCode };
        rights.push({ ...right, node: USER, since: today });
      });
      const { record, blobs } = scene.signed("m-1", "丙店", scene.house.department, USER, 0);
      await scene.house.node(USER).issue.put(create(CertificateRecordSchema, { ...record, revision: 2n }), blobs);
      await eventually(async () => expect(await scene.setAside("m-1")).toContain("STATE_CONFLICT"));
      await unmarked();
    });
  });
});
