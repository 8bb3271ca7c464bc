import { VENDORS } from "../device/vendor-presets.ts";
import type { Command } from "./arguments.ts";
import { type Begun, begin } from "./begun.ts";
import { makeDirectory, writeNew } from "./init-files.ts";
import { type InitOrder, orderOf } from "./init-order.ts";
import { checkPlaces } from "./init-places.ts";
import { makeRequest } from "./init-request.ts";
import { makeKey } from "./make-key.ts";
import type { OpenStarter } from "./starter-device.ts";
import { keyFilesStarter } from "./starter-key-files.ts";
import { tokenStarter } from "./starter-token.ts";

const HELP = `Makes token, key, certificate request and a configuration to begin with. Everything is checked before the device is touched; where a
step fails, or a signal stops it, what this run made is taken back. Run again it adds what is missing and changes nothing that is there.

  node ops/launch.mjs agent init --directory DIR --agent NAME --node CODE (--module FILE --token LABEL | --key-files) --key LABEL
      --seal CODE --organization NAME --organization-code CODE --item CODE… --province CODE --province-key FILE
      --core NAME=HOST:PORT… [options]

  --directory DIR            where configuration, policy, PIN files and request are kept
  --agent NAME               name of the agent, as in its TLS certificate ecert://<node>/agent/<name>
  --node CODE                division code of the node whose cores it serves
  --module FILE              PKCS#11 library of the device's vendor
  --token LABEL              label of the token
  --new-token                initialises a free slot; PINs are read from DIR/pin and DIR/so-pin, or made there at random
  --environment NAME=VALUE   variable that the library needs; may be repeated. SoftHSM needs SOFTHSM2_CONF, a file that names its
                             token folder: what this shell has there does not count
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
  --admin HOST:PORT          loopback address for health and metrics; default: none

Next: have the request certified, put the certificate beside it, add the TLS files and the apps' origin keys, compare names, division and
picture with the node's registry, run "doctor".
`;

/** `agent init`. */
export const init: Command = {
  help: HELP,
  async run(args) {
    const order = orderOf(args);
    checkPlaces(order);
    const starter = order.starter === "key-files" ? keyFilesStarter(order) : tokenStarter(order, order.starter);
    const begun = begin();
    try {
      await starter.check();
      await make(order, starter, begun);
      return 0;
    } catch (error) {
      await begun.takeBack();
      throw error;
    } finally {
      begun.end();
      await starter.device.close();
    }
  },
};

/** What is written goes first, the device last: a disk that is full or not ours costs no token. */
async function make(order: InitOrder, starter: OpenStarter, begun: Begun): Promise<void> {
  const { directory, keyLabel, kind, files } = order;
  makeDirectory(directory, begun);
  starter.makeSecrets(begun);
  for (const [name, content] of files) writeNew(directory, name, content, begun);
  await starter.makeToken(begun);
  const key = await makeKey(starter.device, keyLabel, kind, begun);
  await makeRequest(order, starter.device, key, begun);
}
