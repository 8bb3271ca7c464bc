import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileFormat, Verdict } from "../../services/client/index.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../trial/connect.ts";
import { archiveEqual, replicated } from "../trial/links.ts";
import { ISSUERS, USER } from "../trial/plan.ts";
import { releasedFields } from "../trial/seed.ts";
import type { Trial } from "../trial/trial.ts";
import { seeOwn } from "./holder.ts";
import type { Narrator } from "./narrator.ts";
import { issueNational } from "./national.ts";
import { opensslCms, pdfsig, pdftotext } from "./outside.ts";
import { refused } from "./refused.ts";
import { workOnScreen } from "./staff.ts";
import { checkTimeStamps } from "./time-stamps.ts";
import { verifyAll } from "./trust.ts";

/** The certificate that the demo leaves in force. */
export interface InForce {
  serial: string;
  identifier: string;
}

/** Business serials of the licence that is told of, and of the one that is revoked in the end. */
const [SERIAL, REVOKED_SERIAL] = ["2026-11-24-0001", "2026-11-24-0002"] as const;

/**
 * The road of one certificate, told while it happens. Artefacts are left in a folder; each document among them is of a certificate that is
 * in force, as is the licence whose identifier it gives.
 */
export async function tellStory(trial: Trial, narrator: Narrator, artefacts: string): Promise<InForce> {
  mkdirSync(artefacts, { recursive: true });
  const files = readCatalogFiles();
  const licence = files.find((file) => file.name === "营业执照") as CatalogFile;
  const identifier = await issueLicence(trial, narrator, artefacts, licence);
  await workOnScreen(trial, narrator, licence);
  await issueAtEdition(trial, narrator, artefacts, files.find((file) => file.name === "结婚证") as CatalogFile);
  await issueNational(trial, narrator, artefacts);
  await useElsewhere(trial, narrator, artefacts, licence, identifier);
  await seeOwn(trial, narrator, artefacts, licence, identifier);
  await standBy(trial, narrator, licence, identifier);
  await revoke(trial, narrator, licence);
  verifyAll(trial, narrator, artefacts);
  keepJournals(trial, narrator, artefacts);
  return { serial: SERIAL, identifier };
}

async function issueLicence(
  trial: Trial,
  narrator: Narrator,
  artefacts: string,
  licence: CatalogFile,
): Promise<string> {
  const { linghai } = trial.cores;
  const issuer = ISSUERS[0] as (typeof ISSUERS)[number];
  const connector = connect(trial, issuer.appKey, linghai);
  const order = orderFrom(licence, SERIAL);

  narrator.step("制证", `${issuer.name}: the approval system signs its order and asks for a 营业执照 to be made`);
  const made = await connector.issuing.make(order);
  narrator.say(`证照标识 ${made.identifier}`);
  const again = await connector.issuing.make(order);
  narrator.check(
    "the same business serial gives the same certificate",
    "platform",
    again.identifier === made.identifier,
  );
  const other = connector.issuing.make({ ...order, issueDate: "2026-11-23" });
  narrator.check("the same serial with other data is refused", "platform", await refused(other, "SERIAL_REUSED"));

  narrator.step("签发", "The department's own agent checks, draws the face again, and signs inside the PKCS#11 device");
  const issued = await connector.issuing.issue(order.businessSerial);
  const face = await connector.issuing.face(order.businessSerial);
  const paths = {
    pdf: join(artefacts, "营业执照.pdf"),
    message: join(artefacts, "营业执照.message.json"),
    signature: join(artefacts, "营业执照.message.p7s"),
  };
  writeFileSync(paths.pdf, face.content);
  writeFileSync(paths.message, issued.message);
  writeFileSync(paths.signature, issued.messageCms);
  const signed = pdfsig(paths.pdf);
  narrator.check("the PDF's signature is valid and covers the whole document", "pdfsig", signed.good);
  const text = pdftotext(paths.pdf);
  narrator.check("the PDF's text can be read", "pdftotext", text.includes(licence.example.holders[0]?.name ?? "?"));
  const cms = opensslCms(paths.message, paths.signature, trial.files.root);
  narrator.check("the data message's signature is good", "openssl cms -verify", cms.good);
  checkTimeStamps(trial, narrator, artefacts, paths);
  tamper(trial, narrator, artefacts, paths);

  narrator.step(
    "归集到省",
    "The certificate travels to the province over NATS; the province answers with a signed receipt",
  );
  await replicated(trial, linghai);
  const equal = await archiveEqual(trial, linghai);
  narrator.check(
    "city and province archives are equal by digest",
    "platform",
    equal.equal,
    `root ${equal.root.slice(0, 16)}…`,
  );
  connector.close();
  return issued.identifier;
}

function tamper(
  trial: Trial,
  narrator: Narrator,
  artefacts: string,
  paths: { pdf: string; message: string; signature: string },
): void {
  const flip = (from: string, to: string, place: number) => {
    const bytes = readFileSync(from);
    bytes[place] = (bytes[place] ?? 0) ^ 1;
    writeFileSync(to, bytes);
  };
  const pdf = join(artefacts, "altered.pdf");
  const message = join(artefacts, "altered.message.json");
  flip(paths.pdf, pdf, 2000);
  flip(paths.message, message, 100);
  narrator.check("one altered bit in the PDF is noticed", "pdfsig", !pdfsig(pdf).good);
  const cms = opensslCms(message, paths.signature, trial.files.root);
  narrator.check("one altered bit in the data message is noticed", "openssl cms -verify", !cms.good);
  // What is left is to be verified by whoever finds it.
  for (const file of [pdf, message]) rmSync(file);
}

async function issueAtEdition(trial: Trial, narrator: Narrator, artefacts: string, file: CatalogFile): Promise<void> {
  const issuer = ISSUERS.find((one) => one.certificates.includes(file.name)) as (typeof ISSUERS)[number];
  narrator.step("部门版签发", `${issuer.name}: its own edition and device (RSA-2048), a 结婚证 for two holders`);
  const connector = connect(trial, issuer.appKey, trial.cores.edition);
  const order = orderFrom(file, "J-2026-0001");
  await connector.issuing.make(order);
  await connector.issuing.issue(order.businessSerial);
  const path = join(artefacts, "结婚证.pdf");
  writeFileSync(path, (await connector.issuing.face(order.businessSerial)).content);
  narrator.check("the PDF's signature is valid and covers the whole document", "pdfsig", pdfsig(path).good);
  await replicated(trial, trial.cores.edition);
  narrator.check("it has reached the province", "platform", true);
  connector.close();
}

async function useElsewhere(
  trial: Trial,
  narrator: Narrator,
  artefacts: string,
  licence: CatalogFile,
  identifier: string,
): Promise<void> {
  narrator.step("跨市用证", `${USER.name}, another city: purpose → usage code → verify → extract → archive file`);
  const connector = connect(trial, USER.appKey, trial.cores.pengwan);
  const session = connector.use(contextFor(licence, "YW-0001", new Date()));
  narrator.say(`用证码 ${(await session.code()).slice(0, 6)}…（短时有效，绑定应用、事项、持证主体）`);
  const { certificates } = await session.list();
  narrator.check(
    "the licence issued in the other city is found",
    "platform",
    certificates.some((one) => one.identifier === identifier),
  );
  const verified = await session.verify(identifier);
  narrator.check(
    "it is in force and its signature holds",
    "platform",
    verified.verdict === Verdict.VALID,
    verified.signer,
  );
  const fields = releasedFields(licence);
  const extracted = await session.extract(identifier, fields);
  const names = Object.keys(extracted.data ?? {}).sort();
  narrator.check(
    "only the allowed fields are released",
    "platform",
    names.join() === [...fields].sort().join(),
    names.join(" "),
  );
  const closed = Object.keys(licence.example.data).find((name) => !fields.includes(name));
  if (closed) {
    const more = session.extract(identifier, [closed]);
    narrator.check(`field ${closed} stays closed`, "platform", await refused(more, "USAGE_NOT_ALLOWED"));
  }
  const { file } = await session.fetch(identifier, FileFormat.PDF);
  const path = join(artefacts, "营业执照.archive.pdf");
  writeFileSync(path, file?.content ?? new Uint8Array());
  const same = readFileSync(path).equals(readFileSync(join(artefacts, "营业执照.pdf")));
  narrator.check("the archive file is byte-identical to what was issued", "cmp", same);
  const receipts = [verified.receipt, extracted.receipt].map((receipt) => receipt?.statementJson ?? "");
  writeFileSync(join(artefacts, "usage-receipts.jsonl"), `${receipts.join("\n")}\n`);
  connector.close();
}

async function standBy(trial: Trial, narrator: Narrator, licence: CatalogFile, identifier: string): Promise<void> {
  narrator.step("备用用证", "The user's city goes down; the connector moves to the province by itself, and back");
  const { pengwan, province } = trial.cores;
  await replicated(trial, pengwan);
  const connector = connect(trial, USER.appKey, pengwan, province, {
    failuresToSwitch: 1,
    attempts: 1,
    probeIntervalMs: 200,
  });
  const session = connector.use(contextFor(licence, "YW-0002", new Date()));
  await session.list();
  const programs = pengwan.processes.map((process) => trial.programs.get(`${pengwan.node.code}/${process.name}`));
  await Promise.all(programs.map((program) => program?.kill()));
  const verified = await session.verify(identifier);
  const served = session.place === "standBy" && verified.verdict === Verdict.VALID;
  narrator.check("the province verifies in place of the city", "platform", served);
  await Promise.all(programs.map((program) => program?.restart()));
  while (connector.place !== "home") await session.list();
  narrator.check("the city serves again", "platform", (await session.verify(identifier)).verdict === Verdict.VALID);
  connector.close();
}

async function revoke(trial: Trial, narrator: Narrator, licence: CatalogFile): Promise<void> {
  narrator.step("注销", "The department issues another licence and revokes it; the other city sees it at once");
  const issuer = connect(trial, (ISSUERS[0] as (typeof ISSUERS)[number]).appKey, trial.cores.linghai);
  await issuer.issuing.make(orderFrom(licence, REVOKED_SERIAL));
  const { identifier } = await issuer.issuing.issue(REVOKED_SERIAL);
  await replicated(trial, trial.cores.linghai);
  await issuer.issuing.revoke(identifier, "企业已注销登记");
  const user = connect(trial, USER.appKey, trial.cores.pengwan);
  const session = user.use(contextFor(licence, "YW-0003", new Date()));
  const { verdict } = await session.verify(identifier);
  narrator.check("it is told to be revoked", "platform", verdict === Verdict.REVOKED);
  const extract = session.extract(identifier, releasedFields(licence));
  narrator.check("its data are no longer released", "platform", await refused(extract, "STATE_CONFLICT"));
  issuer.close();
  user.close();
}

function keepJournals(trial: Trial, narrator: Narrator, artefacts: string): void {
  narrator.step("证据链", "Journals of the signing agents: hash-chained, synced before and after each signature");
  for (const [name, { files }] of trial.agents) {
    for (const file of readdirSync(files.journalDirectory).filter((one) => one.endsWith(".jsonl"))) {
      const text = readFileSync(join(files.journalDirectory, file));
      writeFileSync(join(artefacts, `journal-${name}-${file}`), text);
      narrator.say(`journal-${name}-${file}: ${text.toString().trim().split("\n").length} entries`);
    }
  }
}
