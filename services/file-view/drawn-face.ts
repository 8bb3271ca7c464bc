import { type DrawnFace, FaceAbsence } from "../../proto/gen/ecert/usage/v1/verify_service_pb.ts";

/** A text in every language: [Chinese, English]. */
type Both = readonly [chinese: string, english: string];

const ABSENT: Readonly<Record<number, Both>> = {
  [FaceAbsence.NOT_GENUINE]: [
    "这份文件这次没有通过验证，不绘制证面。请重新验证。",
    "This time the file did not verify, so nothing is drawn. Verify it again.",
  ],
  [FaceAbsence.NO_MESSAGE]: [
    "文件里没有数据电文，本平台没有可以绘制的数据。请直接打开原文件查看，或连同数据电文及其签名一起验证。",
    "The file does not hold its data message, so there is nothing to draw from. Open the file itself, or verify it together with its data message and signature.",
  ],
  [FaceAbsence.NO_TEMPLATE]: [
    "本节点目前没有这一版目录的证面模板，不能绘制。请直接打开原文件查看，或到颁发机构所在节点的验证页再验。",
    "This node does not have the template of this version of the item now. Open the file itself, or use the page of its issuer's node.",
  ],
  [FaceAbsence.ATTACHMENTS_ELSEWHERE]: [
    "证面上有照片等附件，所提交的数据电文里只有它们的摘要，不能绘制。请改为提交 OFD 或 PDF 原文件。",
    "The face shows attachments, such as a photograph, of which the data message has digests alone. Hand in the OFD or PDF itself.",
  ],
  [FaceAbsence.NOT_DRAWN]: ["现在不能绘制，请稍后再试。", "It cannot be drawn now: try again later."],
};
const DRAWN: Both = [
  "由本平台按签名数据绘制，非原文件，不含印章",
  "Drawn by this platform from the signed data; not the original file, and without its seal",
];
const DRAWN_SEALED: Both = [
  "由本平台按签名数据绘制，非原文件；照片和印章取自已验证的原文件",
  "Drawn by this platform from the signed data; not the original file. Photographs and seal are those of the verified file",
];

/** A face that the node has drawn of a document that verified, with what must be said of it; or `absent`: why there is none. */
export type ToldFace = { readonly pdf: Uint8Array; readonly caption: Both } | { readonly absent: Both };

/** What came of asking for the face of a document (`VerifyDocument`). */
export function toldFace(face: DrawnFace | undefined): ToldFace {
  if (face && face.pdf.length > 0) return { pdf: face.pdf, caption: face.sealed ? DRAWN_SEALED : DRAWN };
  return { absent: (ABSENT[face?.absence ?? FaceAbsence.NOT_DRAWN] ?? ABSENT[FaceAbsence.NOT_DRAWN]) as Both };
}
