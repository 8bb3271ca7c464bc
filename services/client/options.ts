import { Refusal, refuseField } from "../domain/refusal.ts";

/** Services of a core that department systems call. */
export type Area = "catalog" | "issue" | "usage";

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
  /** Milliseconds for one call. Default 10,000. */
  timeoutMs?: number;
  /** Attempts at one call, the first one included. Default 3. */
  attempts?: number;
  /** Failures in a row after which usage moves to the stand-by. Default 2. */
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

/** Fills in defaults. Refuses (`INVALID_FIELD`) what cannot work, before the first call. */
export function checkOptions(options: ConnectorOptions): CheckedOptions {
  const checked = {
    timeoutMs: 10_000,
    attempts: 3,
    failuresToSwitch: 2,
    probeIntervalMs: 5_000,
    ...options,
  };
  for (const [field, endpoint] of Object.entries({ home: options.home, standBy: options.standBy })) {
    if (endpoint) [endpoint.address, ...Object.values(endpoint.services ?? {}).flat()].forEach(checkAddress(field));
  }
  for (const field of ["timeoutMs", "attempts", "failuresToSwitch", "probeIntervalMs"] as const) {
    if (!(checked[field] >= 1)) throw new Refusal("INVALID_FIELD", `${field} must be 1 or more`);
  }
  return checked;
}

function checkAddress(field: string): (address: string) => void {
  return (address) => {
    if (!URL.canParse(address)) {
      throw refuseField("INVALID_FIELD", field, `${address} is not a URL`, "give https://host:port");
    }
    if (!address.startsWith("https:")) {
      throw refuseField("INVALID_FIELD", field, `${address} is not https`, "every interface runs over TLS (5.9.3)");
    }
  };
}
