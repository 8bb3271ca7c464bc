/** An open listener of any kind. */
export interface Listener {
  /** Where it listens, `host:port`. */
  readonly address: string;
  /** Tells health checks whether calls are welcome. */
  setServing(serving: boolean): void;
  /** Takes no new connections and calls; resolves when those being served have ended. */
  drain(): Promise<void>;
  /** Ends every connection at once. */
  close(): void;
}

/** Host and port of `host:port`; IPv6 hosts stand in brackets. Throws `TypeError` on anything else. */
export function splitAddress(address: string): { host: string; port: number } {
  const match = /^(?:\[([0-9A-Fa-f:]+)\]|([^\s:/[\]]+)):([0-9]{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port > 65_535) throw new TypeError(`${address} is not host:port`);
  return { host, port };
}

/** `host:port`, with brackets around an IPv6 host. */
export function joinAddress(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
