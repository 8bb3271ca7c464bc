import { type Bell, createBell } from "../../base/bell.ts";
import type { ThreadPool } from "../../base/thread-pool.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { createFilePool } from "../matter-files/file-pool.ts";
import type { FileJob, ReadFile } from "../matter-files/read-file.ts";
import { checkDirectoryDocument, DIRECTORY, type DirectoryDocument } from "./directory-record.ts";
import {
  checkImportDocument,
  checkPieceDocument,
  IMPORTS,
  type ImportDocument,
  PIECES,
  type PieceDocument,
} from "./import-record.ts";

/** What lists of matters are kept and imported with. */
export interface MatterParts {
  imports: GuardedCollection<ImportDocument>;
  pieces: GuardedCollection<PieceDocument>;
  /** Filled at the province alone. */
  directory: GuardedCollection<DirectoryDocument>;
  files: ThreadPool<FileJob, ReadFile>;
  /** Rings when there is work to be done. */
  work: Bell;
}

/** Opens what is kept beside the registry. */
export async function openMatterParts(
  opened: <T extends Stored>(spec: CollectionSpec, check: (document: T) => void) => Promise<GuardedCollection<T>>,
): Promise<MatterParts> {
  return {
    imports: await opened<ImportDocument>(IMPORTS, checkImportDocument),
    pieces: await opened<PieceDocument>(PIECES, checkPieceDocument),
    directory: await opened<DirectoryDocument>(DIRECTORY, checkDirectoryDocument),
    files: createFilePool(),
    work: createBell(),
  };
}
