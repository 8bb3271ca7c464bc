import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** Kinds of paper, as contracts name them. */
export const PAPER_KINDS = [
  "registrationForm",
  "decision",
  "serviceGoals",
  "serviceHandbook",
  "sandboxReport",
  "other",
] as const;
export type PaperKind = (typeof PAPER_KINDS)[number];

/** A paper as cases keep it. */
export interface CasePaper {
  kind: PaperKind;
  sha256: string;
  name: string;
  mediaType: string;
  size: number;
}

/** A paper that was handed in; `_id` is `<department>/<sha256>`, its content a blob. */
export interface PaperDocument extends Stored, CasePaper {
  department: string;
  division: string;
  /** Day (Asia/Shanghai) on which it came. */
  day: string;
  by: string;
}

export const PAPERS: CollectionSpec = {
  name: "governance_papers",
  indexes: [{ name: "days", fields: ["department", "day"] }],
};

/** Opens the papers. One that cannot be read is set aside (place `registry`). */
export async function openPapers({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<PaperDocument>> {
  const collection = await store.collection<PaperDocument>(PAPERS);
  return guardedCollection({ collection, setAside, place: "registry", source: PAPERS.name, check: checkPaper });
}

/** Key of a paper. */
export const paperId = (department: string, sha256: string): string => `${department}/${sha256}`;

function checkPaper({ kind, sha256, name, mediaType, size, department, division }: PaperDocument): void {
  const texts = [sha256, name, mediaType, department, division];
  if (texts.every((text) => typeof text === "string") && PAPER_KINDS.includes(kind) && typeof size === "number") return;
  throw new Refusal("RECORD_UNREADABLE", "the paper lacks members or has wrong ones");
}
