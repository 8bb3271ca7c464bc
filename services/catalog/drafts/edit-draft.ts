import { fromJson, toJson } from "@bufbuild/protobuf";
import {
  type CatalogItemContent,
  CatalogItemContentSchema,
} from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { StaffActor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { departmentClosed } from "../../domain/closed-department.ts";
import { itemProcedure } from "../../domain/item-procedure.ts";
import { isSameJson } from "../../domain/json-difference.ts";
import { takeStep } from "../../domain/procedure.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf, itemUnknown, publishedVersion } from "../items/item.ts";
import { knownDepartment } from "../registry/departments.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import type { ItemDocument } from "../stored/records.ts";
import { type Admitted, whatChanged, withContent } from "./content-step.ts";
import { standing } from "./keep-draft.ts";
import { requireKeeper } from "./ready.ts";

/** What a draft is to say, and who says it. */
export interface WantedContent {
  id: string;
  itemCode: string;
  retires: boolean;
  content: CatalogItemContent | undefined;
  remark: string;
  person: StaffActor;
}

/** What a management body configures (6.2.3.2), by the names of the contract and those in JSON; all else is the department's to say. */
const CONFIGURED: Readonly<Record<string, string>> = {
  dataSchemaJson: "data_schema_json",
  faceTemplateJson: "face_template_json",
  exampleJson: "example_json",
  bindings: "bindings",
  sealSamples: "seal_samples",
};

/** A draft that begins: of a new item, of a change of one that is published, or of its retirement. */
export async function begunDraft(context: CatalogContext, wanted: WantedContent): Promise<DraftDocument> {
  const { id, itemCode: code, person } = wanted;
  const node = context.runtime.config.node.code;
  requireOwnId(node, id);
  const { department } = person;
  const known = await knownDepartment(context, department);
  if (!known) throw unregistered(department);
  if (known.closed) throw departmentClosed("id", department);
  const published = await publishedVersion(context.items, code);
  await requireKeeper(context, published, department);
  const { division } = known;
  const admitted = admittedEdit(context, { state: "draft", department, division, steps: [] }, "edit", wanted);
  const base = published?.version ?? 0;
  const content = contentToSay(wanted, department, published);
  const before = published?.content ?? {};
  const begun: DraftDocument = {
    ...{
      _id: id,
      revision: 1,
      draft: id,
      node,
      code,
      base,
      department,
      division,
      content: before,
      steps: [],
      changes: 0,
    },
    ...standing(context, { node, code }, "draft"),
  };
  return withContent(begun, admitted, { content, base });
}

/** A draft whose content its department, or the management body, changes; the same object where it says that already. */
export function editedDraft(context: CatalogContext, document: DraftDocument, wanted: WantedContent): DraftDocument {
  const { state, department, content: before, base } = document;
  requireSameDraft(document, wanted);
  const action = state === "submitted" ? "configure" : "edit";
  const admitted = admittedEdit(context, document, action, wanted);
  // There is nothing to say of a retirement but that it is one.
  if (wanted.retires) return document;
  const content = contentToSay(wanted, department, undefined);
  if (isSameJson(content, before)) return document;
  if (action === "configure") requireConfigured(before, content);
  return withContent(document, admitted, { content, base });
}

/** Whether a draft says what is wanted of a new one: the request that began it, again. */
export function isSameBeginning(document: DraftDocument, wanted: WantedContent): boolean {
  const { department, state, code, content } = document;
  if (department !== wanted.person.department || state !== "draft" || code !== wanted.itemCode) return false;
  if (wanted.retires) return content.retired === true;
  return content.retired !== true && isSameJson(content, contentToSay(wanted, department, undefined));
}

function admittedEdit(
  { runtime }: CatalogContext,
  one: Parameters<typeof takeStep>[1] & Pick<DraftDocument, "state" | "steps">,
  action: "edit" | "configure",
  { person, remark }: WantedContent,
): Admitted {
  const at = runtime.now().toISOString();
  return takeStep(itemProcedure(one.division), one, { action, person, at, remark });
}

function contentToSay(
  { itemCode, retires, content }: WantedContent,
  keeperCode: string,
  published: ItemDocument | undefined,
): JsonObject {
  if (!retires) {
    if (content) return json({ ...content, keeperCode, retired: false });
    throw refuseField(
      "INVALID_FIELD",
      "content",
      "is missing",
      "say what the item is to say",
      "缺少目录项内容，请填写",
    );
  }
  if (content) {
    const remedy = "leave it out, or change the item instead";
    throw refuseField("INVALID_FIELD", "content", "is given with a retirement", remedy, "停用时请勿填写内容");
  }
  if (!published) throw itemUnknown(itemCode);
  const now = contentOf(published);
  if (now.retired) {
    const localized = "该目录项已停用，无需再次停用";
    throw refuseField(
      "ITEM_RETIRED",
      "item_code",
      `item ${itemCode} is retired already`,
      "nothing is to be done",
      localized,
    );
  }
  return json({ ...now, keeperCode, retired: true });
}

function json(content: CatalogItemContent): JsonObject {
  return toJson(CatalogItemContentSchema, content) as JsonObject;
}

function requireSameDraft({ code, content }: DraftDocument, { itemCode, retires }: WantedContent): void {
  const isRetirement = fromJson(CatalogItemContentSchema, content).retired;
  if (code === itemCode && retires === isRetirement) return;
  const field = code === itemCode ? "retires" : "item_code";
  const remedy = "begin another draft for that, and withdraw this one";
  throw refuseField("INVALID_FIELD", field, "is another one than the draft's", remedy, "与草案不一致，请另行起草");
}

/** 6.2.3.2: a management body changes what it configures, and nothing that is the department's to say. */
function requireConfigured(before: JsonObject, after: JsonObject): void {
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const others = members.filter((member) => {
    if (Object.hasOwn(CONFIGURED, member)) return false;
    return (whatChanged(only(before, member), only(after, member)).differences ?? []).length > 0;
  });
  if (others.length === 0) return;
  const fields = others.map((member): FieldViolation => {
    const remedy = `return the draft to its department; you change ${Object.values(CONFIGURED).join(", ")}`;
    const localized = "应由登记部门填写，请退回草案由其修改；实施配置仅限数据项标准、样例、照面、对应关系和印章图样";
    return { field: `content.${member}`, description: "is the department's to say", remedy, localized };
  });
  throw new Refusal("INVALID_FIELD", `${others.join(", ")}: not configured by a management body`, { fields });
}

function only(content: JsonObject, member: string): JsonObject {
  return Object.hasOwn(content, member) ? { [member]: content[member] as JsonObject } : {};
}

function requireOwnId(node: string, id: string): void {
  if (id.startsWith(`${node}-`)) return;
  const remedy = `choose an id like ${node}-yyzz-2026`;
  const localized = `应以本节点代码开头，例如${node}-yyzz-2026`;
  throw refuseField("INVALID_FIELD", "id", `must begin with the node's code, ${node}-`, remedy, localized);
}

function unregistered(department: string): Refusal {
  const description = `your department ${department} is not registered at this node`;
  const remedy = "ask the management body to enter it";
  const localized = `您所在的部门${department}未在本节点登记，请联系电子证照管理机构`;
  return refuseField("DEPARTMENT_UNKNOWN", "id", description, remedy, localized);
}
