import { existsSync, readFileSync, statSync } from "node:fs";
import type { TokenLook } from "../device/driver-protocol.ts";
import { MIN_PIN_LENGTH } from "../device/pin-file.ts";
import { refuseOption } from "./arguments.ts";
import type { InitOrder } from "./init-order.ts";

import { mechanismFor, type Token } from "./starter-device.ts";

/** Holds that the vendor's library is a file that can be read; whether it is a PKCS#11 library shows once it is loaded. */
export function checkModule(module: string): void {
  if (statSync(module, { throwIfNoEntry: false })?.isFile()) return;
  throw refuseOption("INVALID_FIELD", "--module", {
    description: `${module} is no file`,
    remedy: "name the PKCS#11 library of the device's vendor",
    localized: `${module} 不存在；请指定加密设备厂商的PKCS#11库`,
  });
}

/** Holds that the PIN files that are there can be read and hold a PIN; a token that is there needs its user PIN. */
export function checkPins(pinFile: string, soPinFile: string, newToken: boolean): void {
  for (const file of newToken ? [pinFile, soPinFile] : [pinFile]) {
    if (newToken && !existsSync(file)) continue;
    const why = pinFault(file, newToken ? MIN_PIN_LENGTH : 1);
    if (why === undefined) continue;
    throw refuseOption("INVALID_FIELD", "--directory", {
      description: `${file}: ${why}`,
      remedy: "put the PIN there, for its owner alone (mode 0600)",
      localized: `${file} 缺失、无法读取或口令过短；请把口令写入该文件（权限0600）`,
    });
  }
}

function pinFault(file: string, length: number): string | undefined {
  try {
    const found = readFileSync(file, "utf8").trimEnd().length;
    return found < length ? `a PIN has at least ${length} characters` : undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "cannot be read";
  }
}

/** Holds that the device can do what is asked for, and that its token is the one that is meant. `there` tells which PIN files there are. */
export function checkLook(
  { directory, newToken, kind }: InitOrder,
  token: Token,
  look: TokenLook,
  there: { pin: boolean; soPin: boolean },
): void {
  const { tokenLabel: label } = token;
  if (!look.token && !newToken) {
    throw refuseOption("DEVICE_AWAY", "--token", {
      description: `there is no token with label ${label}, but: ${look.others.join(", ") || "none"}`,
      remedy: "name one that is there, plug the device in, or have one made by --new-token",
      localized: `没有标签为 ${label} 的令牌；请核对标签、接入设备，或以 --new-token 新建`,
    });
  }
  if (!look.token && !look.free) {
    throw refuseOption("DEVICE_FAULT", "--new-token", {
      description: "every slot of the device holds an initialised token",
      remedy: "free one by the vendor's tool, or use a token that is there",
      localized: "设备没有空闲的槽位；请用厂商工具释放，或使用已有令牌",
    });
  }
  if (look.token && newToken && !there.pin) {
    throw refuseOption("ALREADY_EXISTS", "--token", {
      description: `a token with label ${label} is there, and its PIN is not in ${directory}/pin`,
      remedy: "choose another label; if it is this agent's own, put its PIN there and leave out --new-token",
      localized: `已有标签为 ${label} 的令牌，而 ${directory}/pin 中没有其口令；请另选标签，或写入口令并去掉 --new-token`,
    });
  }
  if (look.token && newToken && !look.token.pinSet && !there.soPin) {
    throw refuseOption("ALREADY_EXISTS", "--token", {
      description: `token ${label} is initialised, but was never given a user PIN`,
      remedy: `put the security officer's PIN into ${directory}/so-pin, or choose another label`,
      localized: `令牌 ${label} 已初始化但未设用户口令；请把安全员口令写入 ${directory}/so-pin，或另选标签`,
    });
  }
  const { generate, sign, algorithm } = mechanismFor(token, kind);
  const missing = [generate, sign].filter((number) => !look.mechanisms.includes(number));
  if (missing.length === 0) return;
  const numbers = missing.map((number) => `0x${number.toString(16)}`).join(", ");
  throw refuseOption("INVALID_FIELD", "--algorithm", {
    description: `the device has no mechanism ${numbers}, by which ${algorithm} is made and used`,
    remedy: "choose another algorithm, or give the device's numbers by --vendor or --mechanism",
    localized: `设备没有算法 ${algorithm} 所需的机制 ${numbers}；请另选算法，或以 --vendor、--mechanism 指明`,
  });
}
