import { Refusal } from "../../domain/refusal.ts";
import type { XmlElement } from "./xml-read.ts";
import { onlyChild, readXml } from "./xml-read.ts";

/** The signature of a package as its files describe it, not yet trusted. */
export interface OfdSignatureView {
  /** `Seal` with an electronic seal, `Sign` without. */
  type: "Seal" | "Sign";
  /** ProviderName: the program that made the signature. */
  provider: string;
  /** Paths in the package of the list of signatures, the signature file, its value, and the seal. */
  listPath: string;
  signaturePath: string;
  valuePath: string;
  sealPath?: string;
  /** Object identifiers of the signature method and of the digest of files. */
  method: string;
  check: string;
  /** SignatureDateTime as written. */
  time: string;
  /** Check value in base64 by path. */
  references: Map<string, string>;
}

/**
 * Follows a package from `OFD.xml` to its one signature. Throws `SIGNATURE_INVALID` where it bears none, and `INVALID_FIELD` where files or
 * elements are missing, or where there is not exactly one document with exactly one signature.
 */
export function readSignature(files: ReadonlyMap<string, Buffer>): OfdSignatureView {
  const ofd = readFile(files, "OFD.xml", "OFD");
  const named = ofd.children
    .filter(({ name }) => name === "DocBody")
    .flatMap(({ children }) => children.filter(isList));
  if (named.every(({ text }) => text.trim() === "")) throw unsigned();
  const listPath = resolvePath("", onlyChild(onlyChild(ofd, "DocBody"), "Signatures").text);
  const list = readFile(files, listPath, "Signatures");
  if (!list.children.some(({ name }) => name === "Signature")) throw unsigned();
  const entry = onlyChild(list, "Signature");
  const type = entry.attributes.get("Type") ?? "Seal";
  if (type !== "Seal" && type !== "Sign") throw malformed(`the signature has the unknown type ${JSON.stringify(type)}`);
  const signaturePath = resolvePath(listPath, entry.attributes.get("BaseLoc") ?? "");
  const signature = readFile(files, signaturePath, "Signature");
  const info = onlyChild(signature, "SignedInfo");
  const signedFiles = onlyChild(info, "References");
  const references = new Map<string, string>();
  for (const reference of signedFiles.children) {
    const path = resolvePath(signaturePath, reference.attributes.get("FileRef") ?? "");
    if (reference.name !== "Reference" || references.has(path)) throw malformed(`${path} is referred to twice`);
    references.set(path, onlyChild(reference, "CheckValue").text.trim());
  }
  const sealPath =
    type === "Seal" ? resolvePath(signaturePath, onlyChild(onlyChild(info, "Seal"), "BaseLoc").text) : undefined;
  return {
    type,
    provider: onlyChild(info, "Provider").attributes.get("ProviderName") ?? "",
    listPath,
    signaturePath,
    valuePath: resolvePath(signaturePath, onlyChild(signature, "SignedValue").text),
    ...(sealPath !== undefined && { sealPath }),
    method: onlyChild(info, "SignatureMethod").text.trim(),
    check: signedFiles.attributes.get("CheckMethod") ?? "",
    time: onlyChild(info, "SignatureDateTime").text.trim(),
    references,
  };
}

function readFile(files: ReadonlyMap<string, Buffer>, path: string, root: string): XmlElement {
  const bytes = files.get(path);
  if (bytes === undefined) throw malformed(`${path} is missing`);
  const element = readXml(bytes, path);
  if (element.name !== root) throw malformed(`${path} is no ${root}`);
  return element;
}

/** A location as a path in the package: from its root if it begins with `/`, else from the folder of the file it stands in. */
function resolvePath(from: string, location: string): string {
  const text = location.trim();
  if (text.split("/").some((part) => part === "." || part === "..")) throw malformed("a location leaves its folder");
  return text.startsWith("/") ? text.slice(1) : from.slice(0, from.lastIndexOf("/") + 1) + text;
}

function isList({ name }: XmlElement): boolean {
  return name === "Signatures";
}

function unsigned(): Refusal {
  return new Refusal("SIGNATURE_INVALID", "the package bears no signature");
}

function malformed(detail: string): Refusal {
  return new Refusal("INVALID_FIELD", `OFD package: ${detail}`);
}
