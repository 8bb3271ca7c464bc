import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { GovernanceContext } from "../context.ts";
import { requireReport } from "../sandbox/judge-report.ts";
import { piecesOf } from "./pieces.ts";
import type { OpeningRequestDocument } from "./request-record.ts";
import { wantedIn } from "./request-view.ts";

/**
 * Refuses (`PAPER_MISSING`) a request that would put a system to work in a department for the first time without the report of its sandbox, where the node
 * asks for one (6.2.4, 6.4.5.1, 6.4.6.1). What stops, changes or ends what is at work needs none; what begins halted, or again where it was withdrawn,
 * was not at work.
 */
export async function requireReports(
  context: GovernanceContext,
  one: OpeningRequestDocument,
  call: CallContext,
): Promise<void> {
  const request = wantedIn(one);
  const { subject } = request;
  if (subject.case === "delegation" || !subject.value) return;
  const [piece] = piecesOf(context, request, onBehalf(call));
  const stands = (await piece?.read())?.value;
  const value = subject.value.halt || !isWithdrawn(stands) ? stands : undefined;
  const known = subject.case === "usage" ? ((value?.appKeys ?? []) as string[]) : value ? [subject.value.appKey] : [];
  const named = subject.case === "usage" ? subject.value.appKeys : [subject.value.appKey];
  for (const app of named) if (!known.includes(app)) requireReport(context, one.papers, app);
}

function isWithdrawn(value: JsonObject | undefined): boolean {
  return (value?.halt as JsonObject | undefined)?.kind === "OPENING_HALT_KIND_WITHDRAWN";
}
