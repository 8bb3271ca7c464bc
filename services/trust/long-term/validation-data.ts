import { type FieldViolation, Refusal } from "../../domain/refusal.ts";
import type { TrustAnchors } from "../anchors.ts";
import type { Certificate } from "../certificate.ts";
import type { RevocationList } from "../crl.ts";
import type { RevocationLists } from "../revocation.ts";
import { storedRevocation } from "./stored-revocation.ts";

/** A validated path whose certificates must be shown not to have been revoked at a time. */
export interface DataNeed {
  /** Key of the signature or document time stamp that needs it. */
  key: string;
  /** From the signer to the configured authority. */
  path: readonly Certificate[];
  time: Date;
  /** The path of a signer, whose list must be younger than the signature, not of a time stamp authority. */
  ofSigner: boolean;
  trust: TrustAnchors;
  /** Lists that are configured. */
  lists: RevocationLists | undefined;
}

/** Certificates and lists that fill a need. */
export interface FilledNeed {
  key: string;
  chain: Certificate[];
  lists: RevocationList[];
}

/**
 * Finds for every need the certificates up to the root, and for each of them a list of its issuer that tells its status at the
 * time: one that the document holds already, else the configured one. Refuses `SIGNER_REVOKED`, and `LONG_TERM_INCOMPLETE` where
 * anything is missing, naming all of it.
 */
export function fillNeeds(needs: readonly DataNeed[], held: readonly RevocationList[], now: Date): FilledNeed[] {
  const missing: FieldViolation[] = [];
  let nextUpdate: Date | undefined;
  const filled = needs.map((need) => {
    const chain = upToRoot(need);
    const lists = new Set<RevocationList>();
    for (const certificate of chain.slice(0, -1)) {
      const configured = need.lists?.listFor(certificate);
      const list = held.find((one) => tells(one, certificate, chain, need) === undefined) ?? configured;
      const why = list === undefined ? "none is configured" : tells(list, certificate, chain, need);
      if (why === undefined) {
        lists.add(list as RevocationList);
        continue;
      }
      missing.push({
        field: "long_term",
        description: `revocation list of ${nameOf(certificate.issuer)}: ${why}`,
        remedy: "configure the authority's list of after the signature, and ask again",
        localized: `缺少${nameOf(certificate.issuer)}在签名之后的吊销列表，请配置后重试`,
      });
      if (configured !== undefined && configured.nextUpdate > now) nextUpdate = configured.nextUpdate;
    }
    return { key: need.key, chain, lists: [...lists] };
  });
  if (missing.length === 0) return filled;
  throw new Refusal("LONG_TERM_INCOMPLETE", [...new Set(missing.map(({ description }) => description))].join("; "), {
    fields: missing,
    ...(nextUpdate !== undefined && { retryAfterMs: nextUpdate.getTime() - now.getTime() }),
  });
}

/** Why a list does not tell that the certificate was good at the time; `undefined` where it does. */
function tells(list: RevocationList, certificate: Certificate, chain: readonly Certificate[], need: DataNeed) {
  const source = storedRevocation(
    { lists: [list], certificates: chain, trust: need.trust },
    { onlyYounger: need.ofSigner },
  );
  const status = source.statusAt(certificate, need.time);
  if (status.state === "revoked") {
    const { subject, serial } = certificate;
    const since = status.at.toISOString();
    throw new Refusal("SIGNER_REVOKED", `${nameOf(subject)} (${serial}) revoked since ${since} (${status.cause})`);
  }
  return status.state === "unknown" ? status.why : undefined;
}

/** The path and the configured authorities above its anchor, so that a verifier who trusts those alone can follow. */
function upToRoot({ path, trust }: DataNeed): Certificate[] {
  const chain = [...path];
  for (let top = chain.at(-1); top !== undefined && !isRoot(top); ) {
    const child: Certificate = top;
    top = trust.anchors.find((one) => !chain.includes(one) && trust.issued(one, child));
    if (top !== undefined) chain.push(top);
  }
  return chain;
}

function isRoot({ subjectDer, issuerDer }: Certificate): boolean {
  return Buffer.compare(subjectDer, issuerDer) === 0;
}

function nameOf({ commonName, organization }: Certificate["subject"]): string {
  return commonName ?? organization ?? "an authority without a name";
}
