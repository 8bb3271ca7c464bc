import { createPkcs11Device } from "../../agent/device/pkcs11-device.ts";
import { makeSoftHsmToken, type SoftHsmToken } from "../fixtures/softhsm.ts";
import { type AgentHouse, buildHouse } from "./agent-house.ts";

/** A department's host whose key `p256` lies in a token. */
export interface TokenHouse {
  readonly house: AgentHouse;
  /** The token, as an agent's configuration names it. */
  readonly device: { module: string; tokenLabel: string; pinFile: string; environment: Record<string, string> };
  /** Where the token's objects lie. */
  readonly tokenDirectory: SoftHsmToken["tokenDirectory"];
  close(): Promise<void>;
}

/** Makes token and host. */
export async function openTokenHouse(): Promise<TokenHouse> {
  const token = await makeSoftHsmToken({ keys: [{ label: "p256", algorithm: "p256" }] });
  const { module, tokenLabel, pinFile, env: environment } = token;
  const device = { module, tokenLabel, pinFile, environment };
  const opened = createPkcs11Device(device);
  const holders = (await opened.keys()).map(({ label, publicKey }) => ({
    label,
    publicKey,
    sign: (bytes: Uint8Array) => opened.sign(label, bytes),
  }));
  const house = await buildHouse(holders);
  await opened.close();
  return {
    house,
    device,
    tokenDirectory: token.tokenDirectory,
    async close() {
      house.dispose();
      await token.dispose();
    },
  };
}
