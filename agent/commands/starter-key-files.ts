import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createKeyFileDevice } from "../device/key-file-device.ts";
import { print } from "./arguments.ts";
import { makeDirectory, writeNew } from "./init-files.ts";
import type { InitOrder } from "./init-order.ts";
import { checkRequest } from "./init-request.ts";
import { heldKey } from "./make-key.ts";
import type { OpenStarter } from "./starter-device.ts";
import { STARTER_NAMES } from "./starter-files.ts";

/** Key files in place of a device, for trials. */
export function keyFilesStarter(order: InitOrder): OpenStarter {
  const { directory, keyLabel, kind } = order;
  const keys = join(directory, STARTER_NAMES.keys);
  const device = createKeyFileDevice({ directory: keys, passphraseFile: join(directory, STARTER_NAMES.passphrase) });
  return {
    device,
    async check() {
      checkRequest(order, existsSync(keys) ? await heldKey(device, keyLabel, kind) : undefined);
    },
    makeSecrets(begun) {
      makeDirectory(keys, begun);
      writeNew(directory, STARTER_NAMES.passphrase, randomBytes(24).toString("base64url"), begun);
      print("keys are in files: a trial host, whose certificates must not count");
    },
    makeToken: async () => undefined,
  };
}
