import type { Client } from "@connectrpc/connect";
import { type Certificate, CertificateState } from "../../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import type { OrderToConfirm, PrepareConfirmationResponse } from "../../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import type { IssueService } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { type KeyFault, keyFault } from "../../security-key/ask-key.ts";
import { type Confirmed, confirmOrders } from "../../security-key/confirm-orders.ts";
import { WITHOUT_CONFIRMATION } from "../../staff-model/without-confirmation.ts";
import { toldOf } from "../call/refusal.ts";

/** A certificate that is to be issued, as far as a page must know it. */
export type ToIssue = Pick<Certificate, "businessSerial" | "identifier" | "itemCode" | "name" | "number"> & {
  readonly holder: string;
};

/** The part of a certificate that {@link issueAll} takes. */
export function toIssue({ businessSerial, identifier, itemCode, name, number, holders }: Certificate): ToIssue {
  return {
    businessSerial,
    identifier,
    itemCode,
    name,
    number,
    holder: holders.map((holder) => holder.name).join("、"),
  };
}

/** What came of one certificate. Absent: nothing yet. */
export type Outcome = "issuing" | "issued" | { readonly error: unknown };

/** Where a run stands. */
export type Step =
  | { readonly at: "idle" }
  | { readonly at: "preparing" }
  /** The security key is asked for; these are the orders. */
  | { readonly at: "touch"; readonly orders: readonly OrderToConfirm[] }
  | { readonly at: "issuing" }
  /** Stopped before the end: nothing more is issued before somebody goes on. */
  | { readonly at: "stopped"; readonly why: Stopped }
  | { readonly at: "done" };

/** Why a run has stopped. */
export type Stopped =
  | "asked"
  /** The confirmation has become too old for the rest. */
  | "stale"
  /** Faces that were looked at, by identifier, are others now. */
  | { readonly otherFaces: readonly string[] }
  | { readonly key: KeyFault }
  | { readonly error: unknown };

/** A confirmation, for which serials it is good, and until when by the clock that nobody sets. */
export interface HeldConfirmation {
  readonly confirmed: Confirmed;
  readonly serials: ReadonlySet<string>;
  readonly until: number;
}

/** What a run works with. */
export interface RunParts {
  readonly issue: Client<typeof IssueService>;
  /** Digests of the faces that were shown, by identifier. */
  readonly shown: ReadonlyMap<string, string>;
  /** Every face must have been shown before it is confirmed. */
  readonly allShown: boolean;
  readonly signal: AbortSignal;
  step(step: Step): void;
  outcome(identifier: string, outcome: Outcome): void;
}

/** Calls that look at certificates at one time. */
const AT_ONCE = 8;
/** Seconds before its end in which a confirmation is not begun with any more. */
const MARGIN_S = 30;

/**
 * Issues certificates one by one: looks at which wait still, has the officer's security key confirm all of these at once where the department's agent asks
 * for that, then issues each. Resolves with the confirmation, for whoever goes on. Where the same is issued twice the node answers the same certificate.
 */
export async function issueAll(
  rows: readonly ToIssue[],
  held: HeldConfirmation | undefined,
  parts: RunParts,
): Promise<HeldConfirmation | undefined> {
  const { issue, signal, step, outcome } = parts;
  step({ at: "preparing" });
  let confirmation = held;
  try {
    const waiting = await stillWaiting(rows, parts);
    const known =
      held && held.until > performance.now() && waiting.every((row) => held.serials.has(row.businessSerial));
    if (!known) confirmation = await confirmFor(waiting, parts);
    step({ at: "issuing" });
    for (const { businessSerial, identifier } of waiting) {
      if (signal.aborted) {
        step({ at: "stopped", why: "asked" });
        return confirmation;
      }
      outcome(identifier, "issuing");
      const own = confirmation?.serials.has(businessSerial) && { confirmation: confirmation.confirmed };
      const error = await issue.issueCertificate({ businessSerial, ...own }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      outcome(identifier, error === undefined ? "issued" : { error });
      if (error === undefined || toldOf(error, "zh-CN").reason !== "ORIGIN_STALE") continue;
      step({ at: "stopped", why: "stale" });
      return undefined;
    }
    step({ at: "done" });
    return confirmation;
  } catch (thrown) {
    step({ at: "stopped", why: thrown instanceof OtherFaces ? { otherFaces: thrown.identifiers } : whyOf(thrown) });
    return undefined;
  }
}

class OtherFaces extends Error {
  readonly identifiers: readonly string[];
  constructor(identifiers: readonly string[]) {
    super("faces are not those that were shown");
    this.identifiers = identifiers;
  }
}

function whyOf(thrown: unknown): Stopped {
  const key = keyFault(thrown);
  return key ? { key } : { error: thrown };
}

/** Those that somebody has issued meanwhile, this page before it was loaded anew included, are told as issued. */
async function stillWaiting(rows: readonly ToIssue[], { issue, outcome }: RunParts): Promise<ToIssue[]> {
  const waiting: ToIssue[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const some = rows.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map(({ identifier }) => issue.getCertificate({ identifier })));
    for (const [index, row] of some.entries()) {
      const state = found[index]?.certificate?.state;
      if (state === CertificateState.ISSUED) outcome(row.identifier, "issued");
      else waiting.push(row);
    }
  }
  return waiting;
}

/** Resolves to `undefined` where no officer's word is asked for. */
async function confirmFor(waiting: readonly ToIssue[], parts: RunParts): Promise<HeldConfirmation | undefined> {
  const prepared = await prepareFor(waiting, parts);
  if (!prepared) return undefined;
  const { orders, maxAgeSeconds } = prepared;
  const begun = performance.now();
  const others = orders.filter(({ identifier, faceSha256 }) => {
    const shown = parts.shown.get(identifier);
    return shown === undefined ? parts.allShown : shown !== faceSha256;
  });
  if (others.length > 0) throw new OtherFaces(others.map(({ identifier }) => identifier));
  parts.step({ at: "touch", orders });
  const confirmed = await confirmOrders(prepared, parts.signal);
  const serials = new Set(orders.map(({ businessSerial }) => businessSerial));
  return { confirmed, serials, until: begun + (Number(maxAgeSeconds) - MARGIN_S) * 1_000 };
}

/**
 * Asks what is to be confirmed. Kinds of certificate for which no agent asks for a confirmation are left out, one after the other: whether one that tells of
 * nobody is away or asks nobody, the node says when it is issued.
 */
async function prepareFor(
  waiting: readonly ToIssue[],
  { issue }: RunParts,
): Promise<PrepareConfirmationResponse | undefined> {
  let asked = waiting;
  while (asked.length > 0) {
    try {
      return await issue.prepareConfirmation({ businessSerials: asked.map(({ businessSerial }) => businessSerial) });
    } catch (error) {
      const { reason, metadata } = toldOf(error, "zh-CN");
      const rest = asked.filter(({ itemCode }) => itemCode !== metadata.item);
      if (!WITHOUT_CONFIRMATION.includes(reason) || rest.length === asked.length) throw error;
      asked = rest;
    }
  }
  return undefined;
}
