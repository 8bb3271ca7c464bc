import { isIPv6 } from "node:net";

/**
 * What an address counts as where callers are limited by address: an IPv4 address as itself, however it is written; an IPv6
 * address as its /64, since whoever has one of those has them all. Calls inside a process (no address) count as one.
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return "inside";
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const [plain = ""] = address.split("%");
  if (!isIPv6(plain)) return address;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const behind = tail === undefined || tail === "" ? [] : tail.split(":");
  // A dotted IPv4 tail stands for two groups.
  const written = groups.length + behind.length + (plain.includes(".") ? 1 : 0);
  const all = tail === undefined ? groups : [...groups, ...Array<string>(8 - written).fill("0"), ...behind];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
