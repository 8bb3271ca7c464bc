import { readdirSync } from "node:fs";
import { join } from "node:path";
import { JOURNAL_NAME } from "../../agent/memory.ts";
import type { TrialStore } from "../../ops/trial/core.ts";
import { NODES } from "../../ops/trial/plan.ts";
import type { Trial } from "../../ops/trial/trial.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import type { ServiceName } from "../../services/host/config.ts";
import type { CertificateDocument } from "../../services/issue/record/certificate.ts";
import { CERTIFICATES } from "../../services/issue/record/repository.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { openStore } from "../../services/store/open.ts";
import type { Store } from "../../services/store/port.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { openSigners } from "../../services/trust/signers.ts";

/** Opens a service's store beside its process, or after it. */
export function storeOf(trial: Trial, store: TrialStore, node: string, service: ServiceName): Promise<Store> {
  if (store.engine === "mongodb")
    return openStore({ engine: "mongodb", uri: store.uri, database: `${store.prefix}_${node}_${service}` });
  return openStore({ engine: "sqlite", directory: join(trial.directory, node, "data", "store"), name: service });
}

/** All certificates of a node, as they are stored. */
export async function storedCertificates(
  trial: Trial,
  options: TrialStore,
  node: string,
): Promise<CertificateDocument[]> {
  const store = await storeOf(trial, options, node, "issue");
  try {
    const collection = await store.collection<CertificateDocument>(CERTIFICATES);
    const all: CertificateDocument[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const { items, next } = await collection.query({ index: "line", limit: 500, ...(after && { after }) });
      all.push(...items);
      after = next;
    }
    return all;
  } finally {
    await store.close();
  }
}

/** Signatures by digest of the CMS that agents' journals prove, and what is wrong with a journal, in words. */
export async function readAgentJournals(
  trial: Trial,
): Promise<{ signed: Map<string, { agent: string; entry: number; message: string }>; broken: string[] }> {
  const signed = new Map<string, { agent: string; entry: number; message: string }>();
  const broken: string[] = [];
  for (const [agent, { files }] of trial.agents) {
    const intended = new Map<number, string>();
    const verdict = await verifyJournal(files.journalDirectory, JOURNAL_NAME, ({ n, kind, body }) => {
      if (kind === "intended") intended.set(n, String(body.message));
      if (kind !== "signed") return;
      const message = intended.get(Number(body.intended));
      if (message === undefined) broken.push(`${agent}: signature ${n} follows no intent`);
      else signed.set(String(body.messageCms), { agent, entry: n, message });
    });
    if (!verdict.ok) broken.push(`${agent}: entry ${verdict.entry}: ${verdict.why}`);
  }
  return { signed, broken };
}

/** Proves every evidence chain of every node; what is broken, in words, and how many chains there are. */
export async function readEvidence(trial: Trial): Promise<{ chains: number; signed: Set<string>; broken: string[] }> {
  const broken: string[] = [];
  const signed = new Set<string>();
  let chains = 0;
  for (const { code } of NODES) {
    const home = join(trial.directory, code, "data", "evidence");
    for (const chain of readdirSync(home)) {
      chains += 1;
      const verdict = await verifyJournal(join(home, chain), "evidence", ({ kind, body }) => {
        if (kind === "certificate-signed") signed.add(String(body.messageCmsSha256));
      });
      if (!verdict.ok) broken.push(`${code} ${chain}: entry ${verdict.entry}: ${verdict.why}`);
    }
  }
  return { chains, signed, broken };
}

/** What is wrong with the signatures of certificates, in words. */
export function badSignatures(trial: Trial, documents: readonly CertificateDocument[]): string[] {
  const { signing, revocationList } = trial.files;
  const signers = openSigners(
    { anchorFiles: [signing], revocationListFiles: [revocationList] },
    () => new Date(),
    () => {},
  );
  return documents.flatMap(({ _id, message, signed }) => {
    if (!signed) return [];
    const options = { ...signers.current(), at: new Date() };
    const report = verifyCms(Buffer.from(signed.messageCms, "base64"), { content: Buffer.from(message) }, options);
    return report.ok ? [] : [`${_id}: ${report.reasons.join()}`];
  });
}

/** Keys that occur more than once. */
export function repeated(keys: readonly string[]): string[] {
  const seen = new Set<string>();
  return keys.filter((key) => seen.size === seen.add(key).size);
}

/** Digest under which journals and evidence know a signature. */
export function cmsDigest({ signed }: CertificateDocument): string {
  return sha256Hex(Buffer.from(signed?.messageCms ?? "", "base64"));
}
