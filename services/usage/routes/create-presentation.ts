import type { HolderService } from "../../../proto/gen/ecert/usage/v1/holder_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { presentationDigest, presentationText } from "../../domain/presentation-code.ts";
import { Refusal } from "../../domain/refusal.ts";
import { newUsageCode } from "../../domain/usage-code.ts";
import { dataItemsOf } from "../../record/certificate-release.ts";
import type { UsageContext } from "../context.ts";
import { holderOf } from "../find/own-certificates.ts";
import { storeInPlace } from "../presentations/places.ts";
import { presentable } from "../presentations/presentable.ts";
import { holderKey } from "../uses/holder-uses.ts";

/** A presentation lasts this long: from the holder's screen to the officer's reader. */
export const PRESENTATION_LIFETIME_MS = 60_000;

/** 5.5.2, 5.9.6 亮证: the holder shows one certificate and the data items of it that the holder chooses. */
export function createPresentation(context: UsageContext): Handlers<typeof HolderService>["createPresentation"] {
  const { runtime } = context;
  return async ({ identifier, fields, tellsHolder }, call) => {
    const holder = holderOf(call);
    // Loaded by the first holder who shows something: no start needs it.
    const { qrSvg } = await import("../presentations/qr-svg.ts");
    const { record } = await presentable(context, holder, identifier, call, "identifier");
    requireDataItems(fields, dataItemsOf(record));
    const code = newUsageCode(runtime.randomBytes);
    const presentation = presentationDigest(code);
    const now = runtime.now();
    const expiresAt = new Date(now.getTime() + PRESENTATION_LIFETIME_MS).toISOString();
    const { provider } = holder;
    const byAnother = holder.acting !== undefined;
    const agreed = tellsHolder && { tellsHolder };
    const made = {
      _id: presentation,
      revision: 1,
      holder: holderKey(holder),
      identifier,
      item: record.itemCode,
      fields: [...fields],
      provider,
      byAnother,
      ...agreed,
      createdAt: now.toISOString(),
      expiresAt,
    };
    const line = { presentation, identifier, fields, expiresAt, provider, byAnother, ...agreed };
    // Before it is stored, so that none can be redeemed without its line.
    await storeInPlace(context, made, () => runtime.evidence.append("presentation-created", line));
    call.note({ identifier, presentation });
    const text = presentationText({ node: runtime.config.node.code, code });
    return { presentationId: presentation, text, qrSvg: qrSvg(text), expiresAt };
  };
}

function requireDataItems(fields: readonly string[], known: readonly string[]): void {
  const unknown = fields.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const description = `the certificate has no data item ${name}`;
    const localized = `该证照没有数据项${name}，请从GetOwnCertificate的data中选择`;
    return [{ field: `fields[${index}]`, description, remedy: "take names from GetOwnCertificate's data", localized }];
  });
  if (unknown.length === 0) return;
  throw new Refusal("INVALID_FIELD", `${unknown.length} of the fields are no data items of the certificate`, {
    fields: unknown,
  });
}
