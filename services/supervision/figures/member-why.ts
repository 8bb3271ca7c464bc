import type { MessageInitShape } from "@bufbuild/protobuf";
import type { RateMemberSchema } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type { ItemMember, MatterMember } from "../../domain/rates.ts";

/** A kind of the denominator of 3.7, with why it counts. */
export function itemMember({
  item,
  opened,
  synchronous,
  issued,
  inTime,
}: ItemMember): MessageInitShape<typeof RateMemberSchema> {
  const [why, localizedWhy] = !opened
    ? ["not opened for issuing", "尚未开通发证"]
    : issued === 0
      ? ["opened, and nothing was issued in 90 days", "已开通，90日内未签发"]
      : synchronous
        ? [`issued in time: ${inTime} of ${issued}`, `同步签发：${issued}件中${inTime}件于业务办结当日签发`]
        : [
            `issued late: only ${inTime} of ${issued} in time`,
            `未达同步签发：${issued}件中仅${inTime}件于业务办结当日签发`,
          ];
  return { code: item, counts: synchronous, declared: opened, why, localizedWhy, issued, issuedInTime: inTime };
}

/** A matter of the denominator of 3.8, with why it counts. */
export function matterMember({ matter, name, usable }: MatterMember): MessageInitShape<typeof RateMemberSchema> {
  const [why, localizedWhy] = usable
    ? ["can use certificates", "可使用电子证照"]
    : ["use of certificates is not enabled", "未启用用证"];
  return { code: matter, name, counts: usable, declared: usable, why, localizedWhy };
}
