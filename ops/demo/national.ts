import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileFormat } from "../../services/client/index.ts";
import { type CatalogFile, readCatalogFiles } from "../trial/catalog-files.ts";
import { connect, contextFor, orderFrom } from "../trial/connect.ts";
import { replicated } from "../trial/links.ts";
import { NATIONAL_ISSUER, USER } from "../trial/plan.ts";
import type { Trial } from "../trial/trial.ts";
import type { Narrator } from "./narrator.ts";
import { opensslSm2, opensslSm3, opensslStructure } from "./outside.ts";
import { ecert } from "./trust.ts";

/** SignedData of GB/T 35275, as `openssl asn1parse` writes what it has no name for. */
const SIGNED_DATA = "1.2.156.10197.6.1.4.2.2";

/** National cryptography (SM2, SM3) and an electronic seal, judged by openssl's primitives. */
export async function issueNational(trial: Trial, narrator: Narrator, artefacts: string): Promise<void> {
  const { name, appKey, certificates } = NATIONAL_ISSUER;
  narrator.step(
    "国密签发",
    `${name}: SM2 and SM3, an OFD under an electronic seal (GB/T 38540), a data message of GB/T 35275`,
  );
  narrator.say("本机没有支持 SM2 的密码设备，密钥放在文件中，仅供试验；正式环境密钥不出设备");
  narrator.say("no device with SM2 here: its key is in a file, for trials only. In production keys stay in the device");
  const file = readCatalogFiles().find((one) => certificates.includes(one.name)) as CatalogFile;
  const connector = connect(trial, appKey, trial.cores.linghai);
  const order = orderFrom(file, "R-0001");
  await connector.issuing.make(order);
  const { identifier, message, messageCms } = await connector.issuing.issue(order.businessSerial);
  await replicated(trial, trial.cores.linghai);
  const user = connect(trial, USER.appKey, trial.cores.pengwan);
  const session = user.use(contextFor(file, "YW-0004", new Date()));
  const paths = {
    pdf: join(artefacts, `${file.name}.pdf`),
    ofd: join(artefacts, `${file.name}.ofd`),
    message: join(artefacts, `${file.name}.json`),
    signature: join(artefacts, `${file.name}.p7s`),
  };
  for (const [path, format] of [
    [paths.pdf, FileFormat.PDF],
    [paths.ofd, FileFormat.OFD],
  ] as const) {
    writeFileSync(path, (await session.fetch(identifier, format)).file?.content ?? new Uint8Array());
  }
  writeFileSync(paths.message, message);
  writeFileSync(paths.signature, messageCms);
  connector.close();
  user.close();

  const structure = opensslStructure(paths.signature);
  narrator.check(
    "the message's signature is SignedData of GB/T 35275",
    "openssl asn1parse",
    structure.includes(SIGNED_DATA),
  );
  for (const [what, path, more] of [
    ["the data message's", paths.message, ["--signature", paths.signature]],
    ["the PDF's", paths.pdf, []],
    ["the OFD's", paths.ofd, []],
  ] as const) {
    const parts = join(artefacts, "parts", path.slice(path.lastIndexOf(".") + 1));
    ecert("extract", path, ...more, "--out", parts);
    const part = (one: string) => join(parts, one);
    narrator.check(
      `${what} SM2 signature is good`,
      "openssl pkeyutl",
      opensslSm2(part("signer.pem"), part("signed.bin"), part("signature.der")),
    );
    narrator.check(
      `it is over the SM3 of ${path.slice(artefacts.length + 1)}`,
      "openssl dgst -sm3",
      opensslSm3(part("content.bin"), part("signed.bin")),
    );
    if (path === paths.ofd) {
      const sealed = opensslSm2(part("seal-maker.pem"), part("seal-signed.bin"), part("seal-signature.der"));
      narrator.check("the electronic seal is by the seal maker", "openssl pkeyutl", sealed);
    }
  }
}
