import { clone, create, type MessageInitShape, toBinary, toJson } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogItemContentSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import {
  type ItemDraft,
  ItemDraftDecisionSchema,
  ItemDraftSchema,
  ItemDraftState,
  type ItemDraftStepSchema,
} from "../../../proto/gen/ecert/catalog/v1/item_draft_pb.ts";
import { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import {
  confirmedDraft,
  type DraftHouse,
  draftContent,
  HEALTH,
  MARKET,
  OTHER_CITY,
  openDraftHouse,
  PEOPLE,
  type PersonName,
} from "../../../test/fixtures/draft-house.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { digestOf } from "../../domain/canonical.ts";
import { DRAFTS } from "../stored/drafts.ts";

let house: DraftHouse;
beforeAll(async () => {
  house = await openDraftHouse();
}, 60_000);
afterAll(() => house.close());

const content = create(CatalogItemContentSchema, { ...draftContent, keeperCode: MARKET.code });
const sha256 = digestOf(toJson(CatalogItemContentSchema, content));
type Steps = [action: string, name: PersonName][];
const CONFIRMED: Steps = [
  ["edit", "anna"],
  ["submit", "anna"],
  ["review", "county"],
  ["confirm", "ben"],
];

function stepsOf(taken: Steps): MessageInitShape<typeof ItemDraftStepSchema>[] {
  return taken.map(([action, who]) => {
    const { account, name, department: departmentCode, division } = PEOPLE[who];
    const step = { action, account, name, departmentCode, division, at: "2026-11-24T02:00:00.000Z", remark: "意见" };
    return { step, contentSha256: sha256 };
  });
}

/** What a city that is not honest may send; its node key signs whatever it likes. */
function send(taken: Steps, more: MessageInitShape<typeof ItemDraftSchema> = {}, node = "440100") {
  const draft = create(ItemDraftSchema, {
    ...{ id: "440100-sent", node, itemCode: "SENT", departmentCode: MARKET.code, division: MARKET.division, content },
    ...{ steps: stepsOf(taken), revision: BigInt(taken.length) },
    ...more,
  });
  const payload = toBinary(ItemDraftSchema, draft);
  const event = { key: `${draft.id}:${draft.revision}`, kind: EventKind.ITEM_DRAFT_CHANGED, payload };
  return directClient(house.province.running, InboxService).applyEvent({ node, event });
}

function decide(decision: MessageInitShape<typeof ItemDraftDecisionSchema>, node = "440000") {
  const payload = toBinary(ItemDraftDecisionSchema, create(ItemDraftDecisionSchema, decision));
  const event = { key: `${decision.id}:${decision.revision}`, kind: EventKind.ITEM_DRAFT_DECIDED, payload };
  return directClient(house.city.running, InboxService).applyEvent({ node, event });
}

describe("4.3.4, 5.7.3 what a city tells the province of a draft", () => {
  test.each<[string, string, Steps, MessageInitShape<typeof ItemDraftSchema>?]>([
    ["that the province has confirmed it", "PERMISSION_DENIED", [...CONFIRMED, ["approve", "paul"]]],
    ["that the province has sent it back", "PERMISSION_DENIED", [...CONFIRMED, ["refuse", "paul"], ["submit", "anna"]]],
    ["that one of its own has approved it", "PERMISSION_DENIED", [...CONFIRMED, ["approve", "city"]]],
    [
      "a review by somebody of the province",
      "PERMISSION_DENIED",
      [...CONFIRMED.slice(0, 2), ["review", "inga"], ["confirm", "ben"]],
    ],
    ["that it was confirmed by who wrote it", "SAME_PERSON", [...CONFIRMED.slice(0, 3), ["confirm", "anna"]]],
    ["a confirmation without a review", "STEP_REFUSED", [...CONFIRMED.slice(0, 2), ["confirm", "ben"]]],
    [
      "a step of another department",
      "PERMISSION_DENIED",
      [
        ["edit", "clara"],
        ["submit", "clara"],
      ],
    ],
    [
      "a step that nobody knows",
      "INVALID_FIELD",
      [
        ["edit", "anna"],
        ["bless", "anna"],
      ],
    ],
    ["another content than was confirmed", "INVALID_FIELD", CONFIRMED, { content: { ...content, name: "另一名称" } }],
    ["a content that breaks the rules", "INVALID_FIELD", CONFIRMED, { content: { ...content, name: "" } }],
    ["a draft of a department of the province", "PERMISSION_DENIED", CONFIRMED, { departmentCode: HEALTH.code }],
    ["a draft of another division", "PERMISSION_DENIED", CONFIRMED, { division: "440300" }],
    ["a draft under another node's name", "PERMISSION_DENIED", CONFIRMED, { id: "440300-sent" }],
  ])("is refused where it tells %s: %s", async (_, reason, steps, more) => {
    await expect(send(steps, more)).rejects.toMatchObject({ reason });
    expect((await house.as("paul").listDrafts({})).drafts).toEqual([]);
  });

  test("is refused from another city, and at a city", async () => {
    await expect(send(CONFIRMED, { node: "440100" }, OTHER_CITY)).rejects.toMatchObject({
      reason: "PERMISSION_DENIED",
    });
  });

  test("is taken once, told again it changes nothing, and nothing else is taken while it is the province's turn", async () => {
    expect(await send(CONFIRMED.slice(0, 2))).toMatchObject({ changed: true });
    expect(await send(CONFIRMED)).toMatchObject({ changed: true });
    expect(await send(CONFIRMED)).toMatchObject({ changed: false });
    expect(await send(CONFIRMED.slice(0, 2))).toMatchObject({ changed: false });
    const otherwise: Steps = [...CONFIRMED.slice(0, 2), ["review", "city"], ["confirm", "ben"]];
    await expect(send(otherwise)).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    await expect(send([...CONFIRMED, ["submit", "anna"]])).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    await expect(send(CONFIRMED, { revision: 9n })).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    const { drafts } = await house.as("paul").listDrafts({ by: { case: "waitsForMe", value: true } });
    expect(drafts).toMatchObject([
      { id: "440100-sent", state: ItemDraftState.CONFIRMED, openActions: ["refuse", "approve"] },
    ]);
  });

  test("goes on behind what the province has decided, and keeps the province's words as they were said", async () => {
    await house.step("paul", "440100-sent", "REFUSE", "请补充");
    const { draft } = await house.as("paul").getDraft({ id: "440100-sent" });
    const refused = draft?.steps.at(-1);
    const again = stepsOf([
      ["submit", "anna"],
      ["review", "county"],
      ["confirm", "ben"],
    ]);
    const forged = { ...refused, step: { ...refused?.step, remark: "同意" } } as MessageInitShape<
      typeof ItemDraftStepSchema
    >;
    const told = (step: typeof forged) => ({ steps: [...stepsOf(CONFIRMED), step, ...again], revision: 8n });
    await expect(send([], told(forged))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(await send([], told(refused as typeof forged))).toMatchObject({ changed: true });
    // Who goes on behind a decision has it: there is nothing more to tell.
    expect(await house.deliver()).toEqual([]);
  });
});

test("4.3.4, 5.7.3 a province that has lost a draft takes its own word back as it signed it, and no other word for its own", async () => {
  const id = "440100-lost";
  await confirmedDraft(house, id, "LOST");
  await house.step("paul", id, "APPROVE");
  expect(await house.deliver()).toEqual([]);
  const province = { kind: "node", node: "440000", name: "catalog" } as const;
  const listed = await directClient(house.city.running, RegistryRecoveryService, province).listNodeDrafts({});
  const told = listed.drafts.find((draft) => draft.id === id) as ItemDraft;
  const kept = await house.province.test.runtime.store.collection(DRAFTS);
  await kept.remove(id, (await kept.get(id))?.revision ?? 0);
  const tell = (change: (draft: ItemDraft) => void) => {
    const draft = clone(ItemDraftSchema, told);
    change(draft);
    const payload = toBinary(ItemDraftSchema, draft);
    const event = { key: `${id}:${draft.revision}`, kind: EventKind.ITEM_DRAFT_CHANGED, payload };
    return directClient(house.province.running, InboxService).applyEvent({ node: "440100", event });
  };
  const reworded = ({ steps, decision }: ItemDraft) => {
    for (const list of [steps, decision?.steps ?? []]) (list.at(-1)?.step ?? { remark: "" }).remark = "无意见";
  };
  const forged: ((draft: ItemDraft) => void)[] = [
    (draft) => void delete draft.decision,
    ({ decision }) => void Object.assign(decision ?? {}, { signature: new Uint8Array(64) }),
    ({ decision }) => void Object.assign(decision ?? {}, { version: 3 }),
    ({ decision }) => void Object.assign(decision ?? {}, { id: "440100-other" }),
    reworded,
  ];
  for (const change of forged) await expect(tell(change)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  expect(await tell(() => {})).toMatchObject({ changed: true });
  expect((await house.step("pia", id, "PUBLISH")).version).toBe(1);
});

describe("4.3.4, 5.7.3 what the province tells a city of its draft", () => {
  const id = "440100-own";
  const decided = (steps: Steps, more: object = {}) => ({
    ...{ id, node: "440100", revision: BigInt(steps.length), steps: stepsOf(steps), ...more },
  });

  test("counts for that draft alone, from the province alone, and while it is the province's turn", async () => {
    await house.as("anna").putDraft({ id, itemCode: "OWN", content: draftContent });
    const unknown = decide(decided(CONFIRMED, { id: "440100-nothing" }));
    await expect(unknown).rejects.toMatchObject({ reason: "DRAFT_UNKNOWN" });
    const published: Steps = [...CONFIRMED, ["approve", "paul"], ["publish", "pia"]];
    await expect(decide(decided(published), OTHER_CITY)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(await decide(decided(published, { node: OTHER_CITY }))).toMatchObject({ changed: false });
    await expect(decide(decided(published))).rejects.toMatchObject({ reason: "STEP_REFUSED" });
    expect((await house.as("anna").getDraft({ id })).draft?.state).toBe(ItemDraftState.DRAFT);
  });
});
