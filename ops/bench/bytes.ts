/**
 * Measures what files of certificates take: `node ops/bench/bytes.ts` stores PDF and OFD of 200 certificates of the kinds of the seed, each with texts of
 * its own, signed, in an embedded store, and prints bytes as they are and as they are kept, and the processor time of splitting, comparing and joining.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFaceRenderer } from "../../services/document/face.ts";
import { finishOfd, prepareOfdSignature } from "../../services/document/ofd/sign-ofd.ts";
import { joinFile, splitFile } from "../../services/document/pieces/split-file.ts";
import { embedSignature } from "../../services/document/prepared-pdf.ts";
import { sha256 } from "../../services/store/digest.ts";
import { openSqliteBlobs } from "../../services/store/sqlite/blobs.ts";
import { sampleMessage } from "../docs/sample-message.ts";
import { readCatalogFiles } from "../trial/catalog-files.ts";
import { openDepartment, withSignedQr } from "./documents.ts";
import { variedMessage } from "./vary.ts";

const CERTIFICATES = 200;

/** Files of certificates of one kind: PDF and OFD in turns. */
type Kind = { name: string; files: Uint8Array[] };

async function makeKinds(): Promise<Kind[]> {
  const department = await openDepartment();
  const seeds = readCatalogFiles();
  return seeds.map((seed) => {
    const face = createFaceRenderer().compile(seed.content.faceTemplateJson, seed.sealPicture);
    const files = Array.from({ length: CERTIFICATES / seeds.length }, (_, turn) => {
      const message = withSignedQr(variedMessage(sampleMessage(seed), turn));
      const pdf = face.preparePdf(message);
      const ofd = prepareOfdSignature(face.prepareOfd(message), { suite: "ecdsa-p256-sha256" });
      return [
        embedSignature(pdf, department.cms(Buffer.from(pdf.digest, "hex"), true)),
        finishOfd(ofd, department.cms(ofd.digest, false)),
      ];
    });
    return { name: seed.name, files: files.flat() };
  });
}

/** Processor time in ms. */
function cost(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function bytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;
const print = (line: string) => process.stdout.write(`${line}\n`);

const kinds = await makeKinds();
const all = kinds.flatMap(({ files }) => files);
const fronts = new Map<string, Uint8Array>();
const nameOf = (front: Uint8Array) => {
  for (const [name, known] of fronts) if (Buffer.compare(known, front) === 0) return name;
  const name = sha256(front);
  fronts.set(name, front);
  return name;
};
for (const { name, files } of kinds) {
  const figures = [0, 1].map((format) => {
    const own = files.filter((_, at) => at % 2 === format);
    const kept = own.map((file) => splitFile(file, nameOf)?.recipe.length ?? file.length);
    const mean = (sizes: number[]) => kilobytes(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
    return `${mean(own.map(({ length }) => length))} → ${mean(kept)}`;
  });
  print(`${name}: PDF ${figures[0]}, OFD ${figures[1]}`);
}
/** Processor time for each certificate in ms, median of three rounds. */
const median = (work: () => void) =>
  (([0, 1, 2].map(() => cost(work)).sort((a, b) => a - b)[1] as number) / CERTIFICATES).toFixed(3);
const splitting = median(() => all.forEach((file) => void splitFile(file, nameOf)));
const split = all.map((file) => splitFile(file, nameOf));
const joining = median(() => split.forEach((one) => void (one && joinFile(one.recipe, one.fixed))));
print(`split and compared: ${splitting} ms per certificate; joined: ${joining} ms`);

const directory = mkdtempSync(join(tmpdir(), "ecert-bench-"));
try {
  const blobs = await openSqliteBlobs({ directory, name: "bytes" });
  await Promise.all(all.map((file) => blobs.put(file)));
  await blobs.close();
  const whole = all.reduce((sum, { length }) => sum + length, 0);
  const shared = [...fronts.values()].reduce((sum, { length }) => sum + length, 0);
  print(
    `${CERTIFICATES} certificates: ${kilobytes(whole / CERTIFICATES)} of files each, kept in ${kilobytes(bytesUnder(directory) / CERTIFICATES)}; of which ${fronts.size} shared fronts, once for all, ${kilobytes(shared / CERTIFICATES)}`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}
