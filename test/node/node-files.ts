import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../../ops/authority/authority.ts";
import type { NodeConfig, ServiceName, TlsFiles } from "../../services/host/config.ts";
import { DEFAULT_LIMITS } from "../../services/host/limits.ts";

/** PEM material of one party, as TLS clients take it. */
export interface Identity {
  cert: Buffer;
  key: Buffer;
  ca: Buffer;
}

/** A temporary folder with an authority, and what a node needs on disk. */
export interface NodeFiles {
  readonly directory: string;
  /** The trusted root, by path. */
  readonly caFile: string;
  /** Certifies `names` of one kind at a node and writes the files. */
  certify(kind: "service" | "agent" | "operator", names: [string, ...string[]], node?: string): TlsFiles;
  identity(files: TlsFiles): Identity;
  /** A configuration of node 440100 that listens on free loopback ports. */
  config(services: ServiceName[], changes?: Partial<NodeConfig>): NodeConfig;
  /** PEM file of the private key for access tokens. */
  readonly tokenKeyFile: string;
  remove(): void;
}

/** The node of these tests. */
export const NODE = "440100";

/** Makes the files. Certificates come from the trial authority of `ops`. */
export function makeNodeFiles(): NodeFiles {
  const directory = mkdtempSync(join(tmpdir(), "ecert-node-"));
  const authority = createAuthority(join(directory, "authority"));
  const caFile = write("ca.pem", authority.certificates.root);
  const tokens = ed25519("tokens");
  const nodeKey = ed25519("node");
  let serial = 0;

  return { directory, caFile, certify, identity, config, tokenKeyFile: tokens.privateKeyFile, remove };

  function write(name: string, text: string): string {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  function ed25519(name: string) {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    return {
      privateKeyFile: write(`${name}.key`, privateKey.export({ type: "pkcs8", format: "pem" }) as string),
      publicKeyFile: write(`${name}.pub`, publicKey.export({ type: "spki", format: "pem" }) as string),
    };
  }

  function certify(kind: "service" | "agent" | "operator", names: [string, ...string[]], node = NODE): TlsFiles {
    const [name, ...also] = names;
    const { certPem, keyPem } = authority.issueTls({ node, kind, name, also });
    const base = `${node}-${kind}-${name}-${serial++}`;
    return { certificateFile: write(`${base}.pem`, certPem), privateKeyFile: write(`${base}.key`, keyPem) };
  }

  function identity({ certificateFile, privateKeyFile }: TlsFiles): Identity {
    return { cert: readFileSync(certificateFile), key: readFileSync(privateKeyFile), ca: readFileSync(caFile) };
  }

  function config(services: ServiceName[], changes: Partial<NodeConfig> = {}): NodeConfig {
    const free = { address: "127.0.0.1:0" };
    return {
      node: { role: "city", code: NODE, name: "试验" },
      replica: "a",
      services,
      dataDirectory: join(directory, `data-${serial++}`),
      store: { engine: "sqlite" },
      listeners: { mesh: free, public: free, connect: free, admin: free },
      tls: { ...certify("service", services as [string, ...string[]]), caFile },
      mesh: {},
      tokens: { ...tokens, lifetimeSeconds: 600 },
      nodeKey,
      peers: [],
      limits: { ...DEFAULT_LIMITS, streams: 100, messageBytes: 1 << 20 },
      clockSkewMs: 1_000,
      clockToleranceMs: 30_000,
      log: { level: "silent" },
      ...changes,
    };
  }

  function remove(): void {
    rmSync(directory, { recursive: true, force: true });
  }
}
