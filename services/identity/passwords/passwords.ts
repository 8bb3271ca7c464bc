import { hkdfSync } from "node:crypto";
import { Refusal } from "../../domain/refusal.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { PasswordConfig } from "../../host/staff-config.ts";
import { type RefusalTally, startRefusalTally } from "../../node/refusal-tally.ts";
import type { Runtime } from "../../node/runtime.ts";
import { createPasswordHashes, type PasswordHashes } from "./password-hash.ts";
import { openPasswords, type PasswordDocument } from "./password-record.ts";

/** What passwords of a node are proven and kept with. */
export interface Passwords {
  rules: PasswordConfig;
  records: GuardedCollection<PasswordDocument>;
  hashes: PasswordHashes;
  /** Seals secrets of second factors. */
  factorKey: Uint8Array;
  /** Refused attempts, of which evidence is given. */
  refused: RefusalTally;
}

/** Opens what passwords need; `undefined` where the configuration has none, which is so by default. */
export async function openPasswordRoom(runtime: Runtime): Promise<Passwords | undefined> {
  const rules = runtime.config.staff?.passwords;
  if (!rules) return undefined;
  const { monotonic, randomBytes } = runtime;
  return {
    rules,
    records: await openPasswords(runtime),
    hashes: createPasswordHashes({ pepper: ownKey(runtime, "pepper"), randomBytes, monotonic }),
    factorKey: ownKey(runtime, "second factor"),
    refused: startRefusalTally(runtime, { kind: "password-refused", member: "account" }),
  };
}

/** The passwords of a node. Refuses with `UNIMPLEMENTED` where it has none. */
export function requirePasswords({ passwords }: { passwords: Passwords | undefined }): Passwords {
  if (passwords) return passwords;
  const message = "passwords are not switched on at this node (staff.passwords): sign in with a certificate key";
  throw new Refusal("UNIMPLEMENTED", message, {
    localizedDetail: "本节点未启用密码登录（staff.passwords），请使用数字证书Key登录",
  });
}

/** A key of this node for one use: Ed25519 signatures are the same for the same bytes, and nobody without the node's key can make this one. */
function ownKey({ nodeKey }: Runtime, use: string): Uint8Array {
  const context = `ecert.password.v1 ${use}`;
  return new Uint8Array(hkdfSync("sha256", nodeKey.sign(Buffer.from(context)), "", context, 32));
}
