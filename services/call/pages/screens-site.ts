import { randomBytes } from "node:crypto";
import { sha256Hex } from "../../domain/canonical.ts";
import type { HolderPageSettings } from "../../domain/holder-page.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type ConnectRequest, type ConnectResponse, pathOf } from "../listen/connect-request.ts";
import type { Site } from "../listen/site.ts";
import { loadPages, type Page } from "./load-pages.ts";
import { servePage } from "./serve-page.ts";

/** The first page of the console of staff. */
export const CONSOLE_PATH = "/console/";
/** Names what is kept and asked for again each time it is shown: what is the same is not sent again. */
const ASK_AGAIN = "no-cache";

/** The page of holders. */
const HOLDERS_PATH = "/mine";

/** A document of the screens: where it is, and what may run in it. */
interface Document {
  /** Its file, from the built folder. */
  readonly file: string;
  /** Every address below its path shows it: its own script looks after the rest. */
  readonly deep: boolean;
  /** Its kit writes styles, under a nonce of each answer. One without it is the same for everybody. */
  readonly nonce: boolean;
}

/** A document as one node serves it. */
interface Served extends Omit<Document, "file"> {
  readonly path: string;
  readonly page: Page;
  /** Its policy, where it has no nonce. */
  readonly plainPolicy: string;
}

/** What a node's configuration tells its screens. */
export interface ScreensOptions {
  /** Where a form may send a browser to sign in. */
  readonly signInOrigin?: string | undefined;
  /** How holders sign in; without it there is no page for them. */
  readonly holders?: HolderPageSettings | undefined;
}

/** Documents by path, without the slash at its end. */
const DOCUMENTS: Readonly<Record<string, Document>> = {
  "/console": { file: "console/index.html", deep: true, nonce: true },
  "/verify": { file: "verify-page/index.html", deep: false, nonce: false },
  [HOLDERS_PATH]: { file: "holder-page/index.html", deep: false, nonce: false },
};

/** Where scripts, styles and pictures lie; their names bear their digests, so they never change. */
const ASSETS_PATH = "/assets";
const FOR_EVER = "public, max-age=31536000, immutable";
/** The thread that reads QR codes (`services/scan-code`), as `ops/screens` names it. A thread has the policy of its own script: no document compiles WebAssembly. */
const CODE_READER = /^\/assets\/code-reader\.[\w-]+\.js$/;
const READER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
/** Stands in built documents where each answer has a value of its own. */
const NONCE_MARK = "{{nonce}}";
/** Stands where the page of holders reads how somebody signs in. */
const SIGN_IN_MARK = "{{sign-in}}";

/**
 * The screens as built (`npm run build-screens`), on the Connect listener, so that their calls are of the same origin. Read once, at the start.
 * Throws `INVALID_FIELD` where nothing was built.
 */
export function screensSites(builtDirectory: string, { signInOrigin, holders }: ScreensOptions = {}): Site[] {
  const files = read(builtDirectory);
  const documents = Object.entries(DOCUMENTS).flatMap(([path, document]) => {
    const page = files.get(document.file);
    if (!page) return [];
    if (path !== HOLDERS_PATH) return [{ ...document, path, page, plainPolicy: plainPolicy() }];
    return holders ? [{ ...document, path, page: withSignIn(page, holders), plainPolicy: plainPolicy(holders) }] : [];
  });
  if (documents.length === 0)
    throw new Refusal(
      "INVALID_FIELD",
      `screens: ${builtDirectory} has no ${DOCUMENTS["/console"]?.file}: run "npm run build-screens"`,
    );
  const assets: Site = {
    path: ASSETS_PATH,
    serve: async (request, response) =>
      servePage(request, response, files.get(pathOf(request).slice(1)), {
        "cache-control": FOR_EVER,
        "content-security-policy": CODE_READER.test(pathOf(request)) ? READER_POLICY : "default-src 'none'",
      }),
  };
  const pages = documents.map(
    (served): Site => ({
      path: served.path,
      serve: async (request, response) => serveDocument(request, response, served, signInOrigin),
    }),
  );
  return [assets, ...pages];
}

function read(directory: string): Map<string, Page> {
  try {
    return loadPages(directory);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("INVALID_FIELD", `screens: ${directory} cannot be read: run "npm run build-screens"`, { cause });
  }
}

function serveDocument(
  request: ConnectRequest,
  response: ConnectResponse,
  { path, deep, nonce: styled, page, plainPolicy }: Served,
  signInOrigin: string | undefined,
): void {
  const asked = pathOf(request);
  if (asked === path) {
    const query = request.url.slice(path.length);
    response.writeHead(308, { location: `${path}/${query}`, "content-length": 0 });
    response.end();
    return;
  }
  const found = deep || asked === `${path}/` ? page : undefined;
  if (!styled) {
    servePage(request, response, found, { "cache-control": ASK_AGAIN, "content-security-policy": plainPolicy });
    return;
  }
  const nonce = randomBytes(16).toString("base64");
  const html = found && {
    ...found,
    bytes: Buffer.from(found.bytes.toString("utf8").replaceAll(NONCE_MARK, nonce)),
    coded: {},
    etag: `"${nonce}"`,
  };
  servePage(request, response, html, {
    "cache-control": "no-store",
    "content-security-policy": policy(nonce, signInOrigin),
  });
}

/** Scripts of their own files alone; styles too, but for those that the kit writes under this answer's nonce; calls to this node alone. */
function policy(nonce: string, signInOrigin: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    `form-action 'self'${signInOrigin ? ` ${signInOrigin}` : ""}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join("; ");
}

/**
 * Nothing but files and calls of this node; a form is read by the page's script and sent nowhere by itself. Where holders sign in, the page also asks
 * their provider for a token, and may stand in a frame of the portals that the configuration names.
 */
function plainPolicy(holders?: HolderPageSettings): string {
  const framedBy = holders?.embeddedBy.join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${holders ? ` ${new URL(holders.tokenEndpoint).origin}` : ""}`,
    "worker-src 'self'",
    "form-action 'none'",
    `frame-ancestors ${framedBy || "'none'"}`,
    "base-uri 'none'",
  ].join("; ");
}

/** The page of holders, which reads in its own document how somebody signs in here. */
function withSignIn(page: Page, settings: HolderPageSettings): Page {
  const written = JSON.stringify(settings).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const bytes = Buffer.from(page.bytes.toString("utf8").replace(SIGN_IN_MARK, () => written));
  return { ...page, bytes, coded: {}, etag: `"${sha256Hex(bytes).slice(0, 32)}"` };
}
