import { isSandboxNode } from "../../services/domain/sandbox.ts";
import { splitAddress } from "../../services/host/listener.ts";
import type { NodeRole } from "../../services/host/roles.ts";
import { SANDBOX_SERVICES } from "../../services/host/sandbox-config.ts";
import { SERVICES, type ServiceName } from "../../services/host/services.ts";
import { LEAF_DOMAIN } from "../nats/config.ts";

/** What a node is begun with. */
export interface NodeFacts {
  role: NodeRole;
  /** Division code; with the mark before it: a sandbox of that division (6.2.4), which has neither broker nor peers. */
  code: string;
  name: string;
  /** Host names and addresses by which the node is reached: its certificates bear them. */
  hosts: readonly string[];
  /** Name of the first operator. */
  operator: string;
  /** Where each listener binds, `host:port`. */
  listeners: { mesh: string; public: string; connect: string; admin: string; signIn?: string };
  /** Address of the node's own NATS server for its services, `host:port`; a sandbox has none. */
  nats: string;
  dataDirectory: string;
  /** File with the connection string of MongoDB. Absent: SQLite in the data directory. */
  mongodbUriFile?: string;
}

/** Names of what lies in a node's folder, relative to it. */
export const NODE_FILES = {
  config: "core.json",
  nodeKey: "keys/node.key.pem",
  nodePublicKey: "keys/node.pem",
  tokenKey: "keys/tokens.key.pem",
  tokenPublicKey: "keys/tokens.pem",
  meshAuthority: "tls/ca.pem",
  signerRoot: "signers/root.crt.pem",
  signerAuthority: "signers/signing.crt.pem",
  signerRootList: "signers/root.crl.pem",
  signerList: "signers/signing.crl.pem",
  staffAuthority: "staff/authority.crt.pem",
  staffList: "staff/authority.crl.pem",
} as const;

/** The TLS certificates that nodes need: of the core, of its NATS server, of its first operator. */
const TLS_OF = ["core", "nats", "operator"] as const;

/** Those that a node needs; a sandbox has no NATS server. */
export function tlsOf(code: string): (typeof TLS_OF)[number][] {
  return TLS_OF.filter((name) => name !== "nats" || !isSandboxNode(code));
}

/** Key, request and certificate of one of them. */
export function tlsFilesOf(name: (typeof TLS_OF)[number]) {
  return { key: `tls/${name}.key.pem`, request: `tls/${name}.request.pem`, certificate: `tls/${name}.crt.pem` };
}

/** Services of a node's one process. A department's edition makes and issues only (5.2.3). */
function servicesOf({ role, code }: Pick<NodeFacts, "role" | "code">): ServiceName[] {
  if (isSandboxNode(code)) return SANDBOX_SERVICES;
  return SERVICES.filter(({ inDepartment }) => inDepartment || role !== "department").map(({ name }) => name);
}

/** The names in each certificate, `ecert://<node>/<kind>/<name>`. */
export function urisOf({ role, code, operator }: NodeFacts): Record<(typeof TLS_OF)[number], string[]> {
  return {
    core: servicesOf({ role, code }).map((name) => `ecert://${code}/service/${name}`),
    nats: [`ecert://${code}/service/nats`],
    operator: [`ecert://${code}/operator/${operator}`],
  };
}

/** The first configuration: one process with all services, no peer yet. Relative paths are beside the file. */
export function starterConfig(facts: NodeFacts) {
  const { role, code, name, hosts, listeners, nats, dataDirectory, mongodbUriFile } = facts;
  const { certificate, key } = tlsFilesOf("core");
  const tls = { certificateFile: certificate, privateKeyFile: key, caFile: NODE_FILES.meshAuthority };
  return {
    node: { role, code, name },
    replica: "a",
    services: servicesOf({ role, code }),
    dataDirectory,
    store:
      mongodbUriFile === undefined
        ? { engine: "sqlite" }
        : { engine: "mongodb", uriFile: mongodbUriFile, database: `ecert_${code}` },
    listeners: Object.fromEntries(Object.entries(listeners).map(([listener, address]) => [listener, { address }])),
    tls,
    tokens: { publicKeyFile: NODE_FILES.tokenPublicKey, privateKeyFile: NODE_FILES.tokenKey },
    oauth: { issuer: `https://${hosts[0]}:${splitAddress(listeners.connect).port}` },
    nodeKey: { publicKeyFile: NODE_FILES.nodePublicKey, privateKeyFile: NODE_FILES.nodeKey },
    peers: [],
    signers: {
      anchorFiles: [NODE_FILES.signerRoot],
      intermediateFiles: [NODE_FILES.signerAuthority],
      revocationListFiles: [NODE_FILES.signerRootList, NODE_FILES.signerList],
    },
    ...(listeners.signIn !== undefined && { staff: staffOf(hosts[0], listeners.connect, listeners.signIn) }),
    ...(isSandboxNode(code)
      ? { sandbox: {} }
      : { nats: { servers: [nats], tls, ...(role !== "province" && { domain: LEAF_DOMAIN }) } }),
  };
}

/** How staff sign in: browsers reach both listeners by the node's first host name. */
function staffOf(host: string | undefined, connect: string, signIn: string) {
  const originOf = (address: string) => `https://${host}:${splitAddress(address).port}`;
  return {
    origin: originOf(connect),
    signInOrigin: originOf(signIn),
    authorities: { anchorFiles: [NODE_FILES.staffAuthority], revocationListFiles: [NODE_FILES.staffList] },
  };
}
