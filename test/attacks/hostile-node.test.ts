import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { RegistryRecordSchema } from "../../proto/gen/ecert/catalog/v1/registry_record_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { ITEMS, type ItemDocument, REGISTRY, type RegistryDocument } from "../../services/catalog/records.ts";
import { canonicalBytes } from "../../services/domain/canonical.ts";
import type { RunningService } from "../../services/runtime/runtime.ts";
import { openProvince } from "../fixtures/catalog.ts";
import { bothEngines } from "../fixtures/engines.ts";
import { licenceContent } from "../fixtures/licence-content.ts";
import { directClient, type TestRuntime } from "../fixtures/runtime.ts";
import { createDepartment, DEPARTMENT } from "../trust/department.ts";
import {
  app,
  department,
  HONEST,
  HOSTILE,
  type Kind,
  matter,
  OWN,
  opening,
  PROVINCE,
  type Sent,
  seal,
  VICTIM,
} from "./hostile-records.ts";

describe.each(await bothEngines())("a hostile city sends registry records, $name", (engine) => {
  let province: TestRuntime;
  let running: RunningService;

  beforeEach(async () => {
    const opened = await openProvince(engine);
    ({ test: province, running } = opened);
    return opened.close;
  });

  function arrive(node: string, payload: Uint8Array, kind: EventKind = EventKind.REGISTRY_CHANGED) {
    const event = { key: "of-the-sender:1", kind, revision: 1n, payload };
    return directClient(running, InboxService).applyEvent({ node, event });
  }
  /** A record of the form that counts, with whatever in it. */
  function send(node: string, kind: Kind, value: object, more: Sent = {}) {
    const message = create(RegistryRecordSchema, { changes: 1n, ...more, record: { case: kind, value } } as Sent);
    return arrive(node, toBinary(RegistryRecordSchema, message));
  }
  const registry = () => province.runtime.store.collection<RegistryDocument>(REGISTRY);
  const rows = async () => (await province.runtime.setAside.list(100, "")).items;
  const pending = async () => (await directClient(running, OutboxService).listPendingEvents({})).events;
  const confirm = (code: string, node: string, superiorCode = "") =>
    directClient(running, IssuerService).confirmDepartment({ code, node, superiorCode });
  const bodies = async () => (await directClient(running, TermsService).listBodies({})).bodies;

  test("as JSON whose members would be the province's own: another's document, its revision, its outbox, its secret", async () => {
    const catalog = directClient(running, CatalogService);
    await catalog.registerCatalogItem({ code: "YYZZ", content: licenceContent });
    await catalog.publishCatalogItem({ code: "YYZZ", version: 1 });
    await send(HONEST, "department", department(VICTIM));
    await send(HONEST, "app", app(`${HONEST}-app`, VICTIM));
    const [before, events] = [await (await registry()).get(`app/${HONEST}-app`), await pending()];
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
      await expect(arrive(HOSTILE, canonicalBytes(json))).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    }
    expect(await (await registry()).get(`app/${HONEST}-app`)).toEqual(before);
    expect(await (await registry()).get(`app/${HOSTILE}-app`)).toBeUndefined();
    expect(await pending()).toEqual(events);
    expect(await rows()).toMatchObject([{ place: "registry", node: HOSTILE, reason: "INVALID_FIELD" }]);
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
    expect(await arrive(HOSTILE, beside)).toMatchObject({ changed: true });
    const kept = await (await registry()).get(`department/${HOSTILE}/${OWN}`);
    expect(Object.keys(kept ?? {}).sort()).toEqual(
      ["_id", "changedAt", "changes", "key", "kind", "node", "revision", "value"].sort(),
    );
    expect(kept).toMatchObject({ node: HOSTILE, revision: 1, value: { node: HOSTILE } });
    expect(Object.keys(kept?.value ?? {}).sort()).toEqual(["code", "division", "name", "node"]);
  });

  test("for the app of another city, to replace its secret", async () => {
    await send(HONEST, "department", department(VICTIM));
    await send(HONEST, "app", app(`${HONEST}-app`, VICTIM));
    const before = await (await registry()).get(`app/${HONEST}-app`);
    const forged = send(HOSTILE, "app", app(`${HONEST}-app`, OWN), { changes: 99n });
    await expect(forged).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "app.key" }] });
    const prefix = send(HOSTILE, "app", app(`${HOSTILE.slice(0, 5)}-app`));
    await expect(prefix).rejects.toMatchObject({ fields: [{ field: "app.key" }] });
    expect(await (await registry()).get(`app/${HONEST}-app`)).toEqual(before);
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
      const refusal = await send(HOSTILE, kind, value, more).catch((error) => error);
      expect([field, refusal.fields?.map((fault: { field: string }) => fault.field)]).toEqual([
        field,
        expect.arrayContaining([expect.stringContaining(field)]),
      ]);
    }
    const huge = send(HOSTILE, "seal", { ...seal, electronicSeal: new Uint8Array(1 << 20) });
    await expect(huge).rejects.toMatchObject({ reason: "TOO_LARGE" });
    const never = send(HOSTILE, "department", department(OWN), { changes: 2n ** 60n });
    await expect(never).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    expect(await (await registry()).count("records")).toBe(0);
  });

  test("for a department and a seal that another node has registered: refused, shown, and taken once the province has moved them", async () => {
    await send(HONEST, "department", department(VICTIM));
    const forged = send(HOSTILE, "department", department(VICTIM, { name: "冒名" }), { changes: 99n });
    await expect(forged).rejects.toMatchObject({ reason: "ALREADY_EXISTS", metadata: { node: HONEST } });
    const [row] = await rows();
    const shown = {
      place: "registry",
      node: HOSTILE,
      key: `department/${HOSTILE}/${VICTIM}`,
      reason: "ALREADY_EXISTS",
    };
    expect(row).toMatchObject(shown);
    expect(await province.runtime.setAside.retry(row?._id ?? "")).toMatchObject({ tries: 2 });
    await confirm(VICTIM, HONEST);
    await confirm(VICTIM, HOSTILE);
    expect(await province.runtime.setAside.retry(row?._id ?? "")).toBeUndefined();
    expect(await bodies()).toMatchObject([{ code: VICTIM, node: HOSTILE }]);
    await expect(send(HONEST, "department", department(VICTIM), { changes: 2n })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
    });
    await confirm(VICTIM, HONEST);
    expect(await send(HONEST, "department", department(VICTIM), { changes: 2n })).toMatchObject({ changed: true });
    expect((await rows()).map(({ node }) => node)).toEqual([]);
  });

  test("for a seal of another node: refused, also where the certificate is the sender's own", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecert-hostile-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const authority = createAuthority(directory);
    const sealOf = async (code: string) => {
      const signer = await createDepartment(authority, "P-256", 365, { ...DEPARTMENT, organizationCode: code });
      return { ...seal, departmentCode: code, signingCertificatePem: signer.certPem };
    };
    await send(HONEST, "seal", await sealOf(VICTIM));
    const before = await (await registry()).get(`seal/${HONEST}/SEAL-1`);
    const own = await sealOf(OWN);
    await expect(send(HOSTILE, "seal", own)).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      metadata: { node: HONEST },
    });
    const certificate = send(HOSTILE, "seal", { ...own, code: "SEAL-2", departmentCode: VICTIM });
    await expect(certificate).rejects.toMatchObject({ fields: [{ field: "seal.signing_certificate_pem" }] });
    expect(await (await registry()).get(`seal/${HONEST}/SEAL-1`)).toEqual(before);
    expect(await send(HOSTILE, "seal", { ...own, code: "SEAL-2" })).toMatchObject({ changed: true });
    // With its department a seal goes to where the province moves that.
    const moved = { ...(await sealOf(VICTIM)), name: "新章" };
    await send(HONEST, "department", department(VICTIM));
    await confirm(VICTIM, HONEST);
    await expect(send(HOSTILE, "department", department(VICTIM))).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await confirm(VICTIM, HOSTILE);
    expect(await send(HOSTILE, "seal", moved, { changes: 7n })).toMatchObject({ changed: true });
    await expect(send(HONEST, "seal", moved, { changes: 8n })).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
  });

  test("for another node's department: neither its apps, nor matters, nor openings are the sender's to tell", async () => {
    await send(HONEST, "department", department(VICTIM));
    const denied = { reason: "ALREADY_EXISTS", metadata: { node: HONEST } };
    await expect(send(HOSTILE, "app", app(`${HOSTILE}-app`, VICTIM))).rejects.toMatchObject(denied);
    await expect(send(HOSTILE, "matter", matter(VICTIM))).rejects.toMatchObject(denied);
    await expect(send(HOSTILE, "opening", opening({ departmentCode: VICTIM }))).rejects.toMatchObject(denied);
    expect(await (await registry()).count("records", ["app"])).toBe(0);
  });

  test("before the department's own node has spoken: they are used for nothing once it has", async () => {
    await send(HOSTILE, "app", app(`${HOSTILE}-app`, VICTIM));
    await send(HOSTILE, "matter", matter(VICTIM));
    const terms = () =>
      directClient(running, TermsService).getUsageTerms({
        appKey: `${HOSTILE}-app`,
        matterCode: "M-1",
        day: "2026-06-01",
      });
    await expect(terms()).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await send(HONEST, "department", department(VICTIM));
    await expect(terms()).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await send(HOSTILE, "department", department(OWN));
    await send(HOSTILE, "matter", matter(OWN), { changes: 2n });
    expect(await terms()).toMatchObject({ department: { code: OWN }, matter: { node: HOSTILE } });
  });

  test("to stand above another's body, to be below one that may sign, and to give itself rights", async () => {
    await send(HONEST, "department", department(VICTIM));
    await send(HOSTILE, "department", department(OWN, { superiorCode: VICTIM }), {
      formerSuperiors: [{ superiorCode: VICTIM, until: "2026-01-01T00:00:00.000Z" }],
    });
    await expect(
      send(HOSTILE, "department", department(VICTIM, { superiorCode: OWN }), { changes: 2n }),
    ).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await send(HOSTILE, "opening", opening({ forUnits: true }));
    for (const [code, node] of [
      [VICTIM, HONEST],
      [OWN, HOSTILE],
    ] as const) {
      await confirm(code, node);
    }
    expect(await bodies()).toMatchObject([
      { code: VICTIM, superiorCode: "", formerSuperiors: [] },
      { code: OWN, superiorCode: "", formerSuperiors: [] },
    ]);
    expect((await directClient(running, TermsService).listIssuingRights({})).rights).toEqual([]);
  });

  test("as the province's own words: a version 999, a confirmation, a record under the province's name", async () => {
    const payload = canonicalBytes({ code: "YYZZ", version: 999 });
    const version = arrive(HOSTILE, payload, EventKind.CATALOG_ITEM_PUBLISHED);
    await expect(version).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(send(PROVINCE, "department", department(OWN))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(send("441900", "department", department(OWN))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    const items = await province.runtime.store.collection<ItemDocument>(ITEMS);
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
      ...malformed.map((payload) => arrive(HOSTILE, payload)),
      send(HONEST, "department", department(VICTIM)),
      ...malformed.map((payload) => arrive(HOSTILE, payload)),
      send(HOSTILE, "department", department(OWN)),
    ]);
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect(await (await registry()).count("records", ["department"])).toBe(2);
    expect((await rows()).every(({ node, place }) => node === HOSTILE && place === "registry")).toBe(true);
  });

  test("older than what is kept, or the same again: nothing changes", async () => {
    await send(HONEST, "department", department(VICTIM, { name: "新" }), { changes: 5n });
    for (const changes of [4n, 5n]) {
      const again = await send(HONEST, "department", department(VICTIM, { name: "旧" }), { changes });
      expect(again).toMatchObject({ changed: false });
    }
    expect((await (await registry()).get(`department/${HONEST}/${VICTIM}`))?.value.name).toBe("新");
  });

  test("5.6.2: the province issues for a city's department without registering it anew, and cannot take its code", async () => {
    await send(HONEST, "department", department(VICTIM));
    const operator = directClient(running, RegistryService);
    await expect(operator.putDepartment({ department: department(VICTIM) })).rejects.toMatchObject({
      reason: "ALREADY_EXISTS",
      fields: [{ field: "department.code" }],
    });
    const scopes = ["issue.make"];
    const { app: own } = await operator.putApp({
      app: { key: `${PROVINCE}-app`, name: "统一申办", departmentCode: VICTIM, scopes },
    });
    expect(own?.departmentCode).toBe(VICTIM);
  });
});
