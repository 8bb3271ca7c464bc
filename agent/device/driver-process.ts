/**
 * The driver process: the only place that loads a vendor's library, so that its crash costs one child and not the daemon.
 * It ends when its parent does (the channel closes), and finalises the module then.
 */
import type { DriverAnswer, DriverRequest, FromDriver, ToDriver } from "./driver-protocol.ts";
import { Token } from "./token.ts";
import { faultOf } from "./token-fault.ts";
import { initializeToken } from "./token-initialize.ts";
import { generateKey, listKeys, removeKey } from "./token-keys.ts";
import { lookAtToken } from "./token-look.ts";
import { signMessage } from "./token-sign.ts";

let token: Token | undefined;

function answer(request: DriverRequest): DriverAnswer {
  try {
    if (!token) throw new Error("the driver was not set up");
    switch (request.op) {
      case "sign":
        return { ok: true, signature: signMessage(token, request.label, request.message) };
      case "keys":
        return { ok: true, keys: listKeys(token) };
      case "generate":
        return { ok: true, keys: [generateKey(token, request.label, request.algorithm, request.rsaBits)] };
      case "remove":
        removeKey(token, request.label, request.publicKey);
        return { ok: true, keys: [] };
      case "look":
        return { ok: true, look: lookAtToken(token) };
      case "about":
        return { ok: true, about: token.about() };
      case "initialize":
        initializeToken(token, request.soPinFile);
        return { ok: true, keys: [] };
      case "lose-sessions":
        token.loseSessions();
        return { ok: true, keys: [] };
    }
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

process.on("message", (message: ToDriver) => {
  if (message.kind === "open") {
    token = new Token(message.options);
    return;
  }
  const answers: FromDriver = { id: message.id, answers: message.requests.map(answer) };
  process.send?.(answers);
});

process.on("disconnect", () => {
  token?.finalize();
  process.exit(0);
});
// The parent drains before it ends its children: a signal to the whole process group must not be faster.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
