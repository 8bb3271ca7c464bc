import { randomInt } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { TokenLook } from "../device/driver-protocol.ts";
import { createPkcs11Device, type Pkcs11Device } from "../device/pkcs11-device.ts";
import { print } from "./arguments.ts";
import { writeNew } from "./init-files.ts";
import type { InitOrder } from "./init-order.ts";
import { checkRequest } from "./init-request.ts";
import { heldKey } from "./make-key.ts";
import { isSoftHsm, softFolderMissing, softTokenFolder } from "./soft-token.ts";
import type { OpenStarter, Token } from "./starter-device.ts";
import { STARTER_NAMES } from "./starter-files.ts";
import { checkLook, checkModule, checkPins } from "./token-checks.ts";

/** A token in a device with a PKCS#11 library. */
export function tokenStarter(order: InitOrder, token: Token): OpenStarter {
  const { directory, newToken, keyLabel, kind } = order;
  const { module, environment, tokenLabel } = token;
  checkModule(module);
  const folder = isSoftHsm(module) ? softTokenFolder(environment) : undefined;
  const [pinFile, soPinFile] = [join(directory, STARTER_NAMES.pin), join(directory, STARTER_NAMES.soPin)];
  checkPins(pinFile, soPinFile, newToken);
  const device = createPkcs11Device({ ...token, pinFile });
  let seen: TokenLook | undefined;
  // Not every device tells that a PIN was set: who asks for no new token says so.
  const isOpen = ({ token: found }: TokenLook) => found !== undefined && (found.pinSet || !newToken);
  return {
    device,
    async check() {
      seen = await device.look();
      if (folder === undefined && /softhsm/i.test(seen.maker)) throw softFolderMissing();
      checkLook(order, token, seen, { pin: existsSync(pinFile), soPin: existsSync(soPinFile) });
      checkRequest(order, isOpen(seen) ? await heldKey(device, keyLabel, kind) : undefined);
    },
    makeSecrets(begun) {
      // Those of a token that is there cannot be made: they are put there.
      if (!newToken || seen?.token) return;
      for (const name of [STARTER_NAMES.pin, STARTER_NAMES.soPin]) {
        const secret = Array.from({ length: 12 }, () => randomInt(10)).join("");
        if (writeNew(directory, name, secret, begun)) print(`${name} was made at random; keep a copy under lock`);
      }
    },
    async makeToken(begun) {
      if (!newToken) return;
      begun.goOn();
      if (seen?.token?.pinSet) {
        print(`token ${tokenLabel}: there already, left as it is`);
        return;
      }
      if (!seen?.token) begun.doing(`token ${tokenLabel}`, takingBack(device, folder));
      await device.initialize(soPinFile);
      print(`token ${tokenLabel}: ${seen?.token ? "begun by an earlier run; its user PIN is set now" : "initialised"}`);
    },
  };
}

/**
 * How a token that is about to be made is taken back. PKCS#11 knows no way, so that one in a device stays; one of SoftHSM is the folder that
 * has come since, whose name ends with its serial number.
 */
function takingBack(device: Pkcs11Device, folder: string | undefined): () => Promise<void> {
  const before = new Set(folder === undefined ? [] : readdirSync(folder));
  return async () => {
    const { token } = await device.look();
    if (!token) return;
    const made = (folder === undefined ? [] : readdirSync(folder)).filter(
      (name) => !before.has(name) && name.replaceAll("-", "").endsWith(token.serial),
    );
    const [name, another] = made;
    if (folder === undefined || name === undefined || another !== undefined) {
      throw new Error("a token that was initialised stays so");
    }
    await device.close();
    rmSync(join(folder, name), { recursive: true });
  };
}
