import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { CatalogService } from "../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { DraftService, ItemDraftAction } from "../../proto/gen/ecert/catalog/v1/draft_service_pb.ts";
import { IssuerService } from "../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { ItemDraftState } from "../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryRecoveryService } from "../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { TermsService } from "../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { SetAsideService } from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import { AppRecoveryService } from "../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { TokenService } from "../../proto/gen/ecert/identity/v1/token_service_pb.ts";
import { StatusService } from "../../proto/gen/ecert/sync/v1/status_service_pb.ts";
import { draftContent, PEOPLE, type PersonName } from "../fixtures/draft-house.ts";
import { licenceContent } from "../fixtures/licence-content.ts";
import { mongoForTests } from "../fixtures/mongo.ts";
import { creditCode } from "../issue/catalog.ts";
import { eventually } from "../node/eventually.ts";
import { type CatalogHouse, LINGHAI, openCatalogHouse, PENGWAN, PROVINCE } from "./catalog-house.ts";

const [BUREAU, BRANCH, OTHER] = ["114401000000990003", "114401000000990016", "11440300000099001G"] as const;
/** A department that stands beside the bureau; its check character is computed. */
const CHARITY = creditCode("11440100000099010");
const DRAFT = `${LINGHAI}-draft`;
const mongo = await mongoForTests();
const engines = [{ name: "sqlite", uri: undefined }, ...("uri" in mongo ? [{ name: "mongodb", uri: mongo.uri }] : [])];
const reasonOf = (call: Promise<unknown>) =>
  call.then(
    () => "OK",
    (error) => error.reason,
  );

describe.each(engines)("a catalog that was started from an older copy of itself, on $name", ({ uri }) => {
  let house: CatalogHouse;
  beforeAll(async () => {
    house = await openCatalogHouse(uri);
  }, 60_000);
  afterAll(() => house.close());

  const registry = (node: string) => house.node(node).operator(RegistryService);
  const apps = (node: string) => house.node(node).operator(AppService);
  const catalog = (node: string) => house.node(node).operator(CatalogService);
  const issuers = () => house.node(PROVINCE).operator(IssuerService);
  const terms = () => house.node(PROVINCE).sync.client(TermsService, "catalog");
  const token = (node: string, appSecret: string, appKey = `${LINGHAI}-app`) =>
    house.node(node).operator(TokenService).issueAccessToken({ appKey, appSecret });
  const recover = (node: string, dryRun = false) =>
    house.node(node).sync.client(RegistryRecoveryService, "catalog").recoverRegistry({ dryRun });
  const recoverApps = (node: string, dryRun = false) =>
    house.node(node).sync.client(AppRecoveryService, "identity").recoverApps({ dryRun });
  const aside = async (node: string) =>
    (await house.node(node).sync.client(SetAsideService, "catalog").listSetAside({})).rows;
  const department = (code: string, superiorCode = "") => ({ code, name: "局", division: "440100", superiorCode });
  const app = (key: string, more = {}) => ({
    key,
    name: "系统",
    departmentCode: BUREAU,
    scopes: ["usage.use"],
    ...more,
  });
  const putApp = async (key: string, more = {}, rotation = {}) => {
    const request = { requestId: randomUUID(), app: app(key, more), rotateSecret: true, ...rotation };
    return (await apps(LINGHAI).putApp(request)).secret;
  };
  const right = (itemCode: string, more = {}) =>
    issuers().putIssuingRight({
      right: { node: LINGHAI, departmentCode: BUREAU, itemCode, since: "2026-01-01", ...more },
    });

  const lists = (node: string) => house.node(node).operator(ListService);
  const person = (name: PersonName) => house.node(PEOPLE[name].node).staff(DraftService, PEOPLE[name]);
  const delegate = (change = {}) => {
    const granted = { appKey: `${LINGHAI}-app`, departmentCode: BRANCH, since: "2026-01-01", itemCodes: ["YYZZ"] };
    return house
      .node(LINGHAI)
      .operator(OpeningService)
      .putDelegation({ delegation: { ...granted, ...change } });
  };
  const delegated = async (node: string) =>
    (await house.node(node).operator(OpeningService).listDelegations({})).delegations.map((one) => one.until);
  const setUpList = (node: string, itemCode: string) =>
    lists(node).setUpList({
      change: { id: randomUUID(), division: node, lines: [{ itemCode, target: node, from: "2026-01-01" }] },
    });
  const listed = async (node: string, division: string) =>
    (await lists(node).listListEntries({ division })).entries.map(({ itemCode }) => itemCode);
  const restoredIn = ({ parts }: { parts: { name: string; restored: bigint }[] }) =>
    Object.fromEntries(parts.map(({ name, restored }) => [name, Number(restored)]));

  /** Has people take steps of a draft, one after the other, each told to the other node. */
  async function steps(id: string, ...taken: [PersonName, keyof typeof ItemDraftAction][]): Promise<void> {
    for (const [name, action] of taken) {
      const { draft } = await person(name).getDraft({ id });
      const request = { id, revision: draft?.revision ?? 0n, action: ItemDraftAction[action], remark: "意见" };
      await person(name).takeDraftStep(request);
      const [from, to] = PEOPLE[name].node === PROVINCE ? [PROVINCE, LINGHAI] : [LINGHAI, PROVINCE];
      expect(await house.deliver(from, to)).toEqual([]);
    }
  }
  const CONFIRMED = [
    ["clara", "SUBMIT"],
    ["city", "REVIEW"],
    ["carl", "CONFIRM"],
  ] as const satisfies [PersonName, keyof typeof ItemDraftAction][];
  const draftOf = async (name: PersonName, id: string) => {
    const { draft } = await person(name).getDraft({ id });
    return { state: draft?.state, steps: draft?.steps.map(({ step }) => `${step?.action} ${step?.account}`) };
  };

  async function publish(code: string, name: string): Promise<number> {
    const { item } = await catalog(PROVINCE).registerCatalogItem({ code, content: { ...licenceContent, name } });
    await catalog(PROVINCE).publishCatalogItem({ code, version: item?.version ?? 0 });
    await house.deliver(PROVINCE, LINGHAI, PENGWAN);
    return item?.version ?? 0;
  }

  /** All pages of what the province tells its register by. */
  async function said() {
    const { bodies } = await terms().listBodies({});
    const { rights } = await terms().listIssuingRights({});
    const { keys } = await terms().listNodeKeys({});
    return {
      bodies: bodies.map(({ code, node, superiorCode, formerSuperiors }) => [
        code,
        node,
        superiorCode,
        formerSuperiors.map((former) => former.superiorCode),
      ]),
      rights: rights.map(({ $typeName: _, ...one }) => one),
      keys: keys.map(({ node, publicKey }) => `${node} ${Buffer.from(publicKey).toString("hex")}`),
    };
  }

  async function versions(node: string): Promise<string[]> {
    const found = await house.node(node).operator(CatalogService).listCatalogItems({});
    return found.items.map(({ code, version, content }) => `${code}/${version} ${content?.name}`);
  }

  test("the province: what it has said is said by its nodes again, and nothing is given out before it knows it", async () => {
    await registry(LINGHAI).putDepartment({ department: department(BUREAU) });
    await registry(LINGHAI).putDepartment({ department: department(BRANCH, BUREAU) });
    const old = await putApp(`${LINGHAI}-app`);
    await house.deliver(LINGHAI, PROVINCE);
    await issuers().confirmDepartment({ code: BUREAU, node: LINGHAI });
    await publish("YYZZ", "营业执照");
    await right("YYZZ");
    await house.stop(PROVINCE);
    const copy = await house.copy(PROVINCE);
    await house.start(PROVINCE);

    const secret = await putApp(`${LINGHAI}-app`);
    await registry(PENGWAN).putDepartment({ department: { ...department(OTHER), division: PENGWAN } });
    for (const city of [LINGHAI, PENGWAN]) expect(await house.deliver(city, PROVINCE)).toEqual([]);
    await publish("YYZZ", "营业执照（新）");
    await publish("SPXK", "食品经营许可证");
    await issuers().confirmDepartment({ code: OTHER, node: PENGWAN });
    await issuers().confirmDepartment({ code: BRANCH, node: LINGHAI, superiorCode: OTHER });
    await right("SPXK", { forUnits: true });
    await right("YYZZ", { until: "2099-12-31" });
    await delegate();
    await setUpList(PROVINCE, "YYZZ");
    await setUpList(LINGHAI, "SPXK");
    expect(await house.deliver(PROVINCE, LINGHAI, PENGWAN)).toEqual([]);
    // Refused once, and then approved: both are the province's word, and lie at the city, too.
    await person("clara").putDraft({ id: DRAFT, itemCode: "DRFT", content: draftContent });
    await steps(DRAFT, ...CONFIRMED, ["paul", "REFUSE"], ...CONFIRMED, ["paul", "APPROVE"]);
    const approved = await draftOf("paul", DRAFT);
    const publicKey = Buffer.from((await terms().listNodeKeys({})).keys[0]?.publicKey ?? []);
    await issuers().putNodeKey({ key: { node: "441900", publicKey, since: "2020-01-01T00:00:00Z" } });
    const before = await said();
    // A node looks each minute for what the province has said of issuers; and at its start.
    await house.stop(PENGWAN);
    await house.start(PENGWAN);
    await eventually(async () => {
      const { register } = await house
        .node(PROVINCE)
        .catalog.client(RegistryRecoveryService, { peer: PENGWAN })
        .getKeptRegister({});
      expect(Buffer.from(register).toString()).toContain("2099-12-31");
      const { keys } = await house.node(PENGWAN).sync.client(StatusService, "sync").getNodeKeys({});
      expect(Buffer.from(keys).toString()).toContain("441900");
    });

    await house.stop(LINGHAI);
    await house.stop(PROVINCE);
    await copy.restore();
    await house.start(PROVINCE);
    // No register is made of it, no version registered, and no node's account judged that it has not heard.
    expect(await reasonOf(terms().listBodies({}))).toBe("NODE_BEHIND");
    expect(await reasonOf(terms().listNodeKeys({}))).toBe("NODE_BEHIND");
    expect(await reasonOf(publish("YYZZ", "另一个"))).toBe("NODE_BEHIND");
    expect(await reasonOf(right("YYZZ"))).toBe("NODE_BEHIND");
    expect(await reasonOf(token(PROVINCE, old))).toBe("NODE_BEHIND");
    await house.start(LINGHAI);
    await eventually(async () => expect(await token(PROVINCE, secret)).toBeDefined());
    expect(await reasonOf(token(PROVINCE, old))).toBe("CREDENTIAL_REFUSED");

    const looked = await recover(PROVINCE, true);
    expect(await versions(PROVINCE)).toEqual(["YYZZ/1 营业执照"]);
    const done = await recover(PROVINCE);
    for (const { parts } of [looked, done]) {
      // Two versions; two departments confirmed, two rights said, a key listed.
      // What is a record the first comparison has brought back.
      expect(restoredIn({ parts })).toEqual({
        ...{ registry: 0, delegations: 0, catalog: 2, drafts: 1, lists: 2, register: 5 },
      });
    }
    for (const { parts } of [looked, done]) expect(parts.every(({ failed }) => failed === 0n)).toBe(true);
    expect(await delegated(PROVINCE)).toEqual([""]);
    expect([await listed(PROVINCE, PROVINCE), await listed(PROVINCE, LINGHAI)]).toEqual([["YYZZ"], ["SPXK"]]);
    expect(await draftOf("paul", DRAFT)).toEqual(approved);
    expect(approved.state).toBe(ItemDraftState.APPROVED);
    expect(await versions(PROVINCE)).toEqual(await versions(PENGWAN));
    expect(await said()).toEqual(before);
    expect(await aside(PROVINCE)).toEqual([]);
    expect((await recover(PROVINCE)).parts.every(({ restored }) => restored === 0n)).toBe(true);
    await steps(DRAFT, ["pia", "PUBLISH"]);
    expect((await draftOf("clara", DRAFT)).state).toBe(ItemDraftState.PUBLISHED);
    expect(await publish("YYZZ", "营业执照（再新）")).toBe(3);
    expect(await aside(LINGHAI)).toEqual([]);
  }, 240_000);

  test("a node: its own records come back as the province keeps them, and are in force at once", async () => {
    const old = await putApp(`${LINGHAI}-app`);
    await registry(LINGHAI).putMatter({
      matter: { code: "M-1", name: "事项", departmentCode: BUREAU, appKeys: [], items: [], enabledOn: "" },
    });
    await putApp(`${LINGHAI}-other`);
    await house.stop(LINGHAI);
    // With all three waiting for a receipt.
    const copy = await house.copy(LINGHAI);
    await house.start(LINGHAI);
    const secret = await putApp(`${LINGHAI}-app`);
    const newest = await putApp(`${LINGHAI}-app`, {}, { keepOldSecretHours: 24 });
    await apps(LINGHAI).revokeTokens({ appKey: `${LINGHAI}-app`, cause: "lost" });
    await putApp(`${LINGHAI}-other`, { disabled: true });
    await delegate({ until: "2099-12-31" });
    await setUpList(LINGHAI, "YYZZ");
    const [handedOn, kept] = [`${LINGHAI}-later`, `${LINGHAI}-kept`];
    for (const id of [handedOn, kept]) await person("clara").putDraft({ id, itemCode: id, content: draftContent });
    await steps(handedOn, ...CONFIRMED, ["paul", "REFUSE"]);
    const refusedDraft = await draftOf("clara", handedOn);
    expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
    await house.stop(LINGHAI);
    await copy.restore();
    await house.start(LINGHAI);

    expect(await reasonOf(token(LINGHAI, old))).toBe("NODE_BEHIND");
    expect(await reasonOf(putApp(`${LINGHAI}-app`))).toBe("NODE_BEHIND");
    // The province's connection to a node that was started again may still be on its way.
    await eventually(async () => {
      const { notices: seen } = await recoverApps(PROVINCE, true);
      expect(seen).toEqual([expect.stringMatching(new RegExp(`^节点 ${LINGHAI} 自身是较旧的副本：本节点保存其 2 条`))]);
    });
    expect(await reasonOf(delegate())).toBe("NODE_BEHIND");
    const seen = await recover(LINGHAI, true);
    await expect(person("clara").getDraft({ id: handedOn })).rejects.toMatchObject({ reason: "DRAFT_UNKNOWN" });
    // It ends in the middle of it, once; what is back by then stays, and the next one goes on.
    const { evidence } = house.node(LINGHAI).catalog;
    const append = evidence.append.bind(evidence);
    const ending = vi.spyOn(evidence, "append").mockImplementation(async (kind, body) => {
      if (kind === "item-draft-restored") throw new Error("the process ends here");
      return append(kind, body);
    });
    expect(await reasonOf(recover(LINGHAI))).toBe("INTERNAL");
    ending.mockRestore();
    const back = await recover(LINGHAI);
    // Its lists it takes back by itself, sooner or later.
    expect(restoredIn(seen)).toMatchObject({ delegations: 1, drafts: 1 });
    expect(restoredIn(back)).toMatchObject({ delegations: 0, drafts: 1 });
    for (const { parts, notices } of [seen, back])
      expect([notices, parts.every(({ failed }) => failed === 0n)]).toEqual([[], true]);
    expect(await delegated(LINGHAI)).toEqual(["2099-12-31"]);
    expect(await listed(LINGHAI, LINGHAI)).toEqual(["SPXK", "YYZZ"]);
    expect(await draftOf("clara", handedOn)).toEqual(refusedDraft);
    // What was never handed on lay in the copy's store alone.
    await expect(person("clara").getDraft({ id: kept })).rejects.toMatchObject({ reason: "DRAFT_UNKNOWN" });
    const looked = await recoverApps(LINGHAI, true);
    expect(await reasonOf(token(LINGHAI, secret))).toBe("NODE_BEHIND");
    // What the copy had not sent yet was sent since: the province ignores it, and nothing is a fork.
    expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
    const done = await recoverApps(LINGHAI);
    for (const { restored, failed, notices } of [looked, done])
      expect([restored, failed, notices]).toEqual([2n, 0n, []]);
    expect(await reasonOf(token(LINGHAI, old))).toBe("CREDENTIAL_REFUSED");
    for (const good of [secret, newest]) expect(await token(LINGHAI, good)).toBeDefined();
    const refused = await house.node(LINGHAI).sync.client(TokenService, "identity").listRefusedApps({ waitMs: 0 });
    expect(refused.apps.map(({ appKey }) => appKey)).toEqual([`${LINGHAI}-app`, `${LINGHAI}-other`]);
    await putApp(`${LINGHAI}-other`);
    await steps(handedOn, ...CONFIRMED);
    expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
    expect((await draftOf("paul", handedOn)).state).toBe(ItemDraftState.CONFIRMED);
    expect(await aside(PROVINCE)).toEqual([]);
  }, 180_000);

  test("4.5.1, 6.4.4.4: while its node is away the province lets an app act for another department until its delegation's last day", async () => {
    const acting = `${LINGHAI}-app`;
    const matter = { code: "M-2", name: "事项", departmentCode: CHARITY, enabledOn: "2026-01-01" };
    await registry(LINGHAI).putDepartment({ department: department(CHARITY) });
    await delegate({ departmentCode: CHARITY, itemCodes: [], matterCodes: ["M-2"], until: "2099-06-30" });
    await registry(LINGHAI).putMatter({ matter: { ...matter, items: [{ itemCode: "YYZZ" }], appKeys: [acting] } });
    expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
    await house.stop(LINGHAI);
    const use = (day: string) => reasonOf(terms().getUsageTerms({ appKey: acting, matterCode: "M-2", day }));
    expect([await use("2099-06-30"), await use("2099-07-01")]).toEqual(["OK", "PERMISSION_DENIED"]);
    await house.start(LINGHAI);
  }, 60_000);

  test("honest nodes that write while they are compared are never taken for older copies, or for forks", async () => {
    let writing = true;
    async function write(): Promise<void> {
      for (let round = 0; round < 25; round++) {
        await registry(LINGHAI).putDepartment({ department: { ...department(BRANCH, BUREAU), name: `分局 ${round}` } });
        if (round % 3 === 0) expect(await house.deliver(LINGHAI, PROVINCE)).toEqual([]);
        if (round % 8 === 0) await right("SPXK", { since: "2099-01-01", until: `2099-01-1${round / 8}` });
      }
    }
    const written = write().finally(() => {
      writing = false;
    });
    while (writing) {
      for (const node of [LINGHAI, PROVINCE]) {
        const { parts, notices } = await recover(node, node === LINGHAI);
        expect([notices, parts.every(({ failed }) => failed === 0n)]).toEqual([[], true]);
        const { registry: records, ...others } = restoredIn({ parts });
        if (node === LINGHAI) expect(records).toBe(0);
        else expect(Object.values(others).every((restored) => restored === 0)).toBe(true);
      }
    }
    await written;
    for (const node of [LINGHAI, PROVINCE]) expect(await aside(node)).toEqual([]);
  }, 60_000);

  test("a version that was published twice with different content is told at the province, which goes on", async () => {
    await house.stop(PROVINCE);
    const copy = await house.copy(PROVINCE);
    await house.start(PROVINCE);
    const version = await publish("SPXK", "食品经营许可证（甲）");
    for (const node of [LINGHAI, PENGWAN, PROVINCE]) await house.stop(node);
    await copy.restore();
    // Nobody is there to be asked: what is done now cannot be held back, and is found afterwards.
    await house.start(PROVINCE);
    const content = { ...licenceContent, name: "食品经营许可证（乙）" };
    const { item } = await catalog(PROVINCE).registerCatalogItem({ code: "SPXK", content });
    await catalog(PROVINCE).publishCatalogItem({ code: "SPXK", version: item?.version ?? 0 });
    expect(item?.version).toBe(version);
    for (const node of [LINGHAI, PENGWAN]) await house.start(node);
    await eventually(async () => {
      const row = { key: `SPXK/${version}`, reason: "ALREADY_EXISTS" };
      const rows = (await aside(PROVINCE)).sort((a, b) => (a.node < b.node ? -1 : 1));
      expect(rows).toMatchObject([
        { ...row, node: LINGHAI },
        { ...row, node: PENGWAN },
      ]);
    });
    const { parts } = await recover(PROVINCE);
    expect(parts.find(({ name }) => name === "catalog")).toMatchObject({ restored: 0n, failed: 2n });
    expect(await publish("SPXK", "食品经营许可证（丙）")).toBe(version + 1);
  }, 60_000);

  test("a change that was given twice is set aside at the province, until the node puts the record again", async () => {
    await house.stop(LINGHAI);
    const copy = await house.copy(LINGHAI);
    await house.start(LINGHAI);
    const put = (name: string) =>
      registry(LINGHAI).putDepartment({ department: { ...department(BRANCH, BUREAU), name } });
    await put("甲分局");
    await house.deliver(LINGHAI, PROVINCE);
    await house.stop(LINGHAI);
    await house.stop(PROVINCE);
    await copy.restore();
    await house.start(LINGHAI);
    await put("乙分局");
    await house.start(PROVINCE);
    const forked = () =>
      aside(PROVINCE).then((rows) =>
        rows.filter(({ node, detail }) => node === LINGHAI && detail.includes("two contents")),
      );
    await eventually(async () => expect(await forked()).toMatchObject([{ key: `department/${LINGHAI}/${BRANCH}` }]));
    await eventually(async () => {
      const { parts, notices } = await recover(LINGHAI);
      expect([parts[0]?.restored, parts[0]?.failed]).toEqual([0n, 1n]);
      expect(notices).toEqual([expect.stringContaining(`department/${LINGHAI}/${BRANCH}`)]);
    });
    await put("乙分局");
    await house.deliver(LINGHAI, PROVINCE);
    expect(await forked()).toEqual([]);
    expect((await recover(LINGHAI)).notices).toEqual([]);
  }, 60_000);
});
