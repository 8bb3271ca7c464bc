import type { SealedAnswer } from "../../call/chain/sealed-answer.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** That one request redeems a presentation: written before anything is released, so that no other one can. */
export interface Claim {
  /** Digest of the request; unique, so that one request redeems one presentation. */
  request: string;
  /** Digest of what the request says. */
  content: string;
  at: string;
}

/** A presentation (亮证) as it is kept. `_id` is the digest of its code: whoever reads the store cannot redeem it. */
export interface PresentationDocument extends Stored {
  /** `<code type>:<code>` of the holder. */
  holder: string;
  /** Which of the holder's places it takes; gone when a later one has taken it. */
  place?: number;
  identifier: string;
  item: string;
  /** Data items that the holder chose. */
  fields: readonly string[];
  /** Issuer of the token by which the holder was signed in. */
  provider: string;
  /** Made by a person who acts for the holder, an organisation. */
  byAnother: boolean;
  /** The holder agreed that who redeems it is told who holds the certificate. Absent: not. */
  tellsHolder?: true;
  createdAt: string;
  expiresAt: string;
  withdrawnAt?: string;
  claim?: Claim;
  /** What the claiming request was answered, sealed; absent until its evidence is kept. */
  answer?: SealedAnswer;
}

/** The collection of presentations. */
export const PRESENTATIONS: CollectionSpec = {
  name: "presentations",
  indexes: [
    { name: "ending", fields: ["expiresAt"] },
    { name: "places", fields: ["holder", "place"], unique: true },
    { name: "claims", fields: ["claim.request"], unique: true },
  ],
};

/** Opens the presentations of a node. One that cannot be read is set aside (place `store`) and stops no other. */
export async function openPresentations({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<PresentationDocument>> {
  const collection = await store.collection<PresentationDocument>(PRESENTATIONS);
  return guardedCollection({ collection, setAside, place: "store", source: PRESENTATIONS.name, check });
}

function check({ holder, identifier, item, fields, provider, createdAt, expiresAt, ...rest }: PresentationDocument) {
  const { withdrawnAt = "", claim = { request: "", content: "", at: "" } } = rest;
  const texts = [holder, identifier, item, provider, createdAt, withdrawnAt, claim.request, claim.content, claim.at];
  const sound =
    [...texts, ...(Array.isArray(fields) ? fields : [undefined])].every((text) => typeof text === "string") &&
    !Number.isNaN(instantOf(expiresAt));
  if (!sound) throw new Refusal("RECORD_UNREADABLE", "the presentation lacks members or has wrong ones");
}
