import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { findingOf } from "../../statement/finding.ts";
import { type VerifyOptions, verifyCms } from "../cms-verify.ts";
import { ownEnvelope } from "../own-spelling.ts";
import { reportOf } from "../report.ts";
import { type MessageView, readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";

/** Opens a data message and the detached CMS that came with it. Never throws. */
export function openMessage(
  bytes: Uint8Array,
  signature: Uint8Array | undefined,
  options: Omit<VerifyOptions, "at">,
): OpenedDocument {
  const judge: OpenedDocument["judge"] = (at) =>
    signature === undefined
      ? reportOf([{ reason: "SIGNATURE_INVALID", detail: "the message bears no signature: hand in its CMS as well" }])
      : ownEnvelope(verifyCms(signature, { content: bytes }, { ...options, at }), signature, options.trust);
  let message: MessageView;
  try {
    message = readMessageView(bytes);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const code = error.reason === "TOO_LARGE" ? "TOO_LARGE" : "FORMAT_DAMAGED";
    return { findings: [findingOf(code, error.message)], altered: [], judge };
  }
  return { findings: [], altered: [], ...messageFacts(message), judge };
}

/** What a data message says about its certificate and about the time of signing. */
export function messageFacts(
  message: MessageView,
): Pick<OpenedDocument, "message" | "identifier" | "node" | "validity" | "claimedTime"> {
  const { identifier, node, validFrom, validTo, preparedAt } = message.metadata;
  const time = new Date(instantOf(preparedAt));
  return {
    message,
    identifier,
    node,
    validity: { ...(validFrom !== undefined && { validFrom }), ...(validTo !== undefined && { validTo }) },
    ...(!Number.isNaN(time.getTime()) && { claimedTime: time }),
  };
}
