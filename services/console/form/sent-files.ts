import { createClient, type Transport } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { UploadService } from "../../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { cannotServe } from "../../domain/reason.ts";
import type { UploadCalls } from "../../file-view/send-file.ts";
import type { ChosenFile } from "../../staff-page/kept-files.ts";
import {
  type NamedUpload,
  openSentFiles,
  type SentFile,
  type SentFiles,
  type UseFile,
} from "../../staff-page/sent-files.ts";
import { toldOf } from "../call/refusal.ts";

/** Files of a draft that go to the node part by part, as a page shows them. */
export interface ShownFiles {
  readonly list: readonly SentFile[];
  add(file: ChosenFile): void;
  /** Sends one again that was not taken. */
  retry(name: string): void;
  remove(name: string): void;
  /** Resolves when the node has all of them. */
  all(): Promise<NamedUpload[]>;
  clear(): void;
  forget(): void;
}

/** Sends the files of a draft, and goes on with those that were not sent when the page was left. `use`: what becomes of each that the node has, if not an order's. */
export function useSentFiles(draft: string, use?: UseFile): ShownFiles {
  const transport = useTransport();
  const [list, setList] = useState<readonly SentFile[]>([]);
  const opened = useRef<SentFiles>(undefined);
  const using = useRef(use);
  using.current = use;
  const uses = use !== undefined;
  useEffect(() => {
    const asked: UseFile = async (...one) => using.current?.(...one);
    const changed = () => setList(files.list());
    const files = openSentFiles(draft, callsOver(transport), changed, uses ? asked : undefined);
    opened.current = files;
    return () => files.stop();
  }, [draft, transport, uses]);
  return {
    list,
    add: (file) => opened.current?.add(file),
    retry: (name) => opened.current?.retry(name),
    remove: (name) => opened.current?.remove(name),
    all: async () => (await opened.current?.all()) ?? [],
    clear: () => opened.current?.clear(),
    forget: () => opened.current?.forget(),
  };
}

function callsOver(transport: Transport): UploadCalls {
  const uploads = createClient(UploadService, transport);
  return {
    begin: (file) => uploads.beginUpload(file),
    put: (part) => uploads.putPart(part),
    finish: (which) => uploads.finishUpload(which),
    drop: (which) => uploads.dropUpload(which),
    isAway(error) {
      const { reason } = toldOf(error, "zh-CN");
      // Too many uploads that wait: nothing comes of waiting by itself.
      return cannotServe(reason) && reason !== "OVERLOADED";
    },
  };
}
