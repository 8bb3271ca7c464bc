import { refuseField } from "../domain/refusal.ts";

/** Services of a core that department systems call. */
export type Area = "catalog" | "identity" | "issue" | "usage";

/** Where a core listens. */
export interface EndpointOptions {
  /** `https://host:port` of the core's public gRPC listener, or of what stands in front of its processes. */
  address: string;
  /** Addresses of services that listen by themselves, each with all its replicas; one that fails is passed over. */
  services?: Partial<Record<Area, string[]>>;
  /** PEM of the authority that signed the core's TLS certificate. Default: the system's authorities. */
  ca?: string;
}

/** How a department system reaches the platform (对接模块, 5.4.1). */
export interface ConnectorOptions {
  /** The core of the own city (or of the province, for its departments). */
  home: EndpointOptions;
  /** The province's stand-by usage address (备用用证). Without it nothing is switched. */
  standBy?: EndpointOptions;
  /** AppKey. */
  appKey: string;
  /** Secret of the app, or a function that reads it (for example from a file or a vault). Never logged. */
  appSecret: string | (() => Promise<string>);
  /** Key that signs orders (来源签名), PKCS#8 PEM, P-256 or Ed25519. Needed for issuing only. */
  origin?: { keyId: string; privateKeyPem: string };
  /**
   * Milliseconds for one call: all attempts, replicas, the stand-by and a new access token together. Default 10,000. Each call may say
   * otherwise.
   */
  timeoutMs?: number;
  /**
   * Rounds over all replicas of a service in which one of them refuses with a reason that may pass (`AGENT_AWAY`, `STORE_AWAY` …) or may
   * have worked on the request, the first round included. Default 3. What nobody has worked on (a replica that cannot be reached,
   * stops or is overloaded) is sent again until `timeoutMs` is over, however often.
   */
  attempts?: number;
  /** Calls that may be on their way to one replica at once; further ones wait within their time. Default 64: a server takes 256 of one address. */
  maxCallsInFlight?: number;
  /**
   * Bytes of requests that may be on their way to one replica at once; further ones wait within their time, and one that is larger by
   * itself goes alone. Default 4,194,304: a server holds 134,217,728 for one address, so that many connectors of one machine fit.
   */
  maxBytesInFlight?: number;
  /** Outages of the home core in a row after which usage moves to the stand-by. Default 2. Each such call is answered by the stand-by at once. */
  failuresToSwitch?: number;
  /** Milliseconds between looks at a home that was away. Default 5,000. */
  probeIntervalMs?: number;
  /** Called when usage moves to the stand-by or back. */
  onSwitch?: (place: Place) => void;
}

/** Which side serves. */
export type Place = "home" | "standBy";

/** Options with every default filled in. */
export type CheckedOptions = Required<Omit<ConnectorOptions, "standBy" | "origin" | "onSwitch">> &
  Pick<ConnectorOptions, "standBy" | "origin" | "onSwitch">;

const NUMBERS = [
  ...(["timeoutMs", "attempts", "maxCallsInFlight", "maxBytesInFlight"] as const),
  ...(["failuresToSwitch", "probeIntervalMs"] as const),
];

/** Fills in defaults. Refuses (`INVALID_FIELD`) what cannot work, before the first call. */
export function checkOptions(options: ConnectorOptions): CheckedOptions {
  const checked = {
    timeoutMs: 10_000,
    attempts: 3,
    maxCallsInFlight: 64,
    maxBytesInFlight: 4 << 20,
    failuresToSwitch: 2,
    probeIntervalMs: 5_000,
    ...options,
  };
  for (const [field, endpoint] of Object.entries({ home: options.home, standBy: options.standBy })) {
    if (endpoint) [endpoint.address, ...Object.values(endpoint.services ?? {}).flat()].forEach(checkAddress(field));
  }
  for (const field of NUMBERS) {
    if (!(checked[field] >= 1))
      throw refuseField("INVALID_FIELD", field, "must be 1 or more", "leave it out", "应大于或等于1，或不填");
  }
  return checked;
}

function checkAddress(field: string): (address: string) => void {
  return (address) => {
    if (!URL.canParse(address)) {
      throw refuseField(
        "INVALID_FIELD",
        field,
        `${address} is not a URL`,
        "give https://host:port",
        `${address}不是网址，应如https://host:port`,
      );
    }
    if (!address.startsWith("https:")) {
      throw refuseField(
        "INVALID_FIELD",
        field,
        `${address} is not https`,
        "every interface runs over TLS (5.9.3)",
        `${address}不是https，所有接口均须使用TLS（5.9.3）`,
      );
    }
  };
}
