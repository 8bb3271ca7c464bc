/**
 * The party behind an address, for limits: an IPv4 address as it is, of an IPv6 address the first 64 bits, since whoever has one
 * of those has all. Without an address (inside a process, a connection that has gone) all share one.
 */
export function addressGroup(address: string | undefined): string {
  if (address === undefined) return "";
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1] as string;
  const [head = "", tail] = (address.split("%", 1)[0] as string).toLowerCase().split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(gap).fill("0"), ...right].map((group) => group.replace(/^0+(?=.)/, ""));
  return `${groups.slice(0, 4).join(":")}::/64`;
}
