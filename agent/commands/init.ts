import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseSealPicture } from "../../services/document/parse-template.ts";
import type { SealPicture } from "../../services/document/seal-picture.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { socialCreditCodeFault } from "../../services/domain/social-credit-code.ts";
import { makeCertificateRequest } from "../../services/trust/certificate-request.ts";
import { VENDORS } from "../device/vendor-presets.ts";
import { loadNodeKey } from "../province.ts";
import { type Command, needed, parseOptions, print } from "./arguments.ts";
import { makeKey } from "./make-key.ts";
import { makeDevice, tokenOf } from "./starter-device.ts";
import { pictureName, STARTER_NAMES, starterConfig, starterPicture, starterPolicy } from "./starter-files.ts";

const HELP = `Makes token, key, certificate request and a configuration to begin with. Run again it adds what is missing and changes
nothing that is there.

  node agent/main.ts init --directory DIR --agent NAME --node CODE (--module FILE --token LABEL | --key-files) --key LABEL
      --seal CODE --organization NAME --organization-code CODE --item CODE… --province CODE --province-key FILE
      --core NAME=HOST:PORT… [options]

  --directory DIR            where configuration, policy, PIN files and request are kept
  --agent NAME               name of the agent, as in its TLS certificate ecert://<node>/agent/<name>
  --node CODE                division code of the node whose cores it serves
  --module FILE              PKCS#11 library of the device's vendor
  --token LABEL              label of the token
  --new-token                initialises a free slot; PINs are read from DIR/pin and DIR/so-pin, or made there at random
  --environment NAME=VALUE   variable that the library needs; may be repeated
  --key-files                for trials, in place of a device: encrypted key files in DIR/keys, passphrase in DIR/passphrase
  --key LABEL                label of the key to be made in the device
  --algorithm NAME           p256 (default), sm2, rsa2048 or rsa3072
  --vendor NAME              whose numbers SM2 has in the device: ${VENDORS.join(", ")}
  --mechanism NUMBERS        for other vendors, SM2's numbers from the vendor's header: keyType=0x…,generate=0x…,sign=0x…
                             and, where it is so, digest=device (it digests by itself), signature=der
  --seal CODE                code of the seal (印章编码) that the key signs for
  --organization NAME        the department, as its certificates name it; also for the certificate request
  --organization-code CODE   its unified social credit code; it becomes the seal's first unit
  --division CODE            its division, as its certificates name it; default: the first six digits of the node
  --picture FILE             seal picture (JSON), as the node's registry has it; default: a round seal with the department's name
  --province CODE            node of the province
  --province-key FILE        its public key or certificate (PEM), which you have from the province itself; copied to DIR/province.pem
  --node-key FILE            the node's own, by which signed QR texts are judged where the core sends no list of nodes' keys
  --common-name NAME         name of the seal in the request; default: the department's name
  --item CODE                catalog item that the seal may sign; may be repeated
  --core NAME=HOST:PORT      replica of the node's issue service; may be repeated

Next: have the request certified, put the certificate beside it, add the TLS files and the apps' origin keys, compare names, division and
picture with the node's registry, run "doctor".
`;

const OPTIONS = {
  directory: { type: "string" },
  agent: { type: "string" },
  node: { type: "string" },
  module: { type: "string" },
  token: { type: "string" },
  "key-files": { type: "boolean", default: false },
  "new-token": { type: "boolean", default: false },
  environment: { type: "string", multiple: true },
  key: { type: "string" },
  algorithm: { type: "string", default: "p256" },
  vendor: { type: "string" },
  mechanism: { type: "string", multiple: true },
  seal: { type: "string" },
  organization: { type: "string" },
  "organization-code": { type: "string" },
  "common-name": { type: "string" },
  item: { type: "string", multiple: true },
  core: { type: "string", multiple: true },
  division: { type: "string" },
  picture: { type: "string" },
  province: { type: "string" },
  "province-key": { type: "string" },
  "node-key": { type: "string" },
} as const;

/** `agent init`. */
export const init: Command = {
  help: HELP,
  async run(args) {
    const options = parseOptions(args, OPTIONS);
    const directory = resolve(needed(options.directory, "directory"));
    const keyLabel = needed(options.key, "key");
    const organization = needed(options.organization, "organization");
    const organizationCode = needed(options["organization-code"], "organization-code");
    const fault = socialCreditCodeFault(organizationCode);
    if (fault !== undefined) throw new Refusal("CODE_INVALID", `--organization-code ${organizationCode}: ${fault}`);
    const starter = options["key-files"]
      ? "key-files"
      : tokenOf({ ...options, environment: pairs("environment", options.environment ?? []) });
    if (starter === "key-files" && options.module !== undefined) {
      throw new Refusal("INVALID_FIELD", "--key-files stands in place of a device: leave out --module, or --key-files");
    }
    const node = needed(options.node, "node");
    const provinceKey = keyIn(needed(options["province-key"], "province-key"));
    const nodeKey = options["node-key"] === undefined ? undefined : keyIn(options["node-key"]);
    const picture = options.picture === undefined ? starterPicture(organization) : pictureIn(options.picture);
    const config = starterConfig({
      agent: needed(options.agent, "agent"),
      node,
      province: needed(options.province, "province"),
      nodeKey: nodeKey !== undefined,
      device: starter,
      cores: pairs("core", options.core ?? [needed(undefined, "core")]),
    });
    const items = options.item ?? [needed(undefined, "item")];
    const unit = { code: organizationCode, name: organization, division: options.division ?? node.slice(0, 6) };
    const policy = starterPolicy({ seal: needed(options.seal, "seal"), keyLabel, unit, items });

    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const device = await makeDevice(starter, directory, options["new-token"]);
    try {
      const key = await makeKey(device, keyLabel, options.algorithm);
      const subject = {
        country: "CN",
        organization,
        organizationCode,
        commonName: options["common-name"] ?? organization,
      };
      const sign = (bytes: Uint8Array) => device.sign(keyLabel, bytes);
      const request = await makeCertificateRequest({ subject, spki: key.publicKey, sign });
      const requestFile = join(directory, `${keyLabel}.request.pem`);
      writeFileSync(requestFile, request);
      print(`certificate request: ${requestFile}; put its certificate into ${keyLabel}.crt.pem beside it`);
    } finally {
      await device.close();
    }
    writeNew(join(directory, STARTER_NAMES.province), provinceKey);
    if (nodeKey !== undefined) writeNew(join(directory, STARTER_NAMES.nodeKey), nodeKey);
    writeNew(join(directory, pictureName(keyLabel)), picture);
    writeNew(join(directory, "agent.json"), config);
    writeNew(join(directory, "policy.json"), policy);
    return 0;
  },
};

function pairs(option: string, texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
      if (!name || !value) throw new Refusal("INVALID_FIELD", `--${option} ${text}: write NAME=VALUE`);
      return [name, value];
    }),
  );
}

/** A node's key, checked. */
function keyIn(file: string): string {
  loadNodeKey(file);
  return readFileSync(file, "utf8");
}

function pictureIn(file: string): SealPicture {
  return parseSealPicture(readFileSync(file, "utf8"));
}

function writeNew(file: string, content: object | string): void {
  if (existsSync(file)) {
    print(`${file}: there already, left as it is`);
    return;
  }
  const text = typeof content === "string" ? content : `${JSON.stringify(content, undefined, 2)}\n`;
  writeFileSync(file, text, { mode: 0o600 });
  print(`${file}: written`);
}
