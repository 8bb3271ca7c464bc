import type { Matter } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { UsageContext as AskedContext } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  CreateUsageContextRequestSchema,
  type UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import { identify } from "../../call/chain/sealed-answer.ts";
import type { CallContext, Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { newUsageCode, usageCodeDigest } from "../../domain/usage-code.ts";
import { grantedItemsOf } from "../../record/certificate-release.ts";
import type { CodeDocument } from "../codes/code-record.ts";
import { judgedContext } from "../codes/judged-context.ts";
import { quotaOf } from "../codes/quota-terms.ts";
import { answeredBefore, storeOnce } from "../codes/repeated-context.ts";
import type { UsageContext } from "../context.ts";

/** A code lasts this long: one visit at a counter. */
export const CODE_LIFETIME_MS = 15 * 60_000;
/** Uses of one code: enough to verify, extract and fetch each of 20 certificates. */
export const CODE_MAX_USES = 60;

/** 5.4.3: makes a usage code from a context. */
export function createUsageContext(context: UsageContext): Handlers<typeof UsageService>["createUsageContext"] {
  const { runtime, quota } = context;
  return async (request, call) => {
    const identified = identify(CreateUsageContextRequestSchema, request, call.caller);
    const before = await answeredBefore(context, identified);
    if (before) return before;
    const asked = request.context as AskedContext;
    const now = runtime.now();
    const { appKey, department, operator, terms } = await judgedContext(context, asked, call);
    const { matter } = terms;
    const holder = asked.holder as NonNullable<AskedContext["holder"]>;
    const acting = actsFor(call, matter);
    const granted = matter ? grantedItemsOf(matter) : [];
    const items = asked.itemCodes.map((itemCode, index) => {
      const usable = granted.find(({ item }) => item === itemCode);
      if (usable) return usable;
      const description = `matter ${asked.matterCode} may not use item ${itemCode}`;
      throw refuseField(
        "USAGE_NOT_ALLOWED",
        `context.item_codes[${index}]`,
        description,
        "ask for 事项用证 of this item",
        `事项${asked.matterCode}不得使用目录项${itemCode}，请先申请该目录项的事项用证`,
      );
    });
    const usageCode = newUsageCode(runtime.randomBytes);
    const expiresAt = new Date(now.getTime() + CODE_LIFETIME_MS).toISOString();
    const appNode = matter?.node ?? "";
    const digest = usageCodeDigest(usageCode);
    const { purpose, businessId, stage, outlet, businessTime } = asked;
    const { usageCodesPerDay, holdersPerDay } = quotaOf(terms);
    await quota.take("usageCodes", appKey, usageCodesPerDay);
    const code: CodeDocument = {
      _id: digest,
      revision: 1,
      grant: {
        app: appKey,
        ...acting,
        context: {
          purpose,
          holder: { name: holder.name, code: holder.code, codeType: holder.codeType },
          items: asked.itemCodes,
          businessId,
          stage,
          outlet,
          businessTime,
          department,
          operator,
          matter: asked.matterCode,
        },
        items,
        expiresAt,
        maxUses: CODE_MAX_USES,
        uses: 0,
      },
      appNode,
      createdAt: now.toISOString(),
      holdersPerDay,
      names: { department: terms.department?.name ?? "", matter: matter?.name ?? "" },
    };
    // Before the code is stored, so that no code is in use without its line.
    await runtime.evidence.append("usage-context-created", {
      usageCodeDigest: digest,
      app: appKey,
      ...acting,
      ...(acting.appDepartment !== undefined && { department }),
      matter: asked.matterCode,
      businessId,
      stage,
      operator: operator.account,
      operatorProof: operator.proof ?? "none",
      items: asked.itemCodes,
    });
    call.note({ matter: asked.matterCode });
    const standBy = appNode !== runtime.config.node.code;
    return storeOnce(context, identified, code, { usageCode, expiresAt, maxUses: CODE_MAX_USES, standBy });
  };
}

/** 6.4.4.4: the app's own department, where it uses certificates for another one. */
function actsFor(call: CallContext, matter: Matter | undefined): { appDepartment?: string } {
  const { department } = appOf(call);
  return !matter || matter.departmentCode === department ? {} : { appDepartment: department };
}
