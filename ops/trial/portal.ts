import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { httpsFetch } from "../../services/base/https-fetch.ts";
import type { HolderPageSettings } from "../../services/domain/holder-page.ts";
import type { HolderProvider } from "../../services/host/holder-provider.ts";
import type { Authority } from "../authority/authority.ts";
import { pageConfig, providerConfig } from "../portal/claims.ts";
import { freePorts } from "./ports.ts";
import type { Program } from "./process.ts";

/** The trial's stand-in for the government portal, where holders sign in. */
export interface TrialPortal {
  /** Its issuer. */
  url: string;
  /** Authority of its TLS certificate. */
  caFile: string;
  /** How cores read its tokens. */
  provider: HolderProvider;
  /** How the page of holders signs them in. */
  page: HolderPageSettings;
}

/** Chooses the portal's address and makes its TLS certificate; `program` serves it, and sends browsers back to `pages`. */
export async function planPortal(
  directory: string,
  logDirectory: string,
  authority: Authority,
  caFile: string,
  pages: readonly string[],
): Promise<{ portal: TrialPortal; program: Program }> {
  const [port] = await freePorts(1);
  const url = `https://localhost:${port}`;
  const { certPem, keyPem } = authority.issueTls({ node: "portal", kind: "service", name: "portal", days: 365 });
  const [certificate, key] = [join(directory, "portal.pem"), join(directory, "portal.key")];
  writeFileSync(certificate, certPem);
  writeFileSync(key, keyPem, { mode: 0o600 });
  const ca = authority.certificates.root;
  const metadata = `${url}/.well-known/openid-configuration`;
  return {
    portal: { url, caFile, provider: providerConfig(url, caFile), page: pageConfig(url) },
    program: {
      name: "portal",
      script: "ops/portal/main.ts",
      args: [
        "--certificate",
        certificate,
        "--key",
        key,
        "--port",
        String(port),
        ...pages.flatMap((page) => ["--page", page]),
      ],
      logDirectory,
      ready: async () => (await httpsFetch(metadata, {}, { ca, timeoutMs: 2_000, maxBytes: 1 << 20 })).ok,
    },
  };
}
