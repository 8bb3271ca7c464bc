import { Refusal } from "../../domain/refusal.ts";
import { type GrownPdf, openGrownPdf } from "../../trust/long-term/grown-pdf.ts";
import { documentStamps, longTermLevel, stampChains } from "../../trust/long-term/judge-grown.ts";
import type { DataNeed } from "../../trust/long-term/validation-data.ts";
import { verifyOwnPades } from "../../trust/pades.ts";
import type { Finding, TimeStampReport } from "../../trust/report.ts";
import type { TimeStampTrust } from "../../trust/time-stamp/verify-token.ts";
import { hiddenContent } from "../../trust/verification/pdf-hiding.ts";
import type { SignatureLevel } from "../../trust/verification/report.ts";
import type { ExtensionOptions } from "./long-term-options.ts";

/** A signed PDF that may be extended. */
export interface Examined {
  grown: GrownPdf;
  level(): SignatureLevel;
  /** By when a time stamp proves that it was signed. */
  time?: Date;
  /** What must be shown of the chains of signature and time stamps. */
  needs: DataNeed[];
}

/**
 * Examines a file before anything is appended to it: its form, its signature and the time stamps on it, as of the times that
 * these give. Revocations are looked at where the lists are gathered. Refuses what is not good.
 */
export function examine(file: Buffer, options: Omit<ExtensionOptions, "level">): Examined {
  const { trust, timeStamps, at } = options;
  const grown = openGrownPdf(file, [...trust.anchors, ...(timeStamps?.trust.anchors ?? [])], options.readList);
  if (grown.different !== undefined) throw invalid(grown.different);
  const whole = grown as GrownPdf;
  const [fault] = [...whole.stored.faults, ...hiddenContent(whole.plain)];
  if (fault !== undefined) throw invalid(fault);
  const bare = { trust, ...(timeStamps !== undefined && { timeStamps: withoutRevocation(timeStamps) }) };
  // A new stamp's list comes into the document after it, and until then another authority's there would tell nothing of it.
  const stamps = documentStamps(whole, bare, stampChains);
  for (const stamp of stamps) requireGood(stamp);
  const first = verifyOwnPades(whole.original, { ...bare, at });
  const inside = first.timeStamp?.ok ? first.timeStamp : undefined;
  const time = (inside ?? stamps[0])?.stamp?.time;
  const report = time === undefined ? first : verifyOwnPades(whole.original, { ...bare, at: time });
  requireGood(report);
  const needs: DataNeed[] = [];
  const need = (path: DataNeed["path"], about: Pick<DataNeed, "key" | "time" | "ofSigner">) => {
    const { trust, revocation: lists } = about.ofSigner ? options : (timeStamps ?? options);
    needs.push({ path, trust, lists, ...about });
  };
  const needOfStamp = ({ path = [], stamp }: TimeStampReport, key = "") =>
    stamp && need(path, { key, time: stamp.time, ofSigner: false });
  const [key = "", ...stampKeys] = whole.keys;
  if (time !== undefined) need(report.path ?? [], { key, time, ofSigner: true });
  if (inside !== undefined) needOfStamp(inside, key);
  for (const [index, stamp] of stamps.entries()) needOfStamp(stamp, stampKeys[index]);
  const level = (): SignatureLevel => {
    const [timeStamp] = [inside, ...stamps].filter((one) => one !== undefined);
    if (timeStamp === undefined) return "B-B";
    return longTermLevel(whole, { ...report, timeStamp }, stamps, options) ?? "B-T";
  };
  return { grown: whole, level, needs, ...(time !== undefined && { time }) };
}

function withoutRevocation({ trust, intermediates }: TimeStampTrust): TimeStampTrust {
  return { trust, ...(intermediates !== undefined && { intermediates }) };
}

function requireGood({ findings }: { findings: readonly Finding[] }): void {
  const [first] = findings;
  if (first !== undefined) throw new Refusal(first.reason, first.detail);
}

function invalid(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", detail);
}
