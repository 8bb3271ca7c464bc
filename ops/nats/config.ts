/** Certificate, key and authority of a NATS server, PEM, absolute paths. */
export interface NatsTls {
  certificateFile: string;
  privateKeyFile: string;
  /** Authority whose certificates are accepted. */
  caFile: string;
}

/** The province's hub: the only server that keeps streams. */
export interface HubOptions {
  /** Division code of the province. */
  province: string;
  /** Division codes of the nodes that connect with a leaf. */
  nodes: readonly string[];
  /** `host:port` for the province's own services. */
  listen: string;
  /** `host:port` for leaves. */
  leafListen: string;
  storeDirectory: string;
  /** Bytes that all streams together may take. Default 8 GiB. */
  maxStoreBytes?: number;
  tls: NatsTls;
}

/** The leaf server beside a city or department core. It keeps nothing. */
export interface LeafOptions {
  /** Division code of its node. */
  node: string;
  /** `host:port` for the node's own services. */
  listen: string;
  /** `host:port` of the hub's leaf listener; the host must be a name in the hub's certificate. */
  hub: string;
  tls: NatsTls;
}

/**
 * Name under which a leaf's account reaches the streams: `nats.domain` in a node's configuration. It differs from the hub's
 * own domain on purpose: the server answers for that itself, in an account that has no streams.
 */
export const LEAF_DOMAIN = "province";

/** Largest message: an event with a whole record, or a piece of a blob, with room to spare. */
const MAX_PAYLOAD = 8 << 20;

/**
 * Configuration of the hub. The streams lie in the province's account. A node's account holds nothing but what is imported
 * for it: publishing under its own `ecert.<node>.up.>` and pulling from the consumers of its own `DOWN_<node>`, which the
 * province makes. So a node can neither read nor forge what belongs to another, nor alter or purge a stream, even if its
 * leaf is taken over. Who is who comes from the
 * URI in the client certificate (`verify_and_map`): `ecert://<province>/service/sync` and `ecert://<node>/service/nats`.
 */
export function hubConfig(options: HubOptions): string {
  const { province, nodes, listen, leafListen, storeDirectory, maxStoreBytes = 8 * 2 ** 30, tls } = options;
  return lines(
    ...server(`hub-${province}`, listen, tls),
    `jetstream { store_dir: ${text(storeDirectory)}, domain: hub, max_mem: 67108864, max_file: ${maxStoreBytes} }`,
    "accounts {",
    "  PROVINCE {",
    "    jetstream: enabled",
    `    users: [ { user: ${text(machine(province, "sync"))} } ]`,
    "    exports: [",
    ...nodes.flatMap((node) => rights(node).map((right) => `      ${exported(node, right)}`)),
    "    ]",
    "  }",
    ...nodes.flatMap((node) => [
      `  ${account(node)} {`,
      "    imports: [",
      ...rights(node).map((right) => `      ${imported(right)}`),
      "    ]",
      "  }",
    ]),
    "}",
    "leafnodes {",
    `  listen: ${text(leafListen)}`,
    `  ${tlsBlock(tls, true)}`,
    "  authorization { users: [",
    ...nodes.map((node) => `    { user: ${text(machine(node, "nats"))}, account: ${account(node)} }`),
    "  ] }",
    "}",
  );
}

/**
 * Configuration of a leaf. No JetStream: a leaf that kept messages could lose its tail and skip events in silence, so the
 * node publishes through it into the hub's stream and takes nothing for sent that the hub has not acknowledged.
 */
export function leafConfig({ node, listen, hub, tls }: LeafOptions): string {
  return lines(
    ...server(`leaf-${node}`, listen, tls),
    `accounts { NODE { users: [ { user: ${text(machine(node, "sync"))} } ] } }`,
    "leafnodes {",
    '  reconnect: "1s"',
    `  remotes: [ { url: ${text(`tls://${hub}`)}, account: NODE, ${tlsBlock(tls, false)} } ]`,
    "}",
  );
}

/** Something that a node's account may do on the hub. `local` is the subject in the node's account where it differs. */
interface Right {
  subject: string;
  local?: string;
  /** The answer is many messages. */
  stream?: boolean;
}

function rights(node: string): Right[] {
  const down = `DOWN_${node}`;
  const api = (call: string): Right => ({ subject: `$JS.API.${call}`, local: `$JS.${LEAF_DOMAIN}.API.${call}` });
  return [
    { subject: `ecert.${node}.up.>` },
    api(`CONSUMER.INFO.${down}.*`),
    { ...api(`CONSUMER.MSG.NEXT.${down}.*`), stream: true },
    { subject: `$JS.ACK.${down}.>` },
  ];
}

function exported(node: string, { subject, stream }: Right): string {
  const many = stream ? ", response_type: stream" : "";
  return `{ service: ${text(subject)}, accounts: [ ${account(node)} ]${many} }`;
}

function imported({ subject, local }: Right): string {
  const to = local === undefined ? "" : `, to: ${text(local)}`;
  return `{ service: { account: PROVINCE, subject: ${text(subject)} }${to} }`;
}

function server(name: string, listen: string, tls: NatsTls): string[] {
  return [
    `server_name: ${text(name)}`,
    `listen: ${text(listen)}`,
    `max_payload: ${MAX_PAYLOAD}`,
    // A peer that hangs without closing is noticed within seconds; the default takes minutes.
    'ping_interval: "3s"',
    "ping_max: 2",
    tlsBlock(tls, true),
  ];
}

function tlsBlock({ certificateFile, privateKeyFile, caFile }: NatsTls, accepting: boolean): string {
  const files = `cert_file: ${text(certificateFile)}, key_file: ${text(privateKeyFile)}, ca_file: ${text(caFile)}`;
  return `tls { ${files}${accepting ? ", verify_and_map: true" : ""} }`;
}

function machine(node: string, service: string): string {
  return `ecert://${node}/service/${service}`;
}

function account(node: string): string {
  if (!/^[0-9A-Za-z-]{1,40}$/.test(node)) throw new TypeError(`node ${node}: letters, digits and dashes only`);
  return `NODE_${node}`;
}

function text(value: string): string {
  return JSON.stringify(value);
}

function lines(...all: string[]): string {
  return `${all.join("\n")}\n`;
}
