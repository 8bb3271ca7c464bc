import { accessSync, constants, existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Refusal, refuseArgument } from "../../services/domain/refusal.ts";
import { fromPem } from "../../services/trust/pem.ts";
import { prepareSeal } from "../../services/trust/seal/prepare-seal.ts";
import { readSeal } from "../../services/trust/seal/read-seal.ts";
import { loadSigningCertificate } from "../../services/trust/signing-certificate.ts";
import { EXIT } from "./exit-code.ts";
import { needed, parseSealCommand, readNamed, timeOf } from "./seal-arguments.ts";
import { openMakerKey } from "./seal-maker-key.ts";
import { pictureOf } from "./seal-picture.ts";
import { openSealStamp } from "./seal-stamp.ts";
import { sealText } from "./seal-text.ts";

const OPTIONS = {
  name: { type: "string" },
  id: { type: "string" },
  picture: { type: "string" },
  size: { type: "string" },
  signer: { type: "string", multiple: true },
  from: { type: "string" },
  to: { type: "string" },
  maker: { type: "string" },
  key: { type: "string" },
  "passphrase-file": { type: "string" },
  trial: { type: "boolean", default: false },
  device: { type: "string" },
  "key-label": { type: "string" },
  type: { type: "string", default: "body" },
  digests: { type: "boolean", default: false },
  vendor: { type: "string", default: "ecert" },
  version: { type: "string", default: "4" },
  "time-stamp": { type: "string" },
  "time-stamp-root": { type: "string" },
  "time-stamp-ca": { type: "string" },
  out: { type: "string" },
} as const;

/** `ecert seal make`: writes an electronic seal (SESeal) that is signed by the seal maker's key. */
export async function makeSeal(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseSealCommand(args, OPTIONS);
  if (positionals.length > 0)
    throw refuseArgument("INVALID_FIELD", positionals[0] ?? "", "is not expected", "see ecert seal --help");
  const created = new Date();
  const out = needed(values.out, "out");
  const maker = loadSigningCertificate(readNamed(needed(values.maker, "maker"), "--maker").toString("utf8"));
  const { notBefore, notAfter, spki } = maker.parsed;
  if (created < notBefore || created > notAfter) {
    const description = `制章人证书不在有效期内 · the seal maker's certificate is in force from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
    throw refuseArgument("SIGNER_EXPIRED", "--maker", description, "use a certificate that is in force");
  }
  const order = {
    version: choice(values.version, "version", { "4": 4, "5": 5 } as const),
    vendor: values.vendor,
    id: needed(values.id, "id"),
    type: choice(values.type, "type", { body: 1, person: 2 } as const),
    name: needed(values.name, "name"),
    picture: pictureOf(needed(values.picture, "picture"), values.size),
    signers: (values.signer ?? [needed(undefined, "signer")]).map(signerIn),
    signerList: values.digests ? ("digests" as const) : ("certificates" as const),
    created,
    validFrom: values.from === undefined ? created : timeOf(values.from, "from"),
    validTo: timeOf(needed(values.to, "to"), "to", { end: true }),
    maker,
  };
  checkPlace(out);
  const { toBeSigned, finish } = prepareSeal(order);
  const stamps = openSealStamp(values, order.version);
  const key = await openMakerKey(values);
  try {
    if (Buffer.compare(key.publicKey, spki) !== 0) {
      const remedy = "name the key that the certificate was issued for";
      throw refuseArgument("INVALID_FIELD", "--maker", "证书与密钥不符 · the certificate is not for this key", remedy);
    }
    const seal = await stamps.stamp(finish(await key.sign(toBeSigned)));
    writeNew(out, seal);
    process.stdout.write(sealText(readSeal(seal)));
    process.stdout.write(`${out}\n`);
  } finally {
    stamps.close();
    await key.close();
  }
  return EXIT.valid;
}

function choice<V>(text: string, name: string, known: Readonly<Record<string, V>>): V {
  const value = Object.hasOwn(known, text) ? known[text] : undefined;
  if (value !== undefined) return value;
  throw refuseArgument("INVALID_FIELD", `--${name}`, `${text} is unknown`, `one of ${Object.keys(known).join(", ")}`);
}

function signerIn(file: string): Uint8Array {
  const [der] = fromPem("CERTIFICATE", readNamed(file, "--signer").toString("utf8"));
  if (der) return der;
  throw refuseArgument(
    "INVALID_FIELD",
    "--signer",
    `${file} holds no certificate`,
    "name the signing certificate in PEM",
  );
}

/** Refuses (`INVALID_FIELD`) a place where nothing can be written, before a key signs what would then be lost. */
function checkPlace(file: string): void {
  if (existsSync(file)) throw isThere(file);
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch {
    throw unwritable(file);
  }
}

function writeNew(file: string, content: Uint8Array): void {
  try {
    writeFileSync(file, content, { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw isThere(file);
    throw unwritable(file);
  }
}

function unwritable(file: string): Refusal {
  const description = `无法写入 ${file} · cannot be written`;
  return refuseArgument("INVALID_FIELD", "--out", description, "see that the folder is there and writable");
}

function isThere(file: string): Refusal {
  return refuseArgument("INVALID_FIELD", "--out", `${file} 已存在 · is there already`, "name another file");
}
