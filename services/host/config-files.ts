import { createHash, createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import type { AuthorityFiles } from "../domain/authority-files.ts";
import { type FieldViolation, terminalFault } from "../domain/refusal.ts";
import type { NodeConfig } from "./config.ts";
import { machineNames, machineUri } from "./machine-name.ts";

type Report = (field: string, description: string, remedy: string) => void;

/** Checks the files that a configuration names: there, readable, of the right kind, secrets not readable by others. */
export function checkConfigFiles(config: NodeConfig): FieldViolation[] {
  const found: FieldViolation[] = [];
  const report: Report = (field, description, remedy) => found.push(terminalFault(field, description, remedy));

  checkCertificate(config, report);
  checkText("/tls/caFile", config.tls.caFile, report);
  checkPair("/tokens", config.tokens, report);
  for (const [index, other] of (config.tokens.otherPublicKeyFiles ?? []).entries()) {
    checkPublicKey(`/tokens/otherPublicKeyFiles/${index}`, other, report);
  }
  checkPair("/nodeKey", config.nodeKey, report);
  for (const [index, peer] of config.peers.entries()) {
    checkPublicKey(`/peers/${index}/publicKeyFile`, peer.publicKeyFile, report);
  }
  for (const [index, { publicKeyFile }] of (config.sandboxes ?? []).entries()) {
    checkPublicKey(`/sandboxes/${index}/publicKeyFile`, publicKeyFile, report);
  }
  for (const name of ["public", "connect", "mutual", "signIn"] as const) {
    const tls = config.listeners[name]?.tls;
    if (!tls) continue;
    checkText(`/listeners/${name}/tls/certificateFile`, tls.certificateFile, report);
    checkPrivateKey(`/listeners/${name}/tls/privateKeyFile`, tls.privateKeyFile, report);
  }
  if (config.nats) {
    checkText("/nats/tls/certificateFile", config.nats.tls.certificateFile, report);
    checkPrivateKey("/nats/tls/privateKeyFile", config.nats.tls.privateKeyFile, report);
    checkText("/nats/tls/caFile", config.nats.tls.caFile, report);
  }
  if (config.store.engine === "mongodb") checkSecret("/store/uriFile", config.store.uriFile, report);
  checkAuthorities("/signers", config.signers, report);
  checkAuthorities("/signers/timeStamps", config.signers?.timeStamps, report);
  checkAuthorities("/staff/authorities", config.staff?.authorities, report);
  checkHosts(config, report);
  for (const [index, font] of (config.fonts ?? []).entries()) checkFont(`/fonts/${index}`, font, report);
  for (const [index, { caFile }] of (config.holders?.providers ?? []).entries())
    if (caFile) checkText(`/holders/providers/${index}/caFile`, caFile, report);
  for (const [index, { receivers }] of (config.extensions ?? []).entries())
    for (const [name, { caFile }] of Object.entries(receivers))
      if (caFile) checkText(`/extensions/${index}/receivers/${name}/caFile`, caFile, report);
  if (config.console) checkPrivateKey("/console/originKeyFile", config.console.originKeyFile, report);
  if (config.divisionsFile) checkText("/divisionsFile", config.divisionsFile, report);
  if (config.timeStamp?.caFile) checkText("/timeStamp/caFile", config.timeStamp.caFile, report);
  return found;
}

function checkAuthorities(field: string, files: AuthorityFiles | undefined, report: Report): void {
  for (const key of ["anchorFiles", "intermediateFiles", "revocationListFiles"] as const) {
    for (const [index, file] of (files?.[key] ?? []).entries()) checkText(`${field}/${key}/${index}`, file, report);
  }
}

function checkCertificate({ tls, node, services }: NodeConfig, report: Report): void {
  const key = checkPrivateKey("/tls/privateKeyFile", tls.privateKeyFile, report);
  const pem = checkText("/tls/certificateFile", tls.certificateFile, report);
  if (!pem) return;
  const certificate = attempt(() => new X509Certificate(pem));
  if (!certificate) {
    report("/tls/certificateFile", "holds no certificate", "name a PEM file");
    return;
  }
  if (key && !certificate.checkPrivateKey(key)) {
    report("/tls/privateKeyFile", "is not the key of the certificate", "name the key that belongs to it");
  }
  const names = machineNames(certificate.subjectAltName).map(machineUri);
  for (const name of services) {
    const uri = machineUri({ node: node.code, kind: "service", name });
    if (!names.includes(uri)) {
      report("/tls/certificateFile", `lacks the name ${uri}`, "have it issued with a name for each service mounted");
    }
  }
}

/** What browsers reach a listener by must stand in its certificate, or they turn everybody away. */
function checkHosts({ staff, listeners, tls }: NodeConfig, report: Report): void {
  for (const [name, member] of [
    ["connect", "origin"],
    ["signIn", "signInOrigin"],
  ] as const) {
    const listener = listeners[name];
    if (!staff || !listener) continue;
    const { certificateFile } = listener.tls ?? tls;
    const { hostname } = new URL(staff[member]);
    const certificate = attempt(() => new X509Certificate(readFileSync(certificateFile)));
    if (!certificate || (isIP(hostname) ? certificate.checkIP(hostname) : certificate.checkHost(hostname))) continue;
    const remedy = "have it issued with that name, or correct the origin";
    report(`/staff/${member}`, `${hostname} is no name in ${certificateFile}`, remedy);
  }
}

function checkPair(field: string, files: { publicKeyFile: string; privateKeyFile?: string }, report: Report): void {
  const publicKey = checkPublicKey(`${field}/publicKeyFile`, files.publicKeyFile, report);
  if (!files.privateKeyFile) return;
  const privateKey = checkPrivateKey(`${field}/privateKeyFile`, files.privateKeyFile, report);
  if (!publicKey || !privateKey) return;
  if (!createPublicKey(privateKey).equals(publicKey)) {
    report(`${field}/publicKeyFile`, "does not belong to the private key", "name the two halves of one key");
  }
}

function checkPublicKey(field: string, file: string, report: Report): KeyObject | undefined {
  const pem = checkText(field, file, report);
  if (!pem) return undefined;
  const key = attempt(() => createPublicKey(pem));
  if (key?.asymmetricKeyType !== "ed25519") report(field, "holds no Ed25519 public key", "name a PEM file");
  return key;
}

function checkPrivateKey(field: string, file: string, report: Report): KeyObject | undefined {
  const pem = checkSecret(field, file, report);
  if (!pem) return undefined;
  const key = attempt(() => createPrivateKey(pem));
  if (!key) report(field, "holds no private key", "name a PEM file (PKCS#8, not encrypted)");
  return key;
}

function checkSecret(field: string, file: string, report: Report): string | undefined {
  const text = checkText(field, file, report);
  if (text !== undefined && (statSync(file).mode & 0o007) !== 0) {
    report(field, `${file} can be read by others`, "chmod 600");
  }
  return text;
}

function checkFont(field: string, { fontFile, sha256 }: { fontFile: string; sha256: string }, report: Report): void {
  const bytes = attempt(() => readFileSync(fontFile));
  if (bytes === undefined) report(`${field}/fontFile`, `${fontFile} cannot be read`, "correct the path");
  else if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    report(`${field}/sha256`, `is not the digest of ${fontFile}`, "use the very same font as the agents");
  }
}

function checkText(field: string, file: string, report: Report): string | undefined {
  const text = attempt(() => readFileSync(file, "utf8"));
  if (text === undefined) report(field, `${file} cannot be read`, "correct the path, or the rights of the file");
  return text;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
