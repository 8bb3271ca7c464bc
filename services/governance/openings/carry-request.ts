import { Refusal } from "../../domain/refusal.ts";
import { ownStep } from "../cases/carry-out.ts";
import { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import { type Piece, piecesOf, saysSame } from "./pieces.ts";
import type { OpeningRequestDocument, Prior } from "./request-record.ts";
import { wantedIn } from "./request-view.ts";

/** Departments between two writes of how far it is. */
const AT_ONCE = 50;

/**
 * Brings a confirmed request into the catalog, some departments at a time: first what stands there is kept with the request, then each record is put where it
 * still stands so. Whatever dies in between is done again to the same end, and whoever was only late finds that it stands otherwise, and brings nothing in.
 */
export async function carryRequest(
  context: GovernanceContext,
  one: OpeningRequestDocument,
  signal: AbortSignal,
): Promise<OpeningRequestDocument> {
  const pieces = piecesOf(context, wantedIn(one), onNodesOwn(signal));
  const { fault: _, ...rest } = one;
  const { carried, begun = carried, prior = [] } = one;
  if (carried >= pieces.length) return finished(context, rest);
  if (begun === carried) {
    const some = pieces.slice(carried, carried + AT_ONCE);
    const read = await Promise.all(some.map((piece) => piece.read()));
    return { ...rest, begun: carried + some.length, prior: [...prior.slice(0, carried), ...read] };
  }
  for (const [at, piece] of pieces.slice(carried, begun).entries()) await bring(piece, prior[carried + at]);
  return { ...rest, carried: begun };
}

/** Puts what is wanted in the place of what stood before; what was brought already stands. Refuses (`REVISION_CONFLICT`) what others changed meanwhile. */
async function bring(piece: Piece, prior: Prior | undefined): Promise<void> {
  try {
    await piece.put(piece.wanted, prior?.changes);
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== "REVISION_CONFLICT") throw error;
    if (saysSame((await piece.read()).value, piece.wanted)) return;
    const description = `what stood of ${piece.key} was changed since the request was confirmed`;
    throw new Refusal("REVISION_CONFLICT", `${description}: send it back, and confirm it anew`, {
      localizedDetail: `${piece.key}的开通在确认后已被变更，请退回后重新确认`,
    });
  }
}

async function finished(
  { runtime }: GovernanceContext,
  { work: _, open: __, begun: ___, prior: ____, ...one }: OpeningRequestDocument,
): Promise<OpeningRequestDocument> {
  const line = { code: one.case, action: "finish", state: "done", by: "service/governance" };
  await runtime.evidence.append("opening-request-step", line);
  return { ...one, state: "done", steps: [...one.steps, ownStep("finish", runtime)] };
}
