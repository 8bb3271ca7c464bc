import { connect } from "../../ops/trial/connect.ts";
import { archiveEqual, replicated } from "../../ops/trial/links.ts";
import { EDITION, ISSUERS, LINGHAI } from "../../ops/trial/plan.ts";
import { CertificateState } from "../../proto/gen/ecert/issue/v1/certificate_pb.ts";
import { refusalFromError } from "../../services/call/refusal/refusal-wire.ts";
import { sha256Hex } from "../../services/domain/canonical.ts";
import { badSignatures, repeated, storedCertificates } from "../crash/left.ts";
import type { Acknowledged } from "../crash/load.ts";
import type { Scene } from "./scene.ts";

/** What callers were told, counted outside of everything that may forget: by node and business serial. */
export type Ledger = ReadonlyMap<string, ReadonlyMap<string, Acknowledged>>;

/** How many were lost, given twice, or are otherwise wrong, in words. */
export interface Account {
  acknowledged: number;
  lost: string[];
  doubled: string[];
  wrong: string[];
}

const STATES: Partial<Record<CertificateState, string>> = {
  [CertificateState.ISSUED]: "issued",
  [CertificateState.REVOKED]: "revoked",
  [CertificateState.SUSPENDED]: "suspended",
  [CertificateState.SUPERSEDED]: "superseded",
};
const SAMPLE = 20;

/** Looks at what is left: first as callers and operators see it, then, with everything stopped, in the stores. */
export async function takeAccount(scene: Scene, ledger: Ledger): Promise<Account> {
  const { trial, store } = scene;
  const account: Account = { acknowledged: 0, lost: [], doubled: [], wrong: [] };
  for (const core of [trial.cores.linghai, trial.cores.edition]) {
    await replicated(trial, core, 120_000);
    const { equal, records } = await archiveEqual(trial, core);
    if (!equal) account.wrong.push(`the archives of ${core.node.code} differ, ${records} records`);
  }
  await fetchSample(scene, ledger, account);
  account.doubled.push(...toldTwice(ledger));
  await trial.stop();
  for (const node of [LINGHAI.code, EDITION.code]) {
    const documents = await storedCertificates(trial, store, node);
    const stored = new Map(documents.map((document) => [document.businessSerial, document]));
    for (const [serial, { answer, state }] of ledger.get(node) ?? []) {
      account.acknowledged += 1;
      const found = stored.get(serial);
      if (!found) account.lost.push(`${serial}: ${answer.identifier}`);
      else if (found._id !== answer.identifier || found.number !== answer.number)
        account.doubled.push(`${serial}: ${found._id} beside ${answer.identifier}`);
      else if (found.state !== STATES[state]) account.wrong.push(`${serial}: ${found.state}, told ${STATES[state]}`);
      else if (found.signed?.messageCms !== Buffer.from(answer.messageCms).toString("base64"))
        account.wrong.push(`${serial}: another signature than was told`);
    }
    account.wrong.push(...documents.filter(({ pending }) => pending).map(({ _id }) => `${_id} has unsent events`));
    account.wrong.push(...badSignatures(trial, documents));
  }
  return account;
}

/** Identifiers that were told for two orders, and numbers that were told for two lines of certificates. */
function toldTwice(ledger: Ledger): string[] {
  const told = [...ledger.values()].flatMap((ofNode) => [...ofNode.values()].map(({ answer }) => answer));
  const lines = new Map<string, string>();
  const twice = repeated(told.map(({ identifier }) => identifier));
  for (const { identifier, number, itemCode } of told) {
    const line = identifier.split(".").slice(0, -2).join(".");
    const known = lines.get(`${itemCode} ${number}`) ?? line;
    lines.set(`${itemCode} ${number}`, known);
    if (known !== line) twice.push(`number ${number} of ${identifier} and of ${known}`);
  }
  return twice;
}

/** Files of some certificates, by the digest that callers were told. */
async function fetchSample({ trial }: Scene, ledger: Ledger, account: Account): Promise<void> {
  for (const { appKey, node } of ISSUERS.filter((_, index) => index !== 1)) {
    const home = node === LINGHAI ? trial.cores.linghai : trial.cores.edition;
    const connector = connect(trial, appKey, home);
    const told = [...(ledger.get(node.code) ?? [])];
    const step = Math.max(1, Math.floor(told.length / SAMPLE));
    for (const [serial, { answer }] of told.filter((_, index) => index % step === 0)) {
      const content = await connector.issuing.face(serial).then(
        (file) => file.content,
        (error: unknown) => `${refusalFromError(error).reason}`,
      );
      if (typeof content === "string") account.lost.push(`${serial}: its file: ${content}`);
      else if (sha256Hex(content) !== answer.pdfSha256) account.wrong.push(`${serial}: its file is another`);
    }
    connector.close();
  }
}
