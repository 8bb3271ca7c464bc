import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  MatterDifferenceKind,
  type MatterDifferenceSchema,
} from "../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { hasEnded, LICENCE_TYPE, MATTER_TYPES } from "../../domain/matter.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { publishedVersion } from "../items/item.ts";
import type { RegistryDocument } from "../stored/records.ts";
import type { DirectoryDocument } from "./directory-record.ts";

/** How a matter differs from the directory, or its certificates from the catalog. */
export type Difference = MessageInitShape<typeof MatterDifferenceSchema>;

/** A difference, and whose it is. */
export interface MatterDiffers {
  matter: Matter;
  difference: Difference;
}

/** 6.2.2.2, 6.3.1.2, 6.4.4.2: how matters differ from the directory and the catalog. Those that have ended are not compared, and none with a directory that is empty. */
export async function differencesOf(
  context: CatalogContext,
  documents: readonly RegistryDocument[],
): Promise<MatterDiffers[]> {
  const { matters, runtime } = context;
  const day = shanghaiDay(runtime.now());
  const read = documents.map(({ value }) => storedValue(MatterSchema, value)).filter((one) => !hasEnded(one, day));
  const entries = await matters.directory.getMany(read.map(({ directoryCode }) => directoryCode));
  const hasDirectory = (await matters.directory.query({ index: "codes", limit: 1 })).items.length > 0;
  const published = new Map<string, boolean>();
  const found: MatterDiffers[] = [];
  for (const [place, matter] of read.entries()) {
    const { departmentCode, code: matterCode, name: matterName } = matter;
    const differs = (difference: Difference) =>
      found.push({ matter, difference: { departmentCode, matterCode, matterName, ...difference } });
    if (hasDirectory) {
      for (const one of fromDirectory(matter, entries[place], day))
        differs({ expectedCode: matter.directoryCode, ...one });
    }
    for (const code of matter.issuedItems) {
      if (!published.has(code)) published.set(code, (await publishedVersion(context.items, code)) !== undefined);
      if (published.get(code)) continue;
      differs({ kind: MatterDifferenceKind.ITEM_UNKNOWN, expectedCode: code, found: code });
    }
  }
  return found;
}

function fromDirectory(matter: Matter, entry: DirectoryDocument | undefined, day: string): Difference[] {
  const { directoryCode, typeCode, name } = matter;
  if (!entry || hasEnded(entry, day)) {
    const wrong = directoryCode !== "" || typeCode === LICENCE_TYPE;
    return wrong ? [{ kind: MatterDifferenceKind.UNKNOWN, found: directoryCode }] : [];
  }
  const differences: Difference[] = [];
  if (entry.name !== name) differences.push({ kind: MatterDifferenceKind.NAME, expected: entry.name, found: name });
  if (entry.typeCode !== typeCode) {
    const [expected, other] = [entry.typeCode, typeCode].map((code) => MATTER_TYPES[code] ?? code) as [string, string];
    differences.push({ kind: MatterDifferenceKind.TYPE, expected, found: other });
  }
  return differences;
}
