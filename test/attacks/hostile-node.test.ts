import { create, toBinary } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { ITEMS, type ItemDocument, RECORD_KINDS } from "../../services/catalog/stored/records.ts";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { licenceContent } from "../fixtures/licence-content.ts";
import {
  app,
  department,
  HASH,
  HONEST,
  HOSTILE,
  type Kind,
  matter,
  OWN,
  opening,
  PROVINCE,
  type Sent,
  seal,
  TERMS,
  VICTIM,
} from "./hostile-records.ts";
import { type HostileScene, openHostileScene } from "./hostile-scene.ts";

describe.each(await bothEngines())("a hostile city sends registry records, $name", (engine) => {
  let scene: HostileScene;
  beforeEach(async () => {
    scene = await openHostileScene(engine);
    return scene.close;
  });

  test("as JSON whose members would be the province's own: another's document, its revision, its outbox, its secret", async () => {
    const catalog = scene.client(CatalogService);
    await catalog.registerCatalogItem({ code: "YYZZ", content: licenceContent });
    await catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    await scene.send(HONEST, "department", department(VICTIM));
    await scene.send(HONEST, "app", app(`${HONEST}-app`, VICTIM));
    const [before, events] = [await (await scene.apps()).get(`app/${HONEST}-app`), await scene.pending()];
    const stolen = {
      key: "YYZZ/999:1",
      kind: 2,
      revision: 1,
      payload: "",
      blobs: [],
      occurredAt: "2026-01-01T00:00:00Z",
    };
    for (const more of [
      { _id: `app/${HONEST}-app`, secretHash: "scrypt$mine$mine", revision: before?.revision },
      { _id: "YYZZ/1", pending: [stolen], pendingSince: stolen.occurredAt },
      { pending: [stolen], pendingSince: "0" },
      { pending: 7, pendingSince: "0" },
      { node: HONEST },
    ]) {
      const json = { kind: "app", node: HOSTILE, key: `${HOSTILE}-app`, changes: 9, value: {}, ...more };
      await expect(scene.arrive(HOSTILE, canonicalBytes(json), EventKind.APP_CHANGED)).rejects.toMatchObject({
        reason: "INVALID_FIELD",
      });
    }
    expect(await (await scene.apps()).get(`app/${HONEST}-app`)).toEqual(before);
    expect(await (await scene.apps()).get(`app/${HOSTILE}-app`)).toBeUndefined();
    expect(await scene.pending()).toEqual(events);
    expect(await scene.rows()).toMatchObject([{ place: "registry", node: HOSTILE, reason: "INVALID_FIELD" }]);
  });

  test("with members that no contract names: they are not kept, and the node is the sender", async () => {
    const named = toBinary(
      RegistryRecordSchema,
      create(RegistryRecordSchema, {
        changes: 1n,
        record: { case: "department", value: { ...department(OWN), node: HONEST } },
      }),
    );
    const beside = Buffer.concat([named, Buffer.from([0x9a, 0x06, 0x03, 0x61, 0x62, 0x63])]);
    expect(await scene.arrive(HOSTILE, beside)).toMatchObject({ changed: true });
    const kept = await (await scene.records("department")).get(`department/${HOSTILE}/${OWN}`);
    expect(Object.keys(kept ?? {}).sort()).toEqual(
      ["_id", "changedAt", "changes", "key", "kind", "node", "revision", "value"].sort(),
    );
    expect(kept).toMatchObject({ node: HOSTILE, revision: 1, value: { node: HOSTILE } });
    expect(Object.keys(kept?.value ?? {}).sort()).toEqual(["code", "division", "name", "node"]);
  });

  test("for the app of another city, to replace its secret", async () => {
    await scene.send(HONEST, "department", department(VICTIM));
    await scene.send(HONEST, "app", app(`${HONEST}-app`, VICTIM));
    const before = await (await scene.apps()).get(`app/${HONEST}-app`);
    const forged = scene.send(HOSTILE, "app", app(`${HONEST}-app`, OWN), { changes: 99n });
    await expect(forged).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "app.key" }] });
    const prefix = scene.send(HOSTILE, "app", app(`${HOSTILE.slice(0, 5)}-app`));
    await expect(prefix).rejects.toMatchObject({ fields: [{ field: "app.key" }] });
    expect(await (await scene.apps()).get(`app/${HONEST}-app`)).toEqual(before);
  });

  test("that no city could have put at home: each is refused by field, and nothing of it is kept", async () => {
    const wrong: [Kind, object, string, Sent?][] = [
      ["department", department("114401000000990004"), "department.code"],
      ["department", department(OWN, { superiorCode: "114401000000990004" }), "department.superior_code"],
      ["department", department(OWN, { name: "" }), "department.name"],
      ["department", department(OWN, { division: "all" }), "department.division"],
      ["department", department(OWN, { name: "局".repeat(201) }), "department.name"],
      ["app", app(`${HOSTILE}-app`, OWN, { scopes: [] }), "app.app.scopes"],
      ["app", { ...app(`${HOSTILE}-app`), secretHash: "plain" }, "app.secret_hash"],
      ["app", { ...app(`${HOSTILE}-app`), tokensNotBefore: "9999-99-99T00:00:00Z" }, "app.tokens_not_before"],
      [
        "app",
        { ...app(`${HOSTILE}-app`), secretTerms: { ...TERMS, made: "2026-99-01T00:00:00Z" } },
        "app.secret_terms.made",
      ],
      [
        "app",
        { ...app(`${HOSTILE}-app`), secretTerms: { ...TERMS, ends: "2999-01-01T00:00:00Z" } },
        "app.secret_terms.ends",
      ],
      [
        "app",
        { ...app(`${HOSTILE}-app`), secretTerms: { ...TERMS, ends: "2025-12-31T23:59:59Z" } },
        "app.secret_terms.ends",
      ],
      [
        "app",
        { ...app(`${HOSTILE}-app`), secretTerms: { ...TERMS, former: { hash: "plain", ends: TERMS.ends } } },
        "app.secret_terms.former.hash",
      ],
      [
        "app",
        { ...app(`${HOSTILE}-app`), secretTerms: { ...TERMS, former: { hash: HASH, ends: "2026-02-30T00:00:00Z" } } },
        "app.secret_terms.former.ends",
      ],
      ["app", app(`${HOSTILE}-app`, "114401000000990004"), "app.department_code"],
      ["matter", matter(OWN, { enabledOn: "2026-02-30" }), "matter.enabled_on"],
      ["matter", matter(OWN, { code: "" }), "matter.code"],
      ["opening", opening({ appKey: `${HONEST}-app` }), "opening.app_key"],
      ["opening", opening({ opensOn: "2026-13-01" }), "opening.opens_on"],
      ["seal", { ...seal, signingCertificatePem: "none" }, "seal.signing_certificate_pem"],
      ["seal", { ...seal, pictureJson: "{}" }, "seal.picture_json"],
      ["department", department(OWN), "changes", { changes: 0n }],
      [
        "department",
        department(OWN),
        "former_superiors[0].until",
        { formerSuperiors: [{ until: "2999-01-01T00:00:00Z" }] },
      ],
      ["matter", matter(OWN), "former_superiors", { formerSuperiors: [{ until: "2020-01-01T00:00:00Z" }] }],
    ];
    for (const [kind, value, field, more] of wrong) {
      const refusal = await scene.send(HOSTILE, kind, value, more).catch((error) => error);
      expect([field, refusal.fields?.map((fault: { field: string }) => fault.field)]).toEqual([
        field,
        expect.arrayContaining([expect.stringContaining(field)]),
      ]);
    }
    const huge = scene.send(HOSTILE, "seal", { ...seal, electronicSeal: new Uint8Array(2 << 20) });
    await expect(huge).rejects.toMatchObject({ reason: "TOO_LARGE" });
    const never = scene.send(HOSTILE, "department", department(OWN), { changes: 2n ** 60n });
    await expect(never).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    const kept = await Promise.all([...RECORD_KINDS.map(scene.records), scene.apps()]);
    for (const records of kept) expect(await records.count("byNode")).toBe(0);
  });

  test("as the province's own words: a version 999, a confirmation, a record under the province's name", async () => {
    const payload = canonicalBytes({ code: "YYZZ", version: 999 });
    const version = scene.arrive(HOSTILE, payload, EventKind.CATALOG_ITEM_PUBLISHED);
    await expect(version).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(scene.send(PROVINCE, "department", department(OWN))).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    await expect(scene.send("441900", "department", department(OWN))).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
    const items = await scene.province.runtime.store.collection<ItemDocument>(ITEMS);
    expect(await items.count("versions")).toBe(0);
  });

  test("that cannot be read, among those of others: all others are taken, and each that cannot be is shown", async () => {
    const malformed = [
      new Uint8Array(),
      Buffer.from("{}"),
      Buffer.alloc(4096, 0xff),
      Buffer.from([0x12, 0xff, 0xff, 0x03]),
    ];
    const all = await Promise.allSettled([
      ...malformed.map((payload) => scene.arrive(HOSTILE, payload)),
      scene.send(HONEST, "department", department(VICTIM)),
      ...malformed.map((payload) => scene.arrive(HOSTILE, payload)),
      scene.send(HOSTILE, "department", department(OWN)),
    ]);
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await (await scene.records("department")).count("byNode")).toBe(2);
    expect((await scene.rows()).every(({ node, place }) => node === HOSTILE && place === "registry")).toBe(true);
  });

  test("older than what is kept: nothing changes, and what another says under the same change is set aside", async () => {
    await scene.send(HONEST, "department", department(VICTIM, { name: "新" }), { changes: 5n });
    const older = await scene.send(HONEST, "department", department(VICTIM, { name: "旧" }), { changes: 4n });
    const again = await scene.send(HONEST, "department", department(VICTIM, { name: "新" }), { changes: 5n });
    expect([older.changed, again.changed]).toEqual([false, false]);
    expect(await scene.rows()).toEqual([]);
    const other = scene.send(HONEST, "department", department(VICTIM, { name: "旧" }), { changes: 5n });
    await expect(other).rejects.toMatchObject({ reason: "ALREADY_EXISTS", fields: [{ field: "changes" }] });
    const detail = expect.stringContaining("two contents under change 5");
    expect(await scene.rows()).toMatchObject([{ key: `department/${HONEST}/${VICTIM}`, node: HONEST, detail }]);
    expect((await (await scene.records("department")).get(`department/${HONEST}/${VICTIM}`))?.value.name).toBe("新");
  });
});
