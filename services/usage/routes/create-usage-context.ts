import type { UsageContext } from "../../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import {
  CreateUsageContextRequestSchema,
  type UsageService,
} from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { requireHolders } from "../../domain/holder-code.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { newUsageCode, usageCodeDigest } from "../../domain/usage-code.ts";
import { grantedItemsOf } from "../../runtime/certificate-release.ts";
import { identify } from "../../runtime/sealed-answer.ts";
import { type Handlers, onBehalf } from "../../runtime/service.ts";
import type { CodeDocument } from "../code-record.ts";
import type { UsageDependencies } from "../context.ts";
import { quotaOf } from "../quota-terms.ts";
import { answeredBefore, storeOnce } from "../repeated-context.ts";
import { appOf } from "../use.ts";

/** A code lasts this long: one visit at a counter. */
export const CODE_LIFETIME_MS = 15 * 60_000;
/** Uses of one code: enough to verify, extract and fetch each of 20 certificates. */
export const CODE_MAX_USES = 60;
/** The business time of a context may be off by this much from the server's clock. */
const TIME_WINDOW_MS = 24 * 3_600_000;

/** 5.4.3: makes a usage code from a context. */
export function createUsageContext(
  dependencies: UsageDependencies,
): Handlers<typeof UsageService>["createUsageContext"] {
  const { runtime, quota, terms } = dependencies;
  return async (request, call) => {
    const identified = identify(CreateUsageContextRequestSchema, request, call.caller);
    const before = await answeredBefore(dependencies, identified);
    if (before) return before;
    const context = request.context as UsageContext;
    const now = runtime.now();
    const holder = context.holder as NonNullable<UsageContext["holder"]>;
    requireHolders([holder], undefined, "context.holder");
    requireBusinessTime(context.businessTime, now);
    const appKey = appOf(call);
    const answer = await terms.getUsageTerms(
      { appKey, matterCode: context.matterCode, day: shanghaiDay(now) },
      onBehalf(call),
    );
    const matter = answer.matter;
    const department = answer.department?.code ?? "";
    if (context.departmentCode !== department) {
      const description = `matter ${context.matterCode} is handled by ${department}`;
      throw refuseField("USAGE_NOT_ALLOWED", "context.department_code", description, "name the matter's department");
    }
    const granted = matter ? grantedItemsOf(matter) : [];
    const items = context.itemCodes.map((itemCode, index) => {
      const usable = granted.find(({ item }) => item === itemCode);
      if (usable) return usable;
      const description = `matter ${context.matterCode} may not use item ${itemCode}`;
      throw refuseField(
        "USAGE_NOT_ALLOWED",
        `context.item_codes[${index}]`,
        description,
        "ask for 事项用证 of this item",
      );
    });
    const usageCode = newUsageCode(runtime.randomBytes);
    const expiresAt = new Date(now.getTime() + CODE_LIFETIME_MS).toISOString();
    const appNode = matter?.node ?? "";
    const digest = usageCodeDigest(usageCode);
    const { purpose, businessId, stage, outlet, businessTime } = context;
    const operator = { account: context.operator?.account ?? "", name: context.operator?.name ?? "" };
    const { usageCodesPerDay, holdersPerDay } = quotaOf(answer);
    await quota.take("usageCodes", appKey, usageCodesPerDay);
    const code: CodeDocument = {
      _id: digest,
      revision: 1,
      grant: {
        app: appKey,
        context: {
          purpose,
          holder: { name: holder.name, code: holder.code, codeType: holder.codeType },
          items: context.itemCodes,
          businessId,
          stage,
          outlet,
          businessTime,
          department,
          operator,
          matter: context.matterCode,
        },
        items,
        expiresAt,
        maxUses: CODE_MAX_USES,
        uses: 0,
      },
      appNode,
      createdAt: now.toISOString(),
      holdersPerDay,
    };
    // Before the code is stored, so that no code is in use without its line.
    await runtime.evidence.append("usage-context-created", {
      usageCodeDigest: digest,
      app: appKey,
      matter: context.matterCode,
      businessId,
      stage,
      operator: operator.account,
      items: context.itemCodes,
    });
    call.note({ matter: context.matterCode });
    const standBy = appNode !== runtime.config.node.code;
    return storeOnce(dependencies, identified, code, { usageCode, expiresAt, maxUses: CODE_MAX_USES, standBy });
  };
}

function requireBusinessTime(text: string, now: Date): void {
  const time = Date.parse(text);
  if (!Number.isNaN(time) && Math.abs(time - now.getTime()) <= TIME_WINDOW_MS) return;
  const description = Number.isNaN(time) ? "not an RFC 3339 time" : "more than 24 hours from now";
  throw new Refusal("INVALID_FIELD", `context.business_time: ${description}`, {
    fields: [
      { field: "context.business_time", description, remedy: "give the time of the business step, for example now" },
    ],
  });
}
