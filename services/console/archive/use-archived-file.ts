import { type Client, createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import {
  ArchiveReadService,
  type ReadArchivedFileResponse,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { useTexts } from "../text/texts.ts";
import { ARCHIVE } from "./archive-texts.ts";

/**
 * A file or an attachment of the archive: fetched piece by piece once it is asked for, and checked against its digest. To read it is an act that is kept, so what was fetched is
 * kept for whoever else on the page wants it, and `whenThere` hands it on without a second act. `percent`: how much of it has come.
 */
export function useArchivedFile(identifier: string, which: { format: FileFormat } | { attachmentSha256: string }) {
  const texts = useTexts(ARCHIVE);
  const client = createClient(ArchiveReadService, useTransport());
  const [percent, setPercent] = useState(0);
  const { data, error, isPending, mutateAsync } = useMutation({
    async mutationFn() {
      setPercent(0);
      const { content, last } = await wholeFile(client, { identifier, ...which }, setPercent);
      if ((await sha256Of(content)) !== last.sha256) throw new Error(texts.broken);
      return { content, mediaType: last.mediaType, fileName: last.fileName };
    },
  });
  return {
    ...{ file: data, error, isPending, percent },
    whenThere(then?: (file: ReadFile) => void) {
      // A fault is told by `error`.
      (data ? Promise.resolve(data) : mutateAsync()).then(then, () => {});
    },
  };
}

/** A file as it was read: its bytes, and how whoever keeps it has it named. */
export interface ReadFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly fileName: string;
}

/** What `useArchivedFile` gives: parts of a page that show one file share it. */
export type ArchivedFileHere = ReturnType<typeof useArchivedFile>;

async function wholeFile(
  client: Client<typeof ArchiveReadService>,
  file: { identifier: string; format?: FileFormat; attachmentSha256?: string },
  told: (percent: number) => void,
): Promise<{ content: Uint8Array<ArrayBuffer>; last: ReadArchivedFileResponse }> {
  const pieces: Uint8Array[] = [];
  for (let read = 0; ; ) {
    const last = await client.readArchivedFile({ ...file, offset: BigInt(read) });
    pieces.push(last.piece);
    read += last.piece.length;
    told(Math.floor((100 * read) / Math.max(1, Number(last.size))));
    if (read < Number(last.size) && last.piece.length > 0) continue;
    const content = new Uint8Array(read);
    for (let at = 0, place = 0; place < pieces.length; at += pieces[place++]?.length ?? 0)
      content.set(pieces[place] as Uint8Array, at);
    return { content, last };
  }
}

async function sha256Of(content: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
