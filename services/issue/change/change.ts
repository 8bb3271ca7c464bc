import { actorIn, appOf } from "../../call/chain/app-of.ts";
import { requestDigest, requestIdReused } from "../../call/chain/request-id.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { type CertificateAction, transition } from "../../domain/certificate-state.ts";
import { rightTime } from "../../host/right-time.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { IssueContext } from "../context.ts";
import { actsFor } from "../record/acts-for.ts";
import { type CertificateDocument, changedOf, messageOf, wasIssued } from "../record/certificate.ts";
import { withRecordEvent } from "../record/record.ts";
import { type CertificateName, requireOwn } from "../record/repository.ts";
import { requireChangeable } from "./require-changeable.ts";

/** A change of state that an app asks for. */
export interface ChangeRequest {
  requestId: string;
  cause: string;
  action: Extract<CertificateAction, "discard" | "revoke" | "suspend" | "resume">;
}

/**
 * Changes the state of a certificate that the caller may change ({@link requireChangeable}): state, reason, history and event in one write, an evidence line
 * before and one after. A request that was served before changes nothing and answers the certificate as it is now; so does a
 * step into the state that it is in already. Refused: `CERTIFICATE_UNKNOWN`, `STATE_CONFLICT`, `REQUEST_ID_REUSED` for an id
 * under which the app changed something else, and `IDENTIFIER_FORKED` where the province has settled for another record.
 */
export async function changeState(
  context: IssueContext,
  call: CallContext,
  found: CertificateDocument | undefined,
  name: CertificateName,
  { requestId, cause, action }: ChangeRequest,
): Promise<CertificateDocument> {
  const { app, officer } = appOf(call);
  const { runtime, certificates } = context;
  const own = await requireChangeable(context, call, found, name);
  const identifier = own._id;
  const acting = actsFor(call, messageOf(own).metadata.issuer.code);
  call.note({ identifier, action, ...acting });
  const request = requestDigest(call.caller, requestId);
  const first = await certificates.byRequest(request);
  if (first && first._id !== identifier) throw requestIdReused();
  const asked = { action, cause, request };
  if (wasIssued(own)) await context.forked.requireStands(own);
  if (isDone(own, asked)) return own;
  transition(own.state, action, name.field);
  runtime.clock.require();
  const line = { identifier, action, causeSha256: sha256Hex(cause), app, ...actorIn(call), ...acting };
  await runtime.evidence.append("certificate-changing", line);
  const changing = certificates.update(identifier, (document) => {
    if (isDone(document, asked)) return undefined;
    const to = transition(document.state, action, name.field);
    const changed = changedOf(document, { to, cause, by: app, officer, now: rightTime(runtime), request });
    if (to === "discarded") return withoutNumber(changed);
    return context.publishes && wasIssued(changed) ? withRecordEvent(changed) : changed;
  });
  const stored = await changing.catch((error: unknown) => {
    // Another certificate was changed under this id at the same time.
    throw error instanceof DuplicateKey && error.index === "request" ? requestIdReused() : error;
  });
  const changed = requireOwn(stored, own.app, name);
  await runtime.evidence.append("certificate-changed", { ...line, state: changed.state, changes: changed.changes });
  context.bell.ring();
  return changed;
}

const ENDS = { discard: "discarded", revoke: "revoked", suspend: "suspended", resume: "issued" } as const;

/** `resume` leads to `issued`, where a certificate that was never suspended stands too: there only the request tells. */
function isDone(
  document: CertificateDocument,
  { action, cause, request }: { action: ChangeRequest["action"]; cause: string; request: string },
): boolean {
  const served = document.history.find((entry) => entry.request === request);
  if (served && (served.state !== ENDS[action] || served.cause !== cause)) throw requestIdReused();
  return served !== undefined || (action !== "resume" && document.state === ENDS[action]);
}

/** The number of a discarded certificate may be used again; its identifier may not. */
function withoutNumber(document: CertificateDocument): CertificateDocument {
  const { numberHeld: _free, ...rest } = document;
  return rest;
}
