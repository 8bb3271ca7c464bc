import { Refusal } from "../../domain/refusal.ts";
import { locateSignature } from "../pades-locate.ts";
import type { OpenedDocument } from "./opened.ts";

/** The signature, and the digest that the data message must give for this face; absent where no signature covers the file. */
export function faceOf(revision: Uint8Array): Pick<OpenedDocument, "face" | "signed"> {
  try {
    const { cms, digestBy } = locateSignature(revision);
    const sha256 = Buffer.from(digestBy("sha256")).toString("hex");
    return { face: { format: "pdf", sha256 }, signed: { cms, revision } };
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}
