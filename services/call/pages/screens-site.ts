import { randomBytes } from "node:crypto";
import { sha256Hex } from "../../domain/canonical.ts";
import type { HolderPageSettings } from "../../domain/holder-page.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type ConnectRequest, type ConnectResponse, pathOf } from "../listen/connect-request.ts";
import type { Site } from "../listen/site.ts";
import { loadPages, type Page } from "./load-pages.ts";
import { servePage } from "./serve-page.ts";

/** Pages of staff, by the name with which one asks to come back there from signing in: the console, and the page at the counter. */
export const STAFF_PAGES = { console: "/console/", mini: "/mini/" } as const;
/** Names what is kept and asked for again each time it is shown: what is the same is not sent again. */
const ASK_AGAIN = "no-cache";

/** The page of holders. */
const HOLDERS_PATH = "/mine";
/** The page for anybody who verifies. */
const VERIFY_PATH = "/verify";

/** A document of the screens: where it is, and what may run in it. */
interface Document {
  /** Its file, from the built folder. */
  readonly file: string;
  /** Every address below its path shows it: its own script looks after the rest. */
  readonly deep: boolean;
  /** Its kit writes styles, under a nonce of each answer. One without it is the same for everybody. */
  readonly nonce: boolean;
  /** Staff sign in from it, and see pictures and files that are at hand in the browser. */
  readonly staff?: true;
}

/** A document as one node serves it. */
interface Served extends Omit<Document, "file"> {
  readonly path: string;
  readonly page: Page;
  /** Its policy, where it has no nonce. */
  readonly plainPolicy: string;
}

/** Where the forms of a page may send a browser beside its own node. */
type SignInForm = Pick<ScreensOptions, "signInOrigin">;

/** What a node's configuration tells its screens. */
export interface ScreensOptions {
  /** Where a form may send a browser to sign in. */
  readonly signInOrigin?: string | undefined;
  /** How holders sign in; without it there is no page for them. */
  readonly holders?: HolderPageSettings | undefined;
  /** By whose word the verification page judges QR codes off-line. */
  readonly verification?: VerificationSettings | undefined;
}

/** What the verification page is told by its node: it trusts the node for that, and shows it, so that it can be compared. */
export interface VerificationSettings {
  /** The province's node and its raw Ed25519 public key, Base64url; absent where none is configured. */
  readonly province?: { readonly node: string; readonly key: string };
  /** Code of this node where it is a sandbox. */
  readonly sandbox?: string;
}

/** Documents by path, without the slash at its end. */
const DOCUMENTS: Readonly<Record<string, Document>> = {
  "/console": { file: "console/index.html", deep: true, nonce: true },
  [VERIFY_PATH]: { file: "verify-page/index.html", deep: false, nonce: false },
  "/mini": { file: "mini-page/index.html", deep: false, nonce: false, staff: true },
  [HOLDERS_PATH]: { file: "holder-page/index.html", deep: false, nonce: false },
};

/** Where scripts, styles and pictures lie; their names bear their digests, so they never change. */
const ASSETS_PATH = "/assets";
const FOR_EVER = "public, max-age=31536000, immutable";
/** The thread that reads QR codes (`services/scan-code`), as `ops/screens` names it. A thread has the policy of its own script: no document compiles WebAssembly. */
const CODE_READER = /^\/assets\/code-reader\.[\w-]+\.js$/;
const READER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
/** What keeps the verification page for times without a network (`services/verify-page/keeper.ts`): it asks this node alone, for that page alone. */
const KEEPER = /^\/assets\/keeper\.[\w-]+\.js$/;
const KEEPER_HEADERS = {
  "content-security-policy": "default-src 'none'; connect-src 'self'",
  "service-worker-allowed": `${VERIFY_PATH}/`,
};
/** Stands in built documents where each answer has a value of its own. */
const NONCE_MARK = "{{nonce}}";
/** Stands where the page of holders reads how somebody signs in. */
const SIGN_IN_MARK = "{{sign-in}}";
/** Stands where the verification page reads by whose word it judges. */
const VERIFICATION_MARK = "{{verification}}";

/**
 * The screens as built (`npm run build-screens`), on the Connect listener, so that their calls are of the same origin. Read once, at the start.
 * Throws `INVALID_FIELD` where nothing was built.
 */
export function screensSites(builtDirectory: string, options: ScreensOptions = {}): Site[] {
  const { signInOrigin, holders, verification = {} } = options;
  const files = read(builtDirectory);
  const documents = Object.entries(DOCUMENTS).flatMap(([path, document]) => {
    const page = files.get(document.file);
    if (!page) return [];
    const staff = document.staff && { signInOrigin };
    const served = { ...document, path, page, plainPolicy: plainPolicy({ staff }) };
    if (path === VERIFY_PATH) return [{ ...served, page: withWritten(page, VERIFICATION_MARK, verification) }];
    if (path !== HOLDERS_PATH) return [served];
    return holders
      ? [{ ...served, page: withWritten(page, SIGN_IN_MARK, holders), plainPolicy: plainPolicy({ holders }) }]
      : [];
  });
  if (documents.length === 0)
    throw new Refusal(
      "INVALID_FIELD",
      `screens: ${builtDirectory} has no ${DOCUMENTS["/console"]?.file}: run "npm run build-screens"`,
    );
  const serveAsset = (request: ConnectRequest, response: ConnectResponse, path: string) =>
    servePage(request, response, files.get(path.slice(1)), assetHeaders(path));
  const assets: Site = {
    path: ASSETS_PATH,
    serve: async (request, response) => serveAsset(request, response, pathOf(request)),
  };
  // The same files: threads of the page that is kept for times without a network must come from below its path.
  const below: Site = {
    path: `${VERIFY_PATH}${ASSETS_PATH}`,
    serve: async (request, response) => serveAsset(request, response, pathOf(request).slice(VERIFY_PATH.length)),
  };
  const pages = documents.map(
    (served): Site => ({
      path: served.path,
      serve: async (request, response) => serveDocument(request, response, served, signInOrigin),
    }),
  );
  return [assets, below, ...pages];
}

function assetHeaders(path: string): Readonly<Record<string, string>> {
  return {
    "cache-control": FOR_EVER,
    "content-security-policy": CODE_READER.test(path) ? READER_POLICY : "default-src 'none'",
    ...(KEEPER.test(path) && KEEPER_HEADERS),
  };
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
 * Nothing but files and calls of this node; a form is read by the page's script and sent nowhere by itself, but where staff sign in. Where holders do, the page also asks
 * their provider for a token, and may stand in a frame of the portals that the configuration names.
 */
function plainPolicy({ holders, staff }: { holders?: HolderPageSettings; staff?: SignInForm | undefined }): string {
  const framedBy = holders?.embeddedBy.join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${staff ? " blob:" : ""}`,
    `connect-src 'self'${holders ? ` ${new URL(holders.tokenEndpoint).origin}` : ""}`,
    "worker-src 'self'",
    `form-action ${staff ? `'self'${staff.signInOrigin ? ` ${staff.signInOrigin}` : ""}` : "'none'"}`,
    `frame-ancestors ${framedBy || "'none'"}`,
    "base-uri 'none'",
  ].join("; ");
}

/** A page that reads in its own document what this node is configured to. */
function withWritten(page: Page, mark: string, settings: object): Page {
  const written = JSON.stringify(settings).replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
  const bytes = Buffer.from(page.bytes.toString("utf8").replace(mark, () => written));
  return { ...page, bytes, coded: {}, etag: `"${sha256Hex(bytes).slice(0, 32)}"` };
}
