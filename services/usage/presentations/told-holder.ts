import type { Holder as HolderMessage } from "../../../proto/gen/ecert/type/v1/holder_pb.ts";
import { canonicalBytes, sha256Hex } from "../../domain/canonical.ts";
import type { Holder } from "../../domain/message.ts";
import { readPresentation } from "../../domain/presentation-code.ts";
import { refuseField } from "../../domain/refusal.ts";
import { holderKey } from "../uses/holder-uses.ts";
import type { AskedUse } from "./asked-use.ts";
import type { Presentable } from "./presentable.ts";
import type { PresentationDocument } from "./presentation-record.ts";

/** Whether who is served was left out: it is then whoever shows the presentation. */
export function isLeftOut({ ground }: AskedUse): boolean {
  return ground.holderCode === "";
}

/**
 * The use with the person served: the holder of the presentation. Throws `USAGE_NOT_ALLOWED` where another one was named, and where nobody was and the holder has not
 * agreed to tell (5.5.2): the code shows what the holder chose, and no more.
 */
export function servedBy({ holder, tellsHolder }: PresentationDocument, asked: AskedUse): AskedUse {
  const { ground } = asked;
  if (isLeftOut(asked)) {
    if (!tellsHolder) throw untold();
    const [holderCodeType = "", ...code] = holder.split(":");
    return { ...asked, ground: { ...ground, holderCodeType, holderCode: code.join(":") } };
  }
  if (holder === holderKey({ codeType: ground.holderCodeType, code: ground.holderCode })) return asked;
  throw refuseField(
    "USAGE_NOT_ALLOWED",
    "context.holder",
    "the presentation is another person's than the one served",
    "compare the person served with the holder who shows the code",
    "亮证的持证主体不是本次办事人，请核对办事人",
  );
}

/** Name and code of the person served, as the certificate has them. */
export function holderIn({ record }: Presentable, { ground }: AskedUse): Holder {
  const { holderCodeType: codeType, holderCode: code } = ground;
  const { name = "" } = record.holders.find((one) => one.codeType === codeType && one.code === code) ?? {};
  return { name, code, codeType };
}

/**
 * Names in a receipt who was told to hold the certificate, for those who know the presentation's code and the holder: the code, 128 random bits, is
 * in no statement, so that nobody else finds a person by trying codes. SHA-256, hex.
 */
export function toldHolderDigest(
  presentation: string,
  { name, code, codeType }: Pick<HolderMessage, "name" | "code" | "codeType">,
): string {
  const { code: secret } = readPresentation(presentation);
  const told = { schema: "ecert.presented-holder.v1", secret, holder: { name, code, codeType } };
  return sha256Hex(canonicalBytes(told));
}

function untold() {
  return refuseField(
    "USAGE_NOT_ALLOWED",
    "context.holder",
    "missing, and the holder has not agreed to tell it by the presentation",
    "name the person served, or ask the holder to show the certificate again and to tell who it is",
    "没有填写办事人，持证主体亮证时也没有选择告知名称和代码；请填写办事人，或请持证主体选择告知后重新亮证",
  );
}
