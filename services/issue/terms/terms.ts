import type { Client } from "@connectrpc/connect";
import type { CatalogItem, CatalogItemContent } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import type { Seal } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { Controls } from "../../domain/opening-controls.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { DatedAnswer } from "../../node/marks/kept-answers.ts";
import { createKeptTerms } from "../../node/marks/kept-terms.ts";
import type { Runtime } from "../../node/runtime.ts";
import { fromPem } from "../../trust/pem.ts";
import { type FaceDocument, faceDocument } from "../face/faces.ts";
import { type ItemRules, itemRules } from "./item-rules.ts";

/** On which terms an app may issue an item for a department today: the catalog's decision. */
export interface IssuingTerms {
  item: ItemRules;
  issuer: { name: string; code: string; division: string };
  seal: { code: string } & SealParts;
  /** The core vouches for the officer: no origin signature is needed. */
  attested: boolean;
  /** Who made a certificate on screen may issue it too (5.9.2). */
  samePersonMayIssue: boolean;
  /** Key of the opening that allows it, and what issuing under it is held to (6.4.5.1). */
  openingKey: string;
  controls: Controls;
}

/** What a seal is signed and shown with. */
export interface SealParts {
  /** The signing certificate, DER, and the authorities that came with it. */
  certificate: Uint8Array;
  chain: readonly Uint8Array[];
  picture: FaceDocument;
  /** The electronic seal (SESeal, DER) that is stamped on OFDs. */
  electronic?: Uint8Array;
}

/** What terms are asked for. */
export interface TermsQuestion {
  app: string;
  itemCode: string;
  issuerCode: string;
  /** `yyyy-MM-dd` in Asia/Shanghai. */
  day: string;
}

/** The catalog's decisions. */
export interface TermsSource {
  /**
   * Today's terms, kept while the catalog tells that nothing has changed on which terms rest, and asked for anew otherwise: an unbound seal or a closed
   * opening counts within 5 seconds in every process (5.9.4). `asOf`: they were so at that time or later, milliseconds of the process. Refused as
   * `TermsService.GetIssuingTerms`; a refusal is never kept. The call outlives its caller: others may wait for the same certificate.
   */
  issuingTerms(asked: TermsQuestion, call: CallContext): Promise<IssuingTerms & { asOf: number }>;
  /** Refuses, as `TermsService.GetChangeTerms`, an app that may not change what an app has issued for a department. */
  requireChange(
    asked: { app: string; issuedBy: string; itemCode: string; issuerCode: string; day: string },
    call: CallContext,
  ): Promise<void>;
}

const UNCONTROLLED: Controls = { signerAccounts: [], issuesPerDay: 0 };
const TIMEOUT_MS = 5_000;
/** Items and seals whose parsed content is kept, and terms, which share it. */
const KEPT = 500;
const KEPT_TERMS = 20_000;

/** Creates the source. What an item's version says is asked for once and kept, with its schema compiled. */
export function createTermsSource(
  client: Client<typeof TermsService>,
  runtime: Pick<Runtime, "monotonic" | "log" | "signal" | "metrics">,
): TermsSource {
  const kept = createKeptTerms<IssuingTerms>(client, runtime, { most: KEPT_TERMS, metric: "issue_terms" });
  const items = new BoundedMemory<string, ItemRules>(KEPT);
  const seals = new BoundedMemory<string, SealParts>(KEPT);

  function sealOf(seal: Seal): IssuingTerms["seal"] {
    const electronic = seal.electronicSeal.length > 0 ? seal.electronicSeal : undefined;
    const key = `${seal.signingCertificatePem}\n${seal.pictureJson}\n${electronic ? sha256Hex(electronic) : ""}`;
    let parts = seals.get(key);
    if (!parts) {
      const [certificate, ...chain] = fromPem("CERTIFICATE", seal.signingCertificatePem);
      if (!certificate) throw broken(`seal ${seal.code} has no signing certificate`);
      const picture = faceDocument(seal.pictureJson);
      parts = { certificate, chain, picture, ...(electronic && { electronic }) };
      seals.renew(key, parts);
    }
    return { code: seal.code, ...parts };
  }

  async function asked({ app, itemCode, issuerCode, day }: TermsQuestion, call: CallContext) {
    const known = items.get(itemCode);
    const response = await client.getIssuingTerms(
      { appKey: app, itemCode, issuerCode, day, knownVersion: known?.version ?? 0 },
      optionsOf(call),
    );
    const { item, issuer, seal, attested, samePersonMayIssue, opening, mark } = response;
    if (!item || !issuer || !seal) throw broken(`terms of ${itemCode} are incomplete`);
    if (item.signature.length === 0) throw unsigned(item);
    const rules = item.content ? rulesOf(item, item.content) : known;
    if (rules?.version !== item.version) throw broken(`version ${item.version} of ${itemCode} came without content`);
    items.renew(itemCode, rules);
    const { name, code, division } = issuer;
    const answer: IssuingTerms = {
      ...{ item: rules, issuer: { name, code, division }, seal: sealOf(seal), attested, samePersonMayIssue },
      openingKey: `${itemCode}/${opening?.departmentCode}/${app}`,
      controls: opening?.controls ?? UNCONTROLLED,
    };
    return { answer, mark };
  }

  return {
    async requireChange({ app: appKey, ...question }, call) {
      await client.getChangeTerms({ appKey, ...question }, optionsOf(call));
    },
    async issuingTerms(question, call) {
      const { app, itemCode, issuerCode, day } = question;
      const key = JSON.stringify([app, itemCode, issuerCode, day]);
      const { answer, asOf }: DatedAnswer<IssuingTerms> = await kept.recall(key, () => asked(question, call));
      return { ...answer, asOf };
    },
  };
}

function optionsOf({ requestId, traceparent }: CallContext) {
  return { timeoutMs: TIMEOUT_MS, headers: { "x-request-id": requestId, traceparent } };
}

function rulesOf(item: CatalogItem, content: CatalogItemContent): ItemRules {
  try {
    return itemRules(item, content);
  } catch (cause) {
    // The catalog checks content before it publishes, so this is no fault of the caller.
    throw broken(`version ${item.version} of ${item.code} cannot be used`, cause);
  }
}

/** No agent would sign by it. */
function unsigned({ code, version }: CatalogItem): Refusal {
  const message = `the province's signature of version ${version} of ${code} has not come yet`;
  return new Refusal("ITEM_UNPUBLISHED", message, { retryAfterMs: TIMEOUT_MS, metadata: { item_code: code } });
}

function broken(message: string, cause?: unknown): Refusal {
  return new Refusal("INTERNAL", message, cause === undefined ? {} : { cause });
}
