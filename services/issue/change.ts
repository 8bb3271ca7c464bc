import { sha256Hex } from "../domain/canonical.ts";
import { type CertificateAction, transition } from "../domain/certificate-state.ts";
import type { CallContext } from "../runtime/service.ts";
import { type CertificateDocument, changedOf, wasIssued } from "./certificate.ts";
import { appOf, type IssueContext } from "./context.ts";
import { withRecordEvent } from "./record.ts";
import { requireOwn } from "./repository.ts";

/** A change of state that an app asks for. */
export interface ChangeRequest {
  requestId: string;
  cause: string;
  action: Extract<CertificateAction, "discard" | "revoke" | "suspend" | "resume">;
}

/**
 * Changes the state of one of the app's certificates: state, reason, history and event in one write, an evidence line
 * before and one after. A request id that was served before changes nothing and answers the certificate as it is now;
 * so does a step into the state that it is in already. Refused: `CERTIFICATE_UNKNOWN`, `STATE_CONFLICT`.
 */
export async function changeState(
  context: IssueContext,
  call: CallContext,
  found: CertificateDocument | undefined,
  name: string,
  { requestId, cause, action }: ChangeRequest,
): Promise<CertificateDocument> {
  const { app } = appOf(call);
  const { runtime, certificates } = context;
  const own = requireOwn(found, app, name);
  const identifier = own._id;
  call.note({ identifier, action });
  if (isDone(own, requestId, action)) return own;
  transition(own.state, action);
  const line = { identifier, action, causeSha256: sha256Hex(cause), app };
  await runtime.evidence.append("certificate-changing", line);
  const stored = await certificates.update(identifier, (document) => {
    if (isDone(document, requestId, action)) return undefined;
    const to = transition(document.state, action);
    const changed = changedOf(document, { to, cause, by: app, now: runtime.now(), request: `${action} ${requestId}` });
    if (to === "discarded") return withoutNumber(changed);
    return context.publishes && wasIssued(changed) ? withRecordEvent(changed) : changed;
  });
  const changed = requireOwn(stored, app, name);
  await runtime.evidence.append("certificate-changed", { ...line, state: changed.state, changes: changed.changes });
  context.bell.ring();
  return changed;
}

const ENDS = { discard: "discarded", revoke: "revoked", suspend: "suspended", resume: "issued" } as const;

/** `resume` leads to `issued`, where a certificate that was never suspended stands too: there only the request tells. */
function isDone(document: CertificateDocument, requestId: string, action: ChangeRequest["action"]): boolean {
  if (document.history.some((entry) => entry.request === `${action} ${requestId}`)) return true;
  return action !== "resume" && document.state === ENDS[action];
}

/** The number of a discarded certificate may be used again; its identifier may not. */
function withoutNumber(document: CertificateDocument): CertificateDocument {
  const { numberHeld: _free, ...rest } = document;
  return rest;
}
