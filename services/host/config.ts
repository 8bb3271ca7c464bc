import type { SignerFiles } from "../domain/authority-files.ts";
import type { HolderPageSettings } from "../domain/holder-page.ts";
import type { ExtensionConfig } from "./extension-config.ts";
import type { HolderProvider } from "./holder-provider.ts";
import type { Limits } from "./limits.ts";
import type { NodeRole } from "./roles.ts";
import type { ServiceName } from "./services.ts";
import type { StaffConfig } from "./staff-config.ts";

export type { ServiceName } from "./services.ts";

/** A certificate and its key, PEM, by path. */
export interface TlsFiles {
  certificateFile: string;
  privateKeyFile: string;
}

/** Least level of the log that is written. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/** Configuration of one process, as {@link loadConfig} gives it: defaults filled in, paths absolute. */
export interface NodeConfig {
  /** `code` is the division code. */
  node: { role: NodeRole; code: string; name: string };
  /** Name of this replica, for example `a`. */
  replica: string;
  /** Services that this process mounts. */
  services: ServiceName[];
  dataDirectory: string;
  /**
   * Each service has a database of its own: a file under `<dataDirectory>/store`, or the MongoDB database
   * `<database>_<service>`. The connection string holds a password, so it stands in a file.
   */
  store: { engine: "sqlite"; maximumBytes?: number } | { engine: "mongodb"; uriFile: string; database: string };
  listeners: {
    /** gRPC with mutual TLS for services, agents, nodes. */
    mesh?: { address: string };
    /** gRPC with TLS and access tokens for department systems. */
    public?: { address: string; tls?: TlsFiles };
    /** Connect, gRPC-Web and gRPC for browsers and curl. Asks for client certificates only where there is no `mutual`. */
    connect?: { address: string; tls?: TlsFiles };
    /** The same for who shows a client certificate: apps whose tokens are bound to theirs, operators and services that use Connect. */
    mutual?: { address: string; tls?: TlsFiles };
    /** HTTPS that asks for the certificate of a member of staff; beside the identity service, which needs `staff` for it. */
    signIn?: { address: string; tls?: TlsFiles };
    /** Health and metrics, loopback only. */
    admin?: { address: string };
  };
  /** Certificate of this process; it carries `ecert://<node>/service/<name>` for each service mounted here. */
  tls: TlsFiles & { caFile: string };
  /** Addresses of services of this node that are not mounted here. */
  mesh: Partial<Record<ServiceName, { addresses: string[] }>>;
  /** Mesh addresses of the other processes that mount the first service of this one, so that who looks at the node (运维) sees all of them. */
  siblings?: string[];
  /**
   * Ed25519 keys (PEM) for access tokens. Only a process that mounts the identity service has the private one. Tokens
   * of `otherPublicKeyFiles` are taken, too: the key that signs next, until every process knows it, and the one before, until its last token
   * has ended.
   */
  tokens: { publicKeyFile: string; privateKeyFile?: string; otherPublicKeyFiles?: string[]; lifetimeSeconds: number };
  /**
   * OAuth 2 beside the call for tokens. `issuer`: URL of the Connect listener of the identity service, as apps reach it; the same in every
   * process of a node. Absent: no endpoints of OAuth 2, and none of their tokens is taken. `certificateUrl`: URL of the listener `mutual` beside
   * it, where apps prove themselves by certificate; default: the issuer, which asks for certificates where there is no such listener.
   */
  oauth?: { issuer: string; certificateUrl?: string };
  /** The node's own Ed25519 key (PEM). */
  nodeKey: { publicKeyFile: string; privateKeyFile: string };
  peers: {
    node: string;
    name: string;
    role: NodeRole;
    publicKeyFile: string;
    /** Addresses of the peer's services, as far as they can be reached from here. */
    services: Partial<Record<ServiceName, { addresses: string[] }>>;
  }[];
  /**
   * Authorities that signing certificates of departments and seal makers must come from, and their revocation lists (PEM).
   * Required where signatures are checked: the issue service does not start without it.
   */
  signers?: SignerFiles;
  /** The time stamp authority (RFC 3161) that stamps what departments sign; goes with `signers.timeStamps`. */
  timeStamp?: {
    /** `http://…` or `https://…`, as the authority publishes it. */
    url: string;
    /** False: a certificate is issued without time stamps where the authority fails. */
    required: boolean;
    /** Milliseconds for one stamp. */
    timeoutMs: number;
    /** Hash of the imprint: `sm3` for national authorities. */
    hash: "sha256" | "sm3";
    /** Policy (object identifier) to ask for; default: the authority's own. */
    policy?: string;
    /** Authorities of the server's TLS certificate (PEM); default: those that Node trusts. */
    caFile?: string;
  };
  nats?: { servers: string[]; tls: TlsFiles & { caFile: string }; domain?: string };
  /** `compareEveryMs`: pause between two comparisons of the archive with each node (4.6.2); 0: only on request. */
  sync?: { compareEveryMs: number };
  /** Where holders sign in (5.5.2). Absent: no holder is known here. */
  holders?: { providers: HolderProvider[] };
  /** Members of staff, who sign in with their certificate key (5.9.2). Absent: nobody does here. */
  staff?: StaffConfig;
  /** List of divisions (行政区划) that the governance service begins with, in the form of its own. Absent: that of the real province. */
  divisionsFile?: string;
  /**
   * Work on screen: `originKeyFile` is the private key (PEM, Ed25519 or P-256) by which the issue service signs orders of staff; agents list its public
   * key as origin key `<node>-console` of the department's console app. Absent: staff make what is opened as attested alone.
   */
  console?: { originKeyFile: string };
  /**
   * This node is a sandbox (沙箱, 6.2.4), in which departments try out their systems: same core, own data, keys and tokens. Its code is `TEST`
   * and that of a division, it has neither peers nor `nats`, and mounts every service in one process. `keptCalls`: how many calls of
   * each app are kept for its department to look at.
   */
  sandbox?: { keptCalls: number };
  /** Sandboxes by their node keys (PEM): their signed reports are believed here, and nothing else of them. */
  sandboxes?: { node: string; publicKeyFile: string }[];
  /**
   * What procedures ask for. `openings.sandboxReport`: whether a system must have passed in a sandbox before an opening names it (6.4.5.1, 6.4.6.1). Default: see
   * `sandboxReportNeeded`.
   */
  governance?: { openings: { sandboxReport: "required" | "optional" } };
  /**
   * The screens, as `npm run build-screens` has built them, on the Connect listener (`call/pages`). Absent: there are none here. `holders`: how holders
   * sign in to the page `/mine/`; without it there is no such page. Its tokens are judged as `holders` says.
   */
  screens?: { builtDirectory: string; holders?: HolderPageSettings };
  limits: Limits;
  /**
   * Fonts for rare characters, asked in this order for Chinese characters that Noto Serif SC lacks; the same on agents. Default:
   * HanaMinB where Debian's package fonts-hanazono has put it.
   */
  fonts?: { fontFile: string; sha256: string }[];
  /** A city's own features (4.1.3), for the extension service and, where orders are checked, the issue service; the same in all processes. */
  extensions?: ExtensionConfig[];
  /** Milliseconds that clocks of other machines may differ. */
  clockSkewMs: number;
  /** Milliseconds by which the clock of this process may differ from what its sources tell before it makes and signs nothing more. */
  clockToleranceMs: number;
  /** Default level: info. */
  log?: { level: LogLevel };
}
